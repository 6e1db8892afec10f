// The fits of a map: solved here where loss and model say all that it takes, otherwise those that Python has found.

/** @import {Fit, Frame, Point, Scene} from "./types.js" */
/** @import {Model, Sample, Terms} from "./fitting.js" */
/** @import {MapEntries, MapState, Points, Problem} from "./map_panel.js" */
import {Fitter} from "./fitting.js";

/**
 * A loss's fit. `late`: points that a hand has added are not in it.
 * @typedef {{loss: string, terms: Terms | null, frame: Frame, fit: Fit, late: boolean}} Fitted
 */

/** @typedef {MapEntries["terms"]} Known */

export class MapFits {
  /** @type {Map<string, Fitter>} by the tail of their tables' names */
  #fitters = new Map();
  /** @type {{points: Points, problem: Problem, added: readonly Point[], sample: Sample} | null} */
  #kept = null;

  /** @param {boolean} page whether fits that come know of no point of a hand, and no more than some can be added */
  constructor(page) {
    this.page = page;
  }

  /**
   * The fit of the loss whose tables have this tail; null where there is none.
   * @param {string} tail
   * @param {Scene<MapState, MapEntries>} scene
   * @returns {Fitted | null}
   */
  of(tail, {state, entries}) {
    const {loss, terms} = /** @type {Known} */ (entries[/** @type {"terms"} */ (`terms${tail}`)]);
    const added = state.added ?? [];
    const found = entries[/** @type {"fit"} */ (`fit${tail}`)];
    if (found) return {loss, terms, frame: found, fit: found, late: this.page && added.length > 0};
    const {points, problem, model} = entries;
    if (!terms || !model) return null;
    const late = added.length > problem.room;
    const used = late ? added.slice(0, problem.room) : added;
    return {loss, terms, ...this.#solve(tail, this.sample(points, problem, used), model, terms, used), late};
  }

  /**
   * @param {string} tail
   * @param {Sample} sample
   * @param {Model} model
   * @param {Terms} terms
   * @param {readonly Point[]} added
   */
  #solve(tail, sample, model, terms, added) {
    const fitter = this.#fitters.get(tail) ?? new Fitter();
    this.#fitters.set(tail, fitter);
    return fitter.fit(sample, model, terms, added.length);
  }

  /**
   * The training points: of each class the first, and those that a hand has added.
   * @param {Points} points
   * @param {Problem} problem
   * @param {readonly Point[]} added
   * @returns {Sample}
   */
  sample(points, problem, added) {
    const kept = this.#kept;
    if (kept?.points === points && kept.problem === problem && kept.added === added) return kept.sample;
    const most = points.points.shape[1];
    const counts = Float64Array.from(problem.counts);
    const places = Array.from(problem.counts, (n, c) => points.points.subarray(2 * c * most, 2 * (c * most + n)));
    const n = counts.reduce((sum, each) => sum + each, 0) + added.length;
    const sample = {points: new Float64Array(2 * n), labels: new Uint8Array(n), counts};
    let at = 0;
    places.forEach((own, c) => {
      sample.points.set(own, 2 * at);
      sample.labels.fill(c, at, at + own.length / 2);
      at += own.length / 2;
    });
    for (const [x, y, label] of added) {
      sample.points.set([x, y], 2 * at);
      sample.labels[at++] = label;
      counts[label] += 1;
    }
    this.#kept = {points, problem, added, sample};
    return sample;
  }
}
