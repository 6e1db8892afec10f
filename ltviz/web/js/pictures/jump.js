// MM's jump: a sample on its way through the boundary, and its margin on the way.

/** @import {Bytes, Controls, Drag, Drawn, Floats, Ints, Look, Place, Scene} from "../types.js" */
import {nearest} from "../dials.js";
import {make, put} from "../dom.js";
import {guessed} from "../guess.js";
import {showLegend} from "../legend.js";
import {fixed, written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {Plot} from "../plot.js";

/** @typedef {{gap: number}} JumpState of the dials the one that the picture reads itself: a difference of cosines */

/**
 * N points of C classes, and LDAM beside them.
 * @typedef {object} Points
 * @property {Floats} points (N, 2)
 * @property {Ints} labels (N,)
 * @property {Ints} counts (C,) training samples
 * @property {readonly [left: number, right: number, low: number, high: number]} extent
 * @property {number} sigma a class's standard deviation
 * @property {readonly Floats[]} ldam its boundary as polylines (k, 2)
 * @property {number} constant LDAM's margin for the rarest class, in units of the cosine
 */

/** @typedef {"learned" | "positive" | "negative"} Half both margins, the right side's alone, the wrong side's alone */

/**
 * A sample of the rarest class at n gaps.
 * @typedef {object} Jump
 * @property {Floats} gaps (n,)
 * @property {Floats} margin (n,) in units of the cosine
 * @property {number} wrong its limit at the boundary from the wrong side
 * @property {number} right that from the right side
 * @property {number} tie its value there
 * @property {Floats} places (n,) x of the point with this gap
 * @property {Bytes} inside (n,) 1 where there is such a point in the frame
 * @property {Readonly<Record<Half, readonly Floats[]>>} lines boundaries as polylines (k, 2)
 * @property {Readonly<Record<Half | "ldam", number>>} moves from the fit without margins, in sigma, positive into the
 *   rarest class's side
 * @property {readonly Floats[]} plain the boundary without margins
 * @property {readonly Half[]} unsettled the fits whose margins go on changing pass after pass
 */

/** @typedef {{name: string, lines: readonly Floats[], colour: string, dash: string, width: number}} Boundary */

const RIGHT_SIDE = "#009E73"; // green, as in the figure decision_map
const WRONG_SIDE = "#D55E00"; // vermillion

class JumpPicture {
  /** @type {Points | null} */
  scene = null;
  /** @type {[xs: number[], ys: number[]][]} its points, class by class */
  clouds = [];
  /** @type {Jump | null} what is drawn */
  jump = null;
  sigma = 1;
  rare = 0;

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    this.key = put(host, make("div", {class: "key"}));
    const row = put(host, make("div", {class: "panels"}));
    this.plane = new Plot(put(row, make("div")), {equal: true});
    this.curve = new Plot(put(row, make("div")), {
      x: {title: "signed gap d (cosine)", low: -1.05, high: 1.05},
      y: {title: "margin (cosine)", low: 0},
      aspect: 0.95,
    });
    this.plane.onDrag((at) => (controls.asking ? this.dragGuess(at) : this.dragSample(at)));
    this.curve.onDrag(({x, done}) => controls.set("gap", x, {done}));
  }

  /** @param {Drag} at */
  dragSample({x, done}) {
    if (!this.jump) return;
    const {gaps, places, inside} = this.jump;
    let best = -1;
    places.forEach((place, k) => {
      if (inside[k] && (best < 0 || Math.abs(place - x) < Math.abs(places[best] - x))) best = k;
    });
    if (best >= 0) this.controls.set("gap", gaps[best], {done});
  }

  /**
   * The guess is counted from the boundary without margins, at the height of the hand.
   * @param {Place} at
   */
  dragGuess({x, y}) {
    if (!this.jump?.plain.length) return;
    const [xs, ys] = xAndY(this.jump.plain[0]);
    this.controls.guess((x - xs[nearest(ys, y)]) / this.sigma);
  }

  /**
   * @param {Scene<JumpState, {scene: Points, jump: Jump}>} scene
   * @returns {Drawn}
   */
  draw({state, entries, guess, asking, look}) {
    const {scene, jump} = entries;
    const at = nearest(jump.gaps, state.gap);
    this.jump = jump;
    this.sigma = scene.sigma;
    this.rare = scene.counts.lastIndexOf(Math.min(...scene.counts));
    const fits = boundariesOf(scene, jump, look);
    showLegend(this.key, look, [
      ...Array.from(scene.counts, (n, c) => ({
        name: `class ${c} (n\u00a0=\u00a0${written(n)})`,
        colour: look.palette[c],
        marker: look.markers[c],
      })),
      ...fits
        .filter(({lines}) => !asking || lines !== jump.lines.learned)
        .map(({name, colour, dash}) => ({name, colour, dash})),
    ]);
    this.drawPlane(scene, jump, {at, fits, guess, asking, look});
    this.drawCurve(scene, jump, {at, gap: jump.gaps[at], look});
    return this.tell(jump, {at, gap: jump.gaps[at]});
  }

  /**
   * @param {Points} scene
   * @param {Jump} jump
   * @param {{at: number, fits: Boundary[], guess: number | null, asking: boolean, look: Look}} rest
   */
  drawPlane(scene, jump, {at, fits, guess, asking, look}) {
    const plot = this.plane;
    const [left, right, low, high] = scene.extent;
    plot.begin(look, {
      x: {title: `x (σ\u00a0=\u00a0${written(scene.sigma)})`, low: left, high: right},
      y: {title: "y (distance)", low, high},
    });
    this.points(plot, scene, look);
    for (const {lines, colour, dash, width} of asking ? fits.slice(0, 1) : fits) {
      for (const line of lines) plot.line(...xAndY(line), {colour, dash, width});
    }
    if (guess !== null) this.guess(plot, scene, jump, {guess, asking, look});
    if (!asking) this.sample(plot, jump, at, look, {left, right, middle: (low + high) / 2});
  }

  /**
   * The rare class's points are outlined: the wrong side's margin has their colour in a light look.
   * @param {Plot} plot
   * @param {Points} scene
   * @param {Look} look
   */
  points(plot, scene, look) {
    const {counts} = scene;
    if (this.scene !== scene) this.clouds = Array.from(counts, (_, c) => cloud(scene, c));
    this.scene = scene;
    this.clouds.forEach(([xs, ys], c) => {
      const style = {colour: look.palette[c], marker: look.markers[c]};
      if (counts[c] > 100) plot.dots(xs, ys, {...style, size: 0.5, opacity: 0.4});
      else plot.dots(xs, ys, {...style, size: 0.95, outline: look.ink});
    });
  }

  /**
   * Where the reader expects the boundary of the wrong side's margin; the words stand above the frame, on their line.
   * @param {Plot} plot
   * @param {Points} scene
   * @param {Jump} jump
   * @param {{guess: number, asking: boolean, look: Look}} rest
   */
  guess(plot, scene, jump, {guess, asking, look}) {
    const text = "your guess";
    for (const line of jump.plain) {
      const [xs, ys] = xAndY(line);
      const moved = xs.map((x) => x + guess * scene.sigma);
      plot.line(moved, ys, {...guessed(look), width: 1.4});
      const top = moved[nearest(ys, plot.y.high)];
      const middle = moved[nearest(ys, (plot.y.low + plot.y.high) / 2)];
      const half = 0.55 * plot.textWidth(text, 0.85 * look.size);
      const place = Math.min(plot.wide - half, Math.max(plot.box.left + half, plot.px(top)));
      plot.text(plot.dx(place), plot.y.high, text, {
        anchor: "middle",
        dy: -0.6 * look.size,
        bold: true,
        size: 0.85,
        colour: look.palette[9],
      });
      if (asking)
        plot.dots([middle], [(plot.y.low + plot.y.high) / 2], {
          colour: look.palette[9],
          size: 1.4,
          outline: look.paper,
        });
    }
  }

  /**
   * The sample; where no point of the frame has its gap, an arrow out of it.
   * @param {Plot} plot
   * @param {Jump} jump
   * @param {number} at
   * @param {Look} look
   * @param {{left: number, right: number, middle: number}} line on which it moves
   */
  sample(plot, jump, at, look, {left, right, middle}) {
    const {places, inside} = jump;
    const mark = {colour: look.palette[this.rare], marker: look.markers[this.rare], size: 1.9, outline: look.ink};
    plot.line([left, right], [middle, middle], {colour: look.muted, dash: "dot", width: 0.6});
    if (inside[at]) return plot.dots([places[at]], [middle], mark);
    const [edge, way] = places[at] > (left + right) / 2 ? [right, 1] : [left, -1];
    const inner = plot.dx(plot.px(edge) - way * 3 * look.dot);
    plot.arrow(inner, middle, edge, middle, {colour: look.ink, width: 0.9});
    plot.dots([inner], [middle], {...mark, colour: look.paper});
  }

  /**
   * @param {Points} scene
   * @param {Jump} jump
   * @param {{at: number, gap: number, look: Look}} rest
   */
  drawCurve(scene, jump, {at, gap, look}) {
    const plot = this.curve;
    const gaps = Array.from(jump.gaps);
    const zero = gaps.indexOf(0);
    const top = Math.max(jump.wrong, jump.right, scene.constant);
    plot.begin(look, {y: {low: 0, high: 0.1 * Math.ceil(10 * top + 2)}});
    plot.line([0, 0], [plot.y.low, plot.y.high], {colour: look.muted, width: 0.5});
    plot.line([-1.05, 1.05], [scene.constant, scene.constant], {colour: look.muted, dash: "longdashdot"});
    const below = Array.from(jump.margin.subarray(0, zero));
    const above = Array.from(jump.margin.subarray(zero + 1));
    plot.line([...gaps.slice(0, zero), 0], [...below, jump.wrong], {colour: WRONG_SIDE, dash: "longdash", width: 1.4});
    plot.line([0, ...gaps.slice(zero + 1)], [jump.right, ...above], {colour: RIGHT_SIDE, dash: "dashdot", width: 1.4});
    plot.dots([0], [jump.wrong], {colour: look.paper, size: 1.1, outline: WRONG_SIDE});
    plot.dots([0], [jump.right], {colour: look.paper, size: 1.1, outline: RIGHT_SIDE});
    plot.dots([0], [jump.tie], {colour: look.ink, size: 1.1});
    const margin = jump.margin[at];
    plot.line([gap, gap], [0, margin], {colour: look.ink, dash: "dot", width: 0.8});
    plot.dots([gap], [margin], {
      colour: look.palette[this.rare],
      marker: look.markers[this.rare],
      size: 1.9,
      outline: look.ink,
    });
    this.value(plot, gap, margin, look);
  }

  /**
   * The sample's margin, on the side to which the curve falls, inside the frame.
   * @param {Plot} plot
   * @param {number} gap
   * @param {number} margin
   * @param {Look} look
   */
  value(plot, gap, margin, look) {
    const text = fixed(margin, 3);
    const half = 0.55 * plot.textWidth(text, 0.92 * look.size);
    const {left, width} = plot.box;
    const beside = plot.px(gap) + (gap < 0 ? -1 : 1) * (half + 1.2 * look.dot);
    const place = Math.min(left + width - half, Math.max(left + half + 3, beside));
    plot.text(plot.dx(place), margin, text, {anchor: "middle", dy: -1.25 * look.size, bold: true});
  }

  /**
   * @param {Jump} jump
   * @param {{at: number, gap: number}} sample
   * @returns {Drawn}
   */
  tell(jump, {at, gap}) {
    const {moves, margin} = jump;
    const sigma = (/** @type {number} */ value) => `${fixed(value, 2, true)}\u00a0\u03c3`;
    /** @type {[string, string][]} */
    const numbers = [
      ["margin", fixed(margin[at], 3)],
      ["just below d = 0", fixed(jump.wrong, 3)],
      ["just above", fixed(jump.right, 3)],
      ["boundary: right side's alone", sigma(moves.positive)],
      ["wrong side's alone", sigma(moves.negative)],
      ["both", sigma(moves.learned)],
    ];
    if (jump.unsettled.length) numbers.push(["not settled", jump.unsettled.map((kind) => UNSETTLED[kind]).join(", ")]);
    const where = gap === 0 ? "on the boundary" : gap < 0 ? "on the wrong side" : "on the right side";
    const beyond = jump.inside[at] ? "" : ", outside the frame";
    const does = (/** @type {number} */ value) =>
      Math.abs(value) < 0.005
        ? "leaves it in its place"
        : `moves it ${fixed(Math.abs(value), 2)} \u03c3 into the ${value > 0 ? "rare" : "frequent"} class\u2019s side`;
    const says =
      `The sample is ${where}${beyond}: its margin is ${fixed(margin[at], 3)}. ` +
      `Against the boundary without margins, the right side's margin alone ${does(moves.positive)}, the wrong side's alone ${does(moves.negative)}.`;
    return {values: {...moves, gap, margin: margin[at], jump: jump.wrong - jump.right}, numbers, says};
  }
}

PICTURES.jump = JumpPicture;

/** @type {Record<Half, string>} */
const UNSETTLED = {learned: "both", positive: "right side's", negative: "wrong side's"};

/**
 * What is drawn as a boundary, and how; the halves of the margin look the same along the curve.
 * @param {Points} scene
 * @param {Jump} jump
 * @param {Look} look
 * @returns {Boundary[]}
 */
function boundariesOf(scene, jump, look) {
  const {learned, positive, negative} = jump.lines;
  return [
    {name: "no margin", lines: jump.plain, colour: look.muted, dash: "dash", width: 0.8},
    {name: "LDAM", lines: scene.ldam, colour: look.muted, dash: "longdashdot", width: 1},
    {name: "both margins", lines: learned, colour: look.ink, dash: "solid", width: 1.5},
    {name: "right side's alone (d > 0)", lines: positive, colour: RIGHT_SIDE, dash: "dashdot", width: 1.4},
    {name: "wrong side's alone (d < 0)", lines: negative, colour: WRONG_SIDE, dash: "longdash", width: 1.4},
  ];
}

/**
 * x and y of a polyline (k, 2).
 * @param {Floats} line
 * @returns {[xs: number[], ys: number[]]}
 */
function xAndY(line) {
  const places = Array.from({length: line.shape[0]}, (_, i) => i);
  return [places.map((i) => line[2 * i]), places.map((i) => line[2 * i + 1])];
}

/**
 * x and y of the points of one class.
 * @param {Points} scene
 * @param {number} c
 * @returns {[xs: number[], ys: number[]]}
 */
function cloud({points, labels}, c) {
  const own = Array.from(labels.keys()).filter((i) => labels[i] === c);
  return [own.map((i) => points[2 * i]), own.map((i) => points[2 * i + 1])];
}
