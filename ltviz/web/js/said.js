// A page whose words are its own: the front page, the class, the pulse.

/** @import {Words} from "./types.js" */
import {blockOf} from "./dom.js";
import {languageChoice, sayPage} from "./language.js";
import {offeredLanguages, speak, usualLanguage} from "./words.js";

/**
 * The words of the page in other languages.
 * @returns {Words}
 */
export function wordsOf() {
  return JSON.parse(blockOf("ltviz-words") || "{}");
}

/**
 * Speak the language that the reader asks for, and let them choose another at the page's navigation.
 * @param {Words} words
 * @param {() => void} again says anew what scripts have said
 */
export function speakAsAsked(words, again = () => {}) {
  const asked = new URLSearchParams(location.hash.slice(1)).get("lang") ?? "";
  const first = offeredLanguages(words).includes(asked) ? asked : usualLanguage(words);
  const turn = (/** @type {string} */ language) => {
    speak(language, words);
    sayPage(language);
    again();
  };
  const choice = languageChoice(words, first, turn);
  if (choice) document.querySelector("nav")?.append(choice);
  turn(first);
}

/** Start a page that has nothing else to start. */
export function bootWords() {
  speakAsAsked(wordsOf());
}
