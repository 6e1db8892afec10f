// Weights for rare classes: bars of class counts, and below them how many times a sample of each class counts.

/** @import {Controls, Drawn, Floats, Ints, Look, Scene} from "../types.js" */
import {CountBars, stacked} from "../bars.js";
import {agrees} from "../dials.js";
import {endRoom, nameEnds} from "../ends.js";
import {guessed} from "../guess.js";
import {written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {Plot} from "../plot.js";
import {say} from "../words.js";

/**
 * Class weights of L losses for C classes; the last loss is the class-balanced one.
 * @typedef {object} Weights
 * @property {Ints} counts (C,) training samples
 * @property {Ints} order (C,) classes, the most frequent first
 * @property {readonly string[]} names of the losses
 * @property {readonly number[]} places among the strokes of losses
 * @property {Floats} weights (L, C)
 */

/** @typedef {{imbalance: number, beta: number}} WeightsState */

class WeightsPicture {
  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    this.bars = new CountBars(host, controls, {path: "beta"});
    this.curves = new Plot(host, {x: {low: -0.5, whole: true, title: say("class")}, y: {log: true, low: 0.7}});
  }

  /**
   * @param {Scene<WeightsState, {weights: Weights}>} scene
   * @returns {Drawn}
   */
  draw({state, entries, entryAt, guess, asking, look}) {
    const {counts, order, names, weights} = entries.weights;
    const classes = counts.length;
    const [head, tail] = [order[0], order[classes - 1]];
    const shape = stacked(this.bars.plot, look, endRoom(look, [...names, say("your guess: {value}", {value: "100"})]));
    const at = (/** @type {Record<string, number>} */ changes) => entryAt("weights", changes);
    this.bars.draw(look, entries.weights, {
      at,
      most: Math.max(20_000, 2.5 * counts[head]),
      aspect: shape.above,
      ...shape,
    });
    const asked = agrees(/** @type {any} */ (state), this.controls.spec.guess?.state ?? {});
    this.drawCurves(look, entries.weights, {guess, asked, asking, shape});
    const times = names.map((_, k) => weights[k * classes + tail] / weights[k * classes + head]);
    const last = names.length - 1;
    const told = names.map((name, k) => say("{times} times ({name})", {times: times[k], name})).join(", ");
    return {
      values: {balanced: times[last]},
      numbers: names.map((name, k) => [name, `${written(times[k])}\u00a0×`]),
      says: say(
        "{classes} classes with {most} to {least} samples. How many times a sample of the rarest counts: {told}.",
        {classes, most: counts[head], least: counts[tail], told},
      ),
      saw: say("At {ratio} : 1 a rare sample counts {told}.", {
        ratio: counts[head] / counts[tail],
        told,
      }),
      path: "beta",
    };
  }

  /**
   * @param {Look} look
   * @param {Weights} entry
   * @param {{guess: number | null, asked: boolean, asking: boolean, shape: ReturnType<typeof stacked>}} scene
   */
  drawCurves(look, {counts, order, names, places, weights}, {guess, asked, asking, shape}) {
    const plot = this.curves;
    const classes = counts.length;
    const [head, tail] = [order[0], order[classes - 1]];
    const ratio = counts[head] / counts[tail];
    plot.aspect = shape.below;
    plot.begin(look, {
      x: {high: classes - 0.5},
      y: {title: say("how many times a sample counts"), high: 1.6 * Math.max(100, ratio)},
      left: shape.left,
      right: shape.right,
    });
    const styles = places.map((place) => look.losses[place]);
    if (shape.narrow && !asking) plot.legend(names.map((name, k) => ({name, ...styles[k]})));
    const all = Array.from(counts, (_, c) => c);
    const end = classes - 1; // where names have room, whichever class is the rarest
    /** @type {import("../ends.js").End[]} */
    const ends = [];
    plot.line([-0.5, classes - 0.5], [1, 1], {colour: look.muted, width: 0.5});
    if (asking) plot.dots([head], [1], {...styles[names.length - 1], size: 1.4});
    else {
      names.forEach((text, k) => {
        const ys = all.map((c) => weights[k * classes + c] / weights[k * classes + head]);
        plot.line(all, ys, styles[k]);
        if (classes <= 20) plot.dots(all, ys, {...styles[k], size: 1.2});
        ends.push({x: end, y: ys[end], text, colour: styles[k].colour});
      });
    }
    if (guess !== null) {
      const own = guessed(look);
      const right = weights[(names.length - 1) * classes + tail] / weights[(names.length - 1) * classes + head];
      if (asking) plot.line([head, tail], [1, guess], own);
      else if (asked) plot.line([tail, tail], [guess, right], {colour: own.colour, width: 1.6});
      plot.dots([tail], [guess], {colour: own.colour, size: 1.4, outline: look.paper});
      ends.push({x: end, y: guess, text: say("your guess: {value}", {value: guess}), colour: own.colour});
    }
    if (!shape.narrow) nameEnds(plot, ends);
  }
}

PICTURES.weights = WeightsPicture;
