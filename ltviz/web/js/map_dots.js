// The points of a map as pixels: those that many drawings share are kept.

/** @import {Look} from "./types.js" */
/** @import {Sample} from "./fitting.js" */
/** @import {Points} from "./map_panel.js" */
/** @import {Plot} from "./plot.js" */
import {Marks} from "./marks.js";
import {context} from "./plot.js";

/** @typedef {{points: Points, sample: Sample, added: number, look: Look}} Strewn the last `added` are of a hand */
/** @typedef {{pen: CanvasRenderingContext2D, ratio: number}} Sheet `ratio`: the screen's pixels by one */

const MANY_DOTS = 100; // points of a class, beyond which each is small and faint

export class MapDots {
  /** @type {Map<number, {asked: readonly unknown[], canvas: HTMLCanvasElement}>} of each class of many points */
  #classes = new Map();
  /** @type {WeakMap<Plot, readonly unknown[]>} what stands in each plot */
  #shown = new WeakMap();

  /**
   * Put the points into a plot, the rarest class's on top; those of a hand have a ring.
   * @param {Plot} plot
   * @param {Strewn} strewn
   */
  draw(plot, strewn) {
    const pen = plot.layer();
    const {width: wide, height: tall} = pen.canvas;
    const {sample, added, look} = strewn;
    const asked = [sample, added, look, wide, tall];
    if (sameAsked(this.#shown.get(plot) ?? [], asked)) return;
    this.#shown.set(plot, asked);
    const {points, labels, counts} = sample;
    const sheet = {pen, ratio: wide / plot.box.width};
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.globalAlpha = 1;
    pen.clearRect(0, 0, wide, tall);
    const order = Array.from(counts, (_, c) => c).sort((a, b) => counts[b] - counts[a]);
    for (const c of order) {
      if (counts[c] <= MANY_DOTS) scatter(plot, sheet, strewn, c);
      else pen.drawImage(this.#many(plot, strewn, c), 0, 0); // which come first
    }
    toPlot(plot, sheet);
    pen.globalAlpha = 1;
    pen.strokeStyle = look.ink;
    for (let i = labels.length - added; i < labels.length; i++) {
      const [px, py] = [plot.px(points[2 * i]), plot.py(points[2 * i + 1])];
      pen.stroke(new Path2D(Marks.path("circle", px, py, 1.1 * look.dot)));
    }
  }

  /**
   * The points of a class that has many. They are its first ones: the slider of the imbalance leaves the most frequent
   * class's where they are.
   * @param {Plot} plot
   * @param {Strewn} strewn
   * @param {number} c
   */
  #many(plot, strewn, c) {
    const {points, sample, added, look} = strewn;
    const {width, height} = plot.canvas;
    const own = added && sample.labels.subarray(-added).includes(c) ? sample : null;
    const asked = [points, sample.counts[c], own, look, width, height];
    const kept = this.#classes.get(c);
    if (kept && sameAsked(kept.asked, asked)) return kept.canvas;
    const canvas = Object.assign(document.createElement("canvas"), {width, height});
    scatter(plot, {pen: context(canvas), ratio: width / plot.box.width}, strewn, c);
    this.#classes.set(c, {asked, canvas});
    return canvas;
  }
}

/**
 * @param {readonly unknown[]} one
 * @param {readonly unknown[]} other
 */
function sameAsked(one, other) {
  return one.length === other.length && one.every((each, i) => each === other[i]);
}

/**
 * Have a sheet take the plot's own places.
 * @param {Plot} plot
 * @param {Sheet} sheet
 */
function toPlot({box}, {pen, ratio}) {
  pen.setTransform(ratio, 0, 0, ratio, -box.left * ratio, -box.top * ratio);
}

/**
 * @param {Plot} plot
 * @param {Sheet} sheet
 * @param {Strewn} strewn
 * @param {number} c a class
 */
function scatter(plot, sheet, {sample: {points, labels, counts}, look}, c) {
  const {pen, ratio} = sheet;
  const many = counts[c] > MANY_DOTS;
  const radius = (look.dot / 2) * (many ? 0.55 : 1);
  const mark = stamp(look.markers[c], {radius, ratio, colour: look.palette[c], outline: many ? "" : look.paper});
  const side = mark.width / ratio;
  toPlot(plot, sheet);
  pen.globalAlpha = many ? 0.45 : 1;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== c) continue;
    const [px, py] = [plot.px(points[2 * i]), plot.py(points[2 * i + 1])];
    pen.drawImage(mark, px - side / 2, py - side / 2, side, side);
  }
}

/** @type {Map<string, HTMLCanvasElement>} */
const STAMPS = new Map(); // a look has few, and a canvas takes as long to make as all points of a class to draw

/**
 * One marker as an image: a thousand copies of it are drawn ten times as fast as a thousand outlines are filled.
 * @param {string} marker
 * @param {{radius: number, ratio: number, colour: string, outline: string}} style
 */
function stamp(marker, style) {
  const key = [marker, ...Object.values(style)].join();
  const kept = STAMPS.get(key) ?? cut(marker, style);
  STAMPS.set(key, kept);
  return kept;
}

/**
 * @param {string} marker
 * @param {{radius: number, ratio: number, colour: string, outline: string}} style
 */
function cut(marker, {radius, ratio, colour, outline}) {
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
