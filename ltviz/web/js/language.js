// The switch between languages, and the words of a page around explorers.

/** @import {Words} from "./types.js" */
import {make} from "./dom.js";
import {keepLanguage, offeredLanguages, say} from "./words.js";

/**
 * A switch, where there is more than one language.
 * @param {Words} words
 * @param {string} language that is spoken
 * @param {(language: string) => void} choose
 */
export function languageChoice(words, language, choose) {
  const offered = offeredLanguages(words);
  if (offered.length < 2) return null;
  const names = offered.map((each) => make("option", {value: each, lang: each}, each.toUpperCase()));
  const label = offered.map((each) => new Intl.DisplayNames(each, {type: "language"}).of(each)).join(", ");
  const choice = make("select", {class: "language", "aria-label": label, title: label}, ...names);
  choice.value = language;
  choice.addEventListener("change", () => {
    keepLanguage(choice.value);
    choose(choice.value);
  });
  return choice;
}

/**
 * Say what a page says around its explorers: the text of each element that is marked so, and the name of a landmark.
 * @param {string} language that is spoken
 */
export function sayPage(language) {
  const {dataset} = document.documentElement;
  document.documentElement.lang = language;
  dataset.title ||= document.title;
  document.title = dataset.title
    .split(" - ")
    .map((part) => say(part))
    .join(" - ");
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-say]"))) {
    element.dataset.say ||= element.textContent ?? "";
    element.textContent = say(element.dataset.say);
  }
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-say-label]")))
    element.setAttribute("aria-label", say(element.dataset.sayLabel ?? ""));
}
