// Names of lines at their right ends, beside the box, none on another.

/** @import {Look} from "./types.js" */
/** @import {Plot} from "./plot.js" */
import {Marks} from "./marks.js";

/**
 * Where a line ends, in units of the axes, and its name; with a dash, a piece of the line leads to the name.
 * @typedef {{x: number, y: number, text: string, colour: string, dash?: string}} End
 */

const NAME_SIZE = 0.88; // of a name, in letters of the look
const NAMES_APART = 1.2; // of two names, in letters
const WIDEST = 0.42; // of the plot's width

/**
 * The pixels that names need on the right of a plot's box: for `Plot.begin`.
 * @param {Look} look
 * @param {readonly string[]} names
 */
export function endRoom({size}, names) {
  return size * (1 + 0.56 * NAME_SIZE * Math.max(0, ...names.map((name) => name.length)));
}

/**
 * The same for names to which a piece of the line leads, 1 for none; 0 where there is no room, and a legend must do.
 * @param {Plot} plot
 * @param {Look} look
 * @param {readonly string[]} names
 * @param {number} wide
 * @param {number} tall of the box, about
 */
export function roomOfEnds(plot, {size}, names, wide, tall) {
  if (!names.length) return 1;
  const room = Math.max(...names.map((name) => plot.textWidth(name, NAME_SIZE * size))) + 2 * size;
  return room > WIDEST * wide || names.length * NAMES_APART * size > tall ? 0 : room;
}

/**
 * Write the names; those of lines that end close together stand apart, in the order of their ends.
 * @param {Plot} plot
 * @param {readonly End[]} ends
 */
export function nameEnds(plot, ends) {
  const {look, box} = plot;
  const {size, line} = look;
  const step = NAMES_APART * size;
  const [top, foot] = [box.top + step / 2, box.top + box.height - step / 2];
  const shown = ends.filter(({y}) => Number.isFinite(y)).sort((a, b) => b.y - a.y);
  const own = shown.map(({y}) => Math.max(box.top, Math.min(box.top + box.height, plot.py(y))));
  const places = own.map((place) => Math.max(top, Math.min(foot, place)));
  for (let k = 1; k < places.length; k++) places[k] = Math.max(places[k], places[k - 1] + step);
  for (let k = places.length - 1, most = foot; k >= 0; k--, most -= step) places[k] = Math.min(places[k], most);
  const right = box.left + box.width;
  shown.forEach(({x, text, colour, dash}, k) => {
    if (dash === undefined) {
      plot.text(x, plot.dy(places[k]), text, {dx: 0.5 * size, size: NAME_SIZE, colour, bold: true});
      return;
    }
    const from = Math.min(plot.px(x), right);
    const to = right + 0.9 * size;
    plot.elements.put("path", {
      d: `M${tenths(from)} ${tenths(own[k])}L${tenths(to)} ${tenths(places[k])}H${tenths(to + 0.5 * size)}`,
      stroke: colour,
      "stroke-width": 0.7 * line,
      "stroke-dasharray": Marks.dash(dash, 0.7 * line),
      fill: "none",
    });
    plot.text(x, plot.dy(places[k]), text, {dx: to + 0.8 * size - plot.px(x), size: NAME_SIZE, halo: false});
  });
}

/** @param {number} pixels */
function tenths(pixels) {
  return Math.round(pixels * 10) / 10;
}
