// Guess first: a slider for the reader's guess, then the truth beside it.

/** @import {Dial, Guess, Look, State} from "./types.js" */
import {agrees, nearest, unitText} from "./dials.js";
import {make} from "./dom.js";
import {fixed} from "./numbers.js";
import {nextId, numberRow} from "./row.js";

/**
 * How the reader's guess is drawn.
 * @param {Look} look
 */
export function guessed(look) {
  return {colour: look.guess, dash: "dot"};
}

/**
 * What a guess needs of its explorer.
 * @typedef {object} Around
 * @property {() => void} draw
 * @property {(name: string) => void} touch
 * @property {(target: State) => void} walk
 * @property {() => void} focus put the keyboard on the dials
 */

export class GuessBox {
  revealed = false;
  closed = false;

  /**
   * @param {Guess} spec
   * @param {Around} around
   */
  constructor(spec, around) {
    this.spec = spec;
    this.around = around;
    this.value = spec.start;
    const count = Math.round((spec.high - spec.low) / spec.step) + 1;
    this.values = Array.from({length: count}, (_, i) => Number((spec.low + i * spec.step).toPrecision(10)));
    const shown = {label: spec.label, unit: spec.unit, values: this.values};
    /** @type {Dial} */
    const dial = {name: "guess", kind: "number", help: "", words: [], live: true, when: {}, more: false, ...shown};
    this.row = numberRow(nextId(), dial, {set: (_, value) => this.move(Number(value)), touch() {}});
    this.answer = make("p", {class: "answer", role: "status", tabindex: -1});
    this.element = make(
      "fieldset",
      {class: "guess"},
      make("legend", {}, "Guess first"),
      make("p", {}, spec.prompt),
      this.row.element,
      make(
        "div",
        {class: "buttons"},
        make("button", {type: "button", class: "first", onclick: () => this.reveal()}, "Show the truth"),
        make("button", {type: "button", onclick: () => this.skip()}, "Skip"),
      ),
    );
    this.reset();
  }

  reset() {
    this.value = this.spec.start;
    this.revealed = false;
    this.closed = false;
    this.answer.textContent = "";
    this.#stands(true);
    this.row.show(this.value);
  }

  /** Whether the reader has neither guessed nor gone on without. */
  get open() {
    return !this.revealed && !this.closed;
  }

  /** What the picture draws as the guess: nothing once the reader has gone on without one. */
  get drawn() {
    return this.closed ? null : this.value;
  }

  /** @param {number} value */
  move(value) {
    if (!this.open) return;
    this.value = this.values[nearest(this.values, value)];
    this.row.show(this.value);
    this.around.draw();
    this.around.touch(Object.keys(this.spec.state)[0]); // the way to the truth is fetched meanwhile
  }

  /** Nothing is to be guessed: the box and the room for its answer go. */
  close() {
    this.closed = true;
    this.#stands(false);
    this.around.draw();
  }

  /** The reader goes on without a guess. */
  skip() {
    this.closed = true;
    this.answer.textContent = "You went on without a guess.";
    this.around.draw();
    this.around.focus();
  }

  /** Go to the state that was asked about and compare. */
  reveal() {
    this.revealed = true;
    this.around.draw();
    this.answer.focus();
    this.around.walk(this.spec.state);
  }

  /**
   * After a draw: where it shows the state that was asked about, say how far the guess was off.
   * @param {State} state
   * @param {Readonly<Record<string, unknown>>} values
   */
  compare(state, values) {
    if (!this.revealed || this.answer.textContent || !agrees(state, this.spec.state)) return;
    const truth = Number(values[this.spec.truth]);
    const unit = unitText(this.spec.unit);
    const digits = Math.max(0, -Math.floor(Math.log10(this.spec.step) + 1e-9));
    const [said, right] = [this.value, truth].map((value) => fixed(value, digits) + unit);
    const off = Math.abs(this.value - truth);
    this.answer.textContent =
      off <= this.spec.step / 2
        ? `Your guess ${said} is right.`
        : `You guessed ${said}; it is ${right}: off by ${fixed(off, digits)}${unit}.`;
  }

  /** @param {boolean} here whether the box and the room for its answer are there */
  #stands(here) {
    this.element.hidden = this.answer.hidden = !here;
  }
}
