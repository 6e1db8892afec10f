// Names of lines at their right ends, beside the box, none on another.

/** @import {Look} from "./types.js" */
/** @import {Plot} from "./plot.js" */

/** @typedef {{x: number, y: number, text: string, colour: string}} End where a line ends, in units of the axes */

const NAME_SIZE = 0.88; // of a name, in letters of the look
const NAMES_APART = 1.12; // of two lines, in letters
const LONG_NAME = 18; // letters from which a name has its settings in a line of their own

/**
 * The lines of a name: those that it says, or what a loss is set to below it where both are long.
 * @param {string} name
 */
export function linesOf(name) {
  if (name.includes("\n")) return name.split("\n");
  const at = name.length > LONG_NAME ? name.indexOf(" (") : -1;
  return at < 0 ? [name] : [name.slice(0, at), name.slice(at + 1)];
}

/**
 * The pixels that names need on the right of a plot's box: for `Plot.begin`.
 * @param {Look} look
 * @param {readonly string[]} names
 */
export function endRoom({size}, names) {
  return size * (1 + 0.64 * NAME_SIZE * Math.max(0, ...names.flatMap(linesOf).map((line) => line.length)));
}

/**
 * Write the names; those of lines that end close together stand apart, in the order of their ends.
 * @param {Plot} plot
 * @param {readonly End[]} ends
 */
export function nameEnds(plot, ends) {
  const {look, box} = plot;
  const step = NAMES_APART * look.size;
  const shown = ends.filter(({y}) => Number.isFinite(y)).sort((a, b) => b.y - a.y);
  const lines = shown.map(({text}) => linesOf(text));
  const half = lines.map((each) => (step * each.length) / 2);
  const [top, foot] = [box.top, box.top + box.height];
  const places = shown.map(({y}, k) => Math.max(top + half[k], Math.min(foot - half[k], plot.py(y))));
  for (let k = 1; k < places.length; k++) places[k] = Math.max(places[k], places[k - 1] + half[k - 1] + half[k]);
  for (let k = places.length - 1, most = foot; k >= 0; most = places[k] - half[k], k--)
    places[k] = Math.min(places[k], most - half[k]);
  shown.forEach(({x, colour}, k) => {
    lines[k].forEach((line, row) => {
      const middle = places[k] - half[k] + (row + 0.5) * step;
      plot.text(x, plot.dy(middle), line, {dx: 0.5 * look.size, size: NAME_SIZE, colour, bold: true});
    });
  });
}
