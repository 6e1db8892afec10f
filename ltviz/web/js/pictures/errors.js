// What weights do to errors: the points of two clouds as bars, and the errors of both classes along the weights.

/** @import {Controls, Drawn, Floats, Ints, Look, Scene} from "../types.js" */
import {BALANCED} from "../accuracies.js";
import {CountBars, stacked} from "../bars.js";
import {endRoom, nameEnds} from "../ends.js";
import {guessed} from "../guess.js";
import {fixed, percent, written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {Plot} from "../plot.js";
import {say, word} from "../words.js";

/** @typedef {{imbalance: number, beta: number}} ErrorsState */
/** @typedef {{counts: Ints, errors: Floats}} Errors points of the two clouds (2,), shares of wrong answers (2,) */

const FURTHEST = 1e6; // of 1 / (1 - beta)
const PAIR = [word("frequent"), word("rare")];
const BOTH = word("balanced"); // 100 % less the balanced accuracy

class ErrorsPicture {
  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    this.bars = new CountBars(host, controls, {
      things: say("points to which the line is fitted"),
      path: "beta",
      mute: true,
    });
    this.curves = new Plot(host, {
      x: {
        title: say("1 / (1 − β): at the left equal weights, at the right 1 / n"),
        low: 1,
        high: FURTHEST,
        log: true,
      },
      y: {low: 0, high: 100, title: say("error on new points (%)")},
    });
    this.curves.onDrag(({x, done}) => {
      if (!controls.asking) controls.set("beta", 1 - 1 / x, {done});
    });
  }

  /**
   * @param {Scene<ErrorsState, {errors: Errors}>} scene
   * @returns {Drawn}
   */
  draw({state, entries, entryAt, guess, asking, look}) {
    const {counts, errors} = entries.errors;
    const shape = stacked(this.bars.plot, look, endRoom(look, [say("your guess: {value}", {value: "50 %"})]));
    const counted = (/** @type {Errors | undefined} */ each) => each && {counts: each.counts, order: [0, 1]};
    const at = (/** @type {Record<string, number>} */ changes) => counted(entryAt("errors", changes));
    this.bars.draw(look, {counts, order: [0, 1]}, {at, most: 5000, aspect: shape.above, ...shape});
    const betas = /** @type {number[]} */ (this.controls.values("beta"));
    const path = betas.map((beta) => /** @type {Errors | undefined} */ (entryAt("errors", {beta})));
    this.drawCurves(look, entries.errors, {state, betas, path, guess, asking, shape});
    const [frequent, rare] = Array.from(errors, (error) => 100 * error);
    const [first] = path;
    const lost = first && state.beta > betas[0];
    const now = {
      beta: written(state.beta, 6),
      rare: percent(errors[1]),
      frequent: percent(errors[0]),
    };
    return {
      values: {frequent, rare},
      numbers: [
        [say("error, frequent"), percent(errors[0])],
        [say("error, rare"), percent(errors[1])],
        [say(BALANCED), percent(1 - (errors[0] + errors[1]) / 2)],
      ],
      says: say(
        "Between {many} and {few} points and with β {beta}, the frequent class's error is {frequent}, the rare one's {rare}.",
        {...now, many: counts[0], few: counts[1]},
      ),
      saw: lost
        ? say(
            "Weights take the rare class's error from {rareFirst} to {rare}; the frequent one's goes from {frequentFirst} to {frequent}.",
            {
              ...now,
              rareFirst: percent(first.errors[1]),
              frequentFirst: percent(first.errors[0]),
            },
          )
        : say("With β {beta}, {rare} of the rare class is misread, {frequent} of the frequent one.", now),
      path: "beta",
    };
  }

  /**
   * Both errors and their mean at every beta that is here already; shaded, what has moved since equal weights.
   * @param {Look} look
   * @param {Errors} now
   * @param {{state: {beta: number}, betas: number[], path: (Errors | undefined)[], guess: number | null, asking: boolean, shape: ReturnType<typeof stacked>}} scene
   */
  drawCurves(look, now, {state, betas, path, guess, asking, shape}) {
    const plot = this.curves;
    plot.aspect = shape.below;
    plot.begin(look, {left: shape.left, right: shape.right});
    const reach = (/** @type {number} */ at) => Math.min(FURTHEST, 1 / (1 - at));
    const [here, xs] = [reach(state.beta), betas.map(reach)];
    const styles = [look.roles.frequent, look.roles.rare].map((role) => ({
      colour: look.palette[role],
      dash: look.dashes[role],
      marker: look.markers[role],
    }));
    const middle = {colour: look.ink, dash: "dot"};
    if (shape.narrow)
      plot.legend([
        ...PAIR.map((name, i) => ({name: say(name), ...styles[i]})),
        ...(asking ? [] : [{name: say(BOTH), ...middle}]),
      ]);
    /** @type {import("../ends.js").End[]} */
    const ends = [];
    const own = guessed(look);
    if (asking) {
      const first = path[0] ?? now;
      styles.forEach((style, i) =>
        plot.dots([xs[0]], [100 * first.errors[i]], {...style, size: 1.7, outline: look.paper}),
      );
      plot.text(1000, 50, "?", {anchor: "middle", colour: look.muted, size: 3});
    } else {
      const rows = styles.map((_, i) => path.map((each) => (each ? 100 * each.errors[i] : NaN)));
      rows.forEach((ys, i) => {
        const moved = xs
          .map((_, k) => k)
          .filter((k) => xs[k] <= here && Number.isFinite(ys[k]) && Number.isFinite(ys[0]));
        if (moved.length > 1)
          plot.band(
            moved.map((k) => xs[k]),
            moved.map(() => ys[0]),
            moved.map((k) => ys[k]),
            {colour: styles[i].colour, opacity: 0.18},
          );
        this.name(plot, {from: ys[0], to: 100 * now.errors[i], here, colour: styles[i].colour, who: say(PAIR[i])});
        plot.line(xs, ys, styles[i]);
        plot.dots([here], [100 * now.errors[i]], {...styles[i], size: 1.7, outline: look.paper});
        ends.push({x: FURTHEST, y: ys[ys.length - 1], text: say(PAIR[i]), colour: styles[i].colour});
      });
      const mean = rows[0].map((each, k) => (each + rows[1][k]) / 2);
      plot.line(xs, mean, {...middle, width: 0.8});
      ends.push({x: FURTHEST, y: mean[mean.length - 1], text: say(BOTH), colour: look.ink});
      plot.line([here, here], [0, 100], {colour: look.muted, width: 0.6});
    }
    if (guess !== null) {
      plot.dots([FURTHEST], [guess], {colour: own.colour, size: 1.5, outline: look.paper});
      plot.line([1, FURTHEST], [guess, guess], own);
      const text = say("your guess: {value}", {
        value: ` ${written(guess)}\u00a0%`,
      });
      if (!shape.narrow) ends.push({x: FURTHEST, y: guess, text, colour: own.colour});
      else
        plot.text(FURTHEST, guess, text, {
          anchor: "end",
          dx: -look.size,
          dy: (guess > 85 ? 0.8 : -0.8) * look.size,
          colour: own.colour,
          bold: true,
        });
    }
    if (!shape.narrow) nameEnds(plot, ends);
  }

  /**
   * What a shaded area is: by how much an error has moved since equal weights.
   * @param {Plot} plot
   * @param {{from: number, to: number, here: number, colour: string, who: string}} area
   */
  name(plot, {from, to, here, colour, who}) {
    const {size} = plot.look;
    const places = {who, points: fixed(Math.abs(to - from), 0)};
    const text = to < from ? say("{who}: {points} points fewer", places) : say("{who}: {points} points more", places);
    const high = Math.abs(plot.py(to) - plot.py(from));
    const long = plot.px(here) - plot.px(1);
    if (!(high >= 1.3 * size) || 0.6 * long < plot.textWidth(text, size)) return; // nor where a stop is still to come
    const [dx, dy] = [-0.6 * size, to < from ? 0.9 * size : -0.7 * size];
    plot.text(here, to < from ? from : Math.min(from, to), text, {
      anchor: "end",
      dx,
      dy,
      colour,
      bold: true,
      size: 0.88,
    });
  }
}

PICTURES.errors = ErrorsPicture;
