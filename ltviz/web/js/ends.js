// The names of lines, at their ends: to the right of a plot's box, each with a piece of its line.

/** @import {Look} from "./types.js" */
/** @import {Plot} from "./plot.js" */
import {Marks} from "./marks.js";

/** @typedef {{name: string, x: number, y: number, colour: string, dash: string}} End where a line ends, and how it looks */

const LEADING = 1.25; // lines of text
const WIDEST = 0.42; // of the plot's width

/**
 * The pixels that names need to the right of the box, 1 for none; 0 where there is no room, and a legend must do.
 * @param {Plot} plot
 * @param {Look} look
 * @param {readonly string[]} names
 * @param {number} wide
 * @param {number} tall of the box, about
 */
export function roomOfEnds(plot, {size}, names, wide, tall) {
  if (!names.length) return 1;
  const room = Math.max(...names.map((name) => plot.textWidth(name, 0.92 * size))) + 2 * size;
  return room > WIDEST * wide || names.length * LEADING * size > tall ? 0 : room;
}

/**
 * @param {Plot} plot
 * @param {Look} look
 * @param {readonly End[]} ends
 */
export function nameEnds(plot, {size, line}, ends) {
  const {left, top, width, height} = plot.box;
  const gap = LEADING * size;
  const rows = ends.map((end) => ({...end, at: inside(plot.py(end.y), top, height)})).sort((a, b) => a.at - b.at);
  const places = rows.map(({at}) => at);
  for (let k = 1; k < places.length; k++) places[k] = Math.max(places[k], places[k - 1] + gap);
  const foot = top + height;
  for (let k = places.length - 1; k >= 0; k--) {
    places[k] = Math.min(places[k], k === places.length - 1 ? foot : places[k + 1] - gap);
  }
  const right = left + width;
  rows.forEach(({name, x, y, at, colour, dash}, k) => {
    const from = Math.min(plot.px(x), right);
    const to = right + 0.9 * size;
    plot.elements.put("path", {
      d: `M${tenths(from)} ${tenths(at)}L${tenths(to)} ${tenths(places[k])}H${tenths(to + 0.5 * size)}`,
      stroke: colour,
      "stroke-width": 0.7 * line,
      "stroke-dasharray": Marks.dash(dash, 0.7 * line),
      fill: "none",
    });
    plot.text(x, y, name, {dx: to + 0.8 * size - plot.px(x), dy: places[k] - plot.py(y), halo: false});
  });
}

/**
 * @param {number} at
 * @param {number} low
 * @param {number} length
 */
function inside(at, low, length) {
  return Math.min(low + length, Math.max(low, at));
}

/** @param {number} pixels */
function tenths(pixels) {
  return Math.round(pixels * 10) / 10;
}
