// Curves: panels of lines over an axis, named at their ends, with what Python says of them.

/** @import {Axis, Controls, Drawn, Floats, Look, Scene, State} from "../types.js" */
/** @import {End} from "../ends.js" */
import {changesIn} from "../changes.js";
import {active, agrees, unitText} from "../dials.js";
import {make} from "../dom.js";
import {nameEnds, roomOfEnds} from "../ends.js";
import {guessed} from "../guess.js";
import {written} from "../numbers.js";
import {OwnCounts} from "../own_counts.js";
import {PICTURES} from "../pictures.js";
import {Plot} from "../plot.js";

/** @typedef {readonly [colour: number, dash: number, marker: number]} Style places in the look's lists; -1: grey */

/** @typedef {{name: string, x: Floats, y: Floats, style: Style, dots: boolean, named: boolean, asked: boolean}} Curve */
/** @typedef {{x: number, y: number, style: Style, open: boolean, asked: boolean}} Mark `open`: not reached */

/**
 * One chart. `asked` curves and marks are hidden until the reader has guessed.
 * @typedef {object} Panel
 * @property {Axis} x
 * @property {Axis} y
 * @property {readonly Curve[]} curves
 * @property {readonly Mark[]} marks
 * @property {readonly (readonly ["x" | "y", number, string])[]} rules lines across: which axis, where, a word
 * @property {readonly string[]} sides words left and right of x = 0
 */

/**
 * As ltviz/explorers/_curves.py has it.
 * @typedef {object} Entry
 * @property {readonly Panel[]} panels
 * @property {readonly (readonly [string, string | readonly number[], string])[]} numbers name, numbers or a word, unit
 * @property {readonly (string | number)[]} says
 * @property {Readonly<Record<string, number>>} values
 * @property {readonly (readonly [string, string, string])[]} saw a value's name, in words, unit
 * @property {{panel: number, x?: number, times?: number} | null} aim where the guess stands
 */

/** @typedef {{x?: number, times?: number, guess: number, truth: number | null}} Aimed `truth` where it may be shown */

const BREAK = "\u00a0";
const NO_LINE = {colour: "none", close: true};

class CurvesPicture {
  /** @type {Plot[]} */
  plots = [];
  /** @type {Entry["aim"]} */
  aim = null;

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    const columns = "grid-template-columns: repeat(auto-fit, minmax(min(100%, max(13em, 34%)), 1fr))"; // two, or one
    this.cells = make("div", {class: "panels", style: columns});
    host.append(this.cells);
  }

  /** @param {number} k */
  plot(k) {
    if (!this.plots[k]) {
      const cell = make("div", {style: "align-self: end"}); // axes of a row at one height
      this.cells.append(cell);
      const plot = new Plot(cell);
      plot.onDrag(({x, y}) => this.drag(k, x, y), {both: true});
      this.plots[k] = plot;
    }
    return this.plots[k];
  }

  /**
   * A drag moves the guess, where it stands in this panel.
   * @param {number} k
   * @param {number} x
   * @param {number} y
   */
  drag(k, x, y) {
    if (this.controls.asking && this.aim?.panel === k) this.controls.guess(this.aim.times ? y / this.aim.times : x);
  }

  /**
   * @param {Scene<State, {curves: Entry}>} scene
   * @returns {Drawn}
   */
  draw({state, entries, guess, asking, before, look}) {
    const {panels, numbers, says, values, saw, aim} = entries.curves;
    this.aim = aim;
    const several = panels.length > 1;
    panels.forEach((_, k) => this.plot(k));
    this.plots.forEach(({root, hit}, k) => {
      const here = /** @type {HTMLElement} */ (root.parentElement);
      here.hidden = k >= panels.length;
      here.style.gridColumn = several ? "" : "1 / -1";
      hit.style.pointerEvents = asking && aim?.panel === k ? "auto" : "none";
    });
    const told = new Set();
    const {guess: ask} = this.controls.spec;
    const truth = ask && !asking && agrees(state, ask.state) ? values[ask.truth] : null;
    panels.forEach((panel, k) => {
      const plot = this.plots[k];
      const letters = plot.root.clientWidth / look.size;
      plot.aspect = letters < 26 ? 0.85 : several ? 0.68 : 0.52;
      const mine = guess !== null && aim?.panel === k ? {...aim, guess, truth} : null;
      this.drawPanel(plot, look, panel, {asking, mine, told});
    });
    const join = (/** @type {readonly (string | number)[]} */ parts) =>
      parts.map((each) => (typeof each === "number" ? written(each) : each)).join("");
    return {
      values,
      numbers: numbers.map(([name, value, unit]) => [
        name,
        typeof value === "string"
          ? value
          : Array.from(value, (each) => written(each) + (unit && BREAK + unit)).join(" \u2192 "),
      ]),
      says: join(says),
      saw: changesIn(
        saw.map(([name, word, unit]) => [
          word,
          written(before?.[name] ?? values[name]) + unit,
          written(values[name]) + unit,
        ]),
      ),
      command: this.command(state),
    };
  }

  /**
   * @param {Plot} plot
   * @param {Look} look
   * @param {Panel} panel
   * @param {{asking: boolean, mine: Aimed | null, told: Set<string>}} how `told`: the
   *   names of legends that stand already
   */
  drawPanel(plot, look, {x, y, curves, marks, rules, sides}, {asking, mine, told}) {
    const reach = mine?.times ? mine.times * (asking ? (this.controls.spec.guess?.high ?? 0) : mine.guess) : 0;
    const high = Math.max(y.high, (sides.length ? 1.25 : 1.08) * reach);
    const axes = {x: {...x}, y: {...y, high}};
    const named = curves.filter((curve) => curve.named && !(asking && curve.asked));
    if (plot.look !== look) plot.begin(look, axes); // for the letters
    const wide = plot.root.clientWidth;
    const names = named.map(({name}) => name);
    const right = roomOfEnds(plot, look, names, wide, plot.aspect * wide - 4 * look.size);
    plot.begin(look, {...axes, right});
    const keys =
      right || told.has(names.join())
        ? []
        : named.map((curve) => ({name: curve.name, ...styleOf(look, curve.style, curve.dots)}));
    plot.legend(keys);
    if (!right) told.add(names.join());
    this.drawRules(plot, look, rules, sides);
    for (const curve of curves) {
      if (asking && curve.asked) continue;
      const {marker, ...stroke} = styleOf(look, curve.style, true);
      plot.line(curve.x, curve.y, {...stroke, width: curve.style[0] < 0 ? 0.8 : 1});
      if (curve.dots) plot.dots(curve.x, curve.y, {colour: stroke.colour, marker});
    }
    for (const mark of marks) {
      if (asking && mark.asked) continue;
      const {colour, marker} = styleOf(look, mark.style, true);
      plot.dots([mark.x], [mark.y], mark.open ? {colour: look.paper, outline: colour} : {colour, marker, size: 1.3});
    }
    if (right)
      nameEnds(
        plot,
        look,
        named.map((curve) => endOf(look, curve)),
      );
    if (mine) this.drawGuess(plot, look, mine);
  }

  /**
   * @param {Plot} plot
   * @param {Look} look
   * @param {Panel["rules"]} rules
   * @param {readonly string[]} sides
   */
  drawRules(plot, look, rules, sides) {
    const {size} = look;
    for (const [along, at, word] of rules) {
      const [low, high] = along === "x" ? [plot.y.low, plot.y.high] : [plot.x.low, plot.x.high];
      const ends = [low, high];
      const level = [at, at];
      plot.line(along === "x" ? level : ends, along === "x" ? ends : level, {
        colour: look.muted,
        dash: "dot",
        width: 0.7,
      });
      if (along === "x") plot.text(at, high, word, {dx: 0.4 * size, dy: 0.6 * size, colour: look.muted});
      else
        plot.text(low, at, word, {
          dx: 0.5 * size,
          dy: (plot.py(at) - plot.box.top < 2 * size ? 0.8 : -0.7) * size,
          colour: look.muted,
        });
    }
    sides.forEach((word, i) => {
      plot.text(0, plot.y.high, word, {
        dx: (i ? 0.6 : -0.6) * size,
        dy: 0.8 * size,
        anchor: i ? "start" : "end",
        bold: true,
      });
    });
  }

  /**
   * @param {Plot} plot
   * @param {Look} look
   * @param {Aimed} mine
   */
  drawGuess(plot, look, {x = 0, times, guess, truth}) {
    const own = guessed(look);
    const unit = unitText(this.controls.spec.guess?.unit ?? "");
    const [foot, top] = [plot.y.low, plot.y.high];
    const [from, to] = [guess, truth ?? guess].map((value) => (times ? times * value : value));
    if (times) {
      plot.line([x, x], [from, to], {...own, width: 0.8});
      plot.dots([x], [from], {colour: own.colour, size: 1.8, outline: look.paper});
    } else {
      plot.line([from, from], [foot, top], {...own, width: 1.4});
      if (truth !== null)
        plot.line([from, to, to, from], [foot, foot, top, top], {...NO_LINE, fill: own.colour, opacity: 0.12});
    }
    const say = (
      /** @type {number} */ at,
      /** @type {string} */ text,
      /** @type {number} */ down,
      colour = look.ink,
    ) => {
      const [px, py] = times ? [x, at] : [at, top];
      const left = plot.px(px) > plot.box.left + 0.6 * plot.box.width;
      const [dx, anchor] = left ? [-0.8, /** @type {const} */ ("end")] : [0.8, /** @type {const} */ ("start")];
      plot.text(px, py, text, {dx: dx * look.size, dy: down * look.size, anchor, colour, bold: true});
    };
    say(from, `your guess: ${written(guess)}${unit}`, times ? 0 : 0.8, own.colour);
    if (truth === null) return;
    if (times) plot.dots([x], [to], {size: 1.8, outline: look.paper});
    else plot.line([to, to], [foot, top], {width: 1.2});
    say(
      to,
      `${written(truth)}${unit}`,
      times ? (Math.abs(plot.py(to) - plot.py(from)) < 1.4 * look.size ? 1.3 : 0) : 2.1,
    );
  }

  /**
   * The figure of the same setting.
   * @param {State} state
   */
  command(state) {
    const {spec} = this.controls;
    const words = [`ltviz figure ${spec.name}`];
    for (const dial of spec.dials) {
      if (state[dial.name] === spec.state[dial.name] || !active(spec, dial, state)) continue;
      const text = String(state[dial.name]);
      const long = dial.kind === "counts" && !OwnCounts.brief(text);
      words.push(
        `--${dial.name.replaceAll("_", "-")} ${long ? "counts.csv" : /^[\w.]+$/.test(text) ? text : `"${text}"`}`,
      );
    }
    return words.join(" ");
  }
}

PICTURES.curves = CurvesPicture;

/**
 * @param {Look} look
 * @param {Style} style
 * @param {boolean} marked
 */
function styleOf(look, [colour, dash, marker], marked) {
  return {
    colour: colour < 0 ? look.muted : look.palette[colour % look.palette.length],
    dash: look.dashes[dash % look.dashes.length],
    marker: marked ? look.markers[marker % look.markers.length] : undefined,
  };
}

/**
 * The right end of a curve.
 * @param {Look} look
 * @param {Curve} curve
 * @returns {End}
 */
function endOf(look, {name, x, y, style}) {
  let at = 0;
  for (let i = 1; i < x.length; i++) if (x[i] > x[at]) at = i;
  const {colour, dash} = styleOf(look, style, false);
  return {name, x: x[at], y: y[at], colour, dash};
}
