// A scale: two stacks of slabs, one slab for each sample, on a beam that sinks on the heavier side.

/** @import {Look} from "./types.js" */
import {written} from "./numbers.js";
import {Plot} from "./plot.js";
import {say} from "./words.js";

const BEAM = 0.2; // height of the level beam, of the plot's
const TILT = 0.1; // by how much its ends rise and sink at most
const HEAVIER = 0.52; // of the heavier stack
const STACK = 0.28; // of a stack; the plot is 2 wide
const AT = 0.58; // of a stack's middle, from the pivot

export class Scale {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.plot = new Plot(host, {x: {low: -1, high: 1}, bare: true, aspect: 0.5});
  }

  /**
   * @param {Look} look
   * @param {{sides: readonly (readonly number[])[] | null, totals: readonly number[], hold: number}} scene the pulls of
   *   the samples of each class, or null where they are hidden; the regulariser's lies on the side that it helps
   */
  draw(look, {sides, totals, hold}) {
    const {plot} = this;
    plot.begin(look, {});
    const weights = sides ? totals.map((each, c) => Math.abs(each) + Math.max(0, c ? -hold : hold)) : [0, 0];
    const whole = weights[0] + weights[1];
    const lean = whole > 0 ? (weights[0] - weights[1]) / whole : 0; // left side down where positive
    const ends = [BEAM - TILT * lean, BEAM + TILT * lean];
    plot.line([-0.16, 0, 0.16], [0, BEAM, 0], {close: true, fill: look.muted, colour: look.muted});
    plot.line([-0.85, 0.85], [between(ends, -0.85), between(ends, 0.85)], {width: 1.8});
    if (!sides) {
      plot.text(0, 0.6, "?", {anchor: "middle", colour: look.muted, size: 3});
      return;
    }
    const unit = HEAVIER / Math.max(...weights, 1e-9);
    sides.forEach((pulls, c) =>
      this.stack(look, pulls, {c, foot: between(ends, c ? AT : -AT), unit, hold, weight: weights[c]}),
    );
    plot.text(
      0,
      1,
      Math.abs(lean) < 0.002 ? say("level") : lean > 0 ? say("pushed to the right") : say("pushed to the left"),
      {
        anchor: "middle",
        bold: true,
        dy: 0.7 * look.size,
      },
    );
  }

  /**
   * @param {Look} look
   * @param {readonly number[]} pulls
   * @param {{c: number, foot: number, unit: number, hold: number, weight: number}} where
   */
  stack(look, pulls, {c, foot, unit, hold, weight}) {
    const {plot} = this;
    const [left, right] = [(c ? AT : -AT) - STACK / 2, (c ? AT : -AT) + STACK / 2];
    const box = (/** @type {number} */ from, /** @type {number} */ to, /** @type {string} */ fill) =>
      plot.line([left, right, right, left], [from, from, to, to], {close: true, fill, colour: "none"});
    const top = foot + unit * pulls.reduce((sum, pull) => sum + Math.abs(pull), 0);
    box(foot, top, look.palette[c]);
    const helped = c ? -hold : hold;
    if (helped > 0) box(top, top + unit * helped, look.muted);
    const joint = 3 / plot.box.height; // a thinner slab would be all joint
    /** @type {number[]} */
    const xs = [];
    /** @type {number[]} */
    const ys = [];
    let at = foot;
    for (const pull of [...pulls].map(Math.abs).sort((a, b) => b - a)) {
      at += unit * pull;
      if (unit * pull < joint) break;
      xs.push(left, right, NaN);
      ys.push(at, at, NaN);
    }
    plot.line(xs, ys, {colour: look.paper, width: 0.5});
    plot.text((left + right) / 2, foot + unit * weight, written(weight, weight < 10 ? 2 : 3), {
      anchor: "middle",
      bold: true,
      dy: -0.8 * look.size,
    });
  }
}

/**
 * The beam's height at a place.
 * @param {readonly number[]} ends at -0.85 and 0.85
 * @param {number} x
 */
function between([left, right], x) {
  return left + ((right - left) * (x + 0.85)) / 1.7;
}
