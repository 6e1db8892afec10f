// The balance of forces: two clouds with an arrow on each sample, a scale with the pulls of both classes, and below it
// each sample's pull against its distance from the boundary.

/** @import {Controls, Drawn, Floats, Ints, Look, Scene} from "../types.js" */
/** @import {Model, Sample, Terms} from "../fitting.js" */
/** @import {Pulls} from "../forces.js" */
import {nearest} from "../dials.js";
import {make, put} from "../dom.js";
import {Fitter} from "../fitting.js";
import {pullsAt, Way} from "../forces.js";
import {guessed} from "../guess.js";
import {showLegend} from "../legend.js";
import {fixed, written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {Plot} from "../plot.js";
import {Scale} from "../scale.js";
import {say} from "../words.js";

/** @typedef {{place: number, sees: string}} ForcesState of the dials those that the picture reads itself */

/**
 * `pulls` is null where it is worked out here: at every stop of the place, and in its last row at rest.
 * @typedef {object} ForcesEntries
 * @property {{points: Floats, far: number}} points (2, most, 2) in sigma from the middle; how far off the clouds' are
 * @property {{counts: Ints}} counts (2,) training samples
 * @property {Model} model
 * @property {{loss: string, terms: Terms | null}} terms
 * @property {{rest: number, normal: Floats, pull: Floats, hold: Floats} | null} pulls
 */

/**
 * What a loss does to the boundary of these points.
 * @typedef {object} Field
 * @property {number} rest where it comes to rest
 * @property {readonly number[]} normal (2,)
 * @property {(place: number) => Pulls} at
 */

const ROOM = 3; // sigma around the clouds' middles
const UNIT = 1; // sigma: the arrow of a pull of 1
const SHORTEST = 0.03; // of it: a shorter arrow is none
const FRAMES = 20; // of the way back to rest
const ABREAST = 22; // letters across two plots
const PAUSE = 30; // milliseconds between them

class ForcesPicture {
  #fitter = new Fitter();
  /** @type {Sample | null} */
  #sample = null;
  #sampleKey = "";
  /** @type {Field | null} */
  #field = null;

  /**
   * What a page holds no pulls of is worked out here.
   * @type {import("../types.js").Own}
   */
  static own = (_, key, entries) => entries[key] ?? null;

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    host.setAttribute("role", "group"); // in an image no button can be reached
    this.release = make("button", {type: "button", onclick: () => this.letGo()}, say("Let the boundary go"));
    this.key = make("div", {class: "key", style: "margin:0"});
    put(host, make("div", {class: "challenges", style: "justify-content:space-between"}, this.key, this.release));
    this.row = put(host, make("div", {class: "panels led"}));
    this.plane = new Plot(put(this.row, make("div")), {equal: true, grid: false});
    this.aside = put(this.row, make("div", {style: "display:grid;gap:.6em"}));
    this.scale = new Scale(put(this.aside, make("div")));
    this.curve = new Plot(put(this.aside, make("div")), {x: {title: say("distance, own side (σ)")}, aspect: 0.8});
    this.plane.onDrag(({x, done}) => {
      if (controls.asking) controls.guess(x);
      else controls.set("place", x, {done});
    });
  }

  /**
   * @param {Scene<ForcesState, ForcesEntries>} scene
   * @returns {Drawn}
   */
  draw({state, entries, guess, asking, look}) {
    const field = this.field(state, entries);
    this.#field = field;
    this.release.disabled = asking;
    const half = (this.controls.values("place")[1] - this.controls.values("place")[0]) / 2;
    const resting = Math.abs(state.place - field.rest) <= half;
    const place = resting ? field.rest : state.place; // the stop beside it is that very place
    const {pull, hold} = field.at(place);
    const sample = this.sample(state, entries);
    const {labels} = sample;
    const totals = [0, 1].map((c) => labels.reduce((sum, label, i) => sum + (label === c ? pull[i] : 0), 0));
    const {counts} = entries.counts;
    const wide = this.aside.clientWidth;
    const below = wide > 0.8 * this.row.clientWidth; // of the plane: there is room for two plots side by side
    this.aside.style.gridTemplateColumns = `repeat(${below && wide > ABREAST * look.size ? 2 : 1}, minmax(0, 1fr))`;
    this.legend(look, counts);
    this.drawPlane(look, {entries, place, pull, field, guess, asking, labels});
    const sides = [0, 1].map((c) => Array.from(pull).filter((_, i) => labels[i] === c));
    this.scale.draw(look, {sides: asking ? null : sides, totals, hold});
    this.drawCurve(look, {entries, place, pull, field, asking, labels});
    const each = [0, 1].map((c) => totals[c] / counts[c]);
    const alike = counts[0] === counts[1];
    const kinds = alike
      ? [say("{count} left", {count: counts[0]}), say("{count} right", {count: counts[1]})]
      : [say("{count} frequent", {count: counts[0]}), say("{count} rare", {count: counts[1]})];
    const where = `${fixed(place, 2, true)}\u00a0σ`;
    const rest = `${fixed(field.rest, 2, true)}\u00a0σ`;
    const verdict = verdictOf(totals, hold, resting, alike);
    const pushes = [0, 1].map((c) => ({
      who: kinds[c],
      pull: short(totals[c]),
      each: short(each[c]),
    }));
    const [first, second] = pushes.map((push) => say("{who} with {pull} ({each} each)", push));
    const begun = say("{who} push with {pull} ({each} each)", pushes[0]);
    return {
      values: {
        subject: entries.terms.loss,
        rest: field.rest,
        place,
        left: totals[0],
        right: totals[1],
        hold,
        level: Math.abs(totals[0] + totals[1] + hold),
      },
      numbers: [
        [say("boundary"), where],
        [say("comes to rest at"), rest],
        [kinds[0], short(totals[0])],
        [kinds[1], short(totals[1])],
        [say("regulariser"), fixed(hold, 3)],
      ],
      says: say(
        "{loss}: the boundary stands at {where} from the middle. It is pushed by {first} and {second}, and by the regulariser with {hold}. {verdict} It comes to rest at {rest}.",
        {
          loss: entries.terms.loss,
          where,
          first,
          second,
          hold: fixed(hold, 3),
          verdict,
          rest,
        },
      ),
      saw: say("At {where}, {first}, {second}. {verdict}", {where, first: begun, second, verdict}),
    };
  }

  /**
   * The samples, of each class the first: what the classifier is given of them.
   * @param {ForcesState} state
   * @param {ForcesEntries} entries
   * @returns {Sample}
   */
  sample({sees}, {points, counts}) {
    const key = `${sees} ${counts.counts.join()} ${points.points[0]} ${points.points[1]} ${points.far}`;
    if (this.#sample && key === this.#sampleKey) return this.#sample;
    const places = placesOf(points.points, counts.counts);
    if (sees === "line") for (let i = 1; i < places.length; i += 2) places[i] = 0;
    const [first, second] = counts.counts;
    const labels = Uint8Array.from({length: first + second}, (_, i) => Number(i >= first));
    this.#sampleKey = key;
    this.#sample = {points: places, labels, counts: Float64Array.from(counts.counts)};
    return this.#sample;
  }

  /**
   * @param {ForcesState} state
   * @param {ForcesEntries} entries
   * @returns {Field}
   */
  field(state, entries) {
    const {pulls, model} = entries;
    const {terms} = entries.terms;
    if (pulls) {
      const {pull, hold} = pulls;
      const n = pull.shape[1];
      const stops = this.controls.values("place");
      const row = (/** @type {number} */ at) => ({pull: pull.subarray(at * n, (at + 1) * n), hold: hold[at]});
      const at = (/** @type {number} */ place) => row(place === pulls.rest ? stops.length : nearest(stops, place));
      return {rest: pulls.rest, normal: Array.from(pulls.normal), at};
    }
    if (!terms) throw new Error(say("this page has no pulls of this loss here"));
    const {frame, fit} = this.#fitter.fit(this.sample(state, entries), model, terms);
    const {problem, vectors} = this.#fitter;
    const way = new Way(vectors, frame);
    const moved = {...frame, scale: fit.scale};
    return {
      rest: way.rest,
      normal: way.normal,
      at: (place) => pullsAt(/** @type {any} */ (problem), way, moved, place),
    };
  }

  /** Go back to rest stop by stop; at once where motion is not wanted. */
  letGo() {
    const field = this.#field;
    if (!field || this.controls.asking) return;
    const from = Number(this.controls.state.place);
    const steps = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1 : FRAMES;
    const step = (/** @type {number} */ k) => {
      this.controls.set("place", from + (field.rest - from) * (1 - (1 - k / steps) ** 2), {done: k === steps});
      if (k < steps) setTimeout(step, PAUSE, k + 1);
    };
    step(1);
  }

  /**
   * @param {Look} look
   * @param {Ints} counts
   */
  legend(look, counts) {
    const [first, second] = counts;
    const kinds =
      first === second
        ? [say("left class: {count}", {count: first}), say("right class: {count}", {count: second})]
        : [say("frequent class: {count}", {count: first}), say("rare class: {count}", {count: second})];
    showLegend(
      this.key,
      look,
      kinds.map((kind, c) => ({
        name: kind,
        colour: look.palette[c],
        marker: look.markers[c],
      })),
    );
  }

  /**
   * @param {Look} look
   * @param {{entries: ForcesEntries, place: number, pull: ArrayLike<number>, field: Field, guess: number | null,
   *   asking: boolean, labels: Uint8Array}} scene
   */
  drawPlane(look, {entries, place, pull, field, guess, asking, labels}) {
    const {plane} = this;
    const {points, counts} = entries;
    const right = Math.max(points.far + ROOM, 4);
    plane.begin(look, {
      x: {low: -right, high: right, title: say("distance from the middle (σ)")},
      y: {low: -ROOM, high: ROOM},
    });
    const places = placesOf(points.points, counts.counts);
    const [nx, ny] = field.normal;
    for (const c of [0, 1]) {
      const own = [...labels.keys()].filter((i) => labels[i] === c);
      const style = {colour: look.palette[c], marker: look.markers[c]};
      plane.dots(
        own.map((i) => places[2 * i]),
        own.map((i) => places[2 * i + 1]),
        {...style, opacity: 0.75},
      );
      for (const i of asking ? [] : own) {
        if (Math.abs(pull[i]) < SHORTEST) continue;
        const [x, y, long] = [places[2 * i], places[2 * i + 1], pull[i] * UNIT * Math.sign(nx)];
        plane.arrow(x, y, x + long * nx, y + long * ny, {colour: look.palette[c], width: 0.8});
      }
    }
    const across = (/** @type {number} */ at) => [at + (ROOM * ny) / nx, at - (ROOM * ny) / nx];
    if (!asking) {
      const rest = across(field.rest);
      if (place !== field.rest) plane.line(rest, [-ROOM, ROOM], {colour: look.muted, dash: "dash", width: 0.8});
      plane.line(across(place), [-ROOM, ROOM], {width: 1.6});
      plane.dots([place], [0], {size: 1.7, outline: look.paper});
      if (place !== field.rest)
        plane.text(rest[0], -ROOM, say("at rest"), {
          ...this.beside(field.rest, place),
          dy: -0.7 * look.size,
          colour: look.muted,
        });
    }
    if (guess === null) return;
    plane.line([guess, guess], [-ROOM, ROOM], {...guessed(look), width: 1.4});
    const letters = {colour: guessed(look).colour, bold: true, dy: 0.9 * look.size};
    plane.text(guess, ROOM, say("your guess"), {...this.beside(guess, asking ? guess - 1 : place), ...letters});
  }

  /**
   * The side of a line on which its name stands: away from another line, and inside.
   * @param {number} at
   * @param {number} other
   * @returns {{anchor: "start" | "end", dx: number}}
   */
  beside(at, other) {
    const {size} = this.plane.look;
    const left = (at < other && at > -2) || at > 2;
    return left ? {anchor: "end", dx: -0.5 * size} : {anchor: "start", dx: 0.5 * size};
  }

  /**
   * @param {Look} look
   * @param {{entries: ForcesEntries, place: number, pull: ArrayLike<number>, field: Field, asking: boolean,
   *   labels: Uint8Array}} scene
   */
  drawCurve(look, {entries, place, pull, field, asking, labels}) {
    const {curve} = this;
    const [nx, ny] = field.normal;
    const places = placesOf(entries.points.points, entries.counts.counts);
    const stops = this.controls.values("place");
    const ends = [stops[0], stops[stops.length - 1]].flatMap((end) => Array.from(field.at(end).pull, Math.abs));
    const most = Math.max(1, ...ends);
    curve.begin(look, {x: {low: -4, high: 6}, y: {low: 0, high: 1.08 * most, title: say("pull of one sample")}});
    if (asking) {
      curve.text(1, most / 2, "?", {anchor: "middle", colour: look.muted, size: 2.4});
      return;
    }
    curve.line([0, 0], [0, 1.08 * most], {width: 1.2});
    for (const c of [0, 1]) {
      const own = [...labels.keys()].filter((i) => labels[i] === c);
      const side = (c ? 1 : -1) * Math.sign(nx);
      const sees = this.controls.state.sees === "line" ? 0 : 1; // then a point's height counts for nothing
      const away = own.map((i) => side * ((places[2 * i] - place) * nx + sees * places[2 * i + 1] * ny));
      const style = {colour: look.palette[c], marker: look.markers[c], size: 0.8, opacity: 0.75};
      curve.dots(
        away,
        own.map((i) => Math.abs(pull[i])),
        style,
      );
    }
  }
}

PICTURES.forces = ForcesPicture;

/**
 * The points (n, 2) of each class's first, in one array.
 * @param {Floats} points (2, most, 2)
 * @param {Ints} counts (2,)
 * @returns {Float64Array<ArrayBuffer>}
 */
function placesOf(points, counts) {
  const most = points.shape[1];
  return Float64Array.from([
    ...points.subarray(0, 2 * counts[0]),
    ...points.subarray(2 * most, 2 * (most + counts[1])),
  ]);
}

/** @param {number} pull */
function short(pull) {
  return written(Math.abs(pull), Math.abs(pull) < 10 ? 2 : 3);
}

/**
 * @param {readonly number[]} totals
 * @param {number} hold
 * @param {boolean} resting
 * @param {boolean} alike whether no class is rarer
 */
function verdictOf([left, right], hold, resting, alike) {
  const net = left + right + hold;
  if (resting) return Math.abs(net) < 0.01 ? say("Level: it rests.") : say("It rests at a corner of the loss.");
  if (alike) return net > 0 ? say("The left push harder.") : say("The right push harder.");
  return net > 0 ? say("The frequent push harder.") : say("The rare push harder.");
}
