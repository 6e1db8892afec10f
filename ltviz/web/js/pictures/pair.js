// Two losses side by side: the numbers of each under its panel, and in words what the second one does differently.

/** @import {Controls} from "../types.js" */
/** @import {Fitted} from "../map_fits.js" */
/** @import {MapScene} from "./map.js" */
import {BALANCED, inPoints, OVERALL} from "../accuracies.js";
import {make, put} from "../dom.js";
import {setOf} from "../fitting.js";
import {readings} from "../map_words.js";
import {fixed, written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {say} from "../words.js";
import {MapPicture} from "./map.js";

const SAME_PLACE = 0.05; // sigma: less has not moved

class PairPicture extends MapPicture {
  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    super(host, controls);
    if (this.panels.length === 2) this.row.classList.add("pair");
    for (const panel of this.panels) panel.place.classList.toggle("asked", this.asked(panel));
    this.lists = this.panels.map(({place}) => put(place, make("dl", {class: "numbers"})));
  }

  /** @param {MapScene} scene */
  draw(scene) {
    const drawn = super.draw(scene);
    const {measured, panels, lists} = this;
    measured.forEach((each, k) => {
      const hidden = scene.asking && this.asked(panels[k]);
      const texts = readings(each, this.axis !== null).map(([, text]) => (hidden ? "?" : text));
      const told = [...(this.axis ? [say("boundary")] : []), say(BALANCED), say(OVERALL)].map((name, i) => [
        name,
        texts[i],
      ]);
      if (this.asked(panels[k]) && !this.roomy) told.push(...this.guessCost(scene));
      const pairs = told.map(([name, text]) => make("div", {}, make("dt", {}, name), make("dd", {}, text)));
      lists[k].replaceChildren(...pairs);
    });
    return {...drawn, numbers: [], saw: this.compared(scene)};
  }

  /**
   * What the second loss does that the first one does not, and why, where its margins say it.
   * @param {MapScene} scene
   */
  compared({state, entries}) {
    const [left, right] = this.measured;
    const won = inPoints(right.balanced - left.balanced);
    if (left.place === null || right.place === null) return say("The second loss: balanced accuracy {won}.", {won});
    const moved = right.place - left.place;
    if (Math.abs(moved) < SAME_PLACE)
      return say("Both boundaries stand within {apart} σ of each other: balanced accuracy {won}.", {
        apart: SAME_PLACE,
        won,
      });
    const places = {off: fixed(Math.abs(moved), 2), won};
    if (moved < 0) return say("Moved {off} σ towards the frequent class, balanced accuracy {won}.", places);
    const {counts} = entries.problem;
    const added = (state.added ?? []).length;
    const more = Array.from(counts, (n, c) => n + (c === entries.problem.rarest ? added : 0));
    const told = say("Moved {off} σ into the rare class's side, balanced accuracy {won}.", places);
    return ` ${told} ${outvoted(right.fitted, more, added)}`.trim();
  }
}

/**
 * Why the boundary moves towards the class with the larger margin: the other has more of them.
 * @param {Fitted} fitted
 * @param {readonly number[]} counts
 * @param {number} added
 */
function outvoted({terms}, counts, added) {
  if (!terms) return "";
  const classes = counts.length;
  const [slope, offset] = [setOf(terms.slope, added), setOf(terms.offset, added)];
  // what the sample's own class is short of, in the raw scores' unit
  const margins = counts.map((_, y) => {
    const other = y ? 0 : 1;
    return (offset[y * classes + other] - offset[y * classes + y]) / slope[y * classes + y];
  });
  const [many, few] = counts[0] > counts[1] ? [0, 1] : [1, 0];
  if (!(margins[many] > 0 && margins[few] > margins[many])) return "";
  const [small, large] = [written(margins[many], 2), written(margins[few], 2)];
  return say("{many} small margins ({small}) outvote {few} large ones ({large}).", {
    ...{many: counts[many], small, few: counts[few], large},
  });
}

PICTURES.pair = PairPicture;
