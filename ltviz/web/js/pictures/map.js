// The decision map: regions, points, the learned boundary and the two Bayes boundaries, in one panel for each loss.

/** @import {Controls, Drawn, Key, Point} from "../types.js" */
/** @import {Fitted} from "../map_fits.js" */
/** @import {AlongAxis} from "../measure.js" */
/** @import {MapEntries, MapState, Points, Problem} from "../map_panel.js" */
/** @import {Named} from "../map_names.js" */
import {inPoints} from "../accuracies.js";
import {Challenges} from "../challenges.js";
import {agrees} from "../dials.js";
import {make, put} from "../dom.js";
import {Fan} from "../fan.js";
import {guessed} from "../guess.js";
import {showLegend} from "../legend.js";
import {MapDots} from "../map_dots.js";
import {MapFits} from "../map_fits.js";
import {MapHand} from "../map_hand.js";
import {BEST, bestLines, blame, outside} from "../map_lines.js";
import {nameLines} from "../map_names.js";
import {CELLS, drawSegments, MapPanel} from "../map_panel.js";
import {readings, sawOn, spoken, spreadOf} from "../map_words.js";
import {alongAxis, byClass, sharesOf} from "../measure.js";
import {Evaluator, gridPoints} from "../model.js";
import {written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {widthOf} from "../places.js";
import {say} from "../words.js";

/**
 * What is measured on a panel: shares of right answers, and the boundary's place in sigma.
 * @typedef {object} Measured
 * @property {Fitted} fitted
 * @property {readonly number[]} byClass
 * @property {number} balanced
 * @property {number} overall
 * @property {number | null} place
 */

/** @typedef {import("../types.js").Scene<MapState, MapEntries>} MapScene */

const ROOMY = 28; // letters across a panel whose lines are named where they end

export class MapPicture {
  /** @type {Points | null} */
  seen = null;
  /** @type {Problem | null} */
  problem = null;
  /** @type {Float32Array} (n, 2) */
  grid = new Float32Array(0);
  /** @type {AlongAxis | null} */
  axis = null;
  /** @type {readonly number[]} (C,) shares of the training points */
  prior = [];
  /** @type {Measured[]} of each panel, as last drawn */
  measured = [];
  fan = new Fan();
  dots = new MapDots();
  /** What the guess has cost where it was asked for: it stays, whatever is moved then. */
  costs = "";
  /** @type {Map<Points, number>} in the order in which they were met */
  #met = new Map();

  /**
   * What a page holds no entry of is solved here; a fit that cannot be is that without the points of a hand.
   * @type {import("../types.js").Own}
   */
  static own = (state, key, entries) => entries[key.replace(JSON.stringify(state.added), "[]")] ?? null;

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    this.fits = new MapFits(controls.spec.page);
    this.tails = controls.spec.tables
      .map(({name}) => name)
      .filter((name) => /^fit(_\d+)?$/.test(name))
      .map((name) => name.slice(3));
    this.challenges = new Challenges(host, controls);
    this.key = put(host, make("div", {class: "key"}));
    this.row = put(host, make("div", {class: "panels"}));
    this.panels = this.tails.map((tail) => new MapPanel(tail, put(this.row, make("div")), this.tails.length > 1));
    this.hand = new MapHand(controls, {
      guessing: (panel) => controls.asking && this.asked(panel),
      guess: (x, y) => this.axis && controls.guess(this.axis.along(x, y)),
      scoresAt: (panel, x, y) => this.scoresAt(panel, x, y),
      more: () => ({rarest: this.problem?.rarest ?? 0, room: this.problem?.room ?? 0}),
    });
    for (const panel of this.panels) this.hand.on(panel);
  }

  /**
   * Whether the reader's guess is about this panel.
   * @param {MapPanel} panel
   */
  asked({tail}) {
    return this.controls.spec.guess?.truth === `place${tail}`;
  }

  /**
   * @param {MapPanel} panel
   * @param {number} x
   * @param {number} y
   */
  scoresAt(panel, x, y) {
    const {frame, fit} = this.measured[this.panels.indexOf(panel)].fitted;
    return {scores: new Evaluator(Float32Array.of(x, y)).scores(frame, fit), prior: this.prior};
  }

  /**
   * A further point of the rarest class, for a hand without a mouse: the next of its own that were not drawn, or of
   * those on which the boundary is tested.
   * @returns {Point}
   */
  another() {
    const {seen, problem, hand} = this;
    if (!seen || !problem) return [0, 0, 0]; // nothing is drawn yet
    const {rarest, counts} = problem;
    const [classes, most] = seen.points.shape;
    const next = counts[rarest] + hand.added.length;
    const [from, at] =
      next < most ? [seen.points, rarest * most + next] : [seen.test, this.#tested(classes, next - most)];
    return [from[2 * at], from[2 * at + 1], rarest];
  }

  /**
   * @param {number} classes
   * @param {number} k
   */
  #tested(classes, k) {
    const each = (this.seen?.test.shape[0] ?? 0) / classes;
    return (this.problem?.rarest ?? 0) * each + (k % each);
  }

  /**
   * @param {MapScene} scene
   * @returns {Drawn}
   */
  draw(scene) {
    const {points, problem} = scene.entries;
    this.problem = problem;
    if (this.seen !== points) this.see(points);
    const {counts} = this.fits.sample(points, problem, scene.state.added ?? []);
    const whole = counts.reduce((sum, n) => sum + n, 0);
    this.prior = Array.from(counts, (n) => n / whole);
    this.measured = this.panels.map((panel) => this.panel(panel, scene));
    const {measured, fan} = this;
    this.legend(scene);
    const values = this.values(measured);
    this.challenges.show(values);
    const onAxis = this.axis !== null;
    const {added = [], posthoc: tau = 0} = scene.state;
    const numbers = readings(measured[0], onAxis);
    if (!this.roomy) numbers.push(...this.guessCost(scene));
    const others = this.controls.spec.tables.find(({name}) => name === "fan");
    if (others && scene.entries.fan === null)
      numbers.push([say(others.asked), say("not at this stop")]); // a page has some only
    else if (others) numbers.push([say(others.asked), fan.summary ? spreadOf(fan.summary) : say("not shown yet")]);
    return {
      values,
      numbers,
      says: spoken(measured, {counts: problem.counts, added: added.length, tau, others: fan.summary, onAxis}),
      saw: sawOn(measured[0], values.subject, scene.before),
    };
  }

  /**
   * Stand before other points.
   * @param {Points} points
   */
  see(points) {
    this.seen = points;
    this.grid = gridPoints(points.extent, CELLS);
    this.axis = points.axis ? alongAxis(points.axis) : null;
    for (const panel of this.panels) panel.see(this.grid, points.test, this.axis);
  }

  /** What is subtracted from the scores after training (C,). */
  shift(/** @type {MapState} */ {posthoc = 0}) {
    return this.prior.map((p) => posthoc * Math.log(p));
  }

  /**
   * @param {MapPanel} panel
   * @param {MapScene} scene
   * @returns {Measured}
   */
  panel(panel, scene) {
    const {state, entries, asking, look} = scene;
    const {plot, on} = panel;
    const {points, problem} = entries;
    const fitted = this.fits.of(panel.tail, scene);
    if (!fitted || !on) throw new Error(say("this page has no fit of this loss here"));
    const {frame, fit} = fitted;
    const hidden = asking && (this.asked(panel) || !this.controls.spec.guess);
    const {added = [], posthoc} = state;
    const sample = this.fits.sample(points, problem, added);
    const place = [widthOf(plot.root), plot.root.closest("[data-flat]")?.getAttribute("data-flat"), devicePixelRatio];
    const guess = this.asked(panel) ? [scene.guess, this.#there(state)] : [];
    const made = [fit, frame, fitted.loss, sample, points, problem, posthoc, hidden, look, entries.fan];
    const asked = [...made, this.roomy, ...place, ...guess];
    if (panel.last?.asked.every((each, i) => each === asked[i])) return {...panel.last.measured, fitted};
    const classes = this.prior.length;
    const [left, right, low, high] = points.extent;
    const unit = points.sigma;
    const title = this.axis && this.tails.length === 1 ? say("distance from the middle (σ)") : say("distance (σ)");
    panel.title.textContent = say(fitted.loss);
    plot.begin(look, {
      x: {title, low: left, high: right, unit},
      y: {low, high, unit},
    });
    this.hand.touch(panel);
    this.dots.draw(plot, {points, sample, added: added.length, look});
    const counted = [fit, frame, sample, points, posthoc, hidden, look]; // whatever the picture's size
    const again = panel.last?.counted.every((each, i) => each === counted[i]) ?? false;
    const shift = this.shift(state);
    if (!hidden) {
      if (!again) panel.divide(on.grid.scores(frame, fit, shift), classes, {points, sample, look});
      panel.paint({colour: look.ink, width: 1.5});
    }
    const measured = again ? {...panel.last?.measured, fitted} : this.measure(on, fitted, shift);
    this.lines(panel, measured, scene, hidden);
    panel.last = {asked, counted, measured};
    return measured;
  }

  /**
   * What a model is worth on the points of the test.
   * @param {NonNullable<MapPanel["on"]>} on
   * @param {Fitted} fitted
   * @param {readonly number[]} shift
   * @returns {Measured}
   */
  measure({test, axis}, fitted, shift) {
    const {frame, fit} = fitted;
    const shares = sharesOf(test.scores(frame, fit), shift);
    return {
      fitted,
      byClass: shares,
      balanced: shares.reduce((sum, each) => sum + each, 0) / shares.length,
      overall: shares.reduce((sum, each, c) => sum + each * this.prior[c], 0),
      place: this.axis && axis ? this.axis.place(axis.scores(frame, fit, shift)) : null,
    };
  }

  /**
   * Whether the dials stand where the guess was asked for.
   * @param {Readonly<MapState>} state
   */
  #there(state) {
    return agrees(/** @type {any} */ (state), this.controls.spec.guess?.state ?? {});
  }

  /**
   * The best boundaries, those of other samples and the guess, each named beside its line.
   * @param {MapPanel} panel
   * @param {Measured} measured
   * @param {MapScene} scene
   * @param {boolean} hidden
   */
  lines(panel, measured, {state, entries, guess, look}, hidden) {
    const {plot} = panel;
    const {points, problem} = entries;
    /** @type {Named[]} */
    const named = [];
    if (hidden) this.costs = "";
    if (!hidden) {
      const fan = entries.fan && this.fan.of(entries.fan, points, this.axis);
      const thin = {colour: look.muted, width: 0.6, opacity: 0.8};
      for (const segments of fan ? fan.lines(this.shift(state)) : []) drawSegments(plot, segments, thin);
      const own = {colour: look.ink, dash: "solid", width: 1.5};
      named.push({...own, segments: panel.segments, text: this.learned(measured, state)});
      named.push(...bestLines(panel, problem, look).reverse());
    } else this.fan.clear();
    if (!entries.fan) this.fan.clear();
    const {axis} = this;
    const guessing = axis !== null && guess !== null && this.asked(panel);
    if (guessing) {
      const [ax, ay] = axis.at(guess);
      const [ux, uy] = axis.across;
      const far = points.extent[3] - points.extent[2];
      const style = {...guessed(look), width: 1.4};
      const segments = [ax - far * ux, ay - far * uy, ax + far * ux, ay + far * uy];
      drawSegments(plot, segments, style);
      if (!hidden && this.#there(state) && !this.costs) this.costs = this.cost(points, axis, guess, measured.balanced);
      named.unshift({
        ...style,
        segments,
        text: `${say("your guess")}${this.roomy && this.costs ? `,\n${this.costs}` : ""}`,
      });
    }
    nameLines(plot, this.roomy ? named : named.slice(0, guessing ? 1 : 0), named);
    if (axis && !hidden && measured.place !== null) {
      outside(panel, axis.at(measured.place), look);
      blame(panel, axis, measured, problem);
    }
  }

  /**
   * What it would mean for the reader's boundary to be the one.
   * @param {Points} points
   * @param {AlongAxis} axis
   * @param {number} guess
   * @param {number} balanced of the learned boundary
   */
  cost({test}, axis, guess, balanced) {
    const sides = Uint8Array.from({length: test.length / 2}, (_, i) =>
      axis.along(test[2 * i], test[2 * i + 1]) > guess ? 1 : 0,
    );
    const shares = byClass(sides, 2);
    return inPoints((shares[0] + shares[1]) / 2 - balanced);
  }

  /**
   * What the guess has cost, for a picture that has no room for it beside the line.
   * @param {MapScene} scene
   * @returns {[string, string][]}
   */
  guessCost({asking, guess}) {
    return asking || guess !== null ? [[say("your guess"), this.costs || "?"]] : [];
  }

  /** Whether lines are named where they end: those that wind have no ends with room for it, nor has a small picture. */
  get roomy() {
    const [{plot}] = this.panels;
    return this.axis !== null && plot.box.width > ROOMY * (plot.look?.size ?? Infinity);
  }

  /**
   * What the learned boundary is called: panels side by side have the loss for a title.
   * @param {Measured} measured
   * @param {MapState} state
   */
  learned({fitted}, {posthoc = 0}) {
    const after = posthoc ? `, τ ${written(posthoc)}` : ""; // it is no longer the loss's alone
    return `${this.tails.length > 1 ? say("learned") : say(fitted.loss)}${after}`;
  }

  /**
   * The truth among them is by a panel's tail.
   * @param {Measured[]} measured
   */
  values(measured) {
    /** @type {Record<string, unknown>} */
    const values = {subject: this.#subject(measured)};
    measured.forEach((each, k) => {
      const tail = this.tails[k];
      values[`balanced${tail}`] = each.balanced;
      values[`overall${tail}`] = each.overall;
      if (this.axis) values[`place${tail}`] = each.place;
    });
    if (this.fan.summary) Object.assign(values, {fan: this.fan.summary.mean, spread: this.fan.summary.spread});
    return values;
  }

  /**
   * What the numbers are about: these points and these losses, whatever their sliders say.
   * @param {Measured[]} measured
   */
  #subject(measured) {
    const {seen} = this;
    if (seen && !this.#met.has(seen)) this.#met.set(seen, this.#met.size);
    return [seen && this.#met.get(seen), ...measured.map(({fitted}) => fitted.loss.split(" (")[0])].join();
  }

  /**
   * The classes, for all panels.
   * @param {MapScene} scene
   */
  legend({entries, look}) {
    const {problem, fan} = entries;
    const uneven = problem.counts.length === 2 && problem.counts[0] !== problem.counts[1];
    const named = (/** @type {number} */ count, /** @type {number} */ c) => {
      if (!uneven) return say("class {id}: {count}", {id: String(c), count});
      return c === problem.rarest ? say("rare class: {count}", {count}) : say("frequent class: {count}", {count});
    };
    /** @type {Key[]} */
    const keys = Array.from(problem.counts, (n, c) => ({
      name: named(n, c),
      colour: look.palette[c],
      marker: look.markers[c],
    }));
    if (!this.roomy) {
      keys.push({name: say("learned"), colour: look.ink, dash: "solid"}); // whatever the sliders say: it is as long
      keys.push(...BEST.map(({name, dash}) => ({name: say(name), colour: look.ink, dash})));
    }
    if (this.controls.spec.tables.some(({name}) => name === "fan"))
      keys.push({name: say("other samples"), colour: look.muted, dash: "solid", waits: !fan});
    showLegend(this.key, look, keys);
  }
}

PICTURES.map = MapPicture;
