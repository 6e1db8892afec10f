// What the reader has seen, where a picture does not say it: which numbers have changed with which dials.

/** @import {Dial, Drawn, Spec, State, Value} from "./types.js" */
import {briefLabel, valueText} from "./dials.js";
import {say, word} from "./words.js";

const MOST = 2; // dials and numbers that are named
const STILL = word("Nothing has moved yet: move a slider, and this line says what it did.");

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
  if (!moved.length) return say(STILL);
  const dials = listed(moved.map((dial) => `${briefLabel(dial)} ${said(dial, now.state[dial.name])}`));
  const before = new Map(first.drawn.numbers);
  const changed = now.drawn.numbers.filter(([name, text]) => before.has(name) && before.get(name) !== text);
  if (!changed.length) return say("With {dials} all numbers are what they were at first.", {dials});
  const numbers = listed(changed.map(([name, text]) => `${name} ${before.get(name)} → ${text}`));
  return say("With {dials}: {numbers}.", {dials, numbers});
}

/** @param {readonly string[]} parts */
function listed(parts) {
  return parts.slice(0, MOST).join(", ") + (parts.length > MOST ? say(", and more") : "");
}

/**
 * @param {Dial} dial
 * @param {Value} value
 */
function said(dial, value) {
  if (dial.kind === "number") return valueText(dial, value);
  if (dial.kind === "choice") return say("“{text}”", {text: dial.words[dial.values.indexOf(value)]});
  return say("changed");
}
