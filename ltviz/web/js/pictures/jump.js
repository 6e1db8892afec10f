// MM's jump: a sample on its way through the boundary, and its margin on the way.

const HARD_POSITIVE = "#009E73"; // green: hard positive, as in the figure decision_map
const HARD_NEGATIVE = "#D55E00"; // vermillion: hard negative

PICTURES.jump = class {
  constructor(host, explorer) {
    this.explorer = explorer;
    const row = host.appendChild(make("div", {class: "panels"}));
    this.plane = new Plot(row.appendChild(make("div", {})), {equal: true});
    this.curve = new Plot(row.appendChild(make("div", {})), {
      x: {title: "signed gap d (cosine)", low: -1.05, high: 1.05}, y: {title: "margin (cosine)", low: 0}, aspect: 0.95,
    });
    this.plane.onDrag(({x, done}) => {
      const {gaps, places, inside} = this.jump;
      let best = -1;
      places.forEach((place, k) => {
        if (inside[k] && (best < 0 || Math.abs(place - x) < Math.abs(places[best] - x))) best = k;
      });
      if (best >= 0) explorer.set("gap", gaps[best], {done});
    });
    this.curve.onDrag(({x, done}) => explorer.set("gap", x, {done}));
  }

  draw({state, entries, guess, asking, look}) {
    const {scene, jump} = entries;
    const at = nearest(jump.gaps, state.gap);
    this.jump = jump;
    this.rare = scene.counts.indexOf(Math.min(...scene.counts));
    this.drawPlane(scene, jump, {at, guess, asking, look});
    this.drawCurve(scene, jump, {at, gap: jump.gaps[at], look});
    return this.tell(jump, {at, gap: jump.gaps[at]});
  }

  drawPlane(scene, jump, {at, guess, asking, look}) {
    const plot = this.plane;
    const [left, right, low, high] = scene.extent;
    const plain = {name: "no margin", lines: jump.plain, colour: look.muted, dash: "dot"};
    const boundaries = asking ? [plain] : [
      plain,
      {name: "LDAM", lines: scene.ldam, colour: look.muted, dash: "longdashdot"},
      {name: "both", lines: jump.lines.learned, colour: look.ink, dash: "solid"},
      {name: "hard positive", lines: jump.lines.positive, colour: HARD_POSITIVE, dash: "dashdot"},
      {name: "hard negative", lines: jump.lines.negative, colour: HARD_NEGATIVE, dash: "longdash"},
    ];
    plot.begin(look, {x: {title: "x (distance)", low: left, high: right}, y: {title: "y (distance)", low, high}});
    plot.legend([
      ...Array.from(scene.counts, (n, c) => ({name: `class ${c} (n\u00a0=\u00a0${written(n)})`, colour: look.palette[c], marker: look.markers[c]})),
      ...boundaries,
    ]);
    this.points(plot, scene, look);
    for (const {lines, colour, dash} of boundaries) {
      for (const line of lines) plot.line(...xAndY(line), {colour, dash, width: 1.3});
    }
    if (guess !== null) this.guess(plot, scene, jump, guess, look);
    this.sample(plot, jump, at, look, {left, right, middle: (low + high) / 2});
  }

  points(plot, scene, look) {
    const {counts} = scene;
    if (this.scene !== scene) Object.assign(this, {scene, clouds: Array.from(counts, (_, c) => cloud(scene, c))});
    this.clouds.forEach(([xs, ys], c) => {
      const style = {colour: look.palette[c], marker: look.markers[c]};
      if (counts[c] > 100) plot.dots(xs, ys, {...style, size: 0.5, opacity: 0.4});
      else plot.dots(xs, ys, {...style, size: 0.9, outline: look.paper});
    });
  }

  /** Where the reader expects the hard negative margin's boundary; the frequent class lies to the left. */
  guess(plot, scene, jump, guess, look) {
    for (const line of jump.plain) {
      const [xs, ys] = xAndY(line);
      const moved = xs.map((x) => x - guess * scene.sigma);
      plot.line(moved, ys, {colour: look.palette[3], dash: "dot", width: 1.3});
      plot.text(moved[0], ys[0], "guess", {anchor: "middle", dy: -look.size});
    }
  }

  /** The sample; at the frame's edge, with an arrow, where no point of the frame has its gap. */
  sample(plot, jump, at, look, {left, right, middle}) {
    const {places, inside} = jump;
    const mark = {colour: look.palette[this.rare], marker: look.markers[this.rare], size: 1.9, outline: look.ink};
    plot.line([left, right], [middle, middle], {colour: look.muted, dash: "dot", width: 0.6});
    if (inside[at]) return plot.dots([places[at]], [middle], mark);
    const beyond = places[at] > (left + right) / 2;
    const [edge, way] = beyond ? [right, 1] : [left, -1];
    const inner = plot.dx(plot.px(edge) - way * 3 * look.dot);
    plot.arrow(inner, middle, edge, middle, {colour: look.ink, width: 0.9});
    plot.dots([inner], [middle], {...mark, colour: look.paper});
    plot.text(inner, middle, "outside the frame", {anchor: beyond ? "end" : "start", dy: -look.size * 1.6});
  }

  drawCurve(scene, jump, {at, gap, look}) {
    const plot = this.curve;
    const gaps = Array.from(jump.gaps);
    const zero = gaps.indexOf(0);
    const top = Math.max(jump.wrong, jump.right, scene.constant);
    plot.begin(look, {y: {low: 0, high: 0.1 * Math.ceil(10 * top + 2)}});
    plot.legend([
      {name: "hard negative (d < 0)", colour: HARD_NEGATIVE, dash: "longdash"}, {name: "hard positive (d > 0)", colour: HARD_POSITIVE, dash: "dashdot"},
      {name: "LDAM\u2019s constant", colour: look.muted, dash: "longdashdot"},
    ]);
    plot.line([0, 0], [plot.y.low, plot.y.high], {colour: look.muted, width: 0.5});
    plot.line([-1.05, 1.05], [scene.constant, scene.constant], {colour: look.muted, dash: "longdashdot", width: 1.2});
    const below = Array.from(jump.margin.subarray(0, zero));
    const above = Array.from(jump.margin.subarray(zero + 1));
    plot.line([...gaps.slice(0, zero), 0], [...below, jump.wrong], {colour: HARD_NEGATIVE, dash: "longdash", width: 1.4});
    plot.line([0, ...gaps.slice(zero + 1)], [jump.right, ...above], {colour: HARD_POSITIVE, dash: "dashdot", width: 1.4});
    plot.dots([0], [jump.wrong], {colour: look.paper, size: 1.1, outline: HARD_NEGATIVE});
    plot.dots([0], [jump.right], {colour: look.paper, size: 1.1, outline: HARD_POSITIVE});
    plot.dots([0], [jump.tie], {colour: look.ink, size: 1.1});
    const margin = jump.margin[at];
    plot.line([gap, gap], [0, margin], {colour: look.ink, dash: "dot", width: 0.8});
    plot.dots([gap], [margin], {
      colour: look.palette[this.rare], marker: look.markers[this.rare], size: 1.9, outline: look.ink,
    });
    const way = gap < 0 ? -1 : 1;
    plot.text(gap, margin, fixed(margin, 3), {anchor: way < 0 ? "end" : "start", dx: way * look.dot * 1.6, dy: -look.size * 0.7, bold: true});
  }

  tell(jump, {at, gap}) {
    const {moves} = jump;
    const sigma = (value) => `${fixed(value, 2, true)} \u03c3`;
    const numbers = [
      ["gap d", fixed(gap, 2, true)],
      ["margin there", fixed(jump.margin[at], 3)],
      ["jump at d = 0", `${fixed(jump.wrong, 3)} | ${fixed(jump.tie, 0)} | ${fixed(jump.right, 3)}`],
      ["boundary: hard positive", sigma(moves.positive)],
      ["boundary: hard negative", sigma(moves.negative)],
      ["boundary: both", sigma(moves.learned)],
      ["boundary: LDAM", sigma(moves.ldam)],
    ];
    if (jump.unsettled.length) numbers.push(["not settled", jump.unsettled.map((kind) => UNSETTLED[kind]).join(", ")]);
    const where = gap === 0 ? "on the boundary" : gap < 0 ? "on the wrong side" : "on the right side";
    const does = (value) => (Math.abs(value) < 0.005 ? "leaves the boundary in its place"
      : `moves the boundary ${fixed(Math.abs(value), 2)} \u03c3 into the ${value < 0 ? "rare" : "frequent"} class\u2019s side`);
    const says = `The sample is ${where} (d = ${fixed(gap, 2)}): its margin is ${fixed(jump.margin[at], 3)}. At d = 0 the margin jumps `
      + `from ${fixed(jump.wrong, 3)} over 0 to ${fixed(jump.right, 3)}. Against no margin, the hard positive margin alone `
      + `${does(moves.positive)}; the hard negative one alone ${does(moves.negative)}.`;
    const values = {...moves, gap, margin: jump.margin[at], jump: jump.wrong - jump.right};
    return {values, numbers, says};
  }
};

const UNSETTLED = {learned: "both", positive: "hard positive", negative: "hard negative"};

/** x and y of a polyline (k, 2). */
function xAndY(line) {
  const places = Array.from({length: line.shape[0]}, (_, i) => i);
  return [places.map((i) => line[2 * i]), places.map((i) => line[2 * i + 1])];
}

/** x and y of the points of one class. */
function cloud({points, labels}, c) {
  const own = Array.from(labels.keys()).filter((i) => labels[i] === c);
  return [own.map((i) => points[2 * i]), own.map((i) => points[2 * i + 1])];
}
