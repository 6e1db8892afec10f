// The fit of a loss to points of the plane, as ltviz/plane/fit.py, from what ltviz/plane/terms.py hands over.

/** @import {Fit, Floats, Frame} from "./types.js" */
import {product, shaped} from "./data.js";
import {featuresOf} from "./model.js";
import {Newton} from "./newton.js";

/**
 * A loss as weighted cross-entropy of slope times raw plus offset; see `Terms` of ltviz/plane/terms.py. One set, or
 * one for each number of points that a hand has added.
 * @typedef {object} Terms
 * @property {boolean} cosine
 * @property {number | null} scale
 * @property {boolean} averaged
 * @property {Floats} slope (K, C, C)
 * @property {Floats} offset (K, C, C)
 * @property {Floats} weight (K, C)
 */

/**
 * A model of fixed features; see `frame` of ltviz/plane/terms.py.
 * @typedef {Omit<Frame, "centre" | "spread"> & {scale: number, stretch: {linear: number, cosine: number},
 *   ridge: number, bias: number, pull: number}} Model
 */

/**
 * Points to fit to.
 * @typedef {object} Sample
 * @property {Float64Array<ArrayBuffer>} points (n, 2)
 * @property {Uint8Array} labels (n,)
 * @property {Float64Array} counts (C,)
 */

/** Fits to one sample after another; each starts from the one before where the points stay, and is the same anyway. */
export class Fitter {
  /** @type {{sample: Sample, model: Model, frame: Frame, newton: Newton} | null} */
  #kept = null;
  /** @type {Float64Array} (C, D) of the last fit */
  vectors = new Float64Array(0);
  /** @type {{asked: readonly unknown[], found: {frame: Frame, fit: Fit}} | null} */
  #last = null;

  /** What the last fit has minimised; none before the first. */
  get problem() {
    return this.#kept?.newton.problem;
  }

  /**
   * Return the model framed to the points, and its class vectors.
   * @param {Sample} sample
   * @param {Model} model
   * @param {Terms} terms
   * @param {number} added which set of terms
   * @returns {{frame: Frame, fit: Fit}}
   */
  fit(sample, model, terms, added = 0) {
    const asked = [sample, model, terms, added];
    if (this.#last?.asked.every((each, i) => each === asked[i])) return this.#last.found;
    const head = terms.cosine ? "cosine" : model.head;
    const kept = this.#kept;
    const again = kept?.sample === sample && kept.model === model && kept.frame.head === head;
    const {frame, newton} = again ? kept : this.#prepare(sample, model, head);
    const scale = head === "linear" ? 1 : (terms.scale ?? model.scale);
    newton.take(lossOf(sample, terms, added, terms.cosine ? 1 : scale));
    this.vectors = newton.solve(this.vectors);
    const W = shaped(Float32Array.from(this.vectors), [newton.classes, newton.width]);
    const found = {frame, fit: {W, scale}};
    this.#last = {asked, found};
    return found;
  }

  /**
   * @param {Sample} sample
   * @param {Model} model
   * @param {"linear" | "cosine"} head
   */
  #prepare(sample, model, head) {
    const {kind, omega, phase} = model;
    /** @type {Frame} */
    const frame = {kind, head, omega, phase, ...framed(sample, model.stretch[head])};
    const phi = featuresOf(sample.points, frame, null, Float64Array);
    const width = (2 * phi.length) / sample.points.length;
    const classes = sample.counts.length;
    const means = classMeans(phi, width, sample.labels, classes);
    const unit = head === "cosine";
    const ridge = new Float64Array(width).fill(unit ? 0 : model.ridge);
    ridge[width - 1] *= model.bias;
    const pull = unit ? means.map((each) => model.pull * each) : new Float64Array(means.length);
    const none = new Float64Array(0);
    const {labels} = sample;
    const newton = new Newton({phi, labels, weight: none, slope: none, offset: none, unit, ridge, pull});
    const before = this.#kept;
    if (!unit && before?.model === model && before.frame.head === head && before.newton.size === newton.size) {
      newton.factor = before.newton.factor; // other points, a problem as convex: go on from there
    } else this.vectors = unit ? means : new Float64Array(means.length);
    this.#kept = {sample, model, frame, newton};
    return this.#kept;
  }
}

/**
 * The terms of each row.
 * @param {Sample} sample
 * @param {Terms} terms
 * @param {number} added
 * @param {number} scale turns the raw scores into those that the loss takes
 */
function lossOf({labels}, terms, added, scale) {
  const own = setOf(terms.weight, added);
  const weight = Float64Array.from(labels, (label) => own[label]);
  const whole = terms.averaged ? weight.reduce((sum, each) => sum + each, 0) : labels.length;
  return {
    weight: weight.map((each) => each / whole),
    slope: Float64Array.from(setOf(terms.slope, added), (each) => scale * each),
    offset: Float64Array.from(setOf(terms.offset, added)),
  };
}

/**
 * One of the sets along an array's first axis; the only one where there is no more.
 * @param {Floats} array
 * @param {number} k
 */
export function setOf(array, k) {
  const size = product(array.shape.slice(1));
  const at = array.shape[0] === 1 ? 0 : k * size;
  return array.subarray(at, at + size);
}

/**
 * Centre and spread of the points, each class counting alike.
 * @param {Sample} sample
 * @param {number} stretch multiplies the spread
 */
function framed({points, labels, counts}, stretch) {
  const classes = counts.length;
  const sums = new Float64Array(3 * classes);
  const add = (/** @type {number[]} */ [x, y]) => {
    sums.fill(0);
    for (let i = 0; i < labels.length; i++) {
      const at = 3 * labels[i];
      const [dx, dy] = [points[2 * i] - x, points[2 * i + 1] - y];
      sums[at] += dx;
      sums[at + 1] += dy;
      sums[at + 2] += (dx * dx + dy * dy) / 2;
    }
  };
  const mean = (/** @type {number} */ k) => {
    let [sum, seen] = [0, 0];
    for (let c = 0; c < classes; c++) {
      if (!counts[c]) continue;
      sum += sums[3 * c + k] / counts[c];
      seen += 1;
    }
    return sum / seen;
  };
  add([0, 0]);
  const centre = [mean(0), mean(1)];
  add(centre);
  return {centre, spread: (Math.sqrt(mean(2)) || 1) * stretch};
}

/**
 * Mean features of each class (C, D), of length 1; a class without points gets the mean of all.
 * @param {Float64Array} phi
 * @param {number} width
 * @param {Uint8Array} labels
 * @param {number} classes
 */
function classMeans(phi, width, labels, classes) {
  const means = new Float64Array(classes * width);
  const all = new Float64Array(width);
  labels.forEach((label, i) => {
    for (let d = 0; d < width; d++) {
      means[label * width + d] += phi[i * width + d];
      all[d] += phi[i * width + d];
    }
  });
  for (let at = 0; at < means.length; at += width) {
    const own = means.subarray(at, at + width);
    if (own.every((each) => each === 0)) own.set(all);
    const length = Math.hypot(...own);
    for (let d = 0; d < width; d++) own[d] /= length;
  }
  return means;
}
