// Curves: panels of lines over an axis, named at their ends, with what Python says of them.

/** @import {Axis, Controls, Drawn, Floats, Look, Scene, State, Text} from "../types.js" */
/** @import {End} from "../ends.js" */
import {changesIn} from "../changes.js";
import {active, agrees, unitText} from "../dials.js";
import {make} from "../dom.js";
import {endRoom, linesOf, nameEnds} from "../ends.js";
import {guessed} from "../guess.js";
import {showLegend} from "../legend.js";
import {written} from "../numbers.js";
import {OwnCounts} from "../own_counts.js";
import {PICTURES} from "../pictures.js";
import {forgetWidths, widthOf} from "../places.js";
import {Plot} from "../plot.js";
import {say} from "../words.js";

/** @typedef {readonly [kind: "loss" | "class", place: number]} Style as a loss or a class looks, by its place */

/** @typedef {{name: Text, x: Floats, y: Floats, style: Style, dots: boolean, named: boolean, asked: boolean}} Curve */
/** @typedef {{x: number, y: number, style: Style, open: boolean, asked: boolean}} Mark `open`: not reached */
/** @typedef {readonly [along: "x" | "y", at: number, name: Text]} Rule a line across; that of a height has a name */

/**
 * One chart. `asked` curves and marks are hidden until the reader has guessed.
 * @typedef {object} Panel
 * @property {Axis} x
 * @property {Axis} y
 * @property {readonly Curve[]} curves
 * @property {readonly Mark[]} marks
 * @property {readonly Rule[]} rules
 * @property {readonly Text[]} sides words left and right of x = 0
 */

/**
 * As ltviz/explorers/_curves.py has it.
 * @typedef {object} Entry
 * @property {readonly Panel[]} panels
 * @property {readonly (readonly [name: Text, value: number, unit: string])[]} numbers
 * @property {readonly Text[]} says sentences
 * @property {Readonly<Record<string, number>>} values
 * @property {Text} lead what comes before that which the reader saw
 * @property {readonly (readonly [name: string, what: Text, unit: string])[]} saw a value's name, in words, unit
 * @property {{panel: number, x?: number, times?: number} | null} aim where the guess stands
 */

/** @typedef {{x?: number, times?: number, guess: number, truth: number | null}} Aimed `truth` where it may be shown */

const BREAK = "\u00a0";
const SHALLOW = 40; // letters of the window, below which there is one row of panels only
const WIDEST = 0.42; // of a plot's width, that names may take
const INK = 6; // the palette's place of what belongs to all classes
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
    this.host = host;
    this.key = make("div", {class: "key"});
    this.cells = make("div", {class: "panels"});
    host.append(this.key);
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
    const {panels, numbers, says, values, lead, saw, aim} = entries.curves;
    this.aim = aim;
    panels.forEach((_, k) => this.plot(k));
    this.arrange(look, panels.length, asking ? aim : null);
    const {guess: ask} = this.controls.spec;
    const truth = ask && !asking && agrees(state, ask.state) ? values[ask.truth] : null;
    const seen = panels.map(({curves, rules}) => [
      ...curves.filter(({named, asked}) => named && !(asking && asked)).map((each) => endOf(look, each)),
      ...rules.filter(([along]) => along === "y").map((rule) => endOfRule(look, rule)),
    ]);
    const rooms = panels.map((_, k) => this.room(this.plots[k], look, seen[k]));
    const roomy = !rooms.includes(0);
    const keys = new Map(seen.flat().map(({text, colour, dash}) => [text, {name: text, colour, dash}]));
    this.key.hidden = roomy;
    if (!roomy) showLegend(this.key, look, [...keys.values()]);
    panels.forEach((panel, k) => {
      const mine = guess !== null && aim?.panel === k ? {...aim, guess, truth} : null;
      const named = roomy ? seen[k] : [];
      const reach = aim?.panel === k && aim.times && ask ? aim.times * ask.high : 0; // before and after the guess
      this.drawPanel(this.plots[k], look, panel, {asking, mine, reach, named, right: roomy ? rooms[k] : 0});
    });
    return {
      values,
      numbers: numbers.map(([name, value, unit]) => [say(name), written(value) + (unit && BREAK + unit)]),
      says: says.map((each) => say(each)).join(" "),
      saw:
        (lead ? `${say(lead)} ` : "") +
        changesIn(
          saw.map(([name, what, unit]) => [
            say(what),
            written(before?.[name] ?? values[name]) + unit,
            written(values[name]) + unit,
          ]),
          !agrees(state, this.controls.spec.state),
        ),
      command: this.command(state),
    };
  }

  /**
   * Two panels in a row where there is height for two rows, else all; below each other where a row has no width.
   * @param {Look} look
   * @param {number} count of panels
   * @param {Entry["aim"]} aim where a drag moves the guess
   */
  arrange({size}, count, aim) {
    const across = widthOf(this.host.parentElement ?? this.host); // it stays while a picture that is too high shrinks
    const beside = innerHeight > SHALLOW * size ? Math.min(2, count) : count;
    const columns = across > (beside > 2 ? 9 : 13) * size * beside ? beside : 1; // so many letters wide, each
    const arranged = `${columns} ${count}`;
    if (this.cells.dataset.arranged !== arranged) forgetWidths();
    this.cells.dataset.arranged = arranged;
    this.cells.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    this.plots.forEach((plot, k) => {
      const cell = /** @type {HTMLElement} */ (plot.root.parentElement);
      cell.hidden = k >= count;
      const whole = columns > 1 && k === 0 && count % columns === 1; // an odd one has a row for itself
      cell.style.gridColumn = whole ? "1 / -1" : "";
      plot.hit.style.pointerEvents = aim?.panel === k ? "auto" : "none";
      plot.aspect = columns > 1 ? (whole ? 0.28 : count > columns ? 0.62 : 0.85) : 0.6;
    });
  }

  /**
   * What a panel's names need at its right, 0 where there is no room.
   * @param {Plot} plot
   * @param {Look} look
   * @param {readonly End[]} named
   */
  room(plot, look, named) {
    const names = named.map(({text}) => text);
    const right = endRoom(look, names);
    const wide = widthOf(plot.root);
    const tall = plot.aspect * wide - 4 * look.size;
    return right > WIDEST * wide || names.flatMap(linesOf).length * 1.2 * look.size > tall ? 0 : right;
  }

  /**
   * @param {Plot} plot
   * @param {Look} look
   * @param {Panel} panel
   * @param {{asking: boolean, mine: Aimed | null, reach: number, named: readonly End[], right: number}} how
   *   `reach`: of a guess, up
   */
  drawPanel(plot, look, {x, y, curves, marks, rules, sides}, {asking, mine, reach, named, right}) {
    const high = Math.max(y.high, (sides.length ? 1.35 : 1.08) * reach);
    plot.begin(look, {x: {...x, title: say(x.title ?? "")}, y: {...y, title: say(y.title ?? ""), high}, right});
    this.drawRules(plot, look, rules, sides);
    for (const curve of curves) {
      if (asking && curve.asked) continue;
      const {marker, ...stroke} = styleOf(look, curve.style);
      plot.line(curve.x, curve.y, {...stroke, width: curve.style[0] === "loss" && !curve.style[1] ? 0.8 : 1});
      if (curve.dots) plot.dots(curve.x, curve.y, {colour: stroke.colour, marker});
    }
    for (const mark of marks) {
      if (asking && mark.asked) continue;
      const {colour, marker} = styleOf(look, mark.style);
      plot.dots([mark.x], [mark.y], mark.open ? {colour: look.paper, outline: colour} : {colour, marker, size: 1.3});
    }
    nameEnds(
      plot,
      named.map((end) => ({...end, x: Number.isFinite(end.x) ? end.x : plot.x.high})),
    );
    if (mine) this.drawGuess(plot, look, mine, sides.length > 0);
  }

  /**
   * @param {Plot} plot
   * @param {Look} look
   * @param {Panel["rules"]} rules
   * @param {readonly Text[]} sides
   */
  drawRules(plot, look, rules, sides) {
    const {size} = look;
    for (const [along, at] of rules) {
      const [low, high] = along === "x" ? [plot.y.low, plot.y.high] : [plot.x.low, plot.x.high];
      const [ends, level] = [
        [low, high],
        [at, at],
      ];
      plot.line(along === "x" ? level : ends, along === "x" ? ends : level, ruled(look));
    }
    sides.forEach((side, i) => {
      plot.text(0, plot.y.high, say(side), {
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
   * @param {boolean} sided whether curves stand on both sides of it
   */
  drawGuess(plot, look, {x = 0, times, guess, truth}, sided) {
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
    const tell = (
      /** @type {number} */ at,
      /** @type {string} */ text,
      /** @type {number} */ down,
      colour = look.ink,
    ) => {
      const [px, py] = times ? [x, at] : [at, top];
      const {left: low, width} = plot.box;
      const [place, room] = [plot.px(px), plot.textWidth(text, look.size) + 0.8 * look.size];
      const before = place - room > low; // left of the place
      const over = place + room > low + width; // names stand beyond the right end
      const left = before && (over || (times !== undefined && !sided));
      const letters = {colour, bold: true};
      if (over && !before) {
        const end = /** @type {const} */ ({anchor: "end", dx: -0.2 * look.size, dy: (down - 1.1) * look.size});
        plot.text(plot.dx(low + width), py, text, {...letters, ...end}); // within the box, above its dot
        return;
      }
      const [dx, anchor] = left ? [-0.8, /** @type {const} */ ("end")] : [0.8, /** @type {const} */ ("start")];
      plot.text(px, py, text, {...letters, dx: dx * look.size, dy: down * look.size, anchor});
    };
    tell(from, say("your guess: {value}", {value: written(guess) + unit}), times ? 0 : 0.8, own.colour);
    if (truth === null) return;
    if (times) plot.dots([x], [to], {size: 1.8, outline: look.paper});
    else plot.line([to, to], [foot, top], {width: 1.2});
    tell(
      to,
      `${written(truth)}${unit}`,
      times ? (Math.abs(plot.py(to) - plot.py(from)) < 1.4 * look.size ? 1.3 : sided ? 0 : -0.7) : 2.1,
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
 */
function styleOf({losses, palette, dashes, markers}, [kind, place]) {
  if (kind === "loss") return losses[place % losses.length];
  return {
    colour: palette[place % palette.length],
    dash: dashes[place === INK ? 0 : place % dashes.length],
    marker: markers[place === INK ? 0 : place % markers.length],
  };
}

/**
 * The right end of a curve.
 * @param {Look} look
 * @param {Curve} curve
 * @returns {End & {dash: string}}
 */
function endOf(look, {name, x, y, style}) {
  let at = 0;
  for (let i = 1; i < x.length; i++) if (x[i] > x[at]) at = i;
  const {colour, dash} = styleOf(look, style);
  return {text: say(name), x: x[at], y: y[at], colour, dash};
}

/**
 * The right end of a line across, which is its axis's.
 * @param {Look} look
 * @param {Rule} rule
 * @returns {End & {dash: string}}
 */
function endOfRule(look, [, at, name]) {
  const {colour, dash} = ruled(look);
  return {text: say(name), x: Infinity, y: at, colour, dash};
}

/** @param {Look} look */
function ruled({muted}) {
  return {colour: muted, dash: "dot", width: 0.7};
}
