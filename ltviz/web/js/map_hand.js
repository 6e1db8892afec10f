// A hand on a decision map: it moves the guess, the boundary, and the points that it has added.

/** @import {Controls, Drag, Click, Point} from "./types.js" */
/** @import {MapPanel} from "./map_panel.js" */

const REACH = 12; // pixels from what a hand takes hold of

/** @typedef {{guess: true} | {point: number} | {pair: [number, number]}} Held a pair of classes: their boundary */

/**
 * What a hand asks of the picture.
 * @typedef {object} Ground
 * @property {(panel: MapPanel) => boolean} guessing whether the guess is about this panel, and open
 * @property {(x: number, y: number) => void} guess
 * @property {(panel: MapPanel, x: number, y: number) => {scores: ArrayLike<number>, prior: readonly number[]}} scoresAt
 *   before anything is subtracted from them
 * @property {() => {rarest: number, room: number}} more the class of a point that is added, and how many there may be
 */

export class MapHand {
  /** @type {Held | null} */
  #held = null;

  /**
   * @param {Controls} controls
   * @param {Ground} ground
   */
  constructor(controls, ground) {
    this.controls = controls;
    this.ground = ground;
    const dials = controls.spec.dials;
    this.adding = dials.some(({name, values}) => name === "added" && !values.length); // it says there how
    this.shifting = dials.some(({name, values}) => name === "posthoc" && values.length > 1);
  }

  /** @param {MapPanel} panel */
  on(panel) {
    const {plot} = panel;
    plot.onDrag((at) => this.#drag(panel, at));
    plot.onClick((at) => this.#click(panel, at));
    plot.hit.addEventListener("pointermove", (event) => {
      const {left, top} = plot.svg.getBoundingClientRect();
      if (!event.buttons) this.#show(panel, plot.dx(event.clientX - left), plot.dy(event.clientY - top));
    });
    plot.hit.style.cursor = "default";
  }

  /** The points that a hand has added. */
  get added() {
    return /** @type {readonly Point[]} */ (this.controls.state.added ?? []);
  }

  /** A finger may move points any way, and everything else across; along it scrolls the page. */
  touch(/** @type {MapPanel} */ {plot}) {
    plot.hit.style.touchAction = this.added.length ? "none" : "pan-y";
  }

  /**
   * What stands under a hand and can be moved.
   * @param {MapPanel} panel
   * @param {number} x
   * @param {number} y
   * @returns {Held | null}
   */
  #under(panel, x, y) {
    if (this.ground.guessing(panel)) return {guess: true};
    if (this.controls.asking) return null;
    const point = this.#near(panel, x, y);
    if (point >= 0) return {point};
    if (!this.shifting || panel.gap(x, y) > REACH) return null;
    const {scores, prior} = this.ground.scoresAt(panel, x, y);
    const tau = Number(this.controls.state.posthoc);
    const order = prior.map((_, c) => c).sort((a, b) => shifted(b) - shifted(a));
    function shifted(/** @type {number} */ c) {
      return scores[c] - tau * Math.log(prior[c]);
    }
    const [one, other] = order;
    return prior[one] === prior[other] ? null : {pair: [one, other]};
  }

  /**
   * The place among the added points of the one under a hand, -1 if there is none.
   * @param {MapPanel} panel
   * @param {number} x
   * @param {number} y
   */
  #near({plot}, x, y) {
    return this.added.findIndex(([px, py]) => Math.hypot(plot.px(px) - plot.px(x), plot.py(py) - plot.py(y)) < REACH);
  }

  /**
   * Show what a press would do here.
   * @param {MapPanel} panel
   * @param {number} x
   * @param {number} y
   */
  #show(panel, x, y) {
    const idle = this.adding && !this.controls.asking && this.#free ? "copy" : "default";
    panel.plot.hit.style.cursor = this.#under(panel, x, y) ? "grab" : idle;
  }

  /** Whether a further point may be added: a page has the numbers for some only. */
  get #free() {
    return !this.controls.spec.page || this.added.length < this.ground.more().room;
  }

  /**
   * @param {MapPanel} panel
   * @param {Drag} at
   */
  #drag(panel, {x, y, start, done}) {
    if (start) this.#held = this.#under(panel, x, y);
    const held = this.#held;
    if (done) this.#held = null;
    panel.plot.hit.style.cursor = held && !done ? "grabbing" : panel.plot.hit.style.cursor;
    if (!held || (start && !("guess" in held))) return;
    if ("guess" in held) this.ground.guess(x, y);
    else if ("point" in held) {
      const moved = this.added.map((point, i) => (i === held.point ? /** @type {const} */ ([x, y, point[2]]) : point));
      this.controls.set("added", moved, {done});
    } else {
      const {scores, prior} = this.ground.scoresAt(panel, x, y);
      const [one, other] = held.pair;
      // there the two scores are equal: it is where the boundary goes
      const tau = (scores[one] - scores[other]) / Math.log(prior[one] / prior[other]);
      this.controls.set("posthoc", tau, {done});
    }
  }

  /**
   * @param {MapPanel} panel
   * @param {Click} at
   */
  #click(panel, {x, y, shift}) {
    if (!this.adding || this.controls.asking) return;
    const hit = this.#near(panel, x, y);
    const rest = this.added.filter((_, i) => i !== hit);
    if (shift && hit >= 0) this.controls.set("added", rest, {done: true});
    else if (hit < 0 && !shift && this.#free && panel.gap(x, y) > REACH / 2)
      this.controls.set("added", [...this.added, [x, y, this.ground.more().rarest]], {done: true});
  }
}
