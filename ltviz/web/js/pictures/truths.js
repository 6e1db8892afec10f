// Two truths: the map, and beside it both accuracies at every τ, overall and balanced.

/** @import {Controls, Fit} from "../types.js" */
/** @import {MapScene, Measured} from "./map.js" */
import {BALANCED, OVERALL} from "../accuracies.js";
import {make, put} from "../dom.js";
import {sharesOf} from "../measure.js";
import {written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {Plot} from "../plot.js";
import {say} from "../words.js";
import {MapPicture} from "./map.js";

const ASIDE = /** @type {const} */ ([
  {anchor: "end", dx: -12},
  {anchor: "start", dy: 14},
]);
const RIGHT = {low: 50, high: 100};

class TruthsPicture extends MapPicture {
  /** @type {{fit: Fit | null, prior: readonly number[], shares: readonly number[][]}} right answers at every τ */
  #walk = {fit: null, prior: [], shares: []};

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    super(host, controls);
    this.row.classList.add("led");
    this.curve = new Plot(put(this.row, make("div")), {x: RIGHT, y: RIGHT, aspect: 1});
  }

  /** @param {MapScene} scene */
  draw(scene) {
    const drawn = super.draw(scene);
    this.trade(scene, this.measured[0]);
    return drawn;
  }

  /**
   * The curve that τ walks along, and where it stands.
   * @param {MapScene} scene
   * @param {Measured} now
   */
  trade({asking, look}, now) {
    const {curve, panels, prior} = this;
    const [{on}] = panels;
    curve.begin(look, {x: {title: `${say(OVERALL)} (%)`}, y: {title: `${say(BALANCED)} (%)`}});
    if (asking || !on) return;
    const {frame, fit} = now.fitted;
    const stops = this.controls.values("posthoc");
    if (this.#walk.fit !== fit || this.#walk.prior !== prior) {
      const bare = on.test.scores(frame, fit);
      const shares = stops.map((tau) => sharesOf(bare, this.shift({posthoc: tau})));
      this.#walk = {fit, prior, shares};
    }
    const {shares} = this.#walk;
    const overall = shares.map((each) => 100 * each.reduce((sum, share, c) => sum + share * prior[c], 0));
    const balanced = shares.map((each) => (100 * each.reduce((sum, share) => sum + share, 0)) / prior.length);
    curve.line(overall, balanced, {colour: look.muted, width: 1});
    const ends = prior.every((p) => p === prior[0]) ? [] : [0, stops.length - 1];
    for (const k of ends) {
      if (overall[k] < RIGHT.low) continue; // its end lies outside
      curve.dots([overall[k]], [balanced[k]], {colour: look.muted, size: 0.7});
      curve.text(overall[k], balanced[k], `τ ${written(stops[k])}`, {...ASIDE[k ? 1 : 0], colour: look.muted});
    }
    curve.dots([100 * now.overall], [100 * now.balanced], {colour: look.ink, size: 1.6});
  }
}

PICTURES.truths = TruthsPicture;
