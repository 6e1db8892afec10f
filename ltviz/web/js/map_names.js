// Names of a map's lines: each beside its own line where there is room, otherwise where no line is, with its dashes.

/** @import {Plot} from "./plot.js" */

/**
 * A line and what it is, in one row of words or several: `segments` are x0, y0, x1, y1, ... in units of the axes.
 * @typedef {{segments: ArrayLike<number>, text: string, colour: string, dash: string, width: number}} Named
 */

/** @typedef {[low: number, high: number]} Span in pixels across */

const NAME_BOLD = 1.13; // its width, against that of letters that are not
const NAME_ROWS = 6;
const NAME_STEP = 1.25; // from row to row, in letters
const NAME_SAMPLE = 1.5; // of the line before its name, in letters
const NAME_GAP = 0.45; // of a name from what is beside it, in letters
const NAME_CROSS = 4; // what a line between a name and its own costs
const NAME_DOWN = 0.7; // what a row further down costs, in letters across

/**
 * Write names, the first ones where it suits them best; no name lies over a line or another name if there is a place.
 * @param {Plot} plot
 * @param {readonly Named[]} named
 * @param {readonly Named[]} lines all that are drawn
 */
export function nameLines(plot, named, lines) {
  const {box, look} = plot;
  const {size} = look;
  const edges = /** @type {Span} */ ([box.left + 0.3 * size, box.left + box.width - 0.3 * size]);
  /** @type {Span[][]} */
  const taken = Array.from({length: NAME_ROWS}, () => []);
  const rowAt = (/** @type {number} */ k) => box.top + size * (0.8 + NAME_STEP * k);
  for (const line of named) {
    const rows = line.text.split("\n");
    const longest = Math.max(...rows.map((text) => plot.textWidth(text, 0.92 * size)));
    const wide = longest * NAME_BOLD + (NAME_SAMPLE + NAME_GAP) * size;
    /** @type {{row: number, left: number, cost: number} | null} */
    let best = null;
    for (let row = 0; row + rows.length <= NAME_ROWS; row++) {
      const band = /** @type {Span} */ ([rowAt(row) - 0.6 * size, rowAt(row + rows.length - 1) + 0.6 * size]);
      const own = spanOf(plot, line, band);
      if (!own || outsideOf(box, own)) continue;
      const others = lines.filter((each) => each !== line).flatMap((each) => spanOf(plot, each, band) ?? []);
      const walls = [...spansIn(others), ...rows.flatMap((_, k) => taken[row + k]), own].map(([low, high]) => [
        low - NAME_GAP * size,
        high + NAME_GAP * size,
      ]);
      for (const left of placesIn(edges, /** @type {Span[]} */ (walls), wide)) {
        const [from, to] = [Math.min(left + wide, own[1]), Math.max(left, own[0])]; // between name and line
        const crossed = spansIn(others).filter(([low, high]) => low < to && high > from).length;
        const far = Math.max(left - own[1], own[0] - left - wide, 0);
        const cost = far + size * (NAME_DOWN * row + NAME_CROSS * crossed);
        if (!best || cost < best.cost) best = {row, left, cost};
      }
    }
    if (!best) {
      const own = spanOf(plot, line, [box.top, box.top + box.height]);
      if (!own || outsideOf(box, own)) continue; // its line is not in the picture
      best = {row: 0, left: Math.min(Math.max(own[1] + NAME_GAP * size, edges[0]), edges[1] - wide), cost: 0};
    }
    const {row, left} = best;
    lead(plot, line, [left, left + wide], rowAt(row));
    rows.forEach((text, k) => {
      taken[row + k].push([left, left + wide]);
      writeName(plot, {...line, text}, left, rowAt(row + k), k === 0);
    });
  }
}

/**
 * @param {Plot} plot
 * @param {Named} line
 * @param {number} left in pixels
 * @param {number} y
 * @param {boolean} first whether the line's dashes stand before it
 */
function writeName(plot, {text, colour, dash, width}, left, y, first) {
  const {size} = plot.look;
  const at = plot.dy(y);
  if (first) plot.line([plot.dx(left), plot.dx(left + NAME_SAMPLE * size)], [at, at], {colour, dash, width});
  plot.text(plot.dx(left + (NAME_SAMPLE + NAME_GAP) * size), at, text, {colour, bold: true});
}

/**
 * Lead the eye from a name that does not stand beside its line to a dot on it.
 * @param {Plot} plot
 * @param {Named} line
 * @param {Span} name
 * @param {number} y in pixels
 */
function lead(plot, line, [left, right], y) {
  const {size} = plot.look;
  const own = spanOf(plot, line, [y, y]);
  if (!own) return;
  const at = (own[0] + own[1]) / 2;
  const from = at > right ? right : left;
  if (Math.abs(at - from) < 1.5 * size) return;
  const [end, high] = [plot.dx(at), plot.dy(y)];
  plot.line([plot.dx(from), end], [high, high], {colour: line.colour, width: 0.4});
  plot.dots([end], [high], {colour: line.colour, size: 0.7, outline: plot.look.paper});
}

/**
 * @param {import("./types.js").Box} box
 * @param {Span} span
 */
function outsideOf({left, width}, [low, high]) {
  return high < left || low > left + width;
}

/**
 * Where a name of this width may begin: at the ends of what is free between walls.
 * @param {Span} edges
 * @param {readonly Span[]} walls
 * @param {number} wide
 */
function placesIn([low, high], walls, wide) {
  const sorted = [...walls].sort((a, b) => a[0] - b[0]);
  /** @type {number[]} */
  const places = [];
  let from = low;
  for (const [left, right] of [...sorted, [high, high]]) {
    if (Math.min(left, high) - from >= wide) places.push(from, Math.min(left, high) - wide);
    from = Math.max(from, right);
  }
  return places;
}

/**
 * What a line covers of a band across the plot, null if it does not pass there.
 * @param {Plot} plot
 * @param {Named} line
 * @param {Span} band pixels from and to
 * @returns {Span | null}
 */
function spanOf(plot, {segments}, [top, foot]) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < segments.length; i += 4) {
    const [ax, ay, bx, by] = [
      plot.px(segments[i]),
      plot.py(segments[i + 1]),
      plot.px(segments[i + 2]),
      plot.py(segments[i + 3]),
    ];
    if (Math.max(ay, by) < top || Math.min(ay, by) > foot) continue;
    const at = (/** @type {number} */ y) => (ay === by ? ax : ax + ((bx - ax) * (y - ay)) / (by - ay));
    const inside =
      ay === by ? [ax, bx] : [top, foot].map((y) => at(Math.min(Math.max(y, Math.min(ay, by)), Math.max(ay, by))));
    low = Math.min(low, ...inside);
    high = Math.max(high, ...inside);
  }
  return low <= high ? [low, high] : null;
}

/**
 * @param {readonly number[]} flat
 * @returns {Span[]}
 */
function spansIn(flat) {
  return Array.from({length: flat.length / 2}, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
}
