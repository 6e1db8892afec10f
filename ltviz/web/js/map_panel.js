// One loss's panel of a decision map: its regions, points and lines.

/** @import {Fit, Floats, Frame, Ints, Line, Look, Point} from "./types.js" */
/** @import {Model, Sample, Terms} from "./fitting.js" */
/** @import {AlongAxis} from "./measure.js" */
import {boundarySegments} from "./contour.js";
import {make, put} from "./dom.js";
import {decided} from "./largest.js";
import {channels} from "./marks.js";
import {Evaluator} from "./model.js";
import {Plot} from "./plot.js";

/** @typedef {{posthoc?: number, added?: readonly Point[]}} MapState of the dials those that the picture reads itself */

/**
 * As many points of each of C classes as the most frequent one has: a class's first n are its n points.
 * @typedef {object} Points
 * @property {Floats} points (C, most, 2)
 * @property {Floats} test (n, 2), class by class, as many of each
 * @property {Readonly<Uint8Array>} best (CELLS squared,) the best class at each cell, classes alike
 * @property {readonly number[]} extent x low, x high, y low, y high
 * @property {number} sigma a class's standard deviation
 * @property {{from: Floats, to: Floats, sigma: number} | null} axis of two Gaussian classes: their centres
 */

/**
 * @typedef {object} Problem
 * @property {Ints} counts (C,) training samples
 * @property {number} rarest a class
 * @property {number} room how many points a hand may add of it
 * @property {readonly Floats[]} bayes_training boundary for the training prior, as polylines (k, 2)
 * @property {readonly Floats[]} bayes_balanced boundary for classes alike
 */

/**
 * `fit` is null where it is solved here; `fan`: the fits to other samples, one array of all of them for each name.
 * Further panels have terms_2, fit_2, ...
 * @typedef {{points: Points, problem: Problem, model: Model | null, terms: {loss: string, terms: Terms | null},
 *   fit: (Frame & Fit) | null, fan?: Readonly<Record<string, any>> | null}} MapEntries
 */

export const CELLS = 100; // along a side
const REGION = {light: 62, dark: 76}; // opacity of a region, of 255: on a dark page a colour sinks
const WRONG = {light: 150, dark: 132}; // of a stripe where it is not the best
const FAINT = 0.25; // of that where there are no points
const NEAR = 1.2; // sigma from a point to where a region begins to fade
const FAR = 2.6;

export class MapPanel {
  /** @type {Uint8Array} (CELLS squared,) the class of each */
  cells = new Uint8Array(0);
  /** @type {number[]} of the learned boundary: x0, y0, x1, y1, ... */
  segments = [];
  #rgba = new Uint8ClampedArray(4 * CELLS * CELLS);
  /** @type {{asked: readonly unknown[], counted: readonly unknown[], measured: any} | null} what its last drawing was
   * made from, the numbers of it among that, and what it said */
  last = null;

  /**
   * @param {string} tail of its tables' names
   * @param {HTMLElement} place
   * @param {boolean} titled
   */
  constructor(tail, place, titled) {
    this.tail = tail;
    this.place = place;
    this.title = put(place, make("h3", {hidden: !titled}));
    this.plot = new Plot(place, {equal: true, grid: false});
  }

  /**
   * What evaluates its models, made anew for other points.
   * @param {Float32Array} grid
   * @param {Floats} test
   * @param {AlongAxis | null} axis
   */
  see(grid, test, axis) {
    this.on = {grid: new Evaluator(grid), test: new Evaluator(test), axis: axis && new Evaluator(axis.points)};
    this.last = null;
  }

  /**
   * Regions as pixels, faint where there are no points and striped where they are not the best, and the boundary.
   * @param {Readonly<Float32Array>} scores (CELLS squared, C) on the grid
   * @param {number} classes
   * @param {{points: Points, sample: Sample, look: Look}} scene
   */
  divide(scores, classes, {points, sample, look}) {
    const cells = decided(scores, classes);
    this.cells = cells;
    this.segments = this.on ? boundarySegments(this.on.grid.points, CELLS, scores, classes, cells) : [];
    const ground = channels(look.paper)[1] < 128 ? "dark" : "light";
    const colours = look.palette.map(channels);
    const cover = coverOf(points, sample);
    const {best} = points;
    const [whole, stripe] = [REGION[ground], WRONG[ground]];
    const rgba = this.#rgba;
    for (let r = 0, i = 0, at = 0; r < CELLS; r++) {
      for (let c = 0; c < CELLS; c++, i++) {
        const colour = colours[cells[i] % colours.length];
        rgba[at++] = colour[0];
        rgba[at++] = colour[1];
        rgba[at++] = colour[2];
        rgba[at++] = cover[i] * (cells[i] !== best[i] && (c + r) % 4 < 2 ? stripe : whole);
      }
    }
  }

  /**
   * Draw the regions, and the boundary between them.
   * @param {Line} style
   */
  paint(style) {
    this.plot.image(CELLS, CELLS, this.#rgba, true);
    drawSegments(this.plot, this.segments, style);
  }

  /**
   * How far a place is from the learned boundary, in pixels.
   * @param {number} x
   * @param {number} y
   */
  gap(x, y) {
    const {plot, segments} = this;
    const [px, py] = [plot.px(x), plot.py(y)];
    let least = Infinity;
    for (let i = 0; i < segments.length; i += 4) {
      const [ax, ay] = [plot.px(segments[i]), plot.py(segments[i + 1])];
      const [bx, by] = [plot.px(segments[i + 2]) - ax, plot.py(segments[i + 3]) - ay];
      const share = ((px - ax) * bx + (py - ay) * by) / (bx * bx + by * by || 1);
      const along = Math.min(1, Math.max(0, share));
      least = Math.min(least, Math.hypot(px - ax - along * bx, py - ay - along * by));
    }
    return least;
  }
}

/** @type {WeakMap<Sample, Float32Array>} */
const COVERS = new WeakMap(); // panels side by side show the same points

/**
 * How much of its colour each cell has: all of it near a training point.
 * @param {Points} points
 * @param {Sample} sample
 */
function coverOf({extent: [left, right, low, high], sigma}, sample) {
  const known = COVERS.get(sample);
  if (known) return known;
  const far = new Float32Array(CELLS * CELLS).fill(Infinity);
  const [dx, dy] = [(right - left) / (CELLS - 1), (high - low) / (CELLS - 1)];
  for (let i = 0; i < sample.points.length; i += 2) {
    const [c, r] = [Math.round((sample.points[i] - left) / dx), Math.round((sample.points[i + 1] - low) / dy)];
    if (c >= 0 && c < CELLS && r >= 0 && r < CELLS) far[r * CELLS + c] = 0;
  }
  spread(far, dx, dy);
  for (let i = 0; i < far.length; i++)
    far[i] = 1 - (1 - FAINT) * Math.min(1, Math.max(0, (far[i] / sigma - NEAR) / (FAR - NEAR)));
  COVERS.set(sample, far);
  return far;
}

/**
 * Turn 0 at the points and infinity elsewhere into the distance to the next point, along steps of a king in chess: once
 * from the first cell to the last, and once back.
 * @param {Float32Array} far (CELLS squared,)
 * @param {number} dx the sides of a cell
 * @param {number} dy
 */
function spread(far, dx, dy) {
  const slant = Math.hypot(dx, dy);
  const last = far.length - 1;
  for (const way of [1, -1]) {
    for (let k = 0; k <= last; k++) {
      const i = way > 0 ? k : last - k;
      const c = k % CELLS; // counted from where the row begins, whichever way
      let least = far[i];
      if (c > 0) least = Math.min(least, far[i - way] + dx);
      if (k >= CELLS) {
        least = Math.min(least, far[i - way * CELLS] + dy);
        if (c > 0) least = Math.min(least, far[i - way * (CELLS + 1)] + slant);
        if (c < CELLS - 1) least = Math.min(least, far[i - way * (CELLS - 1)] + slant);
      }
      far[i] = least;
    }
  }
}

/**
 * @param {Plot} plot
 * @param {readonly number[]} segments
 * @param {Line} style
 */
export function drawSegments(plot, segments, style) {
  /** @type {number[]} */
  const xs = [];
  /** @type {number[]} */
  const ys = [];
  for (let i = 0; i < segments.length; i += 4) {
    xs.push(segments[i], segments[i + 2], NaN);
    ys.push(segments[i + 1], segments[i + 3], NaN);
  }
  plot.line(xs, ys, style);
}
