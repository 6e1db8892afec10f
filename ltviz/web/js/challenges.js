// Goals that a reader may try to reach: each begins at a state, and says how far it still is.

/** @import {Challenge, Controls} from "./types.js" */
import {agrees} from "./dials.js";
import {make, put} from "./dom.js";
import {percent} from "./numbers.js";
import {say, word} from "./words.js";

const UNTRIED = word("Each sets the points, and then says how far you are.");

export class Challenges {
  /** @type {Challenge | null} the one that is tried */
  #tried = null;

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    this.buttons = controls.spec.challenges.map((each) => {
      const press = () => this.#press(each);
      return make("button", {type: "button", "aria-pressed": "false", onclick: press}, say(each.name));
    });
    this.words = make("span", {role: "status"});
    const label = make("span", {"aria-hidden": "true"}, say("Challenges"));
    const named = {class: "challenges", role: "group", "aria-label": say("Challenges")};
    const box = make("div", named, label, ...this.buttons, this.words);
    if (!this.buttons.length) return;
    host.setAttribute("role", "group"); // in an image no button can be reached
    put(host, box);
  }

  /** @param {Challenge} challenge */
  #press(challenge) {
    this.#tried = challenge === this.#tried ? null : challenge;
    if (this.#tried) this.controls.change(challenge.state);
    this.show(this.values);
  }

  /** @type {Readonly<Record<string, unknown>>} of the last drawing */
  values = {};

  /**
   * After a drawing.
   * @param {Readonly<Record<string, unknown>>} values
   */
  show(values) {
    this.values = values;
    const {challenges} = this.controls.spec;
    this.buttons.forEach((button, k) => {
      button.setAttribute("aria-pressed", String(challenges[k] === this.#tried));
    });
    this.words.textContent = this.#tried ? this.#said(this.#tried) : say(UNTRIED);
  }

  /** @param {Challenge} challenge */
  #said({words, state, keeps, value, least}) {
    const now = Number(this.values[value]);
    const kept = Object.fromEntries(keeps.map((name) => [name, state[name]]));
    const there = now >= least ? say("Reached.") : say("Now {share}.", {share: percent(now)});
    return `${say(words)} ${agrees(this.controls.state, kept) ? there : say("What was given has been changed.")}`;
  }
}
