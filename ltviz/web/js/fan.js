// The same fit to other samples.

/** @import {Fit, Frame} from "./types.js" */
/** @import {AlongAxis} from "./measure.js" */
import {boundarySegments} from "./contour.js";
import {summary, unstacked} from "./measure.js";
import {Evaluator, gridPoints} from "./model.js";

/** Boundaries of the same loss on other samples, and where they cross the axis. */
export class Fan {
  static nodes = 41; // fewer than a map needs
  /** @type {Readonly<Record<string, any>> | null} the entry from which the models are */
  #entry = null;
  /** @type {{model: Frame & Fit, grid: Evaluator, axis: Evaluator | null}[]} */
  #models = [];
  /** @type {AlongAxis | null} */
  #axis = null;
  /** @type {{count: number, mean: number, spread: number} | null} of the places of the last lines */
  summary = null;

  /**
   * Stand before an entry.
   * @param {Readonly<Record<string, any>>} entry
   * @param {{extent: readonly number[]}} points
   * @param {AlongAxis | null} axis
   */
  of(entry, {extent}, axis) {
    if (this.#entry === entry) return this;
    this.#entry = entry;
    this.#axis = axis;
    const nodes = gridPoints(extent, Fan.nodes);
    this.#models = unstacked(entry).map((model) => ({
      model,
      grid: new Evaluator(nodes),
      axis: axis && new Evaluator(axis.points),
    }));
    return this;
  }

  /**
   * The segments of each boundary.
   * @param {readonly number[]} shift (C,) subtracted from the scores
   */
  lines(shift) {
    const axis = this.#axis;
    const places = this.#models.map(
      (each) => axis && each.axis && axis.place(each.axis.scores(each.model, each.model, shift)),
    );
    const there = places.filter((each) => each !== null);
    this.summary = there.length > 1 ? {count: places.length, ...summary(there)} : null;
    return this.#models.map(({model, grid}) =>
      boundarySegments(grid.points, Fan.nodes, grid.scores(model, model, shift), shift.length),
    );
  }

  clear() {
    this.summary = null;
  }
}
