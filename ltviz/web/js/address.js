// A page's address keeps its settings after the #, so that a link leads back to them.

/** @import {Dial, Spec, State, Value} from "./types.js" */
import {nearest} from "./dials.js";
import {spelledCounts} from "./own_counts.js";
import {browserLanguage, spokenLanguage} from "./words.js";

export const LONGEST = 2000; // letters of a value: some programs cut a longer address, so it is not in it

/** @typedef {{state: State, first: State, theme: string, asking: boolean, spec: Spec}} Standing of an explorer */

export const Address = {
  /**
   * Write what differs from the opening state.
   * @param {Standing} explorer
   */
  write(explorer) {
    const {state, first} = explorer;
    const hash = hashOf(
      explorer,
      Object.keys(state).filter((name) => state[name] !== first[name]),
    );
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  },

  /**
   * The end of a link to another explorer: these dials as they stand here; its own guess comes first.
   * @param {Standing} explorer
   * @param {readonly string[]} dials
   */
  onward(explorer, dials) {
    const hash = hashOf({...explorer, asking: dials.length > 0}, dials);
    return hash && `#${hash}`;
  },

  /**
   * The language that an address asks for; empty where it asks for none.
   * @param {{hash: string}} address
   */
  language({hash}) {
    return new URLSearchParams(hash.slice(1)).get("lang") ?? "";
  },

  /**
   * Return the dials' values and the look that an address holds, and whether the guess comes first; what is not valid
   * is left out.
   * @param {Spec} spec
   * @param {{hash: string}} address
   */
  read(spec, address) {
    /** @type {Record<string, Value>} */
    const state = {};
    /** @type {string | null} */
    let look = null;
    let asks = false;
    for (const part of address.hash.slice(1).split("&")) {
      const at = part.indexOf("=");
      const [name, text] = [part.slice(0, at), decoded(part.slice(at + 1))];
      if (name === "look" && (text === "auto" || Object.hasOwn(spec.looks, text))) look = text;
      if (name === "guess" && text === "first") asks = true;
      const dial = spec.dials.find((each) => each.name === name);
      const value = dial && valueIn(dial, text);
      if (value !== undefined) state[name] = value;
    }
    return {state, look, asks};
  },
};

/**
 * @param {Standing} explorer
 * @param {readonly string[]} dials
 */
function hashOf({state, theme, asking, spec}, dials) {
  const pairs = dials.map((name) => [name, String(state[name])]).filter(([, text]) => text.length <= LONGEST);
  if (asking && pairs.length) pairs.push(["guess", "first"]);
  if (theme !== spec.theme) pairs.push(["look", theme]);
  const language = spokenLanguage();
  if (language !== browserLanguage(spec.words)) pairs.push(["lang", language]);
  return pairs.map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join("&");
}

/**
 * The value of a dial that a text says, if it says one.
 * @param {Dial} dial
 * @param {string} text
 * @returns {Value | undefined}
 */
function valueIn({kind, values}, text) {
  if (kind === "number") {
    const number = text.trim() ? Number(text) : NaN; // an empty text would be 0
    return Number.isFinite(number) ? values[nearest(values, number)] : undefined;
  }
  if (kind === "counts" && !values.length) return spelledCounts(text) ?? undefined;
  const value = kind === "flag" ? text === "true" : text;
  return values.includes(value) ? value : undefined;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
