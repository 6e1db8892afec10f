// The lottery: the seeds of two methods and the tables that they could give, and how often the worse one wins.

/** @import {Controls, Drawn, Floats, Ints, Look, Scene} from "../types.js" */
import {make} from "../dom.js";
import {guessed} from "../guess.js";
import {fixed} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {Plot} from "../plot.js";
import {say, sayMany} from "../words.js";

/** @typedef {{one: string, other: string, seeds: number, draw: number}} LotteryState */

/**
 * One of the two methods.
 * @typedef {object} Contender
 * @property {string} title
 * @property {Floats} values (S,) accuracy of each seed, in percent
 * @property {number} mean over all of them
 * @property {Floats} shares (B,) of all tables, by bin of their mean, in percent
 * @property {Ints} drawn (D, n) which seeds some tables show
 */

/**
 * Two methods and all tables of so many seeds each, the better one first; or why there are none.
 * @typedef {object} Lottery
 * @property {string} lacking
 * @property {number} seeds
 * @property {Floats} edges (B + 1,) of the bins, in percent
 * @property {number} wins tables in which the worse one is above, in percent
 * @property {number} ties in which both are equal
 * @property {Floats} by_seeds (N,) `wins` with 1, 2, ... seeds
 * @property {readonly Contender[]} two
 */

/** @typedef {{title: string, mean: number, picked: number[]}} Line of a printed table */

class LotteryPicture {
  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    this.places = [0, 1].map(() => make("div", {style: "min-width:0"}));
    host.append(make("div", {style: "display:flex;flex-wrap:wrap"}, ...this.places));
    this.tables = new Plot(this.places[0], {
      x: {title: say("balanced test accuracy (%)")},
      y: {title: say("share of tables (%)")},
    });
    this.chance = new Plot(this.places[1], {
      x: {title: say("seeds of each method"), whole: true},
      y: {low: 0, title: say("the worse one wins (%)")},
    });
    this.chance.onDrag(({x, done}) => {
      if (!controls.asking) controls.set("seeds", x, {done});
    });
  }

  /**
   * @param {Scene<LotteryState, {lottery: Lottery}>} scene
   * @returns {Drawn}
   */
  draw({state, entries, guess, asking, look}) {
    const found = entries.lottery;
    const phone = innerWidth < 40 * look.size;
    this.places.forEach(({style}, k) => {
      style.width = phone ? "100%" : ["62%", "38%"][k];
    });
    this.tables.aspect = phone ? 0.62 : 0.5;
    this.chance.aspect = phone ? 0.5 : 0.75;
    if (found.lacking) return this.empty(look, found.lacking);
    const printed = found.two.map((each) => lineOf(each, state.draw, found.seeds));
    this.drawTables(look, found, printed);
    this.drawChance(look, found, {guess, asking});
    const ranked = [...printed].sort((a, b) => b.mean - a.mean);
    const [better, worse] = found.two;
    const of = sayMany("{count} seed", "{count} seeds", found.seeds);
    const table = state.draw + 1;
    const chance = `${fixed(found.wins, 1)}\u00a0%`;
    const apart = fixed(better.mean - worse.mean, 2);
    return {
      values: {wins: found.wins, subject: `${state.one} ${state.other}`},
      numbers: [
        [say("the worse one wins"), asking ? "?" : chance],
        ...ranked.map(
          ({title, mean}, k) =>
            /** @type {const} */ ([
              k
                ? say("table {table}, second: {title}", {table, title})
                : say("table {table}, first: {title}", {table, title}),
              fixed(mean, 2),
            ]),
        ),
      ],
      says: say(
        "Over {betterSeeds} seeds {better} reaches {betterMean} %, over {worseSeeds} {worse} {worseMean} %. Of all tables with {of} of each, the worse one is above in {chance}, both are equal in {ties} %. Table {table} prints {printed}.",
        {
          ...{
            betterSeeds: better.values.length,
            better: better.title,
            betterMean: fixed(better.mean, 2),
          },
          ...{
            worseSeeds: worse.values.length,
            worse: worse.title,
            worseMean: fixed(worse.mean, 2),
          },
          ...{of, chance, ties: fixed(found.ties, 1), table},
          printed: ranked.map(({title, mean}) => `${say(title)} ${fixed(mean, 2)}`).join(", "),
        },
      ),
      saw: say("{worse} is {apart} points behind, and wins {chance} of the tables with {of} each.", {
        ...{worse: worse.title, apart, chance, of},
      }),
    };
  }

  /**
   * @param {Look} look
   * @param {string} lacking
   * @returns {Drawn}
   */
  empty(look, lacking) {
    for (const plot of [this.tables, this.chance]) plot.begin(look, {});
    const {tables} = this;
    const {left, top, width, height} = tables.box; // its axes may stand anywhere
    const middle = /** @type {const} */ ([tables.dx(left + width / 2), tables.dy(top + height / 2)]);
    tables.text(...middle, say("no such seeds"), {anchor: "middle", colour: look.muted, size: 1.4});
    return {values: {wins: 0}, numbers: [[say("the worse one wins"), say("not known")]], says: lacking, saw: lacking};
  }

  /**
   * How the printed means are distributed, the seeds above, and those of the table in hand.
   * @param {Look} look
   * @param {import("../types.js").Kept<Lottery>} found
   * @param {Line[]} printed
   */
  drawTables(look, found, printed) {
    const plot = this.tables;
    const {edges, two} = found;
    const high = Math.max(...two.map(({shares}) => Math.max(...shares)));
    plot.begin(look, {
      x: {low: edges[0] - 0.2, high: edges[edges.length - 1] + 0.2},
      y: {low: 0, high: 1.38 * high},
    });
    const styles = [0, 1].map((k) => ({colour: look.palette[k], dash: look.dashes[k], marker: look.markers[k]}));
    plot.legend(
      two.map(({title, mean}, k) => ({
        name: say("{title}: {mean} over all seeds", {title, mean: fixed(mean, 2)}),
        ...styles[k],
      })),
    );
    two.forEach(({values, shares}, k) => {
      const xs = Array.from(shares).flatMap((_, b) => [edges[b], edges[b + 1]]);
      const ys = Array.from(shares).flatMap((share) => [share, share]);
      plot.band(xs, new Array(ys.length).fill(0), ys, {colour: styles[k].colour, opacity: 0.18});
      plot.line(xs, ys, styles[k]);
      const y = (1.29 - 0.13 * k) * high; // above all bars
      plot.dots(values, new Array(values.length).fill(y), {...styles[k], size: 0.8, opacity: 0.55});
      const {picked} = printed[k];
      plot.dots(picked, new Array(picked.length).fill(y), {...styles[k], size: 1.6, outline: look.ink});
    });
  }

  /**
   * The chance of the worse one by the number of seeds.
   * @param {Look} look
   * @param {import("../types.js").Kept<Lottery>} found
   * @param {{guess: number | null, asking: boolean}} scene
   */
  drawChance(look, found, {guess, asking}) {
    const plot = this.chance;
    const most = found.by_seeds.length;
    plot.begin(look, {
      x: {low: 0.5, high: most + 0.5},
      y: {high: Math.max(55, 1.1 * Math.max(...found.by_seeds), (guess ?? 0) + 5)},
    });
    if (asking) plot.text((most + 1) / 2, 27, "?", {anchor: "middle", colour: look.muted, size: 3});
    else {
      const xs = Array.from(found.by_seeds, (_, k) => k + 1);
      plot.line(xs, found.by_seeds);
      plot.dots(xs, found.by_seeds, {size: 0.8});
      plot.dots([found.seeds], [found.wins], {marker: "diamond", size: 1.7, outline: look.paper});
    }
    if (guess !== null) {
      plot.line([0.5, most + 0.5], [guess, guess], guessed(look));
      plot.text(most + 0.5, guess, say("your guess"), {
        anchor: "end",
        dx: -0.5 * look.size,
        dy: -0.7 * look.size,
        colour: look.guess,
        bold: true,
      });
    }
  }
}

PICTURES.lottery = LotteryPicture;

/**
 * What a table prints of a method.
 * @param {import("../types.js").Kept<Contender>} of
 * @param {number} draw
 * @param {number} seeds
 * @returns {Line}
 */
function lineOf({title, values, drawn}, draw, seeds) {
  const picked = Array.from(drawn.slice(draw * seeds, (draw + 1) * seeds), (k) => values[k]);
  return {title, mean: picked.reduce((sum, value) => sum + value, 0) / seeds, picked};
}
