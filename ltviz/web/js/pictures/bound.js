// The bound: two clouds on a line with the boundary between them, and below it the bound at every place.

/** @import {Controls, Drawn, Floats, Ints, Look, Scene} from "../types.js" */
import {nearest} from "../dials.js";
import {endRoom, linesOf, nameEnds} from "../ends.js";
import {guessed} from "../guess.js";
import {fixed, written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {widthOf} from "../places.js";
import {Plot} from "../plot.js";
import {say} from "../words.js";

/** @typedef {{place: number, imbalance: number, largest: number}} BoundState `place` is a share of the gap */

/**
 * Both terms of the bound at n places, and where their sum is smallest.
 * @typedef {object} Bound
 * @property {Ints} counts (2,) training samples, of the frequent class first
 * @property {Floats} place (n,) shares of the gap
 * @property {Floats} frequent (n,) the term of the frequent class
 * @property {Floats} rare (n,)
 * @property {number} found the place of the smallest sum
 * @property {number} lowest that sum
 */

/** @typedef {{place: number, frequent: number, rare: number, bound: number}} Now the bound where the boundary stands */

/** @typedef {{imbalance: number, found: number, lowest: number}} Lowest where the bound is lowest, at some imbalance */

const EDGE = 0.3; // room for a cloud on each side, in gaps
const TIMES_LOWEST = 4; // the axis ends at so many times the lowest bound at TYPICAL_RATIO: it does not move with the imbalance
const TYPICAL_RATIO = 100;
const MARKED_RATIOS = [1, 10, 100, 1000]; // of the path, with their imbalance
const BAR = 0.018; // half the width of the bar where the boundary stands
const TERMS = ["1/(g\u2081\u221an\u2081)", "1/(g\u2082\u221an\u2082)"];

class BoundPicture {
  guessing = false;

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    this.line = new Plot(host, {x: {low: -EDGE, high: 1 + EDGE}, bare: true});
    const titles = [say("place of the boundary (share of the gap)"), say("error bound, up to a constant")];
    this.curve = new Plot(host, {x: {title: titles[0]}, y: {title: titles[1]}});
    for (const plot of [this.line, this.curve]) plot.onDrag(({x, done}) => this.drag(x, done));
  }

  /**
   * Before the truth is shown a drag moves the guess, afterwards the boundary.
   * @param {number} x
   * @param {boolean} done
   */
  drag(x, done) {
    if (this.controls.asking) this.controls.guess(x);
    else this.controls.set("place", x, {done});
  }

  /**
   * @param {Scene<BoundState, {bound: Bound}>} scene
   * @returns {Drawn}
   */
  draw({state, entries, entryAt, guess, asking, look}) {
    const found = entries.bound;
    const at = nearest(found.place, state.place);
    const [frequent, rare] = [found.frequent[at], found.rare[at]];
    const now = {place: state.place, frequent, rare, bound: frequent + rare};
    this.guessing = asking;
    const narrow = widthOf(this.line.root) < 30 * look.size;
    this.line.aspect = narrow ? 0.36 : 0.22;
    this.curve.aspect = narrow ? 0.75 : 0.48;
    this.drawLine(look, state.place, found.counts, guess);
    const path = this.controls.values("imbalance").map((imbalance) => ({...entryAt("bound", {imbalance}), imbalance}));
    this.drawCurve(look, now, {found, guess, path: path.filter((each) => each.found)});

    const above = costOf(found, now.place);
    const over = `${above < 0.05 ? "0" : fixed(above, 1)}\u00a0%`;
    const ratio = now.place / (1 - now.place);
    const [n1, n2] = found.counts;
    const says = say(
      "The boundary stands at {place} of the gap between {left} samples on the left and {right} on the right: g₁ / g₂ is {ratio}, the bound {bound}, {over} above its lowest, which is at {found}.",
      {
        ...{place: fixed(now.place, 3), left: n1, right: n2, ratio},
        ...{bound: fixed(now.bound, 3), over, found: fixed(found.found, 3)},
      },
    );
    return {
      values: {found: found.found, bound: now.bound, ratio, above},
      numbers: [
        [say("place"), fixed(now.place, 3)],
        ["g₁ / g₂", written(ratio)],
        ["⁴√(n₂ / n₁)", written((n2 / n1) ** 0.25)],
        [say("bound"), fixed(now.bound, 3)],
        [say("above the lowest"), over],
      ],
      says,
      saw: seenBound(found, asking ? null : guess, state),
      path: "imbalance", // where the bound is lowest at its other stops is drawn as they come
    };
  }

  /**
   * The clouds, the boundary and its two gaps.
   * @param {Look} look
   * @param {number} place
   * @param {Ints} counts
   * @param {number | null} guess
   */
  drawLine(look, place, counts, guess) {
    const plot = this.line;
    plot.begin(look, {});
    const {size} = look;
    const top = plot.dy(1.5 * size); // above it stand the names
    const middle = top / 2;
    const across = plot.px(0) - size * 0.4;
    const shown = Array.from(counts, (count) => Math.min(Math.round(across * 1.2), count)); // can be told apart
    const plain = Array.from(counts, (count, c) =>
      c ? say("rare: n₂ = {count}", {count}) : say("frequent: n₁ = {count}", {count}),
    );
    const told = plain.map((name, c) => {
      const each = written(counts[c] / shown[c], 1);
      return shown[c] < counts[c] ? say("{name}, a dot for each {each}", {name, each}) : name;
    });
    const names = plot.textWidth(told.join("  "), 1.1 * size) < plot.wide ? told : plain;
    for (const c of [0, 1]) {
      const cloud = strewn(shown[c]);
      // the first sample is the one nearest to the other class: the gap is measured from it
      const xs = cloud.map(([u], i) => (i ? (c ? 1 + u * EDGE : -u * EDGE) : c));
      const ys = cloud.map(([, v], i) => (i ? top * (0.06 + 0.88 * v) : middle));
      plot.dots(xs, ys, {colour: look.palette[c], marker: look.markers[c], size: 0.75, opacity: 0.6});
      plot.dots([c], [middle], {colour: look.palette[c], marker: look.markers[c], size: 1.5, outline: look.paper});
      plot.text(c ? 1 + EDGE : -EDGE, 1, names[c], {dy: size * 0.7, anchor: c ? "end" : "start", bold: true});
    }
    const here = this.guessing ? (guess ?? place) : place;
    const [upper, lower] = [middle + top * 0.17, middle - top * 0.17];
    plot.arrow(0, upper, here, upper, {colour: look.palette[0], both: true});
    plot.arrow(here, lower, 1, lower, {colour: look.palette[1], both: true});
    const boundary = this.guessing ? guessed(look) : {width: 1.6}; // a guess beside it would strike the gaps' lengths
    plot.line([here, here], [0, top], boundary);
    plot.dots([here], [middle], {size: 1.7, outline: look.paper});
    this.gap(plot, [0, here], upper, `g₁ = ${fixed(here, 3)}`, {anchor: "start", dx: size, dy: -size * 0.85});
    this.gap(plot, [1, here], lower, `g₂ = ${fixed(1 - here, 3)}`, {anchor: "end", dx: -size, dy: size * 0.9});
  }

  /**
   * The length of a gap: in its middle, or beyond the boundary where the gap is too short for it.
   * @param {Plot} plot
   * @param {[from: number, here: number]} ends
   * @param {number} y
   * @param {string} text
   * @param {{anchor: "start" | "end", dx: number, dy: number}} beyond
   */
  gap(plot, [from, here], y, text, beyond) {
    const fits = Math.abs(plot.px(here) - plot.px(from)) > plot.textWidth(text, 1.1 * plot.look.size);
    if (fits) plot.text((from + here) / 2, y, text, {dy: beyond.dy, anchor: "middle"});
    else plot.text(here, y, text, beyond);
  }

  /**
   * The two terms as areas, and as a bar at the boundary's place; what the guess costs.
   * @param {Look} look
   * @param {Now} now
   * @param {{found: Bound, guess: number | null, path: Lowest[]}} scene
   */
  drawCurve(look, now, {found, guess, path}) {
    const plot = this.curve;
    const high = (TIMES_LOWEST * (1 + TYPICAL_RATIO ** 0.25) ** 2) / Math.sqrt(found.counts[0]);
    const names = TERMS.map((term, c) => `${c ? say("rare") : say("frequent")}:\n${term}`);
    const [left, right] = [this.line.px(0), this.line.wide - this.line.px(1)];
    const narrow = right < endRoom(look, names);
    plot.begin(look, {y: {high}, left, right});
    const [first, second] = [look.palette[look.roles.frequent], look.palette[look.roles.rare]];
    plot.legend(narrow ? names.map((name, c) => ({name: linesOf(name).join(" "), fill: [first, second][c]})) : []);
    if (this.guessing) {
      const {colour} = guessed(look);
      if (guess !== null) {
        plot.line([guess, guess], [0, high], guessed(look));
        plot.text(guess, high, say("your guess"), {...this.beside(guess), dy: look.size, bold: true, colour});
      }
      const free = guess === null ? 0.5 : (guess + Number(guess <= 0.5)) / 2;
      plot.text(free, high / 2, "?", {anchor: "middle", colour: look.muted, size: 3});
      return;
    }
    const total = Array.from(found.frequent, (value, i) => value + found.rare[i]);
    plot.band(
      found.place,
      total.map(() => 0),
      found.frequent,
      {colour: first, opacity: 0.18},
    );
    plot.band(found.place, found.frequent, total, {colour: second, opacity: 0.18});
    const marked = this.drawPath(plot, path, found);
    plot.line(found.place, total);
    const sides = [-BAR, BAR, BAR, -BAR].map((side) => now.place + side);
    const bar = (/** @type {number} */ from, /** @type {number} */ to, /** @type {string} */ fill) =>
      plot.line(sides, [from, from, to, to], {close: true, fill, colour: "none"});
    bar(0, now.frequent, first);
    bar(now.frequent, now.bound, second);
    if (!narrow) {
      const last = found.place.length - 1;
      const ends = [found.frequent[last], Math.max(high / 2, found.frequent[last])];
      nameEnds(
        plot,
        names.map((text, c) => ({x: 1, y: ends[c], text, colour: [first, second][c]})),
      );
    }
    if (guess !== null) this.cost(plot, found, {guess, high});
    plot.dots([found.found], [found.lowest], {marker: "diamond", size: 1.6, outline: look.paper});
    const low = plot.py(found.lowest) + 2.2 * look.size < plot.box.top + plot.box.height;
    const words = say("lowest at {place}", {place: fixed(found.found, 3)});
    plot.text(found.found, found.lowest, words, {
      ...this.clear(words, found.found, now.place),
      dy: (low ? 1.5 : -1.2) * look.size,
      bold: true,
    });
    if (now.bound > high) this.beyond(plot, now, total, high);
    for (const {imbalance, found: at, lowest} of marked) {
      const place = {dx: 0.7 * look.size, dy: -0.5 * look.size};
      plot.text(at, lowest, `${written(imbalance)} : 1`, {...place, size: 0.8, colour: look.muted});
    }
  }

  /**
   * Where words at a place stand within the box, and beside the bar where they would lie on it.
   * @param {string} words
   * @param {number} place
   * @param {number} bar
   * @returns {{anchor: "start" | "middle" | "end", dx: number}}
   */
  clear(words, place, bar) {
    const {box, look} = this.curve;
    const [at, wide] = [this.curve.px(place), this.curve.textWidth(words, look.size)];
    const [from, to] = [bar - BAR, bar + BAR].map((x) => this.curve.px(x));
    const gap = 0.4 * look.size;
    const inside = Math.max(box.left + wide / 2, Math.min(box.left + box.width - wide / 2, at));
    if (to + gap < inside - wide / 2 || from - gap > inside + wide / 2) return {anchor: "middle", dx: inside - at};
    if (from - gap - wide > box.left) return {anchor: "end", dx: from - gap - at}; // the path leads to the right
    return {anchor: "start", dx: to + gap - at};
  }

  /**
   * Where the lowest bound stands at other imbalances: a path that the diamond goes along, with marks to be named.
   * @param {Plot} plot
   * @param {Lowest[]} path
   * @param {Bound} here
   */
  drawPath(plot, path, here) {
    const {look} = plot;
    const style = {colour: look.muted, dash: "dash", width: 0.6};
    plot.line(
      path.map(({found}) => found),
      path.map(({lowest}) => lowest),
      style,
    );
    const marked = path.filter(({imbalance, found, lowest}) => {
      const far = Math.hypot(plot.px(found) - plot.px(here.found), plot.py(lowest) - plot.py(here.lowest));
      return MARKED_RATIOS.includes(imbalance) && far > 3 * look.size;
    });
    plot.dots(
      marked.map(({found}) => found),
      marked.map(({lowest}) => lowest),
      {colour: look.muted, size: 0.7},
    );
    return marked;
  }

  /**
   * The bound at the guess, and how far it lies above the lowest.
   * @param {Plot} plot
   * @param {Bound} found
   * @param {{guess: number, high: number}} scene
   */
  cost(plot, found, {guess, high}) {
    const {look} = plot;
    const style = guessed(look);
    const value = boundAt(found, guess);
    const top = Math.min(value, high);
    plot.line([guess, guess], [0, high], {...style, width: 0.7});
    plot.line([found.found, guess], [found.lowest, found.lowest], {...style, width: 0.7});
    plot.line([guess, guess], [found.lowest, top], {colour: style.colour, width: 1.6});
    if (value > high) plot.arrow(guess, 0.82 * high, guess, high, {colour: style.colour, width: 1.6});
    else plot.dots([guess], [value], {colour: style.colour, size: 1.2, outline: look.paper});
    const place = this.beside(guess);
    const letters = {...place, colour: style.colour, bold: true};
    plot.text(guess, high, say("your guess"), {...letters, dy: look.size});
    plot.text(guess, high, say("costs {cost}", {cost: costText(found, guess)}), {...letters, dy: 2.2 * look.size});
  }

  /**
   * On which side of a place there is more room for words.
   * @param {number} place
   * @returns {{anchor: "start" | "end", dx: number}}
   */
  beside(place) {
    const {size} = this.curve.look;
    return place < 0.65 ? {anchor: "start", dx: 0.5 * size} : {anchor: "end", dx: -0.5 * size};
  }

  /**
   * An arrow on a bar that is higher than the picture, and its value where the curve does not pass.
   * @param {Plot} plot
   * @param {Now} now
   * @param {number[]} total
   * @param {number} high
   */
  beyond(plot, {place, bound}, total, high) {
    const {size} = plot.look;
    plot.arrow(place, 0.82 * high, place, high, {width: 1.2});
    const inside = this.controls.values("place")[total.findIndex((value) => value <= high)];
    const [from, dx] = place < 0.5 ? [inside, size * 0.6] : [place, size * 0.7];
    plot.text(from, high, written(bound), {dx, dy: size * 0.8, bold: true});
  }
}

PICTURES.bound = BoundPicture;

/**
 * So many points of the unit square that look strewn, the same every time.
 * @param {number} count
 * @returns {[u: number, v: number][]}
 */
function strewn(count) {
  let seed = 1;
  const next = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  for (let i = 0; i < 9; i++) next();
  return Array.from({length: count}, () => [next(), next()]);
}

/**
 * The bound with the boundary anywhere in the gap.
 * @param {Bound} found
 * @param {number} place
 */
function boundAt({counts: [n1, n2]}, place) {
  return 1 / (place * Math.sqrt(n1)) + 1 / ((1 - place) * Math.sqrt(n2));
}

/**
 * How far the bound there lies above the lowest, in percent.
 * @param {Bound} found
 * @param {number} place
 */
function costOf(found, place) {
  return 100 * (boundAt(found, place) / found.lowest - 1);
}

/**
 * @param {Bound} found
 * @param {number} place
 */
function costText(found, place) {
  const cost = costOf(found, place);
  return cost < 0.05 ? say("nothing") : `+${cost < 10 ? fixed(cost, 1) : fixed(cost, 0)}\u00a0%`;
}

/**
 * What the reader has seen.
 * @param {Bound} found
 * @param {number | null} guess
 * @param {BoundState} state
 */
function seenBound(found, guess, {imbalance}) {
  const places = {ratio: `${written(imbalance)} : 1`, place: fixed(found.found, 3)};
  if (imbalance === 1)
    return guess === null
      ? say("At {ratio} the bound is lowest at {place}: half-way.", places)
      : say("At {ratio} the bound is lowest at {place}; half-way; your guess {own}.", {
          ...places,
          own: costText(found, guess),
        });
  const half = costText(found, 0.5);
  if (guess === null)
    return say("At {ratio} the bound is lowest at {place}; half-way costs {half}.", {...places, half});
  const own = costText(found, guess);
  return say("At {ratio} the bound is lowest at {place}; half-way costs {half}, your guess {own}.", {
    ...places,
    half,
    own,
  });
}
