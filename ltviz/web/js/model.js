// Evaluate the classifiers of the plane that ltviz/models/planar.py describes; equations and names are its.

/** @import {Fit, Frame} from "./types.js" */

/** Features and scores of points, kept while points, frame and fit stay the same. */
export class Evaluator {
  /** @type {Float32Array | null} (n, D) */
  #phi = null;
  /** @type {Frame | null} that of the features */
  #frame = null;
  /** @type {Fit | null} that of the scores */
  #fit = null;
  /** @type {Float32Array | null} the features of the scores */
  #seen = null;
  #scores = new Float32Array(0);
  /** @type {Float32Array} scores with something subtracted, in the same array each time */
  #out = new Float32Array(0);

  /** @param {Readonly<Float32Array>} points (n, 2): x0, y0, x1, y1, ... */
  constructor(points) {
    this.points = points;
    this.n = points.length / 2;
  }

  /**
   * Return the scores (n, C), class by class in each row, less a shift (C): logits, or scale times cosines. They may be
   * read until the next call.
   * @param {Frame} frame
   * @param {Fit} fit
   * @param {readonly number[]} [shift]
   * @returns {Readonly<Float32Array>}
   */
  scores(frame, fit, shift) {
    const scores = this.#kept(frame, fit);
    if (!shift?.some((each) => each !== 0)) return scores;
    const classes = shift.length;
    if (this.#out.length !== scores.length) this.#out = new Float32Array(scores.length);
    const out = this.#out;
    for (let at = 0; at < out.length; at += classes)
      for (let c = 0; c < classes; c++) out[at + c] = scores[at + c] - shift[c];
    return out;
  }

  /**
   * @param {Frame} frame
   * @param {Fit} fit
   */
  #kept(frame, fit) {
    const [classes, width] = fit.W.shape;
    const phi = this.features(frame, fit);
    if (this.#fit === fit && this.#scores.length === this.n * classes && this.#seen === phi) return this.#scores;
    if (this.#scores.length !== this.n * classes) this.#scores = new Float32Array(this.n * classes);
    this.#fit = fit;
    this.#seen = phi;
    const out = this.#scores;
    const scale = frame.head === "cosine" ? fit.scale : 1;
    for (let c = 0; c < classes; c++) {
      const row = fit.W.subarray(c * width, (c + 1) * width);
      for (let i = 0, at = 0; i < this.n; i++) {
        let sum = 0;
        for (let d = 0; d < width; d++) sum += phi[at++] * row[d];
        out[i * classes + c] = scale * sum;
      }
    }
    return out;
  }

  /**
   * @param {Frame} frame
   * @param {Fit} fit
   */
  features(frame, fit) {
    const kept = frame.kind !== "mlp";
    if (kept && this.#phi && this.#frame && sameFrame(this.#frame, frame)) return this.#phi;
    const phi = featuresOf(this.points, frame, fit, Float32Array);
    this.#phi = phi;
    this.#frame = frame;
    return phi;
  }
}

/**
 * Features (n, D) of points, of length 1 under a cosine head.
 * @template {Float32Array | Float64Array} A
 * @param {Readonly<A>} points (n, 2)
 * @param {Frame} frame
 * @param {Fit | null} fit of a network, whose layers they are
 * @param {new (length: number) => A} Kind how exactly they are computed
 * @returns {A}
 */
export function featuresOf(points, frame, fit, Kind) {
  const phi = FEATURES[frame.kind](points, frame, fit, Kind);
  if (frame.head === "cosine") normalise(phi, (2 * phi.length) / points.length);
  return phi;
}

/** @type {Record<Frame["kind"], (points: any, frame: any, fit: any, Kind: any) => any>} (n, D) each */
const FEATURES = {
  linear(points, {centre, spread}, _, Kind) {
    const n = points.length / 2;
    const phi = new Kind(3 * n);
    for (let i = 0; i < n; i++) {
      phi[3 * i] = (points[2 * i] - centre[0]) / spread;
      phi[3 * i + 1] = (points[2 * i + 1] - centre[1]) / spread;
      phi[3 * i + 2] = 1;
    }
    return phi;
  },
  random_features(points, {centre, spread, omega, phase}, _, Kind) {
    const n = points.length / 2;
    const count = phase.length;
    const root = Math.sqrt(2 / count);
    const phi = new Kind((count + 1) * n);
    for (let i = 0, at = 0; i < n; i++) {
      const x = (points[2 * i] - centre[0]) / spread;
      const y = (points[2 * i + 1] - centre[1]) / spread;
      for (let f = 0; f < count; f++) phi[at++] = root * Math.cos(x * omega[f] + y * omega[count + f] + phase[f]);
      phi[at++] = 1;
    }
    return phi;
  },
  mlp(points, {centre, spread}, {W1, b1, W2, b2}, Kind) {
    const n = points.length / 2;
    const h = b1.length;
    const phi = new Kind((h + 1) * n);
    const first = new Float32Array(h);
    for (let i = 0, at = 0; i < n; i++) {
      const x = (points[2 * i] - centre[0]) / spread;
      const y = (points[2 * i + 1] - centre[1]) / spread;
      for (let j = 0; j < h; j++) first[j] = Math.tanh(x * W1[j] + y * W1[h + j] + b1[j]);
      for (let k = 0; k < h; k++) {
        let sum = b2[k];
        for (let j = 0; j < h; j++) sum += first[j] * W2[j * h + k];
        phi[at++] = Math.tanh(sum);
      }
      phi[at++] = 1;
    }
    return phi;
  },
};

/**
 * Give every row the length 1, in place.
 * @param {Float32Array | Float64Array} phi
 * @param {number} width
 */
function normalise(phi, width) {
  for (let at = 0; at < phi.length; at += width) {
    let square = 0;
    for (let d = 0; d < width; d++) square += phi[at + d] ** 2;
    const by = 1 / Math.sqrt(square);
    for (let d = 0; d < width; d++) phi[at + d] *= by;
  }
}

/**
 * @param {Frame} a
 * @param {Frame} b
 */
function sameFrame(a, b) {
  if (a === b) return true;
  return (
    a.kind === b.kind &&
    a.head === b.head &&
    a.spread === b.spread &&
    alike(a.centre, b.centre) &&
    alike(a.omega, b.omega) &&
    alike(a.phase, b.phase)
  );
}

/**
 * @param {ArrayLike<number> | undefined} a
 * @param {ArrayLike<number> | undefined} b
 */
function alike(a, b) {
  if (a === b) return true;
  if (!a || !b || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Return the points (resolution squared, 2) of a grid, row by row from the bottom: x runs first.
 * @param {readonly number[]} extent x low, x high, y low, y high
 * @param {number} resolution
 */
export function gridPoints([left, right, low, high], resolution) {
  const points = new Float32Array(2 * resolution * resolution);
  for (let r = 0, at = 0; r < resolution; r++) {
    for (let c = 0; c < resolution; c++) {
      points[at++] = left + ((right - left) * c) / (resolution - 1);
      points[at++] = low + ((high - low) * r) / (resolution - 1);
    }
  }
  return points;
}
