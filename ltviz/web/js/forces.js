// What each sample does to a straight boundary, as ltviz/plane/forces.py.

/** @import {Fit, Frame} from "./types.js" */
/** @import {Problem} from "./newton.js" */

/** @typedef {{pull: ArrayLike<number>, hold: number}} Pulls of each sample and of the regulariser, to the right positive */

/** The class vectors of a fit of two classes, moved so that its boundary crosses the x axis elsewhere. */
export class Way {
  /**
   * @param {Readonly<Float64Array>} vectors (2, 3)
   * @param {Frame} frame
   */
  constructor(vectors, {head, centre, spread}) {
    this.vectors = vectors;
    this.cosine = head === "cosine";
    const [x, y, up] = [0, 1, 2].map((d) => vectors[3 + d] - vectors[d]);
    this.up = up;
    this.slope = x / spread;
    this.length = Math.hypot(x, y);
    this.normal = [x / this.length, y / this.length];
    this.rest = (centre[0] * x + centre[1] * y - up * spread) / x;
  }

  /**
   * The vectors (2, 3) at a place, and their derivatives by it.
   * @param {number} place
   */
  at(place) {
    const off = place - this.rest;
    const vectors = this.vectors.slice();
    const motion = new Float64Array(6);
    if (!this.cosine) {
      [motion[2], motion[5]] = [this.slope / 2, -this.slope / 2];
      return {vectors: vectors.map((each, k) => each + off * motion[k]), motion};
    }
    const up = this.up - off * this.slope;
    const turn = Math.atan2(up, this.length) - Math.atan2(this.up, this.length);
    const speed = (-this.slope * this.length) / (this.length ** 2 + up ** 2);
    const [nx, ny] = this.normal;
    for (const c of [0, 3]) {
      const [along, high] = [vectors[c] * nx + vectors[c + 1] * ny, vectors[c + 2]];
      const newAlong = Math.cos(turn) * along - Math.sin(turn) * high;
      const newHigh = Math.sin(turn) * along + Math.cos(turn) * high;
      vectors[c] += (newAlong - along) * nx;
      vectors[c + 1] += (newAlong - along) * ny;
      vectors[c + 2] = newHigh;
      motion.set([-speed * newHigh * nx, -speed * newHigh * ny, speed * newAlong], c);
    }
    return {vectors, motion};
  }
}

/**
 * The pulls with the boundary at a place.
 * @param {Problem} problem that the way's vectors solve
 * @param {Way} way
 * @param {Frame & Pick<Fit, "scale">} frame
 * @param {number} place
 * @returns {Pulls}
 */
export function pullsAt(problem, way, frame, place) {
  const {phi, labels, weight, slope, offset, ridge, pull: towards} = problem;
  const {vectors, motion} = way.at(place);
  const n = labels.length;
  const unit = unitOf(way, frame) / n;
  const pull = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const [own, other] = [labels[i], 1 - labels[i]];
    const at = (/** @type {Float64Array} */ rows, /** @type {number} */ c) =>
      phi[3 * i] * rows[3 * c] + phi[3 * i + 1] * rows[3 * c + 1] + phi[3 * i + 2] * rows[3 * c + 2];
    const score = (/** @type {number} */ c) => slope[2 * own + c] * at(vectors, c) + offset[2 * own + c];
    const lost = 1 / (1 + Math.exp(score(own) - score(other))); // the share that the other class has
    const moved = slope[2 * own + own] * at(motion, own) - slope[2 * own + other] * at(motion, other);
    pull[i] = (weight[i] * lost * moved) / unit;
  }
  let hold = 0;
  for (let k = 0; k < 6; k++) hold -= ((ridge[k % 3] * vectors[k] - towards[k]) * motion[k]) / unit;
  return {pull, hold};
}

/**
 * How fast the difference of the logits changes with the place, where the fitted boundary crosses the axis.
 * @param {Way} way
 * @param {Frame & Pick<Fit, "scale">} frame
 */
function unitOf(way, {head, centre, spread, scale}) {
  const {motion} = way.at(way.rest);
  const phi = [(way.rest - centre[0]) / spread, -centre[1] / spread, 1];
  const length = head === "cosine" ? Math.hypot(...phi) : 1;
  return (scale * Math.abs(phi.reduce((sum, each, d) => sum + each * (motion[3 + d] - motion[d]), 0))) / length;
}
