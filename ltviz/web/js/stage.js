// What stands around a picture.

/** @import {GuessBox} from "./guess.js" */
/** @import {Next, Spec, Table} from "./types.js" */
import {make} from "./dom.js";
import {languageChoice} from "./language.js";
import {say, spokenLanguage, word} from "./words.js";

const LOOKS = [word("auto"), word("light"), word("dark"), word("projector")];

/**
 * What the buttons do.
 * @typedef {object} Acts
 * @property {(table: Table) => boolean} press ask for a table or no longer; whether it is asked for now
 * @property {() => void} reset
 * @property {(theme: string) => void} dress
 * @property {() => void} widen fill the screen, or no longer
 * @property {(language: string) => void} speak
 * @property {() => Promise<void>} copy put a link to the settings where it can be pasted
 */

/**
 * All that stands in `section`. What is asked first has the place of what is answered then: nothing moves when it goes.
 * @param {Spec} spec
 * @param {HTMLElement} panel
 * @param {GuessBox | null} guess
 * @param {Acts} acts
 */
export function buildStage(spec, panel, guess, acts) {
  const host = make("div", {class: "picture", role: "img", "aria-label": say(spec.title)});
  const frame = make("div", {class: "frame"}, host);
  const numbers = make("dl", {class: "numbers"});
  const says = make("p", {class: "says", role: "status", "aria-live": "polite"});
  const alarm = make("p", {class: "alarm", role: "alert", hidden: true});
  const asked = spec.tables.filter((table) => table.asked);
  const asks = make("div", {class: "buttons"}, ...asked.map((table) => askButton(table, acts.press)));
  const read = make("div", {class: "read"}, ...(guess ? [guess.answer] : []), numbers);
  const side = make("div", {class: "side"}, panel, asks, alarm);
  const {tools, choice} = buildTools(spec, acts);
  const code = guess?.code ? [guess.code.button, guess.code.dialog] : [];
  const saw = make("p");
  const seen = make("div", {class: "saw"}, make("b", {}, say("What you saw")), saw);
  const note = make("details", {class: "note"}, make("summary", {}, say("Notes")), make("p", {}, say(spec.note)));
  const next = make("a");
  const onward = spec.next ? [following(spec.next, next)] : [];
  const end = make("footer", {class: "end"}, seen, ...onward);
  if (spec.note) end.append(note);
  // the attribute keeps JupyterLab from taking the arrow keys for itself
  const section = make(
    "section",
    {class: spec.page ? "ltviz page" : "ltviz", "data-lm-suppress-shortcuts": "true", "aria-label": say(spec.title)},
    make("header", {}, make(spec.page ? "h1" : "h2", {}, say(spec.title)), ...code, tools),
    make("p", {class: "question"}, say(spec.question)),
    make("div", {class: "stage"}, ...(guess ? [guess.element] : []), read, frame, side),
    says,
    end,
  );
  const hidden = [read, side, seen, note, ...onward]; // until the reader has guessed
  return {section, frame, host, numbers, says, alarm, asks, choice, saw, next, note, hidden};
}

/**
 * @param {Spec} spec
 * @param {Acts} acts
 */
function buildTools(spec, acts) {
  const themes = LOOKS.map((name) => make("option", {value: name}, say(name)));
  const choice = make("select", {}, ...themes);
  choice.addEventListener("change", () => acts.dress(choice.value));
  const reset = make("button", {type: "button", onclick: acts.reset}, say("Reset"));
  const tools = make(
    "div",
    {class: "tools"},
    make("label", {class: "look"}, make("span", {}, `${say("look")} `), choice),
    reset,
  );
  const spoken = languageChoice(spec.words, spokenLanguage(), acts.speak);
  const navigation = spec.page ? document.querySelector("body > nav") : null; // the title needs its row
  if (spoken && navigation) {
    const before = navigation.querySelector(".language"); // of the words before
    const held = before?.matches(":focus");
    before?.remove();
    navigation.insertBefore(spoken, navigation.lastElementChild);
    if (held) spoken.focus();
  } else if (spoken) tools.prepend(spoken);
  if (spec.page) tools.append(copyButton(acts.copy));
  const full = {type: "button", onclick: acts.widen, title: "F", "aria-keyshortcuts": "F"};
  if (document.fullscreenEnabled) tools.append(make("button", {class: "full", ...full}, say("Full screen")));
  return {tools, choice};
}

/** @param {() => Promise<void>} copy */
function copyButton(copy) {
  const button = make("button", {type: "button"}, say("Copy link"));
  const told = make("span", {class: "unseen", role: "status"});
  const tell = (/** @type {string} */ text) => {
    told.textContent = text;
    button.textContent = text || say("Copy link");
  };
  button.addEventListener("click", () => {
    copy().then(
      () => tell(say("Copied")),
      () => tell(say("Not allowed")),
    );
    setTimeout(() => tell(""), 2000);
  });
  return make("span", {}, button, told);
}

/**
 * The question that follows: a link in a page, the call in a notebook.
 * @param {Next} next
 * @param {HTMLAnchorElement} link
 */
function following({name, question, href}, link) {
  link.textContent = say(question);
  const call = make("code", {}, `ltviz.explore("${name}")`);
  return make("p", {class: "next"}, make("b", {}, say("Next")), ...(href ? [link] : [say(question), " ", call]));
}

/**
 * @param {Table} table
 * @param {(table: Table) => boolean} press
 */
function askButton(table, press) {
  const button = make("button", {type: "button", "aria-pressed": "false", "data-table": table.name}, say(table.asked));
  button.addEventListener("click", () => button.setAttribute("aria-pressed", String(press(table))));
  return button;
}
