// What is measured on a model's scores: shares of right answers, and where a boundary crosses a line.

/** @import {Fit, Floats, Frame} from "./types.js" */
import {product, shaped} from "./data.js";

const ALONG = 801; // places on the line

/**
 * The share of right answers in each class; the test points come class by class, as many of each.
 * @param {Uint8Array} predicted (n,)
 * @param {number} classes
 */
export function byClass(predicted, classes) {
  const n = predicted.length / classes;
  return Array.from({length: classes}, (_, c) => {
    let right = 0;
    for (let i = c * n; i < (c + 1) * n; i++) if (predicted[i] === c) right++;
    return right / n;
  });
}

/**
 * The same from scores (n, C) less a shift (C), without an array in between.
 * @param {Readonly<Float32Array>} scores
 * @param {readonly number[]} shift
 */
export function sharesOf(scores, shift) {
  const classes = shift.length;
  const n = scores.length / classes / classes;
  return Array.from({length: classes}, (_, own) => {
    let right = 0;
    for (let at = own * n * classes, end = at + n * classes; at < end; at += classes) {
      let best = 0;
      for (let c = 1; c < classes; c++) if (scores[at + c] - shift[c] > scores[at + best] - shift[best]) best = c;
      if (best === own) right++;
    }
    return right / n;
  });
}

/**
 * Mean and standard deviation.
 * @param {readonly number[]} values
 */
export function summary(values) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return {mean, spread: Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1))};
}

/**
 * The models of a tree whose arrays hold one of each, side by side.
 * @param {Readonly<Record<string, any>>} tree
 * @returns {(Frame & Fit)[]}
 */
export function unstacked(tree) {
  const arrays = Object.entries(tree).filter(([, value]) => value.shape);
  const rest = Object.fromEntries(Object.entries(tree).filter(([, value]) => !value.shape));
  return Array.from({length: arrays[0][1].shape[0]}, (_, k) => ({
    ...rest,
    .../** @type {any} */ (Object.fromEntries(arrays.map(([name, array]) => [name, nth(array, k)]))),
  }));
}

/**
 * @param {Floats} array
 * @param {number} k
 */
function nth(array, k) {
  const shape = array.shape.slice(1);
  const size = product(shape);
  const part = array.subarray(k * size, (k + 1) * size);
  return shape.length ? shaped(part, shape) : part[0];
}

/**
 * A line; places on it are in sigma from the middle between the centres, positive towards the rare class.
 * @typedef {object} AlongAxis
 * @property {Float32Array} points (n, 2) along it
 * @property {[number, number]} across the direction of length 1 that crosses it
 * @property {(x: number, y: number) => number} along the place below a point
 * @property {(place: number) => [number, number]} at the point at a place
 * @property {(scores: Readonly<Float32Array>) => number | null} place where the two scores (n, 2) at its points are equal: the
 *   crossing nearest to the middle
 */

/**
 * The line through the two class centres.
 * @param {{from: Floats, to: Floats, sigma: number}} axis the centres (2,), and a class's standard deviation
 * @returns {AlongAxis}
 */
export function alongAxis({from, to, sigma}) {
  const [mx, my] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const [ux, uy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const reach = 3 * length + 10 * sigma;
  const points = new Float32Array(2 * ALONG);
  const places = new Float64Array(ALONG);
  for (let i = 0; i < ALONG; i++) {
    const t = reach * ((2 * i) / (ALONG - 1) - 1);
    points[2 * i] = mx + t * ux;
    points[2 * i + 1] = my + t * uy;
    places[i] = t / sigma;
  }
  return {
    points,
    across: [-uy, ux],
    along: (x, y) => ((x - mx) * ux + (y - my) * uy) / sigma,
    at: (place) => [mx + place * sigma * ux, my + place * sigma * uy],
    place(scores) {
      let best = null;
      for (let i = 0; i + 1 < ALONG; i++) {
        const [a, b] = [scores[2 * i] - scores[2 * i + 1], scores[2 * i + 2] - scores[2 * i + 3]];
        if (a >= 0 === b >= 0) continue;
        const place = places[i] + (a / (a - b)) * (places[i + 1] - places[i]);
        if (best === null || Math.abs(place) < Math.abs(best)) best = place;
      }
      return best;
    },
  };
}
