// A page's address keeps its settings after the #, so that a link leads back to them.

/** @import {Dial, Spec, State, Value} from "./types.js" */
import {nearest} from "./dials.js";
import {spelledCounts} from "./own_counts.js";

export const LONGEST = 2000; // letters of a value: some programs cut a longer address, so it is not in it

export const Address = {
  /**
   * Write what differs from the opening state.
   * @param {{state: State, first: State, theme: string, spec: Spec}} explorer
   */
  write({state, first, theme, spec}) {
    const short = Object.entries(state).filter(([, value]) => String(value).length <= LONGEST);
    const changed = short.filter(([name, value]) => value !== first[name]);
    if (theme !== spec.theme) changed.push(["look", theme]);
    const hash = changed.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  },

  /**
   * Return the dials' values and the look that an address holds; what is not valid is left out.
   * @param {Spec} spec
   * @param {{hash: string}} address
   */
  read(spec, address) {
    /** @type {Record<string, Value>} */
    const state = {};
    /** @type {string | null} */
    let look = null;
    for (const part of address.hash.slice(1).split("&")) {
      const at = part.indexOf("=");
      const [name, text] = [part.slice(0, at), decoded(part.slice(at + 1))];
      if (name === "look" && (text === "auto" || Object.hasOwn(spec.looks, text))) look = text;
      const dial = spec.dials.find((each) => each.name === name);
      const value = dial && valueIn(dial, text);
      if (value !== undefined) state[name] = value;
    }
    return {state, look};
  },
};

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
