// Margins and frequency: class counts with handles, and what losses make of them: margins, weights, errors.

/** @import {Axis, Controls, Drag, Drawn, Floats, Ints, Look, Scene} from "../types.js" */
import {agrees} from "../dials.js";
import {make} from "../dom.js";
import {percent, written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {Plot} from "../plot.js";

/**
 * Of the dials those that the picture reads itself.
 * @typedef {{counts: "profile" | "by hand", unit: "logit" | "paper", beta: number}} FrequencyState
 */

/**
 * Margins of L losses, and weights of V others, for C classes.
 * @typedef {object} Curves
 * @property {Ints} counts (C,) training samples
 * @property {Ints} order (C,) classes, the most frequent first
 * @property {{losses: readonly string[], logit: Floats, paper: Floats, units: readonly Unit[], scales: readonly number[]}} margins
 *   `logit`, `paper`: (L, C), in logits and in each paper's unit; `scales`: of cosine heads, 0 for linear ones
 * @property {{losses: readonly string[], values: Floats}} weights (V, C), with a mean over the classes of 1
 */

/** @typedef {"logit" | "cosine" | "radian"} Unit */

/** @typedef {{counts: Ints, errors: Floats}} Toy points of the two clouds, (2,), and shares of wrong answers, (2,) */

/** @typedef {{curves: Curves, balanced: {values: Floats}, toy: Toy}} FrequencyEntries `balanced`: weights (C,) */

/** @typedef {{colour?: string, dash?: string, marker?: string}} Style */

/** @type {Record<Unit, string>} */
const UNITS = {logit: "logits", cosine: "cosine", radian: "radians"};

// of the palette, with a contrast of 3 or more to the ground; 0 and 1 are head and tail, 9 is the guess
const MARGIN_COLOURS = [2, 11, 8, 14];
const WEIGHT_COLOURS = [15, 13, 6];
const BARS = 10; // as many as a hand can drag

class FrequencyPicture {
  /** @type {number[]} the counts that are drawn */
  shown = [];
  held = 0; // the class whose bar a hand holds
  guessing = false;

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    const columns = "grid-template-columns: repeat(auto-fit, minmax(min(100%, max(13em, 34%)), 1fr))"; // two, or one
    const cells = make("div", {class: "panels", style: columns});
    host.append(cells);
    const plot = (/** @type {Partial<Axis>} */ x, /** @type {Partial<Axis>} */ y) => {
      const cell = make("div", {style: "align-self: end"}); // axes of a row at one height
      cells.append(cell);
      return new Plot(cell, {x, y});
    };
    const samples = {title: "training samples of the class", log: true};
    this.counts = plot({title: "class", low: -0.5, whole: true}, {log: true});
    this.margins = [0, 1, 2].map(() => plot(samples, {}));
    this.weights = plot(samples, {title: "weight of a sample (mean over classes: 1)", log: true});
    this.errors = plot({title: "1 / (1 − β)", low: 1, high: 1e6, log: true}, {low: 0, high: 100});
    this.byHand = controls.values("counts").length > 1; // a page without a kernel has the profiles only
    if (this.byHand) this.counts.onDrag((at) => this.drag(at), {both: true});
  }

  /**
   * Drag the top of a class's bar; the first touch turns the profile's counts into the classes' own.
   * @param {Drag} at
   */
  drag({x, y, start, done}) {
    const {controls, shown} = this;
    if (shown.length > BARS || controls.asking) return;
    if (start) this.held = Math.max(0, Math.min(shown.length - 1, Math.round(x)));
    if (controls.state.counts === "profile") {
      const own = Object.fromEntries(shown.map((count, c) => [`n${c}`, count]));
      controls.change({counts: "by hand", bars: shown.length, ...own});
    }
    controls.touch(`n${this.held}`);
    controls.set(`n${this.held}`, y, {done});
  }

  /**
   * @param {Scene<FrequencyState, FrequencyEntries>} scene
   * @returns {Drawn}
   */
  draw({state, entries, entryAt, guess, asking, look}) {
    const {curves, balanced, toy} = entries;
    const {counts, order} = curves;
    this.shown = [...counts];
    const aspect = this.counts.root.clientWidth < 20 * look.size ? 0.95 : 0.72; // few letters wide: room for the legends
    for (const plot of [this.counts, ...this.margins, this.weights, this.errors]) plot.aspect = aspect;
    this.guessing = asking;
    const [head, tail] = [order[0], order[counts.length - 1]];
    const most = Math.max(12000, 1.3 * counts[head]);
    this.drawCounts(look, counts, {head, tail, most});
    const ask = this.controls.spec.guess?.state ?? {};
    const held = guess !== null && agrees(/** @type {any} */ (state), ask) ? guess : null; // it is about that state
    this.drawMargins(look, curves, state.unit, {guess: held, most});
    this.drawWeights(look, curves, balanced.values, most);
    this.drawErrors(look, toy, state.beta, (beta) => entryAt("toy", {beta}));

    const classes = counts.length;
    const ldam = curves.margins.logit[tail] / curves.margins.logit[head];
    const weight = balanced.values[tail] / balanced.values[head];
    const times = (/** @type {number} */ ratio) => (written(ratio) === "1" ? "" : `${written(ratio)} times `);
    const told = `${classes} classes with ${written(counts[head])} to ${written(counts[tail])} samples. `;
    return {
      values: {ldam, weight, head: toy.errors[0], tail: toy.errors[1]},
      numbers: [
        ["LDAM's margin, tail / head", `${written(ldam)}\u00a0×`],
        ["class-balanced weight, tail / head", `${written(weight)}\u00a0×`],
        ["error, head cloud", percent(toy.errors[0])],
        ["error, tail cloud", percent(toy.errors[1])],
      ],
      says:
        `${told}LDAM's margin of the rarest is ${times(ldam)}as large as that of the most frequent, its ` +
        `class-balanced weight ${times(weight)}as large. Between two clouds of ${written(toy.counts[0])} and ` +
        `${written(toy.counts[1])} points and with β ${state.beta}, the head's error is ${percent(toy.errors[0])}, ` +
        `the tail's ${percent(toy.errors[1])}.`,
      path: "beta", // the errors at its other stops are drawn as they come
    };
  }

  /**
   * @param {Look} look
   * @param {Ints} counts
   * @param {{head: number, tail: number, most: number}} ends the most frequent class, the rarest, and the axis's end
   */
  drawCounts(look, counts, {head, tail, most}) {
    const plot = this.counts;
    const byHand = this.byHand && counts.length <= BARS;
    const title = `training samples${byHand ? " (drag a bar)" : ""}`;
    plot.begin(look, {x: {high: counts.length - 0.5}, y: {title, low: 0.7, high: most * 1.6}});
    plot.legend(["head: most frequent", "tail: rarest"].map((name, i) => ({name, fill: look.palette[i]})));
    const classes = Array.from(counts, (_, c) => c);
    const rest = classes.filter((c) => c !== head && c !== tail);
    plot.bars(
      rest,
      rest.map((c) => counts[c]),
      {colour: look.muted, opacity: 0.55},
    );
    const half = 0.4 * (plot.px(1) - plot.px(0));
    [head, tail].forEach((c, i) => {
      plot.bars([c], [counts[c]], {colour: look.palette[i]});
      const text = written(counts[c]);
      const over = Math.max(0, plot.textWidth(text, look.size) / 2 - half); // a label stays within the box
      const dx = c === 0 ? over : c === counts.length - 1 ? -over : 0;
      plot.text(c, counts[c], text, {anchor: "middle", dx, dy: -look.size * 1.1, bold: true});
    });
    if (byHand) plot.dots(classes, counts, {size: 1.4, outline: look.paper});
  }

  /**
   * One plot for each kind of head, or for each unit that the papers use: margins that do not compare share none.
   * @param {Look} look
   * @param {Curves} curves
   * @param {"logit" | "paper"} unit
   * @param {{guess: number | null, most: number}} scene the guess, where the state is that of the question
   */
  drawMargins(look, {counts, order, margins}, unit, {guess, most}) {
    const heads = Array.from(margins.scales, (scale) =>
      scale ? "cosine head: logits, within ±s" : "linear head: logits, no fixed scale",
    );
    const kinds = unit === "logit" ? heads : margins.units.map((each) => UNITS[each]);
    const groups = [...new Set(kinds)];
    this.margins.forEach((plot, k) => {
      if (plot.root.parentElement) plot.root.parentElement.hidden = k >= groups.length;
      if (k >= groups.length) return;
      const of = margins.losses.map((_, i) => i).filter((i) => kinds[i] === groups[k]);
      const values = of.map((i) => Array.from(order, (c) => margins[unit][i * counts.length + c]));
      const head = margins.logit[order[0]];
      const guessed = guess !== null && unit === "logit" && of[0] === 0 ? guess * head : 0; // LDAM's
      const high = 1.1 * Math.max(guessed, ...values.flat()) || 1;
      plot.begin(look, {x: {low: 0.8, high: most}, y: {title: `margin (${groups[k]})`, low: 0, high}});
      const styles = of.map((i) => ({
        name: `${margins.losses[i]}${unit === "logit" && margins.scales[i] ? `, s\u00a0=\u00a0${written(margins.scales[i])}` : ""}`,
        colour: look.palette[MARGIN_COLOURS[i]],
        dash: look.dashes[i],
        marker: look.markers[i],
      }));
      const own = {colour: look.palette[9], dash: "dot", marker: "circle"};
      const known = this.guessing && of[0] === 0 ? styles.slice(0, 1) : styles;
      plot.legend(guessed ? [...known, {name: "your guess", ...own}] : known);
      const xs = Array.from(order, (c) => counts[c]);
      if (this.guessing && of[0] === 0) plot.dots([xs[0]], [head], {...styles[0], size: 1.3});
      else values.forEach((ys, j) => this.curve(plot, xs, ys, styles[j]));
      if (guessed) {
        const rarest = xs[xs.length - 1];
        plot.line([xs[0], rarest], [head, guessed], own);
        plot.dots([rarest], [guessed], {...own, size: 1.3});
      }
    });
  }

  /**
   * @param {Look} look
   * @param {Curves} curves
   * @param {Floats} balanced (C,) weights of the class-balanced loss
   * @param {number} most the axis's end
   */
  drawWeights(look, {counts, order, weights}, balanced, most) {
    const plot = this.weights;
    const xs = Array.from(order, (c) => counts[c]);
    const rows = weights.losses.map((_, i) => Array.from(order, (c) => weights.values[i * counts.length + c]));
    rows.push(Array.from(order, (c) => balanced[c]));
    const all = rows.flat();
    plot.begin(look, {x: {low: 0.8, high: most}, y: {low: 0.7 * Math.min(...all), high: 1.4 * Math.max(...all)}});
    const styles = [...weights.losses, "Class-balanced (β)"].map((name, i) => ({
      name,
      colour: look.palette[WEIGHT_COLOURS[i]],
      dash: ["dash", "dot", "solid"][i],
      marker: look.markers[i + 4],
    }));
    plot.legend(styles);
    rows.forEach((ys, i) => this.curve(plot, xs, ys, styles[i]));
  }

  /**
   * @param {Plot} plot
   * @param {number[]} xs
   * @param {number[]} ys
   * @param {Style} style
   */
  curve(plot, xs, ys, style) {
    plot.line(xs, ys, style);
    if (xs.length <= 20) plot.dots(xs, ys, style);
  }

  /**
   * The errors at every beta that is here already, and at the current one.
   * @param {Look} look
   * @param {Toy} toy
   * @param {number} beta
   * @param {(beta: number) => Toy | undefined} toyAt
   */
  drawErrors(look, toy, beta, toyAt) {
    const plot = this.errors;
    plot.begin(look, {y: {title: "error between two clouds (%)"}});
    const styles = ["head", "tail"].map((name, i) => ({
      name: `${name}: ${written(toy.counts[i])} points`,
      colour: look.palette[i],
      dash: look.dashes[i],
      marker: look.markers[i],
    }));
    plot.legend(styles);
    const reach = (/** @type {number} */ at) => Math.min(1e6, 1 / (1 - at));
    const betas = this.controls.values("beta");
    const toys = betas.map(toyAt);
    const here = reach(beta);
    plot.line([here, here], [0, 100], {colour: look.muted, width: 0.6});
    styles.forEach((style, i) => {
      plot.line(
        betas.map(reach),
        toys.map((entry) => (entry ? 100 * entry.errors[i] : NaN)),
        style,
      );
      plot.dots([here], [100 * toy.errors[i]], {...style, size: 1.7, outline: look.paper});
    });
  }
}

PICTURES.frequency = FrequencyPicture;
