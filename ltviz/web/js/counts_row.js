// A field for class counts.

/** @import {Moves, Row} from "./row.js" */
/** @import {Dial} from "./types.js" */
import {LONGEST} from "./address.js";
import {make} from "./dom.js";
import {OwnCounts, spelled} from "./own_counts.js";
import {labelled} from "./row.js";
import {say} from "./words.js";

const PATIENCE = 900; // milliseconds after which what cannot be read is said

/**
 * A field for counts: what can be read is drawn as it is typed; what cannot is said once the hand rests.
 * @param {string} id
 * @param {Dial} dial
 * @param {Moves} moves
 * @returns {Row}
 */
export function countsRow(id, dial, {set, alone}) {
  const input = make("textarea", {rows: 2, spellcheck: "false", autocomplete: "off", placeholder: "500, 60, 7"});
  const hint = make("p", {class: "hint", role: "status", id: `${id}-${dial.name}-hint`}, say(dial.help));
  input.setAttribute("aria-describedby", hint.id);
  let shown = "";
  let waiting = 0; // an error, for the hand to rest
  let due = 0; // a text, for the next frame: a paste may come line by line
  const tell = (/** @type {string} */ error) => {
    clearTimeout(waiting);
    if (error) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    const text = error
      ? `${error} ${say("The picture stays as it was.")}`
      : say(dial.help) + (alone ? caution(shown) : "");
    if (hint.textContent !== text) hint.textContent = text;
  };
  const put = (/** @type {string} */ value) => {
    shown = value;
    set(dial.name, value, {done: true});
  };
  const refuse = (/** @type {string} */ error, /** @type {boolean} */ patient) => {
    if (!alone && !patient)
      put(input.value.trim()); // the kernel reads files too
    else if (alone && patient) waiting = setTimeout(() => tell(error), PATIENCE);
    else if (alone) tell(error);
  };
  const take = (/** @type {boolean} */ patient) => {
    clearTimeout(waiting);
    cancelAnimationFrame(due);
    let text = "";
    try {
      text = spelled(input.value);
    } catch (error) {
      refuse(error instanceof Error ? error.message : String(error), patient);
      return;
    }
    shown = text;
    tell("");
    put(text);
  };
  input.addEventListener("input", (event) => {
    cancelAnimationFrame(due);
    const pasted = event instanceof InputEvent && event.inputType === "insertFromPaste";
    due = requestAnimationFrame(() => take(!pasted));
  });
  input.addEventListener("change", () => take(false));
  const reset = (/** @type {string} */ value) => {
    shown = value;
    input.value = value;
    tell("");
  };
  const show = (/** @type {string} */ value) => {
    if (value !== shown) reset(value); // otherwise the field keeps what the reader has typed
  };
  const element = labelled(id, dial, input);
  element.append(hint);
  return {element, show, reset};
}

/**
 * What a reader should know of a spelling that is long or has names.
 * @param {string} text
 */
function caution(text) {
  const long = text && !OwnCounts.brief(text);
  const kept = long ? ` ${say("For the command of its figure, save these lines as counts.csv.")}` : "";
  return kept + (text.length > LONGEST ? ` ${say("A link cannot hold so many: it leads to the profile.")}` : "");
}
