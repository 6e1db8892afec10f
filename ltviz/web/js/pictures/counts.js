// Class counts: a profile's or those that a reader types, in three groups, and the share of all samples that each has.

/** @import {Controls, Drag, Drawn, Look, Scene, State} from "../types.js" */
import {active, agrees} from "../dials.js";
import {setAttributes, svgElement} from "../elements.js";
import {guessed} from "../guess.js";
import {fixed, written} from "../numbers.js";
import {OwnCounts} from "../own_counts.js";
import {PICTURES} from "../pictures.js";
import {widthOf} from "../places.js";
import {Plot} from "../plot.js";
import {say, sayMany} from "../words.js";

/** @import {Area} from "../plot.js" */
/** @typedef {"thresholds" | "terciles"} Rule how classes are put into groups */

/** @typedef {{counts: string, groups: Rule, axis: "auto" | "log" | "linear"}} CountsState of the dials those it reads */

/** @typedef {{counts: ArrayLike<number>, names: readonly string[]}} Entry samples of each class (C,); names of all or none */

/**
 * @typedef {object} Found
 * @property {ArrayLike<number>} counts (C,)
 * @property {readonly string[]} names (C,) or none
 * @property {number[]} order (C,) classes, the most frequent first
 * @property {Uint8Array} group (C,) 0 many, 1 medium, 2 few
 * @property {number[]} sizes (3,) classes of each group
 * @property {number} total of all samples
 * @property {number} half how many classes the rarer half has
 * @property {number} rarer its share of all samples, in percent
 * @property {number} most samples of the most frequent class
 * @property {number} least of the rarest
 */

/** @type {Record<string, (count: string) => string>[]} many, medium, few: how many classes, and what the limits are */

const GROUPS = [
  {
    plain: (count) => say("many: {count}", {count}),
    limited: (count) => say("many (> 100): {count}", {count}),
    told: (count) => say("{count} many", {count}),
    toldLimited: (count) => say("{count} many (over 100)", {count}),
  },
  {
    plain: (count) => say("medium: {count}", {count}),
    limited: (count) => say("medium (20–100): {count}", {count}),
    told: (count) => say("{count} medium", {count}),
    toldLimited: (count) => say("{count} medium (20 to 100)", {count}),
  },
  {
    plain: (count) => say("few: {count}", {count}),
    limited: (count) => say("few (< 20): {count}", {count}),
    told: (count) => say("{count} few", {count}),
    toldLimited: (count) => say("{count} few (under 20)", {count}),
  },
];
const MOST_BARS = 40; // more classes are drawn as one outline
const LIMITS = [100, 20]; // samples: more are many, fewer are few
const PLINTH = 0.035; // of the most frequent class's samples: below each bar, so that a low one has its colour as well
const PLACES = 1500; // of an outline: more cannot be seen

class CountsPicture {
  /** @type {string[]} of the three groups */
  fills = [];
  /** @type {Entry | null} what is drawn */
  shown = null;
  /** @type {{c: number, high: number} | null} the class whose bar a hand holds, and the axis's end meanwhile */
  held = null;

  /**
   * Typed counts need nobody to be asked.
   * @param {CountsState} state
   */
  static own({counts}) {
    return counts ? OwnCounts.read(counts) : undefined;
  }

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    this.bars = new Plot(host, {x: {low: -0.7, whole: true}});
    this.strip = new Plot(host, {x: {low: 0, high: 100}, bare: true});
    this.strip.onDrag(({x}) => controls.guess(100 - x));
    this.bars.onDrag((at) => this.drag(at), {both: true});
    this.hatches = [1, 2].map((lines) => this.hatch(lines));
  }

  /**
   * Drag the top of a class's bar: the counts become the reader's own.
   * @param {Drag} at
   */
  drag({x, y, start, done}) {
    const {controls, shown} = this;
    if (!shown || controls.asking || shown.counts.length > MOST_BARS) return;
    const {counts, names} = shown;
    const last = counts.length - 1;
    if (start) this.held = {c: Math.max(0, Math.min(last, Math.round(x))), high: this.bars.y.high};
    if (!this.held) return;
    const {c} = this.held;
    if (done) this.held = null;
    const digit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, y))) - 1);
    const own = Array.from(counts, (count, k) => (k === c ? Math.max(1, digit * Math.round(y / digit)) : count));
    controls.set("counts", names.length ? own.map((count, k) => `${names[k]},${count}`).join("\n") : own.join(","), {
      done,
    });
  }

  /**
   * A second cue beside colour: medium is hatched one way, few both ways.
   * @param {number} lines
   */
  hatch(lines) {
    const pattern = svgElement("pattern", this.bars.svg);
    pattern.id = `${this.bars.clip.id}-${lines}`;
    setAttributes(pattern, {width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"});
    const ground = svgElement("rect", pattern);
    setAttributes(ground, {width: 7, height: 7});
    const stroke = svgElement("path", pattern);
    setAttributes(stroke, {d: lines === 1 ? "M0 3.5H7" : "M0 3.5H7M3.5 0V7", "stroke-width": 1.6});
    return {ground, stroke, fill: `url(#${pattern.id})`};
  }

  /**
   * @param {Scene<CountsState, {counts: Entry}>} scene
   * @returns {Drawn}
   */
  draw({state, entries, guess, asking, look}) {
    const {counts, names} = entries.counts;
    this.shown = entries.counts;
    const order = Array.from(counts, (_, c) => c).sort((a, b) => counts[b] - counts[a]); // of equals the first one first
    const group = groupsOf(counts, order, state.groups);
    this.hatches.forEach(({ground, stroke}, k) => {
      ground.setAttribute("fill", look.palette[roleOf(look, k + 1)]);
      stroke.setAttribute("stroke", look.paper);
    });
    this.fills = [look.palette[roleOf(look, 0)], ...this.hatches.map(({fill}) => fill)];
    const classes = counts.length;
    const [most, least] = [counts[order[0]], counts[order[classes - 1]]];
    const own = state.counts !== "";
    const log = state.axis === "log" || (state.axis === "auto" && own && classes > MOST_BARS);
    const sizes = [0, 0, 0];
    for (const g of group) sizes[g] += 1;
    const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
    const half = Math.floor(classes / 2);
    let few = 0;
    for (const c of order.slice(classes - half)) few += counts[c];
    const rarer = (100 * few) / total;
    const found = {counts, names, order, group, sizes, total, half, rarer, most, least};
    this.drawBars(look, found, {log, asking, rule: state.groups});
    this.drawStrip(look, found, {guess, asking});
    const asked = agrees(/** @type {any} */ (state), this.controls.spec.guess?.state ?? {}) && !own;
    return {
      values: {rarer, total, imbalance: most / least, sizes, group: Array.from(group)},
      command: this.command(/** @type {any} */ (state)),
      saw: seenCounts(found, guess === null || asking || !asked ? null : guess),
      ...this.tell(found, state.groups),
    };
  }

  /**
   * @param {Look} look
   * @param {Found} found
   * @param {{log: boolean, asking: boolean, rule: Rule}} how
   */
  drawBars(look, found, {log, asking, rule}) {
    const {counts, names, order, group, sizes, most} = found;
    const plot = this.bars;
    const classes = counts.length;
    const few = classes <= MOST_BARS;
    const moved = !few && order.some((c, rank) => c !== rank);
    const beside = names.length > 0 && classes <= 12;
    const named = beside && !this.roomy(look, names, classes) ? names.map((name, c) => `${c}: ${name}`).join(", ") : "";
    const letters = widthOf(plot.root) / look.size;
    plot.aspect = letters < 30 ? 0.74 : letters < 36 ? 0.38 : 0.44;
    plot.begin(look, {
      x: {title: moved ? say("classes, the most frequent first") : named, high: classes - 0.3},
      y: {
        title: log ? say("training samples of each class (logarithmic)") : say("training samples of each class"),
        log,
        low: log ? 0.8 : few ? -PLINTH * most : 0,
        high: this.held?.high ?? most * (log ? 2 : beside ? 1.2 : 1.14),
      },
    });
    plot.legend(
      GROUPS.map(({plain, limited}, g) => ({
        name: (rule === "thresholds" ? limited : plain)(asking ? "?" : manyOf(sizes[g])),
        fill: this.fills[g],
      })),
    );
    if (asking) {
      const ends = [order[0], order[classes - 1]];
      plot.bars(
        ends,
        ends.map((c) => counts[c]),
        {colour: look.muted},
      );
      for (const c of ends) this.value(plot, look, c, counts[c], 1);
      plot.text((classes - 1) / 2, most / 2, "?", {anchor: "middle", colour: look.muted, size: 3});
      return;
    }
    for (const g of [0, 1, 2]) {
      const of = order.filter((c) => group[c] === g);
      if (few) this.framed(plot, look, g, of, counts);
      else if (of.length)
        this.outline(
          plot,
          look,
          g,
          order.findIndex((c) => group[c] === g),
          of.map((c) => counts[c]),
        );
    }
    if (rule === "thresholds") this.limits(plot, look, classes);
    if (classes > 12) return;
    plot.dots(
      order,
      Array.from(order, (c) => counts[c]),
      {size: 1.2, outline: look.paper},
    );
    const fit = (plot.box.width / classes) * 0.98;
    const tight = Math.max(...Array.from(counts, (count) => plot.textWidth(written(count), look.size * 0.9))) > fit;
    for (const c of tight ? [order[0], order[classes - 1]] : order) {
      this.value(plot, look, c, counts[c], 0.9);
      if (beside && !named)
        plot.text(c, counts[c], names[c], {anchor: "middle", dy: -2 * look.size, size: 0.9, colour: look.muted});
    }
  }

  /**
   * The limits of the groups, where they stand apart from the axis.
   * @param {Plot} plot
   * @param {Look} look
   * @param {number} classes
   */
  limits(plot, look, classes) {
    const foot = plot.py(plot.y.low);
    for (const limit of LIMITS) {
      if (limit >= plot.y.high || foot - plot.py(limit) < 1.2 * look.size) continue;
      plot.line([-0.7, classes - 0.3], [limit, limit], {colour: look.ink, dash: "dash", width: 0.5});
      const words = limit === LIMITS[0] ? say("many above {limit}", {limit}) : say("few below {limit}", {limit});
      plot.text(classes - 0.3, limit, words, {
        anchor: "end",
        dy: (limit === LIMITS[0] ? -0.6 : 0.7) * look.size,
        size: 0.85,
      });
    }
  }

  /**
   * Bars with an edge of their colour, which the hatch would fray.
   * @param {Plot} plot
   * @param {Look} look
   * @param {number} g
   * @param {number[]} of the group's classes
   * @param {ArrayLike<number>} counts
   */
  framed(plot, look, g, of, counts) {
    plot.bars(
      of,
      of.map((c) => counts[c]),
      {colour: this.fills[g]},
    );
    const ground = plot.y.log ? plot.y.low : 0;
    for (const c of of) {
      const [from, to, foot] = [c - 0.4, c + 0.4, ground];
      if (!plot.y.log) {
        const [top, low] = [0.25 * plot.y.low, 0.85 * plot.y.low];
        plot.line([from, to, to, from], [low, low, top, top], {colour: "none", close: true, fill: this.fills[g]});
      }
      plot.line([from, from, to, to], [foot, counts[c], counts[c], foot], {
        colour: look.palette[roleOf(look, g)],
        width: 0.5,
      });
    }
  }

  /**
   * Whether every name has room above its bar.
   * @param {Look} look
   * @param {readonly string[]} names
   * @param {number} classes
   */
  roomy(look, names, classes) {
    const slot = (0.84 * widthOf(this.bars.root)) / classes;
    return names.every((name) => 0.55 * name.length * look.size < slot);
  }

  /**
   * A count above its bar, within the box.
   * @param {Plot} plot
   * @param {Look} look
   * @param {number} c
   * @param {number} count
   * @param {number} size
   */
  value(plot, look, c, count, size) {
    const text = written(count);
    const reach = plot.textWidth(text, look.size * size) / 2;
    const {left, width} = plot.box;
    const px = Math.min(left + width - reach, Math.max(left + reach, plot.px(c)));
    plot.text(plot.dx(px), count, text, {anchor: "middle", dy: -0.75 * look.size, size, bold: true});
  }

  /**
   * Steps of many classes from the most frequent down, begun at a rank.
   * @param {Plot} plot
   * @param {Look} look
   * @param {number} g
   * @param {number} from
   * @param {number[]} heights
   */
  outline(plot, look, g, from, heights) {
    /** @type {number[]} */
    const xs = [];
    /** @type {number[]} */
    const ys = [];
    const apart = Math.max(1, Math.ceil((plot.x.high + 0.3) / PLACES));
    for (let k = 0; k < heights.length; k += apart) {
      const end = Math.min(heights.length, k + apart);
      xs.push(from + k - 0.5, from + end - 0.5);
      ys.push(heights[k], heights[end - 1]);
    }
    const foot = plot.y.low;
    plot.line([xs[0], ...xs, xs[xs.length - 1]], [foot, ...ys, foot], {
      colour: "none",
      close: true,
      fill: this.fills[g],
      opacity: 0.5,
    });
    plot.line([xs[0], ...xs, xs[xs.length - 1]], [foot, ...ys, foot], {
      colour: look.palette[roleOf(look, g)],
      dash: look.dashes[roleOf(look, g)],
    });
  }

  /**
   * All samples as one strip, from the most frequent class to the rarest, and what the rarer half of the classes has.
   * @param {Look} look
   * @param {Found} found
   * @param {{guess: number | null, asking: boolean}} how
   */
  drawStrip(look, found, {guess, asking}) {
    const {counts, order, group, total, half, rarer} = found;
    const plot = this.strip;
    const {size} = look;
    const {box, wide} = this.bars;
    plot.aspect = (7 * size) / wide;
    plot.begin(look, {left: box.left, right: wide - box.left - box.width});
    plot.hit.style.pointerEvents = asking ? "auto" : "none";
    const at = (/** @type {number} */ lines) => plot.dy(lines * size);
    const [top, foot] = [at(1.7), at(3.9)];
    plot.text(0, at(0.8), say("all samples, the most frequent class first"), {});
    const block = (/** @type {number} */ from, /** @type {number} */ to, /** @type {Area} */ style) =>
      plot.line([from, to, to, from], [foot, foot, top, top], {close: true, ...style});
    if (asking) block(0, 100, {fill: look.grid, colour: look.muted, width: 0.5});
    else {
      let [sum, start] = [0, 0];
      order.forEach((c, rank) => {
        sum += counts[c];
        if (order.length > MOST_BARS && group[c] === group[order[rank + 1]]) return; // one block for each group
        const end = (100 * sum) / total;
        block(start, end, {fill: this.fills[group[c]], colour: look.paper, width: 0.5});
        start = end;
      });
      const from = 100 - rarer;
      plot.line([from, from, 100, 100], [at(4.1), at(4.4), at(4.4), at(4.1)], {colour: look.ink, width: 0.8});
      const share = percentOf(rarer);
      const rarestHave = sayMany("the rarest class: {share}", "the {count} rarest classes: {share}", half, {share});
      plot.text(100, at(5.2), rarestHave, {anchor: "end", bold: true});
    }
    if (guess === null) return;
    const own = guessed(look);
    plot.line([100 - guess, 100 - guess], [at(1.3), at(4.3)], {colour: look.paper, width: 2.6});
    plot.line([100 - guess, 100 - guess], [at(1.3), at(4.3)], {...own, width: 1.5});
    if (asking) plot.dots([100 - guess], [(top + foot) / 2], {colour: own.colour, size: 1.6, outline: look.paper});
    plot.text(100, at(asking ? 5.2 : 6.5), say("your guess: {value}", {value: percentOf(guess)}), {
      anchor: "end",
      colour: own.colour,
      bold: true,
    });
  }

  /**
   * The figure of the same setting; long lists and names are a file's matter.
   * @param {State} state
   */
  command(state) {
    const {spec} = this.controls;
    const words = ["ltviz figure class_counts"];
    for (const name of ["profile", "imbalance", "classes", "largest", "counts", "groups"]) {
      const dial = spec.dials.find((each) => each.name === name);
      if (!dial || state[name] === spec.state[name] || !active(spec, dial, state)) continue;
      const text = String(state[name]);
      const typed = name === "counts" && (OwnCounts.brief(text) ? `"${text}"` : "counts.csv");
      words.push(`--${name} ${typed || state[name]}`);
    }
    return words.join(" ");
  }

  /**
   * @param {Found} found
   * @param {Rule} rule
   * @returns {Pick<Drawn, "numbers" | "says">}
   */
  tell({counts, names, sizes, total, half, rarer, order, most, least}, rule) {
    const classes = counts.length;
    const held = GROUPS.map(({told, toldLimited}, g) =>
      (rule === "thresholds" ? toldLimited : told)(manyOf(sizes[g])),
    ).join(", ");
    const name = (/** @type {number} */ c) => (names.length ? `, ${names[c]}` : "");
    const ends = {first: name(order[0]), last: name(order[classes - 1])};
    return {
      numbers: [
        [say("classes"), written(classes)],
        [say("samples"), written(total)],
        [say("most frequent"), written(most)],
        [say("rarest"), written(least)],
        [say("imbalance"), written(most / least)],
        [say("the rarer half has"), percentOf(rarer)],
      ],
      says: [
        say(
          "{classes} classes share {total} samples: the most frequent{first} has {most}, the rarest{last} {least}, a ratio of {ratio}.",
          {classes, total, most, least, ratio: most / least, ...ends},
        ),
        say("By group: {groups}.", {groups: held}),
        sayMany(
          "The rarest class has {share} of all samples.",
          "The {count} rarest classes have {share} of all samples.",
          half,
          {share: percentOf(rarer)},
        ),
      ].join(" "),
    };
  }
}

PICTURES.counts = CountsPicture;

/**
 * The group of each class: 0 many, 1 medium, 2 few; as ClassCounts.groups of ltviz/core/counts.py.
 * @param {ArrayLike<number>} counts
 * @param {number[]} order
 * @param {Rule} rule
 */
function groupsOf(counts, order, rule) {
  if (rule === "thresholds") return Uint8Array.from(counts, (count) => (count > 100 ? 0 : count < 20 ? 2 : 1));
  const group = new Uint8Array(counts.length);
  const [each, more] = [Math.floor(counts.length / 3), counts.length % 3];
  const ends = [each + Math.min(more, 1), 2 * each + Math.min(more, 2)];
  order.forEach((c, rank) => {
    group[c] = rank < ends[0] ? 0 : rank < ends[1] ? 1 : 2;
  });
  return group;
}

/**
 * What the reader has seen.
 * @param {Found} found
 * @param {number | null} guess
 */
function seenCounts({half, rarer, total, most, least}, guess) {
  const places = {share: percentOf(rarer), total, imbalance: most / least};
  if (guess === null)
    return sayMany(
      "The rarest class has {share} of {total} samples; the imbalance is {imbalance}.",
      "The {count} rarest classes have {share} of {total} samples; the imbalance is {imbalance}.",
      half,
      places,
    );
  return sayMany(
    "The rarest class has {share} of {total} samples, where you said {guess}; the imbalance is {imbalance}.",
    "The {count} rarest classes have {share} of {total} samples, where you said {guess}; the imbalance is {imbalance}.",
    half,
    {...places, guess: percentOf(guess)},
  );
}

/** @param {number} size classes of a group */
function manyOf(size) {
  return size ? written(size) : say("none");
}

/** @param {number} share in percent */
function percentOf(share) {
  return `${share < 0.05 ? "< 0.1" : fixed(share, 1)}\u00a0%`;
}

/**
 * The place in palette and dashes of a group: many, medium, few.
 * @param {Look} look
 * @param {number} g
 */
function roleOf({roles}, g) {
  return [roles.frequent, roles.middle, roles.rare][g];
}
