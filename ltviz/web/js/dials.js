// Dials as an explorer reads them: stops, whether they count, how their values are written.

/** @import {Dial, Floats, Spec, State, Value} from "./types.js" */
import {written} from "./numbers.js";
import {say} from "./words.js";

/**
 * The index of the stop nearest to a value.
 * @param {readonly any[] | Floats} values
 * @param {any} value
 */
export function nearest(values, value) {
  const exact = values.indexOf(value);
  if (exact >= 0) return exact;
  let best = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i] - value) < Math.abs(values[best] - value)) best = i;
  return best;
}

/**
 * Whether a dial counts: every dial that it depends on has one of the values named, and counts itself.
 * @param {Spec} spec
 * @param {Dial} dial
 * @param {State} state
 * @returns {boolean}
 */
export function active(spec, dial, state) {
  for (const name in dial.when) {
    if (!dial.when[name].includes(state[name])) return false;
    const other = spec.dials.find((each) => each.name === name);
    if (other && !active(spec, other, state)) return false;
  }
  return true;
}

/**
 * Whether a state has all these values.
 * @param {State} state
 * @param {State} values
 */
export function agrees(state, values) {
  return Object.entries(values).every(([name, value]) => state[name] === value);
}

/**
 * A unit as it stands behind its number.
 * @param {import("./types.js").Text} unit
 */
export function unitText(unit) {
  return unit === "degrees" || unit === "°" ? "°" : unit && `\u00a0${say(unit)}`;
}

const NAMED = 2; // settings, of those that a sentence may name

/**
 * Where dials stand that a state has elsewhere, in words; empty where it has none of them elsewhere.
 * @param {readonly Dial[]} dials
 * @param {State} values
 * @param {State} state
 */
export function settingText(dials, values, state) {
  const moved = dials.filter(({name}) => name in values && values[name] !== state[name]);
  const parts = moved.slice(0, NAMED).map((dial) => standing(dial, values[dial.name]));
  return parts.length ? parts.reduce((one, other) => say("{one} and {other}", {one, other})) : "";
}

/**
 * @param {Dial} dial
 * @param {Value} value
 */
function standing(dial, value) {
  const name = briefLabel(dial);
  if (dial.kind === "choice")
    return say("with “{name}”", {
      name: dial.words[dial.values.indexOf(value)],
    });
  if (dial.kind === "flag") return value ? say("with “{name}”", {name}) : say("without “{name}”", {name});
  const text = valueText(dial, value);
  if (String(dial.unit).startsWith(":")) return say("at {value}", {value: text}); // a ratio says what it is
  return say("with “{name}” at {value}", {name, value: text});
}

/**
 * The name of a dial, without what stands behind a colon.
 * @param {Dial} dial
 */
export function briefLabel({label}) {
  return say(label).split(":")[0];
}

/**
 * The value of a dial in words, with its unit.
 * @param {Pick<Dial, "unit">} dial
 * @param {Value} value
 */
export function valueText(dial, value) {
  const text = written(value, 6);
  if (dial.unit === "cosine") return say("{value} of a cosine", {value: text}); // a difference, not an angle's
  const turned = dial.unit === "rad" ? ` = ${written((Number(value) * 180) / Math.PI)}\u00b0` : "";
  return text + unitText(dial.unit) + turned;
}
