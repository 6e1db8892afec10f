// MM's jump: a sample on its way through the boundary, and its margin on the way.

/** @import {Bytes, Controls, Drag, Drawn, Floats, Ints, Look, Place, Scene} from "../types.js" */
import {BALANCED, inPoints} from "../accuracies.js";
import {nearest} from "../dials.js";
import {make, put} from "../dom.js";
import {guessed} from "../guess.js";
import {fixed, percent, written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {widthOf} from "../places.js";
import {Plot} from "../plot.js";
import {say, word} from "../words.js";

/**
 * Of the dials those that the picture reads itself: a difference of cosines, and the switches.
 * @typedef {{gap: number, right: boolean, wrong: boolean, ldam: boolean}} JumpState
 */

/**
 * N points of C classes, and LDAM beside them.
 * @typedef {object} Points
 * @property {Floats} points (N, 2)
 * @property {Ints} labels (N,)
 * @property {Ints} counts (C,) training samples
 * @property {readonly [left: number, right: number, low: number, high: number]} extent
 * @property {number} sigma a class's standard deviation
 * @property {readonly Floats[]} ldam its boundary as polylines (k, 2)
 * @property {number} place of LDAM among the strokes of losses
 * @property {number} constant LDAM's margin for the rarest class, in units of the cosine
 */

/** @typedef {"learned" | "positive" | "negative"} Half both margins, the right side's alone, the wrong side's alone */
/** @typedef {Half | "plain"} Fitted with some margins, or with none */

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
 * @property {Readonly<Record<Fitted | "ldam", number>>} balanced shares of right answers, each class counting alike
 * @property {readonly Floats[]} plain the boundary without margins
 * @property {readonly Half[]} unsettled the fits whose margins go on changing pass after pass
 */

/** @typedef {{name: string, lines: readonly Floats[], colour: string, dash: string, width: number}} Boundary */

const UNSEEN = word("no fit has seen this sample");
/** @type {Record<Fitted, string>} */
const FITTED = {
  learned: word("both margins"),
  positive: word("right side's margin"),
  negative: word("wrong side's margin"),
  plain: word("no margin"),
};

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
    const row = put(host, make("div", {class: "panels level"}));
    this.plane = new Plot(put(row, make("div")), {equal: true});
    this.curve = new Plot(put(row, make("div")), {
      x: {title: say("signed gap d (cosine)"), low: -1.05, high: 1.05},
      y: {title: say("margin (cosine)"), low: 0},
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
    const fitted = fittedAt(state);
    const lines = asking
      ? boundariesOf(scene, jump, look, "plain", false)
      : boundariesOf(scene, jump, look, fitted, state.ldam);
    this.drawPlane(scene, jump, {at, lines, fitted, guess, asking, look});
    this.drawCurve(scene, jump, {at, gap: jump.gaps[at], state, look});
    return this.tell(jump, {at, gap: jump.gaps[at], fitted, guess: asking ? null : guess});
  }

  /**
   * @param {Points} scene
   * @param {Jump} jump
   * @param {{at: number, lines: Boundary[], fitted: Fitted, guess: number | null, asking: boolean, look: Look}} rest
   */
  drawPlane(scene, jump, {at, lines, fitted, guess, asking, look}) {
    const plot = this.plane;
    const [left, right, low, high] = scene.extent;
    plot.begin(look, {
      x: {title: `x (σ\u00a0=\u00a0${written(scene.sigma)})`, low: left, high: right},
      y: {title: say("y (distance)"), low, high},
    });
    this.points(plot, scene, look);
    if (!asking && fitted !== "plain") this.shade(plot, jump, fitted, look);
    for (const each of lines) {
      for (const line of each.lines) plot.line(...xAndY(line), each);
    }
    Array.from(scene.counts, (n, c) => {
      const last = c === scene.counts.length - 1;
      plot.text(
        last ? right : left,
        low,
        `${last ? say("rare") : say("frequent")}${roomy(plot) ? `: n\u00a0=\u00a0${written(n)}` : ""}`,
        {
          anchor: last ? "end" : "start",
          dx: (last ? -0.5 : 0.5) * look.size,
          dy: -0.9 * look.size,
          colour: look.palette[c],
          bold: true,
        },
      );
    });
    lines.forEach((each, k) => this.name(plot, each, k));
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
   * What has changed sides since there were no margins, in the colour of the class that has won it.
   * @param {Plot} plot
   * @param {Jump} jump
   * @param {Half} fitted
   * @param {Look} look
   */
  shade(plot, jump, fitted, look) {
    const [before, after] = [jump.plain, jump.lines[fitted]];
    if (before.length !== 1 || after.length !== 1) return; // a boundary that leaves the frame and comes back
    const [[ax, ay], [bx, by]] = [xAndY(before[0]), xAndY(after[0])];
    const alike = Math.sign(ay[ay.length - 1] - ay[0]) === Math.sign(by[by.length - 1] - by[0]);
    const back = (/** @type {number[]} */ values) => (alike ? [...values].reverse() : values);
    const fill = look.palette[jump.moves[fitted] > 0 ? look.roles.frequent : look.roles.rare];
    plot.line([...ax, ...back(bx)], [...ay, ...back(by)], {colour: "none", close: true, fill, opacity: 0.25});
  }

  /**
   * A boundary's name beside it, each in a row of its own.
   * @param {Plot} plot
   * @param {Boundary} boundary
   * @param {number} row
   */
  name(plot, {lines, name, colour}, row) {
    const {look} = plot;
    if (!lines.length) return;
    const [xs, ys] = xAndY(lines[0]);
    const y = plot.dy(plot.box.top + (1 + 1.35 * row) * look.size);
    const [x, half] = [xs[nearest(ys, y)], 0.5 * plot.textWidth(name, look.size)];
    const room = plot.px(x) + 2.4 * half < plot.box.left + plot.box.width;
    plot.text(x, y, name, {
      anchor: room ? "start" : "end",
      dx: (room ? 0.5 : -0.5) * look.size,
      colour,
      bold: true,
      size: 0.88,
    });
  }

  /**
   * Where the reader expects the boundary of the wrong side's margin, and how far off that is.
   * @param {Plot} plot
   * @param {Points} scene
   * @param {Jump} jump
   * @param {{guess: number, asking: boolean, look: Look}} rest
   */
  guess(plot, scene, jump, {guess, asking, look}) {
    const style = guessed(look);
    for (const line of jump.plain) {
      const [xs, ys] = xAndY(line);
      const moved = xs.map((x) => x + guess * scene.sigma);
      plot.line(moved, ys, {...style, width: 1.4});
      const y = plot.dy(plot.box.top + plot.box.height - 2.6 * look.size);
      const x = moved[nearest(ys, y)];
      const off = ` ${fixed(Math.abs(guess - jump.moves.negative), 2)}\u00a0\u03c3`;
      const text = asking
        ? say("your guess")
        : roomy(plot)
          ? say("your guess: off by {off}", {off})
          : say("off by {off}", {off});
      const right = guess > 0;
      const letters = {anchor: /** @type {"start" | "end"} */ (right ? "start" : "end"), bold: true, size: 0.88};
      plot.text(x, y, text, {
        ...letters,
        dx: (right ? 0.5 : -0.5) * look.size,
        colour: style.colour,
      });
      const middle = (plot.y.low + plot.y.high) / 2;
      if (asking)
        plot.dots([moved[nearest(ys, middle)]], [middle], {colour: style.colour, size: 1.4, outline: look.paper});
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
    const side = places[at] > (left + right) / 2 ? "end" : "start";
    if (roomy(plot))
      plot.text(Math.max(left, Math.min(right, places[at])), middle, say(UNSEEN), {
        anchor: side,
        dy: 1.5 * look.size,
        size: 0.85,
      });
    if (inside[at]) return plot.dots([places[at]], [middle], mark);
    const [edge, way] = places[at] > (left + right) / 2 ? [right, 1] : [left, -1];
    const inner = plot.dx(plot.px(edge) - way * 3 * look.dot);
    plot.arrow(inner, middle, edge, middle, {colour: look.ink, width: 0.9});
    plot.dots([inner], [middle], {...mark, colour: look.paper});
  }

  /**
   * @param {Points} scene
   * @param {Jump} jump
   * @param {{at: number, gap: number, state: JumpState, look: Look}} rest
   */
  drawCurve(scene, jump, {at, gap, state, look}) {
    const plot = this.curve;
    const gaps = Array.from(jump.gaps);
    const zero = gaps.indexOf(0);
    const top = Math.max(jump.wrong, jump.right, scene.constant);
    const beside = widthOf(plot.root) < widthOf(this.plane.root);
    plot.begin(look, {y: {low: 0, high: 0.1 * Math.ceil(10 * top + 2)}, level: beside ? this.plane : undefined});
    plot.line([0, 0], [plot.y.low, plot.y.high], {colour: look.muted, width: 0.5});
    plot.text(0, plot.y.high, say("boundary"), {
      anchor: "middle",
      dy: -0.6 * look.size,
      size: 0.85,
      colour: look.muted,
    });
    if (state.ldam) {
      const ldam = look.losses[scene.place];
      plot.line([-1.05, 1.05], [scene.constant, scene.constant], ldam);
      plot.text(1.05, scene.constant, say("LDAM: the same everywhere"), {
        anchor: "end",
        dy: -0.8 * look.size,
        colour: ldam.colour,
        bold: true,
        size: 0.88,
      });
    }
    const below = Array.from(jump.margin.subarray(0, zero));
    const above = Array.from(jump.margin.subarray(zero + 1));
    const half = (/** @type {boolean} */ on) => ({width: on ? 1.5 : 0.8, opacity: on ? 1 : 0.45});
    const [wrong, right] = [look.hues[look.sides.negative], look.hues[look.sides.positive]];
    plot.line([...gaps.slice(0, zero), 0], [...below, jump.wrong], {
      colour: wrong,
      dash: "longdash",
      ...half(state.wrong),
    });
    plot.line([0, ...gaps.slice(zero + 1)], [jump.right, ...above], {
      colour: right,
      dash: "dashdot",
      ...half(state.right),
    });
    const names = /** @type {const} */ ({anchor: "middle", bold: true, size: 0.88});
    const off = (/** @type {string} */ side, /** @type {boolean} */ on) => (on ? side : say("{side}: off", {side}));
    const long = plot.textWidth(off(say("right side"), false), look.size) < plot.box.width / 2;
    const sides = long ? [say("wrong side"), say("right side")] : [say("wrong"), say("right")];
    plot.text(-0.55, 0, off(sides[0], state.wrong), {...names, dy: -0.8 * look.size, colour: wrong});
    plot.text(0.55, 0, off(sides[1], state.right), {...names, dy: -0.8 * look.size, colour: right});
    plot.dots([0], [jump.wrong], {colour: look.paper, size: 1.1, outline: wrong});
    plot.dots([0], [jump.right], {colour: look.paper, size: 1.1, outline: right});
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
   * @param {{at: number, gap: number, fitted: Fitted, guess: number | null}} sample
   * @returns {Drawn}
   */
  tell(jump, {at, gap, fitted, guess}) {
    const {moves, margin, balanced} = jump;
    const moved = fitted === "plain" ? 0 : moves[fitted];
    const sigma = (/** @type {number} */ value) => `${fixed(value, 2, true)}\u00a0\u03c3`;
    /** @type {[string, string][]} */
    const numbers = [
      [say("margin"), fixed(margin[at], 3)],
      [say("limit, wrong side"), fixed(jump.wrong, 3)],
      [say("limit, right side"), fixed(jump.right, 3)],
      [say("boundary moves"), sigma(moved)],
      [say(BALANCED), percent(balanced[fitted])],
      [say("without margins"), percent(balanced.plain)],
    ];
    if (jump.unsettled.some((each) => each === fitted)) numbers.push([say("margins settle"), say("no")]);
    const side = gap === 0 ? say("on the boundary") : gap < 0 ? say("on the wrong side") : say("on the right side");
    const where = jump.inside[at] ? side : say("{where}, outside the frame", {where: side});
    const does = (/** @type {number} */ value) => {
      if (Math.abs(value) < 0.005) return say("leaves it in its place");
      const off = fixed(Math.abs(value), 2);
      return value > 0
        ? say("moves it {off} σ into the rare class’s side", {off})
        : say("moves it {off} σ into the frequent class’s side", {off});
    };
    const says = say(
      "The sample is {where}: its margin is {margin}. Against the boundary without margins, the right side's margin alone {positive}, the wrong side's alone {negative}.",
      {
        ...{where, margin: fixed(margin[at], 3)},
        ...{positive: does(moves.positive), negative: does(moves.negative)},
      },
    );
    return {
      values: {...moves, moved, gap, margin: margin[at], jump: jump.wrong - jump.right},
      numbers,
      says,
      saw:
        guess === null
          ? helps(fitted, balanced, sigma(moved))
          : `${helps(fitted, balanced, sigma(moved))} ${say("You said {value}.", {value: sigma(guess)})}`,
    };
  }
}

PICTURES.jump = JumpPicture;

/**
 * Whether a plot has room for whole sentences; the question says them too.
 * @param {Plot} plot
 */
function roomy(plot) {
  return plot.box.width > 17 * plot.look.size;
}

/**
 * The fit whose margins are switched on.
 * @param {JumpState} state
 * @returns {Fitted}
 */
function fittedAt({right, wrong}) {
  return right ? (wrong ? "learned" : "positive") : wrong ? "negative" : "plain";
}

/**
 * Whether the margins help here.
 * @param {Fitted} fitted
 * @param {Jump["balanced"]} balanced
 * @param {string} moved
 */
function helps(fitted, balanced, moved) {
  if (fitted === "plain")
    return say("Without margins the balanced accuracy on new points is {share}.", {share: percent(balanced.plain)});
  const gain = balanced[fitted] - balanced.plain;
  const won = Math.abs(gain) < 0.005 ? say("nothing gained") : inPoints(gain);
  const places = {moved, share: percent(balanced[fitted]), won};
  if (fitted === "learned")
    return say("With both margins the boundary moves {moved}, balanced accuracy {share}: {won}.", places);
  return fitted === "positive"
    ? say("With right side's margin the boundary moves {moved}, balanced accuracy {share}: {won}.", places)
    : say("With wrong side's margin the boundary moves {moved}, balanced accuracy {share}: {won}.", places);
}

/**
 * What is drawn as a boundary, and how; the halves of the margin look the same along the curve.
 * @param {Points} scene
 * @param {Jump} jump
 * @param {Look} look
 * @param {Fitted} fitted
 * @param {boolean} ldam
 * @returns {Boundary[]}
 */
function boundariesOf(scene, jump, look, fitted, ldam) {
  const plain = {
    name: say(FITTED.plain),
    lines: jump.plain,
    colour: look.muted,
    dash: "dash",
    width: fitted === "plain" ? 1.5 : 0.8,
  };
  const sides = {positive: look.hues[look.sides.positive], negative: look.hues[look.sides.negative]};
  const styles = {
    learned: {colour: look.ink, dash: "solid"},
    positive: {colour: sides.positive, dash: "dashdot"},
    negative: {colour: sides.negative, dash: "longdash"},
  };
  const drawn = [plain];
  if (fitted !== "plain")
    drawn.push({name: say(FITTED[fitted]), lines: jump.lines[fitted], width: 1.5, ...styles[fitted]});
  if (ldam) drawn.push({name: "LDAM", lines: scene.ldam, width: 1.2, ...look.losses[scene.place]});
  return drawn;
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
