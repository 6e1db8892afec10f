// The decision map: regions, points, the learned boundary and the two Bayes boundaries, in one panel for each loss.

/** @import {Click, Controls, Drag, Drawn, Fit, Floats, Frame, Ints, Key, Look, Point, Scene} from "../types.js" */
/** @import {AlongAxis} from "../measure.js" */
import {boundarySegments} from "../contour.js";
import {shaped} from "../data.js";
import {make, put} from "../dom.js";
import {showLegend} from "../legend.js";
import {channels, Marks} from "../marks.js";
import {alongAxis, byClass, summary, unstacked} from "../measure.js";
import {decided, Evaluator, gridPoints, shifted} from "../model.js";
import {fixed, percent, written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {context, Plot} from "../plot.js";

/** @typedef {{posthoc?: number, added?: readonly Point[]}} MapState of the dials those that the picture reads itself */

/**
 * As many points of each of C classes as the most frequent one has: a class's first n are its n points.
 * @typedef {object} Points
 * @property {Floats} points (C, most, 2)
 * @property {Floats} test (n, 2), class by class, as many of each
 * @property {readonly number[]} extent x low, x high, y low, y high
 * @property {number} sigma a class's standard deviation
 * @property {{from: Floats, to: Floats, sigma: number} | null} axis of two Gaussian classes: their centres
 */

/**
 * @typedef {object} Problem
 * @property {Ints} counts (C,) training samples
 * @property {Ints} drawn (C,) those that no hand has added
 * @property {readonly Point[]} added
 * @property {Floats} prior (C,)
 * @property {number} rarest a class
 * @property {readonly Floats[]} bayes_training boundary for the training prior, as polylines (k, 2)
 * @property {readonly Floats[]} bayes_balanced boundary for classes alike
 */

/** @typedef {Fit & {loss: string}} NamedFit */

/**
 * `fan`: the fits to other samples, one array of all of them for each name. Further panels have frame_2, fit_2, ...
 * @typedef {{points: Points, problem: Problem, frame: Frame, fit: NamedFit, ghost_frame?: Frame, ghost_fit?: NamedFit,
 *   fan?: Readonly<Record<string, any>>}} MapEntries
 */

/**
 * What evaluates a panel's models; made anew for other points.
 * @typedef {object} Evaluators
 * @property {Evaluator} grid
 * @property {Evaluator} test
 * @property {Evaluator | null} axis
 * @property {Evaluator} ghost cross-entropy's, on the grid
 */

/**
 * One loss.
 * @typedef {object} Panel
 * @property {string} tail of its tables' names
 * @property {HTMLElement} title
 * @property {Plot} plot
 * @property {HTMLCanvasElement} points a picture of the points, drawn once
 * @property {{points?: Points, problem?: Problem, look?: Look}} drawn what is in it
 * @property {Uint8Array} cells (RESOLUTION squared,) the class of each
 */

/** @typedef {{loss: string, balanced: number, overall: number, place: number | null}} Measured shares; `place` in sigma */
/** @typedef {Scene<MapState, MapEntries>} MapScene */

const RESOLUTION = 100;
const FAN = 41; // a fan of boundaries needs fewer nodes than the map

class MapPicture {
  /** @type {Points | null} */
  seen = null;
  /** @type {Problem | null} */
  problem = null;
  /** @type {Float32Array} (n, 2) */
  grid = new Float32Array(0);
  /** @type {AlongAxis | null} */
  axis = null;
  /** @type {Evaluators[]} one for each panel */
  evaluators = [];
  /** @type {Readonly<Record<string, any>> | undefined} the entry from which the fans are */
  fanned = undefined;
  /** @type {{model: Frame & Fit, grid: Evaluator, axis: Evaluator | null}[]} */
  fans = [];
  /** @type {(number | null)[]} where they cross the axis */
  places = [];
  held = -1; // the added point that a hand holds

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    this.tails = controls.spec.tables
      .map(({name}) => name)
      .filter((name) => /^fit(_\d+)?$/.test(name))
      .map((name) => name.slice(3));
    this.key = put(host, make("div", {class: "key"}));
    const row = put(host, make("div", {class: "panels"}));
    this.panels = this.tails.map((tail) => panelOf(tail, put(row, make("div")), this.tails.length > 1));
    this.hands();
  }

  /** A drag moves the guess while it is open; where points may be added, click adds, drag moves, shift-click removes. */
  hands() {
    const {controls} = this;
    const adding = controls.spec.dials.find(({name}) => name === "added")?.values.length === 0;
    for (const {plot} of controls.spec.guess || adding ? this.panels : []) {
      const dragged = (/** @type {Drag} */ at) => {
        if (controls.asking) this.guess(at);
        else if (adding) this.drag(plot, at);
      };
      plot.onDrag(dragged, {both: adding});
      if (adding) plot.onClick((at) => controls.asking || this.click(plot, at));
    }
  }

  /** @param {Drag} at */
  guess({x, y}) {
    if (this.axis) this.controls.guess(this.axis.along(x, y));
  }

  /** The points that a hand has added. */
  get added() {
    return /** @type {readonly Point[]} */ (this.controls.state.added ?? []);
  }

  /** @param {readonly Point[]} points */
  setAdded(points, done = true) {
    this.controls.set("added", points, {done});
  }

  /** The class of a point that is added. */
  get rarest() {
    return this.problem?.rarest ?? 0;
  }

  /**
   * The place among the added points of the one under a hand, -1 if there is none.
   * @param {Plot} plot
   * @param {number} x
   * @param {number} y
   */
  near(plot, x, y) {
    return this.added.findIndex(([px, py]) => Math.hypot(plot.px(px) - plot.px(x), plot.py(py) - plot.py(y)) < 12);
  }

  /**
   * @param {Plot} plot
   * @param {Drag} at
   */
  drag(plot, {x, y, start, done}) {
    if (start) this.held = this.near(plot, x, y);
    else if (this.held >= 0) {
      this.setAdded(
        this.added.map((point, i) => (i === this.held ? [x, y, point[2]] : point)),
        done,
      );
    }
    if (done) this.held = -1;
  }

  /**
   * @param {Plot} plot
   * @param {Click} at
   */
  click(plot, {x, y, shift}) {
    const hit = this.near(plot, x, y);
    if (shift && hit >= 0) this.setAdded(this.added.filter((_, i) => i !== hit));
    else if (hit < 0 && !shift) this.setAdded([...this.added, [x, y, this.rarest]]);
  }

  /**
   * A further point of the rarest class, for a hand without a mouse: the next of its own that were not drawn.
   * @returns {Point}
   */
  another() {
    const {rarest, seen, problem} = this;
    if (!seen || !problem) return [0, 0, rarest]; // nothing is drawn yet
    const {points} = seen;
    const at = 2 * (rarest * points.shape[1] + problem.drawn[rarest] + this.added.length);
    return [points[at], points[at + 1], rarest];
  }

  /**
   * @param {MapScene} scene
   * @returns {Drawn}
   */
  draw(scene) {
    const {points, problem} = scene.entries;
    this.problem = problem;
    if (this.seen !== points) this.see(points);
    this.legend(scene);
    const posthoc = scene.state.posthoc ?? 0;
    const shift = shaped(
      problem.prior.map((p) => posthoc * Math.log(p)),
      problem.prior.shape,
    );
    const measured = this.panels.map((panel, k) => this.panel(panel, this.evaluators[k], scene, shift));
    return this.say(measured, scene);
  }

  /**
   * Stand before other points.
   * @param {Points} points
   */
  see(points) {
    this.seen = points;
    this.grid = gridPoints(points.extent, RESOLUTION);
    this.axis = points.axis ? alongAxis(points.axis) : null;
    const {grid, axis} = this;
    this.evaluators = this.panels.map(() => ({
      grid: new Evaluator(grid),
      test: new Evaluator(points.test),
      axis: axis && new Evaluator(axis.points),
      ghost: new Evaluator(grid),
    }));
    this.fans = [];
  }

  /**
   * @param {Panel} panel
   * @param {Evaluators} on
   * @param {MapScene} scene
   * @param {Floats} shift (C,) subtracted from the scores
   * @returns {Measured}
   */
  panel(panel, on, {state, entries, guess, asking, look}, shift) {
    const {plot, tail} = panel;
    const {points, problem} = entries;
    const frame = /** @type {Frame} */ (entries[/** @type {"frame"} */ (`frame${tail}`)]);
    const fit = /** @type {NamedFit} */ (entries[/** @type {"fit"} */ (`fit${tail}`)]);
    const classes = points.points.shape[0];
    const [left, right, low, high] = points.extent;
    panel.title.textContent = fit.loss;
    plot.begin(look, {
      x: {title: `x (σ\u00a0=\u00a0${written(points.sigma)})`, low: left, high: right},
      y: {title: "y (distance)", low, high},
    });

    const scores = shifted(on.grid.scores(frame, fit), shift);
    panel.cells = decided(scores, classes);
    this.paint(panel, {points, problem, asking, look});
    if (!asking) this.lines(plot, on.ghost, {entries, scores, shift, look});
    const predicted = decided(shifted(on.test.scores(frame, fit), shift), classes);
    const shares = byClass(predicted, classes);
    const place = this.axis && on.axis ? this.axis.place(shifted(on.axis.scores(frame, fit), shift)) : null;
    if (this.axis && guess !== null) this.across(plot, this.axis, guess, {colour: look.palette[9], far: high - low});
    if (this.axis && !asking && place !== null) this.outside(plot, this.axis.at(place), look);
    for (const [x, y] of state.added ?? []) plot.dots([x], [y], {colour: "none", size: 2.2, outline: look.ink});
    return {
      loss: fit.loss,
      balanced: shares.reduce((sum, each) => sum + each, 0) / classes,
      overall: shares.reduce((sum, each, c) => sum + each * problem.prior[c], 0),
      place,
    };
  }

  /**
   * Bayes, cross-entropy, other samples, and the learned boundary on top.
   * @param {Plot} plot
   * @param {Evaluator} ghost
   * @param {{entries: MapEntries, scores: Float32Array, shift: Floats, look: Look}} learned
   */
  lines(plot, ghost, {entries, scores, shift, look}) {
    const {points, problem} = entries;
    const classes = shift.length;
    for (const [kind, dash] of /** @type {const} */ ([
      ["bayes_training", "dot"],
      ["bayes_balanced", "dash"],
    ])) {
      for (const piece of problem[kind]) {
        const xs = Array.from({length: piece.shape[0]}, (_, i) => piece[2 * i]);
        const ys = xs.map((_, i) => piece[2 * i + 1]);
        plot.line(xs, ys, {colour: look.ink, dash, width: 0.8});
      }
    }
    const {ghost_frame: frame, ghost_fit: fit} = entries;
    if (frame && fit) {
      const style = {colour: look.muted, dash: "longdash", width: 1};
      boundary(plot, this.grid, RESOLUTION, ghost.scores(frame, fit), classes, style);
    }
    if (entries.fan) this.fan(plot, entries.fan, points, {shift, look});
    boundary(plot, this.grid, RESOLUTION, scores, classes, {colour: look.ink, width: 1.3});
  }

  /**
   * One legend for all panels.
   * @param {MapScene} scene
   */
  legend({entries, guess, asking, look}) {
    const {problem} = entries;
    /** @type {Key[]} */
    const counts = Array.from(problem.counts, (n, c) => ({
      name: `class ${c} (n\u00a0=\u00a0${written(n)})`,
      colour: look.palette[c],
      marker: look.markers[c],
    }));
    showLegend(this.key, look, [
      ...counts,
      ...(asking
        ? []
        : [
            {name: "learned", colour: look.ink, dash: "solid"},
            ...(entries.ghost_fit ? [{name: "cross-entropy", colour: look.muted, dash: "longdash"}] : []),
            ...(entries.fan ? [{name: "other samples", colour: look.muted, dash: "solid"}] : []),
            {name: "Bayes, training prior", colour: look.ink, dash: "dot"},
            {name: "Bayes, balanced", colour: look.ink, dash: "dash"},
          ]),
      ...(this.axis && guess !== null ? [{name: "your guess", colour: look.palette[9], dash: "dot"}] : []),
    ]);
  }

  /**
   * Regions as pixels, and the points over them from a picture that is drawn once.
   * @param {Panel} panel
   * @param {{points: Points, problem: Problem, asking: boolean, look: Look}} scene
   */
  paint(panel, {points, problem, asking, look}) {
    const {plot, cells} = panel;
    const colours = look.palette.map(channels);
    const rgba = new Uint8ClampedArray(4 * cells.length);
    for (let i = 0; i < cells.length; i++) {
      const colour = colours[cells[i] % colours.length];
      rgba[4 * i] = colour[0];
      rgba[4 * i + 1] = colour[1];
      rgba[4 * i + 2] = colour[2];
      rgba[4 * i + 3] = asking ? 0 : 62;
    }
    plot.image(RESOLUTION, RESOLUTION, rgba, true);
    const {canvas} = plot;
    const drawn = panel.drawn.points === points && panel.drawn.problem === problem && panel.drawn.look === look;
    if (!drawn || panel.points.width !== canvas.width || panel.points.height !== canvas.height) {
      panel.drawn = {points, problem, look};
      panel.points.width = canvas.width;
      panel.points.height = canvas.height;
      scatter(context(panel.points), plot, {points, problem, look});
    }
    const pen = context(canvas);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.drawImage(panel.points, 0, 0);
  }

  /**
   * The boundaries of other samples: thin, and measured along the axis.
   * @param {Plot} plot
   * @param {Readonly<Record<string, any>>} fan
   * @param {Points} points
   * @param {{shift: Floats, look: Look}} scene
   */
  fan(plot, fan, points, {shift, look}) {
    const along = this.axis;
    if (this.fanned !== fan) {
      this.fanned = fan;
      const nodes = gridPoints(points.extent, FAN);
      this.fans = unstacked(fan).map((model) => ({
        model,
        grid: new Evaluator(nodes),
        axis: along && new Evaluator(along.points),
      }));
    }
    const style = {colour: look.muted, width: 0.6, opacity: 0.8};
    this.places = this.fans.map(({model, grid, axis}) => {
      boundary(plot, grid.points, FAN, shifted(grid.scores(model, model), shift), shift.length, style);
      return along && axis && along.place(shifted(axis.scores(model, model), shift));
    });
  }

  /**
   * A straight dotted line across the axis between the two classes, at a place in sigma.
   * @param {Plot} plot
   * @param {AlongAxis} axis
   * @param {number} place
   * @param {{colour: string, far: number}} style `far`: its length to each side
   */
  across(plot, axis, place, {colour, far}) {
    const [ax, ay] = axis.at(place);
    const [ux, uy] = axis.across;
    plot.line([ax - far * ux, ax + far * ux], [ay - far * uy, ay + far * uy], {colour, width: 1.4, dash: "dot"});
  }

  /**
   * Say where the boundary is when the frame does not show it.
   * @param {Plot} plot
   * @param {[x: number, y: number]} place
   * @param {Look} look
   */
  outside(plot, [x, y], look) {
    if (x >= plot.x.low && x <= plot.x.high && y >= plot.y.low && y <= plot.y.high) return;
    const right = x > plot.x.high;
    const text = right ? "the boundary is outside →" : "← the boundary is outside";
    plot.text(right ? plot.x.high : plot.x.low, plot.y.low + 0.06 * (plot.y.high - plot.y.low), text, {
      anchor: right ? "end" : "start",
      dx: right ? -6 : 6,
      bold: true,
      colour: look.ink,
    });
  }

  /**
   * @param {Measured[]} measured of each panel
   * @param {MapScene} scene
   * @returns {Drawn}
   */
  say(measured, {state, entries}) {
    /** @type {Record<string, unknown>} */
    const values = {};
    /** @type {[string, string][]} */
    const numbers = [];
    measured.forEach((each, k) => {
      const tail = this.tails[k];
      const name = measured.length > 1 ? ` (${k ? "right" : "left"})` : "";
      values[`balanced${tail}`] = each.balanced;
      values[`overall${tail}`] = each.overall;
      if (this.axis) {
        values[`place${tail}`] = each.place;
        numbers.push([
          `boundary from the middle${name}`,
          each.place === null ? "none" : `${fixed(each.place, 2, true)}\u00a0σ`,
        ]);
      }
      numbers.push(
        [`balanced accuracy${name}`, percent(each.balanced)],
        [`overall accuracy${name}`, percent(each.overall)],
      );
    });
    let others = "";
    if (entries.fan && this.axis && this.places.length) {
      const {mean, spread} = summary(this.places.filter((each) => each !== null));
      values.fan = mean;
      values.spread = spread;
      const found = `${fixed(mean, 2, true)} ± ${fixed(spread, 2)}\u00a0σ`;
      numbers.push([`${this.places.length} other samples`, found]);
      others = ` With ${this.places.length} other samples the boundary stands at ${found} (mean and deviation).`;
    }
    const {counts: n} = entries.problem;
    const rare = n.every((each) => each === n[0])
      ? ["class 1's", "class 0's"]
      : ["the rare class's", "the frequent class's"];
    const counts = Array.from(n, (each) => written(each)).join(" to ");
    const each = measured.map(({loss, place, balanced, overall}) => {
      const off = place ?? 0;
      const side = off > 0.005 ? ` in ${rare[0]} side` : off < -0.005 ? ` in ${rare[1]} side` : "";
      const where =
        place !== null
          ? ` draws its boundary ${fixed(Math.abs(place), 2)} σ from the middle${side}; it`
          : this.axis
            ? " says the same class everywhere; it"
            : "";
      return `${loss}${where} is right for ${percent(balanced)} with classes alike, ${percent(overall)} at the training prior.`;
    });
    const tau = state.posthoc ? ` After training, ${written(state.posthoc)} log prior is subtracted.` : "";
    return {values, numbers, says: `${counts} points. ${each.join(" ")}${tau}${others}`};
  }
}

PICTURES.map = MapPicture;

/**
 * @param {string} tail
 * @param {HTMLElement} place
 * @param {boolean} titled
 * @returns {Panel}
 */
function panelOf(tail, place, titled) {
  const title = put(place, make("h3", {hidden: !titled}));
  const plot = new Plot(place, {equal: true, grid: false});
  return {tail, title, plot, points: document.createElement("canvas"), drawn: {}, cells: new Uint8Array(0)};
}

/**
 * Draw the points, the rarest class's on top.
 * @param {CanvasRenderingContext2D} pen
 * @param {Plot} plot
 * @param {{points: Points, problem: Problem, look: Look}} scene
 */
function scatter(pen, plot, {points, problem, look}) {
  const ratio = pen.canvas.width / plot.box.width;
  pen.setTransform(ratio, 0, 0, ratio, -plot.box.left * ratio, -plot.box.top * ratio);
  const [classes, most] = points.points.shape;
  const order = Array.from({length: classes}, (_, c) => c).sort((a, b) => problem.drawn[b] - problem.drawn[a]);
  for (const c of order) {
    // the rarest last, on top
    const many = problem.drawn[c] > 100;
    const radius = (look.dot / 2) * (many ? 0.55 : 1);
    const mark = (/** @type {number} */ x, /** @type {number} */ y) => {
      const path = new Path2D(Marks.path(look.markers[c], plot.px(x), plot.py(y), radius));
      pen.globalAlpha = many ? 0.45 : 1;
      pen.fillStyle = look.palette[c];
      pen.fill(path);
      if (many) return;
      pen.strokeStyle = look.paper;
      pen.stroke(path);
    };
    for (let i = 0, at = 2 * c * most; i < problem.drawn[c]; i++, at += 2)
      mark(points.points[at], points.points[at + 1]);
    for (const [x, y, label] of problem.added) if (label === c) mark(x, y);
  }
}

/**
 * Draw the lines between the regions of the largest score.
 * @param {Plot} plot
 * @param {Readonly<Float32Array>} grid (n, 2)
 * @param {number} resolution
 * @param {Float32Array} scores (n, C)
 * @param {number} classes
 * @param {import("../types.js").Line} style
 */
function boundary(plot, grid, resolution, scores, classes, style) {
  const segments = boundarySegments(grid, resolution, scores, classes);
  /** @type {number[]} */
  const xs = [];
  /** @type {number[]} */
  const ys = [];
  for (let i = 0; i < segments.length; i += 4) {
    xs.push(segments[i], segments[i + 2], NaN);
    ys.push(segments[i + 1], segments[i + 3], NaN);
  }
  plot.line(xs, ys, style);
}
