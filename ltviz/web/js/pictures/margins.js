// Margins for rare classes: bars of class counts, and below them what share of the rarest class's margin each gets.

/** @import {Controls, Drawn, Floats, Ints, Look, Scene, Stroke} from "../types.js" */
import {CountBars, stacked} from "../bars.js";
import {agrees} from "../dials.js";
import {guessed} from "../guess.js";
import {written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {Plot} from "../plot.js";
import {say} from "../words.js";

/**
 * Margins of L losses for C classes.
 * @typedef {object} Margins
 * @property {Ints} counts (C,) training samples
 * @property {Ints} order (C,) classes, the most frequent first
 * @property {readonly string[]} losses titles
 * @property {readonly number[]} places among the strokes of losses
 * @property {Floats} logits (L, C) what the margin takes off the target's logit
 */
const HIGH = 97; // percent: beside the end of the frequent class all curves are lower

class MarginsPicture {
  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    this.bars = new CountBars(host, controls);
    this.curves = new Plot(host, {x: {low: -0.5, whole: true, title: say("class")}, y: {low: 0, high: 112}});
  }

  /**
   * @param {Scene<{imbalance: number}, {margins: Margins}>} scene
   * @returns {Drawn}
   */
  draw({state, entries, entryAt, guess, asking, look}) {
    const asked = agrees(/** @type {any} */ (state), this.controls.spec.guess?.state ?? {});
    const {margins} = entries;
    const {counts, order, losses, logits} = margins;
    const classes = counts.length;
    const [head, tail] = [order[0], order[classes - 1]];
    const shape = stacked(this.bars.plot, look, 0.9 * look.size);
    const at = (/** @type {Record<string, number>} */ changes) => entryAt("margins", changes);
    this.bars.draw(look, margins, {at, most: Math.max(20_000, 2.5 * counts[head]), aspect: shape.above, ...shape});
    this.drawCurves(look, margins, {guess, asked, asking, shape});
    const ratio = (/** @type {number} */ k) => logits[k * classes + tail] / logits[k * classes + head];
    const times = (/** @type {number} */ value) => (value < Infinity ? `${written(value)}\u00a0×` : say("from none"));
    const gives = (/** @type {string} */ loss, /** @type {number} */ k) =>
      ratio(k) < Infinity
        ? say("{loss} {times} times", {loss, times: ratio(k)})
        : say("{loss} gives the frequent class none", {loss});
    const told = losses.map(gives);
    const ldam = ratio(0);
    const seen = {
      rarity: counts[head] / counts[tail],
      loss: losses[0],
      times: ldam,
      others: told.slice(1).join("; "),
    };
    return {
      values: {ldam},
      numbers: losses.map((name, k) => [say(name), times(ratio(k))]),
      says: say(
        "{classes} classes with {most} to {least} samples. The margin of the rarest against that of the most frequent: {told}.",
        {classes, most: counts[head], least: counts[tail], told: told.join(", ")},
      ),
      saw:
        counts[head] === counts[tail]
          ? say("All classes are alike: no margin is larger than another.")
          : guess === null || asking || !asked
            ? say("{rarity} times rarer: {loss} gives {times} times the margin; {others}.", seen)
            : say("{rarity} times rarer: {loss} gives {times} times the margin, where you said {guess}; {others}.", {
                ...seen,
                guess,
              }),
      path: "imbalance",
    };
  }

  /**
   * @param {Look} look
   * @param {Margins} margins
   * @param {{guess: number | null, asked: boolean, asking: boolean, shape: ReturnType<typeof stacked>}} scene
   */
  drawCurves(look, {counts, order, losses, places, logits}, {guess, asked, asking, shape}) {
    const plot = this.curves;
    const classes = counts.length;
    const [head, tail] = [order[0], order[classes - 1]];
    plot.aspect = shape.below;
    const title = say("margin, as a share of the rarest class's (%)");
    plot.begin(look, {x: {high: classes - 0.5}, y: {title}, left: shape.left, right: shape.right});
    const all = Array.from(counts, (_, c) => c);
    const styles = places.map((place) => look.losses[place]);
    const share = (/** @type {number} */ k) =>
      all.map((c) =>
        logits[k * classes + tail] > 0 ? (100 * logits[k * classes + c]) / logits[k * classes + tail] : NaN,
      );
    if (guess !== null && asking) plot.line([head, tail], [100 / guess, 100], guessed(look));
    if (asking) {
      plot.dots([tail], [100], {...styles[0], size: 1.4});
      plot.text((classes - 1) / 2, 50, "?", {anchor: "middle", colour: look.muted, size: 3});
    } else {
      const at = Math.floor(0.45 * (classes - 1));
      const rows = losses.map((_, k) => share(k));
      const top = Math.max(...rows.map((ys) => ys[at] || 0));
      losses.forEach((name, k) => this.curve(plot, rows[k], {name, at, above: rows[k][at] >= top, ...styles[k]}));
    }
    if (guess !== null)
      this.guess(plot, {head, tail, share: 100 / guess, right: asking || !asked ? NaN : share(0)[head]});
  }

  /**
   * A curve, and its name where the curves are apart: above the topmost, below the others.
   * @param {Plot} plot
   * @param {number[]} ys
   * @param {Stroke & {name: string, at: number, above: boolean}} style
   */
  curve(plot, ys, style) {
    const {size} = plot.look;
    const xs = ys.map((_, c) => c);
    plot.line(xs, ys, style);
    if (xs.length <= 20) plot.dots(xs, ys, {...style, size: 1.2});
    const side = style.above
      ? {anchor: "end", dy: -0.9 * size}
      : {anchor: "start", dx: 0.9 * size, dy: (ys[style.at] < 25 ? -0.9 : 1.1) * size};
    const letters = /** @type {const} */ ({colour: style.colour, bold: true, size: 0.9});
    if (Number.isFinite(ys[style.at]))
      plot.text(style.at, ys[style.at], say(style.name), {.../** @type {any} */ (side), ...letters});
  }

  /**
   * The share that the guess gives the most frequent class, and how far the true one lies from it.
   * @param {Plot} plot
   * @param {{head: number, tail: number, share: number, right: number}} scene
   */
  guess(plot, {head, tail, share, right}) {
    const {look} = plot;
    const {colour} = guessed(look);
    if (Number.isFinite(right)) plot.line([head, head], [share, right], {colour, width: 1.6});
    plot.dots([head], [share], {colour, size: 1.4, outline: look.paper});
    const side = head <= tail ? "start" : "end";
    plot.text(head, HIGH, say("your guess: {value}", {value: ` 1 / ${written(100 / share)}`}), {
      anchor: side,
      colour,
      bold: true,
    });
  }
}

PICTURES.margins = MarginsPicture;
