// A control for one dial: a labelled native input.

/** @import {Dial, Value} from "./types.js" */
import {nearest, valueText} from "./dials.js";
import {make} from "./dom.js";
import {say} from "./words.js";

/**
 * Told of each move.
 * @typedef {object} Moves
 * @property {(name: string, value: Value, how: {done: boolean}) => void} set
 * @property {(name: string) => void} touch
 * @property {(name: string) => void} [add] one more point to those of a dial
 * @property {boolean} [alone] whether no kernel reads what is typed: a page stands for itself
 */

/**
 * `say`: write this in the value's place, and have it read so.
 * @typedef {{element: HTMLElement, show: (value: any) => void, reset?: (value: any) => void,
 *   say?: (text: string, spoken: string) => void}} Row
 */

/**
 * @param {string} id of the panel
 * @param {Dial} dial
 * @param {HTMLElement} input
 * @param {...HTMLElement} more
 */
export function labelled(id, dial, input, ...more) {
  input.id = `${id}-${dial.name}`;
  input.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab takes arrow keys even from a range
  if (dial.help) input.title = say(dial.help);
  return make("div", {class: `dial ${dial.kind}`}, make("label", {for: input.id}, say(dial.label)), ...more, input);
}

/**
 * A slider over the stops.
 * @param {string} id
 * @param {Dial} dial
 * @param {Moves} moves
 * @returns {Row}
 */
export function numberRow(id, dial, moves) {
  const input = make("input", {type: "range", min: 0, max: dial.values.length - 1, step: 1});
  const output = make("output", {});
  const move = (/** @type {boolean} */ done) => moves.set(dial.name, dial.values[input.valueAsNumber], {done});
  input.addEventListener("input", () => move(false));
  input.addEventListener("change", () => move(true));
  for (const event of ["pointerdown", "keydown"]) input.addEventListener(event, () => moves.touch(dial.name));
  const show = (/** @type {number} */ value) => {
    const at = String(nearest(dial.values, value));
    if (input.value !== at) input.value = at;
    const text = valueText(dial, value);
    say(text, text);
  };
  const say = (/** @type {string} */ text, /** @type {string} */ spoken) => {
    if (output.textContent !== text) output.textContent = text; // the same words would be laid out anew
    if (input.getAttribute("aria-valuetext") !== spoken) input.setAttribute("aria-valuetext", spoken);
  };
  return {element: labelled(id, dial, input, output), show, say};
}
