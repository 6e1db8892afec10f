// Names of lines at their right ends, beside the box, none on another.

/** @import {Look} from "./types.js" */
/** @import {Plot} from "./plot.js" */

/** @typedef {{x: number, y: number, text: string, colour: string}} End where a line ends, in units of the axes */

const NAME_SIZE = 0.88; // of a name, in letters of the look
const NAMES_APART = 1.12; // of two names, in letters

/**
 * The pixels that names need on the right of a plot's box: for `Plot.begin`.
 * @param {Look} look
 * @param {readonly string[]} names
 */
export function endRoom({size}, names) {
  return size * (1 + 0.64 * NAME_SIZE * Math.max(0, ...names.map((name) => name.length)));
}

/**
 * Write the names; those of lines that end close together stand apart, in the order of their ends.
 * @param {Plot} plot
 * @param {readonly End[]} ends
 */
export function nameEnds(plot, ends) {
  const {look, box} = plot;
  const step = NAMES_APART * look.size;
  const [top, foot] = [box.top + step / 2, box.top + box.height - step / 2];
  const shown = ends.filter(({y}) => Number.isFinite(y)).sort((a, b) => b.y - a.y);
  const places = shown.map(({y}) => Math.max(top, Math.min(foot, plot.py(y))));
  for (let k = 1; k < places.length; k++) places[k] = Math.max(places[k], places[k - 1] + step);
  for (let k = places.length - 1, most = foot; k >= 0; k--, most -= step) places[k] = Math.min(places[k], most);
  shown.forEach(({x, text, colour}, k) => {
    plot.text(x, plot.dy(places[k]), text, {dx: 0.5 * look.size, size: NAME_SIZE, colour, bold: true});
  });
}
