// The code of a reader's guess, behind a button, for whoever pools the guesses of a class.

/** @import {Codes} from "./types.js" */
import {codeOf, squareOf} from "./codes.js";
import {make} from "./dom.js";
import {setAttributes, svgElement} from "./elements.js";
import {say} from "./words.js";

const QUIET = 4; // modules around a QR code that stay empty

export class MyCode {
  /** @type {number | null} the place of the guess on its slider; none before there is one */
  #stop = null;
  /** @type {number | null} */
  #truth = null;

  /** @param {Codes} codes */
  constructor(codes) {
    this.codes = codes;
    this.word = make("p", {class: "word"});
    this.square = svgElement("svg");
    setAttributes(this.square, {viewBox: `${-QUIET} ${-QUIET} 29 29`, role: "img", class: "square"});
    this.link = make("a", {target: "ltviz-pulse"}, say("The class's pulse"));
    this.dialog = make(
      "dialog",
      {class: "my-code", "aria-label": say("The code of your guess")},
      this.word,
      this.square,
      make("p", {}, say("Give it to whoever pools the guesses. Nothing has been sent.")),
      make("p", {}, this.link),
      make("button", {type: "button", class: "first", onclick: () => this.dialog.close()}, say("Close")),
    );
    this.button = make("button", {type: "button", class: "code", onclick: () => this.#show()}, say("My code"));
    this.tell(null, null);
  }

  /**
   * Have a guess, or none; a class pools its first guesses before anybody has seen the truth.
   * @param {number | null} stop
   * @param {number | null} truth
   */
  tell(stop, truth) {
    this.#stop = stop;
    this.#truth = truth;
    // its place is kept, so that nothing moves when it comes
    this.button.style.visibility = stop === null ? "hidden" : "";
  }

  async #show() {
    if (this.#stop === null) return;
    const {key, squares, pulse} = this.codes;
    const code = codeOf(key, this.#stop);
    this.word.textContent = code;
    this.link.href = `${pulse}#${key}=${this.#truth === null ? "" : Number(this.#truth.toPrecision(4))}`;
    this.square.setAttribute("aria-label", say("QR code of {code}", {code}));
    this.square.toggleAttribute("hidden", !squares);
    if (squares) {
      const path = svgElement("path");
      path.setAttribute("d", await squareOf(squares, this.#stop));
      this.square.replaceChildren(path);
    }
    this.dialog.showModal();
  }
}
