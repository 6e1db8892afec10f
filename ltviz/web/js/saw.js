// What the reader has seen, where a picture does not say it: which numbers have changed with which dials.

/** @import {Dial, Drawn, Spec, State, Value} from "./types.js" */
import {valueText} from "./dials.js";

const MOST = 2; // dials and numbers that are named
const STILL = "Nothing has moved yet: move a slider, and this line says what it did.";

/** @typedef {{state: State, drawn: Drawn}} Seen where the dials stood, and what the picture said there */

/**
 * One sentence about what lies between two drawings.
 * @param {Spec} spec
 * @param {Seen} first
 * @param {Seen} now
 * @returns {string}
 */
export function sawOf(spec, first, now) {
  if (now.drawn.saw !== undefined) return now.drawn.saw;
  if (!now.drawn.numbers.length) return now.drawn.says;
  const moved = spec.dials.filter(({name}) => first.state[name] !== now.state[name]);
  if (!moved.length) return STILL;
  const dials = listed(moved.map((dial) => `${dial.label.split(":")[0]} ${said(dial, now.state[dial.name])}`));
  const before = new Map(first.drawn.numbers);
  const changed = now.drawn.numbers.filter(([name, text]) => before.has(name) && before.get(name) !== text);
  if (!changed.length) return `With ${dials} all numbers are what they were at first.`;
  return `With ${dials}: ${listed(changed.map(([name, text]) => `${name} ${before.get(name)} → ${text}`))}.`;
}

/** @param {readonly string[]} parts */
function listed(parts) {
  return parts.slice(0, MOST).join(", ") + (parts.length > MOST ? ", and more" : "");
}

/**
 * @param {Dial} dial
 * @param {Value} value
 */
function said(dial, value) {
  if (dial.kind === "number") return valueText(dial, value);
  if (dial.kind === "choice") return `“${dial.words[dial.values.indexOf(value)]}”`;
  return "changed";
}
