// One loss's panel of a decision map: its regions, points and lines.

/** @import {Fit, Floats, Frame, Ints, Line, Look, Point} from "./types.js" */
/** @import {Model, Sample, Terms} from "./fitting.js" */
/** @import {AlongAxis} from "./measure.js" */
import {boundarySegments} from "./contour.js";
import {make, put} from "./dom.js";
import {channels, Marks} from "./marks.js";
import {Evaluator} from "./model.js";
import {context, Plot} from "./plot.js";

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
  /** @type {{sample?: Sample, look?: Look}} what stands in the picture of the points */
  #drawn = {};
  /** @type {{sample: Sample, share: Float32Array} | null} */
  #cover = null;
  #dots = document.createElement("canvas");

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
    this.#cover = null;
  }

  /**
   * Regions as pixels, faint where there are no points and striped where they are not the best, and the points.
   * @param {{points: Points, sample: Sample, added: number, hidden: boolean, look: Look}} scene
   */
  paint({points, sample, added, hidden, look}) {
    const {plot, cells} = this;
    const colours = look.palette.map(channels);
    const cover = this.#covered(points, sample);
    const ground = channels(look.paper)[1] < 128 ? "dark" : "light";
    const rgba = new Uint8ClampedArray(4 * cells.length);
    for (let i = 0, at = 0; i < cells.length && !hidden; i++) {
      const wrong = cells[i] !== points.best[i] && ((i % CELLS) + Math.floor(i / CELLS)) % 4 < 2;
      const [red, green, blue] = colours[cells[i] % colours.length];
      rgba[at++] = red;
      rgba[at++] = green;
      rgba[at++] = blue;
      rgba[at++] = cover[i] * (wrong ? WRONG : REGION)[ground];
    }
    plot.image(CELLS, CELLS, rgba, true);
    const {canvas} = plot;
    const {width, height} = this.#dots;
    const same = this.#drawn.sample === sample && this.#drawn.look === look;
    if (!same || width !== canvas.width || height !== canvas.height) {
      this.#drawn = {sample, look};
      Object.assign(this.#dots, {width: canvas.width, height: canvas.height});
      scatter(context(this.#dots), plot, {sample, added, look});
    }
    const pen = context(canvas);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.drawImage(this.#dots, 0, 0);
  }

  /**
   * How much of its colour each cell has: all of it near a training point.
   * @param {Points} points
   * @param {Sample} sample
   */
  #covered({extent: [left, right, low, high], sigma}, sample) {
    if (this.#cover?.sample === sample) return this.#cover.share;
    const far = new Float32Array(CELLS * CELLS).fill(Infinity);
    const [dx, dy] = [(right - left) / (CELLS - 1), (high - low) / (CELLS - 1)];
    for (let i = 0; i < sample.points.length; i += 2) {
      const [c, r] = [Math.round((sample.points[i] - left) / dx), Math.round((sample.points[i + 1] - low) / dy)];
      if (c >= 0 && c < CELLS && r >= 0 && r < CELLS) far[r * CELLS + c] = 0;
    }
    spread(far, dx, dy);
    const share = far.map((each) => 1 - (1 - FAINT) * Math.min(1, Math.max(0, (each / sigma - NEAR) / (FAR - NEAR))));
    this.#cover = {sample, share};
    return share;
  }

  /**
   * Draw the learned boundary.
   * @param {Float32Array} grid
   * @param {Float32Array} scores (CELLS squared, C)
   * @param {number} classes
   * @param {Line} style
   */
  boundary(grid, scores, classes, style) {
    this.segments = boundarySegments(grid, CELLS, scores, classes);
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

/**
 * Turn 0 at the points and infinity elsewhere into the distance to the next point, along steps of a king in chess.
 * @param {Float32Array} far (CELLS squared,)
 * @param {number} dx the sides of a cell
 * @param {number} dy
 */
function spread(far, dx, dy) {
  const slant = Math.hypot(dx, dy);
  const pass = (/** @type {number} */ i, /** @type {number} */ way) => {
    const c = i % CELLS;
    const from = (/** @type {number} */ step, /** @type {number} */ long) => {
      const at = i - way * step;
      if (at >= 0 && at < far.length && far[at] + long < far[i]) far[i] = far[at] + long;
    };
    const [before, after] = way > 0 ? [c > 0, c < CELLS - 1] : [c < CELLS - 1, c > 0];
    if (before) from(1, dx);
    from(CELLS, dy);
    if (before) from(CELLS + 1, slant);
    if (after) from(CELLS - 1, slant);
  };
  for (let i = 0; i < far.length; i++) pass(i, 1);
  for (let i = far.length - 1; i >= 0; i--) pass(i, -1);
}

/**
 * Draw the points, the rarest class's on top; those that a hand has added, the last of the sample, have a ring.
 * @param {CanvasRenderingContext2D} pen
 * @param {Plot} plot
 * @param {{sample: Sample, added: number, look: Look}} scene
 */
function scatter(pen, plot, {sample, added, look}) {
  const {points, labels, counts} = sample;
  const ratio = pen.canvas.width / plot.box.width;
  pen.setTransform(ratio, 0, 0, ratio, -plot.box.left * ratio, -plot.box.top * ratio);
  const order = Array.from(counts, (_, c) => c).sort((a, b) => counts[b] - counts[a]);
  for (const c of order) {
    const many = counts[c] > 100;
    const radius = (look.dot / 2) * (many ? 0.55 : 1);
    const mark = stamp(look.markers[c], {radius, ratio, colour: look.palette[c], outline: many ? "" : look.paper});
    const side = mark.width / ratio;
    pen.globalAlpha = many ? 0.45 : 1;
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== c) continue;
      const [px, py] = [plot.px(points[2 * i]), plot.py(points[2 * i + 1])];
      pen.drawImage(mark, px - side / 2, py - side / 2, side, side);
    }
  }
  pen.globalAlpha = 1;
  pen.strokeStyle = look.ink;
  for (let i = labels.length - added; i < labels.length; i++) {
    const [px, py] = [plot.px(points[2 * i]), plot.py(points[2 * i + 1])];
    pen.stroke(new Path2D(Marks.path("circle", px, py, 1.1 * look.dot)));
  }
}

/**
 * One marker as an image: a thousand copies of it are drawn ten times as fast as a thousand outlines are filled.
 * @param {string} marker
 * @param {{radius: number, ratio: number, colour: string, outline: string}} style `ratio`: the screen's pixels by one
 */
function stamp(marker, {radius, ratio, colour, outline}) {
  const half = Math.ceil(ratio * (1.5 * radius + 1)) + 1;
  const pen = context(Object.assign(document.createElement("canvas"), {width: 2 * half, height: 2 * half}));
  pen.setTransform(ratio, 0, 0, ratio, half, half);
  pen.fillStyle = colour;
  pen.strokeStyle = outline;
  const mark = new Path2D(Marks.path(marker, 0, 0, radius));
  pen.fill(mark);
  if (outline) pen.stroke(mark);
  return pen.canvas;
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
