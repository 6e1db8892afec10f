// What stands around a picture.

/** @import {Spec, Table} from "./types.js" */
import {make} from "./dom.js";

/**
 * What the buttons do.
 * @typedef {object} Acts
 * @property {(table: Table) => boolean} press ask for a table or no longer; whether it is asked for now
 * @property {() => void} reset
 * @property {(theme: string) => void} dress
 */

/**
 * Heading, numbers, picture, guess, dials, buttons, words; all of it stands in `section`.
 * @param {Spec} spec
 * @param {HTMLElement} panel
 * @param {HTMLElement | null} guess
 * @param {Acts} acts
 */
export function buildStage(spec, panel, guess, acts) {
  const host = make("div", {class: "picture", role: "img", "aria-label": spec.title});
  const numbers = make("dl", {class: "numbers"});
  const says = make("p", {class: "says", role: "status", "aria-live": "polite"});
  const alarm = make("p", {class: "alarm", role: "alert", hidden: true});
  const note = make("p", {class: "note", hidden: true}, spec.note);
  const words = make("div", {class: "words"}, says, note);
  const asked = spec.tables.filter((table) => table.asked);
  const asks = make("div", {class: "buttons"}, ...asked.map((table) => askButton(table, acts.press)));
  const reset = make("button", {type: "button", onclick: acts.reset}, "Reset");
  const themes = ["auto", "light", "dark", "projector"].map((name) => make("option", {value: name}, name));
  const choice = make("select", {}, ...themes);
  choice.addEventListener("change", () => acts.dress(choice.value));
  const look = make("label", {class: "look"}, "look ", choice);
  const buttons = make("div", {class: "buttons"}, asks, reset);
  const side = make("div", {class: "side"}, ...(guess ? [guess] : []), panel, buttons, alarm);
  // the attribute keeps JupyterLab from taking the arrow keys for itself
  const section = make(
    "section",
    {class: "ltviz", "data-lm-suppress-shortcuts": "true", "aria-label": spec.title},
    make("header", {}, make(spec.page ? "h1" : "h2", {}, spec.title), look),
    make("p", {class: "question"}, spec.question),
    make("div", {class: "stage"}, numbers, host, side, words),
  );
  return {section, host, numbers, says, alarm, note, asks, choice};
}

/**
 * @param {Table} table
 * @param {(table: Table) => boolean} press
 */
function askButton(table, press) {
  const button = make("button", {type: "button", "aria-pressed": "false"}, table.asked);
  button.addEventListener("click", () => button.setAttribute("aria-pressed", String(press(table))));
  return button;
}
