// Guess first: a slider for the reader's guess, then the truth beside it.

/** @import {Dial, Guess, Look, State} from "./types.js" */
import {agrees, nearest, settingText, unitText} from "./dials.js";
import {make, uniqueId} from "./dom.js";
import {MyCode} from "./my_code.js";
import {fixed} from "./numbers.js";
import {numberRow} from "./row.js";
import {say} from "./words.js";

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
  /** @type {number | null} the reader's; none until the slider has been touched */
  value = null;
  /** @type {number | null} known once the state that was asked about has been drawn */
  truth = null;

  /**
   * @param {Guess} spec
   * @param {readonly Dial[]} dials of the explorer
   * @param {Around} around
   */
  constructor(spec, dials, around) {
    this.spec = spec;
    this.dials = dials;
    this.around = around;
    const count = Math.round((spec.high - spec.low) / spec.step) + 1;
    this.values = Array.from({length: count}, (_, i) => Number((spec.low + i * spec.step).toPrecision(10)));
    const shown = {label: spec.label, unit: spec.unit, values: this.values};
    /** @type {Dial} */
    const dial = {name: "guess", kind: "number", help: "", words: [], live: true, when: {}, more: false, ...shown};
    this.row = numberRow(uniqueId(), dial, {set: (_, value) => this.move(Number(value)), touch() {}});
    // a press on the very place where the slider waits moves nothing, and is a guess all the same
    this.row.element.addEventListener("click", ({target}) => {
      if (target instanceof HTMLInputElement) this.move(this.values[target.valueAsNumber]);
    });
    this.code = spec.codes ? new MyCode(spec.codes) : null;
    this.answer = make("p", {class: "answer", role: "status", tabindex: -1});
    this.element = make(
      "fieldset",
      {class: "guess"},
      make("legend", {}, say("Guess first")),
      make("p", {}, say(spec.prompt)),
      this.row.element,
      make(
        "div",
        {class: "buttons"},
        make("button", {type: "button", class: "first", onclick: () => this.reveal()}, say("Show the truth")),
        make("button", {type: "button", onclick: () => this.skip()}, say("Skip")),
      ),
    );
    this.reset();
  }

  reset() {
    this.value = null;
    this.truth = null;
    this.revealed = false;
    this.closed = false;
    this.answer.textContent = "";
    this.code?.tell(null, null);
    this.#stands(true);
    this.row.show(this.spec.start);
    this.row.say?.("?", say("no guess yet"));
    this.element.classList.add("none");
  }

  /** Whether the reader has neither guessed nor gone on without. */
  get open() {
    return !this.revealed && !this.closed;
  }

  /** What the picture draws as the guess: nothing until there is one, and once the reader has gone on without. */
  get drawn() {
    return this.closed ? null : this.value;
  }

  /** @param {number} value */
  move(value) {
    if (!this.open) return;
    this.value = this.values[nearest(this.values, value)];
    this.element.classList.remove("none");
    this.code?.tell(nearest(this.values, this.value), null);
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
    this.code?.tell(null, null);
    this.answer.textContent = say("You went on without a guess.");
    this.around.draw();
    this.around.focus();
  }

  /** Go to the state that was asked about and compare; a slider that nobody has touched is no guess. */
  reveal() {
    this.revealed = true;
    this.around.draw();
    this.answer.focus();
    this.around.walk({...this.spec.state, ...this.spec.shows});
  }

  /**
   * After a draw: once it has shown the state that was asked about, say how far the guess was off, and where it was
   * that this held when the truth has become another one.
   * @param {State} state
   * @param {Readonly<Record<string, unknown>>} values
   */
  compare(state, values) {
    if (!this.revealed) return;
    const found = values[this.spec.truth];
    const now = typeof found === "number" ? found : NaN;
    if (this.truth === null) {
      if (!agrees(state, {...this.spec.state, ...this.spec.shows})) return;
      this.truth = now;
      this.code?.tell(this.value === null ? null : nearest(this.values, this.value), now);
    }
    const text = this.#said(this.truth, now, state);
    if (this.answer.textContent !== text) this.answer.textContent = text;
  }

  /**
   * @param {number} truth
   * @param {number} now
   * @param {State} state
   */
  #said(truth, now, state) {
    const {spec, value} = this;
    const digits = Math.max(0, -Math.floor(Math.log10(spec.step) + 1e-9));
    const text = (/** @type {number} */ each) => fixed(each, digits) + unitText(spec.unit);
    const moved = text(now) !== text(truth);
    const where = moved ? settingText(this.dials, spec.state, state) || say("at first") : "";
    const places = {where, truth: text(truth)};
    if (value === null)
      return where
        ? say("You made no guess; {where} it was {truth}.", places)
        : say("You made no guess; it is {truth}.", places);
    const own = {
      ...places,
      value: text(value),
      off: text(Math.abs(value - truth)),
    };
    if (Math.abs(value - truth) <= spec.step / 2)
      return where ? say("Your guess {value} was right {where}.", own) : say("Your guess {value} is right.", own);
    return where
      ? say("You guessed {value}; {where} it was {truth}.", own)
      : say("You guessed {value}; it is {truth}: off by {off}.", own);
  }

  /**
   * Stand where another one of the same guess stands, which speaks another language.
   * @param {GuessBox} other
   */
  take({value, truth, revealed, closed, element}) {
    Object.assign(this, {value, truth, revealed, closed});
    if (element.hidden) this.#stands(false);
    else if (closed) this.answer.textContent = say("You went on without a guess.");
    if (truth !== null) this.code?.tell(value === null ? null : nearest(this.values, value), truth);
    if (value === null) return;
    this.element.classList.remove("none");
    this.row.show(value);
  }

  /** @param {boolean} here whether the box and the room for its answer are there */
  #stands(here) {
    this.element.hidden = this.answer.hidden = !here;
  }
}
