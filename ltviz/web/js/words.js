// What a reader reads: English sentences are the keys; a page that is complete in another language holds that one's.

/** @import {Sentences, Text, Words} from "./types.js" */
import {marked, writeAs, written} from "./numbers.js";

/** @typedef {Text | number | readonly (Text | number)[]} Place what stands in a place of a sentence */

const ENGLISH = "en";
const KEPT = "ltviz-lang"; // by which a browser keeps what a reader has chosen
const CATEGORIES = ["zero", "one", "two", "few", "many", "other"]; // of plurals, in the order in which gettext counts them

let tongue = tongueOf(ENGLISH, {});

/**
 * @param {string} language
 * @param {Sentences} sentences
 */
function tongueOf(language, sentences) {
  const rules = new Intl.PluralRules(language);
  const used = new Set(rules.resolvedOptions().pluralCategories);
  return {
    language,
    sentences,
    rules,
    forms: CATEGORIES.filter((each) => used.has(/** @type {any} */ (each))),
  };
}

/** @param {string} text */
function sentenceOf(text) {
  return Object.hasOwn(tongue.sentences, text) ? tongue.sentences[text] : settingsSaid(text);
}

/**
 * A loss's name with its settings, which no catalogue has, from those of the name and of each setting.
 * @param {string} text
 */
function settingsSaid(text) {
  const [, name, inside] = /^([^()]+) \((.* [\d.]+)\)$/.exec(text) ?? [];
  if (!name) return text;
  const settings = inside.split(", ").map((each) => {
    const at = each.lastIndexOf(" ");
    return `${say(each.slice(0, at))} ${marked(each.slice(at + 1))}`;
  });
  return `${say(name)} (${settings.join(", ")})`;
}

/**
 * Have all that is said from now on be said in a language.
 * @param {string} language
 * @param {Words} words of each language but English
 */
export function speak(language, words) {
  tongue = tongueOf(language, words[language] ?? {});
  writeAs(language);
}

/** The language that is spoken. */
export function spokenLanguage() {
  return tongue.language;
}

/**
 * Mark a sentence that is said elsewhere, so that the catalogue has it.
 * @param {string} text
 */
export function word(text) {
  return text;
}

/**
 * A sentence in the reader's language, with its places filled; a text that the catalogue lacks, such as a name, stays.
 * @param {Text} text
 * @param {Readonly<Record<string, Place>>} places
 * @returns {string}
 */
export function say(text, places = {}) {
  if (typeof text !== "string") return say(text.say, text.with);
  const found = sentenceOf(text);
  return filled(typeof found === "string" ? found : found[0], places);
}

/**
 * The same where a sentence depends on a number, which is its place “count”.
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @param {Readonly<Record<string, Place>>} places
 */
export function sayMany(one, many, count, places = {}) {
  const found = sentenceOf(one);
  const form = tongue.forms.indexOf(tongue.rules.select(count));
  return filled(typeof found === "object" ? found[form] : [one, many][form], {
    count,
    ...places,
  });
}

/**
 * @param {string} template
 * @param {Readonly<Record<string, Place>>} places
 */
function filled(template, places) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = places[name];
    return value === undefined ? whole : placed(value);
  });
}

/**
 * @param {Place} value
 * @returns {string}
 */
function placed(value) {
  if (Array.isArray(value)) return value.map(placed).join("; ");
  return typeof value === "number" ? written(value) : say(/** @type {Text} */ (value));
}

/**
 * The languages that a page offers: English, and those of which it has every sentence.
 * @param {Words} words
 */
export function offeredLanguages(words) {
  return [ENGLISH, ...Object.keys(words)];
}

/**
 * What a reader would read without a word: what they have chosen before, or what the browser asks for.
 * @param {Words} words
 */
export function usualLanguage(words) {
  const kept = keptLanguage();
  return offeredLanguages(words).includes(kept) ? kept : browserLanguage(words);
}

/**
 * The first of the languages that the browser asks for that there is.
 * @param {Words} words
 */
export function browserLanguage(words) {
  const offered = offeredLanguages(words);
  return navigator.languages.map((each) => each.split("-")[0]).find((each) => offered.includes(each)) ?? ENGLISH;
}

/** @returns {string} empty where there is none, or nothing may be kept */
function keptLanguage() {
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} language that the reader has chosen */
export function keepLanguage(language) {
  try {
    localStorage.setItem(KEPT, language);
  } catch {} // the address has it
}
