/** Shapes of points and dashes of lines, by the names that ltviz/figures/themes.py gives them. */
const Marks = (() => {
  const star = (corners, inner, outer, turn = 0) =>
    Array.from({length: corners}, (_, i) => {
      const radius = i % 2 ? inner : outer;
      const angle = (2 * Math.PI * i) / corners + turn;
      return [radius * Math.sin(angle), -radius * Math.cos(angle)];
    });
  const plus = [
    [-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4],
    [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4],
  ];
  const turned = plus.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2]);
  /** Corners for a radius of 1; a circle has none. */
  const corners = {
    circle: null,
    square: star(4, 1.25, 1.25, Math.PI / 4),
    diamond: star(4, 1.3, 1.3),
    "triangle-up": star(3, 1.35, 1.35),
    cross: plus,
    x: turned,
    star: star(10, 0.6, 1.45),
    "triangle-down": star(3, 1.35, 1.35, Math.PI),
    hexagon: star(6, 1.15, 1.15),
    pentagon: star(5, 1.2, 1.2),
    hourglass: [[-1, -1], [1, -1], [-1, 1], [1, 1]],
  };
  const dashes = {
    solid: [], dot: [1, 1.4], dash: [3, 2], longdash: [5.5, 2], dashdot: [3, 1.4, 1, 1.4],
    longdashdot: [5.5, 1.6, 1, 1.6],
  };
  const tenth = (v) => Math.round(v * 10) / 10;

  return {
    names: Object.keys(corners),

    /** The outline of one marker as a piece of an SVG path. */
    path(marker, x, y, radius) {
      const shape = corners[marker];
      if (!shape) {
        const [r, d] = [tenth(radius), tenth(2 * radius)];
        return `M${tenth(x - radius)} ${tenth(y)}a${r} ${r} 0 1 0 ${d} 0a${r} ${r} 0 1 0 ${-d} 0z`;
      }
      let path = "M";
      for (const [dx, dy] of shape) path += tenth(x + radius * dx) + " " + tenth(y + radius * dy) + " ";
      return path + "z";
    },

    /** The two pieces of an arrow: its line, which ends inside the heads, and the heads. */
    arrow(ax, ay, bx, by, stroke, both) {
      const length = Math.hypot(bx - ax, by - ay);
      if (!(length > 0.5)) return {shaft: "", heads: ""};
      const head = Math.min(stroke * 4.5, both ? length / 2 : length);
      const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
      const at = (x, y) => `${tenth(x)} ${tenth(y)}`;
      const tip = (x, y, way) => {
        const [fx, fy, wide] = [x - way * ux * head, y - way * uy * head, head * 0.4];
        return `M${at(x, y)}L${at(fx - uy * wide, fy + ux * wide)}L${at(fx + uy * wide, fy - ux * wide)}z`;
      };
      const [near, far] = [both ? head * 0.9 : 0, length - head * 0.9];
      const shaft = `M${at(ax + ux * near, ay + uy * near)}L${at(ax + ux * far, ay + uy * far)}`;
      return {shaft, heads: tip(bx, by, 1) + (both ? tip(ax, ay, -1) : "")};
    },

    /** The stroke-dasharray of a line so wide; undefined for a solid one. */
    dash(name, width) {
      if (name.includes(",")) return name.replaceAll("px", "").replaceAll(",", " ");
      const unit = Math.max(width, 2.5);
      return dashes[name].map((length) => tenth(length * unit)).join(" ") || undefined;
    },
  };
})();
