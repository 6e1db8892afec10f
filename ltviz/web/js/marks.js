// Shapes of points and dashes of lines, by the names that ltviz/figures/themes.py gives them.

/** @typedef {[x: number, y: number]} Corner */

/** @type {Corner[]} */
const PLUS = [
  [-0.4, -1.2],
  [0.4, -1.2],
  [0.4, -0.4],
  [1.2, -0.4],
  [1.2, 0.4],
  [0.4, 0.4],
  [0.4, 1.2],
  [-0.4, 1.2],
  [-0.4, 0.4],
  [-1.2, 0.4],
  [-1.2, -0.4],
  [-0.4, -0.4],
];

/** @type {Record<string, Corner[] | null>} corners for a radius of 1; a circle has none */
const CORNERS = {
  circle: null,
  square: star(4, 1.25, 1.25, Math.PI / 4),
  diamond: star(4, 1.3, 1.3),
  "triangle-up": star(3, 1.35, 1.35),
  cross: PLUS,
  x: PLUS.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2]),
  star: star(10, 0.6, 1.45),
  "triangle-down": star(3, 1.35, 1.35, Math.PI),
  hexagon: star(6, 1.15, 1.15),
  pentagon: star(5, 1.2, 1.2),
  hourglass: [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ],
};

/** @type {Record<string, number[]>} lengths of strokes and gaps, in widths of the line */
const DASHES = {
  solid: [],
  dot: [1, 1.4],
  dash: [3, 2],
  longdash: [5.5, 2],
  dashdot: [3, 1.4, 1, 1.4],
  longdashdot: [5.5, 1.6, 1, 1.6],
};

export const Marks = {
  names: Object.keys(CORNERS),

  /**
   * The outline of one marker as a piece of an SVG path.
   * @param {string} marker
   * @param {number} x
   * @param {number} y
   * @param {number} radius
   */
  path(marker, x, y, radius) {
    const shape = CORNERS[marker];
    if (!shape) {
      const [r, d] = [tenth(radius), tenth(2 * radius)];
      return `M${tenth(x - radius)} ${tenth(y)}a${r} ${r} 0 1 0 ${d} 0a${r} ${r} 0 1 0 ${-d} 0z`;
    }
    let path = "M";
    for (const [dx, dy] of shape) path += `${tenth(x + radius * dx)} ${tenth(y + radius * dy)} `;
    return `${path}z`;
  },

  /**
   * The two pieces of an arrow from a to b: its line, which ends inside the heads, and the heads.
   * @param {[number, number]} a
   * @param {[number, number]} b
   * @param {number} stroke
   * @param {boolean} both
   */
  arrow([ax, ay], [bx, by], stroke, both) {
    const length = Math.hypot(bx - ax, by - ay);
    if (!(length > 0.5)) return {shaft: "", heads: ""};
    const head = Math.min(stroke * 4.5, both ? length / 2 : length);
    const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
    const at = (/** @type {number} */ x, /** @type {number} */ y) => `${tenth(x)} ${tenth(y)}`;
    const tip = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ way) => {
      const [fx, fy, wide] = [x - way * ux * head, y - way * uy * head, head * 0.4];
      return `M${at(x, y)}L${at(fx - uy * wide, fy + ux * wide)}L${at(fx + uy * wide, fy - ux * wide)}z`;
    };
    const [near, far] = [both ? head * 0.9 : 0, length - head * 0.9];
    const shaft = `M${at(ax + ux * near, ay + uy * near)}L${at(ax + ux * far, ay + uy * far)}`;
    return {shaft, heads: tip(bx, by, 1) + (both ? tip(ax, ay, -1) : "")};
  },

  /**
   * The stroke-dasharray of a line so wide; undefined for a solid one.
   * @param {string} name
   * @param {number} width
   */
  dash(name, width) {
    if (name.includes(",")) return name.replaceAll("px", "").replaceAll(",", " ");
    const unit = Math.max(width, 2.5);
    return DASHES[name].map((length) => tenth(length * unit)).join(" ") || undefined;
  },
};

/**
 * @param {number} corners
 * @param {number} inner
 * @param {number} outer
 * @returns {Corner[]}
 */
function star(corners, inner, outer, turn = 0) {
  return Array.from({length: corners}, (_, i) => {
    const radius = i % 2 ? inner : outer;
    const angle = (2 * Math.PI * i) / corners + turn;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)];
  });
}

/** @param {number} value */
function tenth(value) {
  return Math.round(value * 10) / 10;
}

/**
 * Red, green and blue of "#rrggbb", each from 0 to 255.
 * @param {string} hex
 */
export function channels(hex) {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}
