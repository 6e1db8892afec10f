// Bars of class counts whose tops a hand drags: the counts themselves, or the profile that they follow.

/** @import {Controls, Drag, Look} from "./types.js" */
import {widthOf} from "./places.js";
import {Plot} from "./plot.js";
import {say} from "./words.js";

const MOST_DRAGGED = 10;
const OWN_COUNTS = "by hand"; // at this stop of the dial "counts" each class has a dial of its own

/** @typedef {{counts: ArrayLike<number>, order: ArrayLike<number>}} Counted samples (C,), classes by frequency (C,) */
/** @typedef {(changes: Record<string, number>) => Counted | undefined} CountedAt what it would be at other dials */

export class CountBars {
  /** @type {Counted | null} what is drawn */
  shown = null;
  /** @type {CountedAt} */
  at = () => undefined;
  held = 0; // the class whose bar a hand holds

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   * @param {{things?: string, path?: string, mute?: boolean}} options of what there are counts; a dial along which the
   *   picture draws a curve: its stops are fetched again once the hand has let go; whether classes have no numbers
   */
  constructor(host, controls, {things = say("training samples of the class"), path, mute} = {}) {
    this.controls = controls;
    this.path = path;
    this.things = things;
    this.plot = new Plot(host, {x: {low: -0.5, whole: true, mute}, y: {log: true}});
    this.byHand =
      controls.spec.dials.some(({name}) => name === "counts") && controls.values("counts").includes(OWN_COUNTS);
    this.plot.onDrag((at) => this.drag(at), {both: true});
  }

  /** @param {Drag} at */
  drag({x, y, start, done}) {
    const {controls, shown} = this;
    if (!shown || controls.asking) return;
    const classes = shown.counts.length;
    if (start) this.held = Math.max(0, Math.min(classes - 1, Math.round(x)));
    if (!this.byHand || classes > MOST_DRAGGED) return this.follow(y, done);
    if (controls.state.counts !== OWN_COUNTS) {
      const own = Object.fromEntries(Array.from(shown.counts, (count, c) => [`n${c}`, count]));
      controls.change({counts: OWN_COUNTS, bars: classes, ...own});
    }
    controls.touch(`n${this.held}`);
    controls.set(`n${this.held}`, y, {done});
  }

  /**
   * The dial that moves the held bar, to the stop at which the bar comes nearest to the hand.
   * @param {number} y
   * @param {boolean} done
   */
  follow(y, done) {
    const {controls, held, shown} = this;
    const dial = shown && held === shown.order[0] ? "largest" : "imbalance";
    if (!controls.spec.dials.some(({name}) => name === dial)) return;
    controls.touch(dial);
    const apart = (/** @type {number} */ stop) => {
      const count = this.at({[dial]: stop})?.counts[held];
      return count ? Math.abs(Math.log(count / y)) : Infinity;
    };
    const stops = [...controls.values(dial)].filter((stop) => apart(stop) < Infinity);
    if (stops.length)
      controls.set(
        dial,
        stops.reduce((a, b) => (apart(b) < apart(a) ? b : a)),
        {done},
      );
    if (done && this.path) controls.touch(this.path);
  }

  /**
   * The most frequent class and the rarest in their colours, with their counts; handles where there is room for them.
   * @param {Look} look
   * @param {Counted} shown
   * @param {{at: CountedAt, most: number, left: number, right: number, aspect: number}} how
   *   `most`: the axis's end
   */
  draw(look, shown, {at, most, left, right, aspect}) {
    const {plot} = this;
    const {counts, order} = shown;
    [this.shown, this.at] = [shown, at];
    const classes = counts.length;
    plot.aspect = aspect;
    plot.begin(look, {
      x: {high: classes - 0.5},
      y: {title: this.things, low: 0.7, high: most},
      left,
      right,
    });
    const all = Array.from(counts, (_, c) => c);
    const [head, tail] = [order[0], order[classes - 1]];
    const rest = all.filter((c) => c !== head && c !== tail);
    const tops = (/** @type {number[]} */ of) => of.map((c) => counts[c]);
    plot.bars(rest, tops(rest), {colour: look.muted, opacity: 0.5});
    const half = 0.4 * (plot.px(1) - plot.px(0));
    const {frequent, rare} = look.roles;
    for (const [c, role, text] of /** @type {[number, number, string][]} */ ([
      [head, frequent, say("frequent: {count}", {count: counts[head]})],
      [tail, rare, say("rare: {count}", {count: counts[tail]})],
    ])) {
      if (head === tail && role === rare) continue;
      plot.bars([c], [counts[c]], {colour: look.palette[role]});
      const over = Math.max(0, plot.textWidth(text, look.size) / 2 - half); // a label stays within the box
      const dx = c === 0 ? over : c === classes - 1 ? -over : 0;
      plot.text(c, counts[c], text, {anchor: "middle", dx, dy: -1.15 * look.size, bold: true});
    }
    if (classes <= MOST_DRAGGED) plot.dots(all, counts, {size: 1.3, outline: look.paper});
  }
}

/**
 * Where both plots of bars and curves begin and end, and how high they are, in shares of their width.
 * @param {Plot} plot
 * @param {Look} look
 * @param {number} right pixels for the names of lines
 */
export function stacked(plot, look, right) {
  const letters = widthOf(plot.root) / look.size;
  const aspects = letters < 26 ? {above: 0.5, below: 0.8} : {above: 0.26, below: 0.34};
  return {left: 3.4 * look.size, right: letters < 26 ? 0 : right, narrow: letters < 26, ...aspects};
}
