// Axes: where a value stands, and ticks with nice steps, never more labels than fit.

/** @import {Axis, Tick} from "./types.js" */
import {fixed, grouped, written} from "./numbers.js";

const APART = 1e-12; // an axis shorter than this, measured by its values, has no places to tell apart

/**
 * Where a value stands on an axis: 0 at its low end, 1 at its high end.
 * @param {Axis} axis
 * @param {number} value
 */
export function shareOf({low, high, log}, value) {
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

/**
 * The value that stands there.
 * @param {Axis} axis
 * @param {number} share
 */
export function valueAt({low, high, log}, share) {
  return log ? low * (high / low) ** share : low + share * (high - low);
}

export const Ticks = {
  /**
   * The ticks of an axis of so many pixels; `room(text)` is what a label needs along the axis. An axis without a
   * length has none.
   * @param {Axis} axis
   * @param {number} pixels
   * @param {(text: string) => number} room
   * @returns {Tick[]}
   */
  of(axis, pixels, room) {
    const {low, high, log, whole, unit = 1, mute} = axis;
    if (mute) return [];
    if (unit !== 1) {
      const counted = Ticks.of({...axis, low: low / unit, high: high / unit, unit: 1}, pixels, room);
      return counted.map(({at, text}) => ({at: at * unit, text}));
    }
    const place = (/** @type {number} */ value) => pixels * shareOf(axis, value);
    /** @type {Tick[]} */
    let kept = [];
    const most = pixels / room("") + 1; // more need not be written
    const apart = (/** @type {Tick} */ a, /** @type {Tick} */ b) =>
      place(b.at) - place(a.at) >= (room(a.text) + room(b.text)) / 2;
    const fit = (/** @type {Tick[]} */ ticks) => ticks.every((tick, i) => i === 0 || apart(ticks[i - 1], tick));
    /** @type {Tick[]} */
    let closer = [];
    for (const ticks of log ? Ticks.logs(low, high) : Ticks.steps(low, high, whole, most)) {
      closer = kept;
      kept = ticks;
      if (fit(ticks)) break;
    }
    if (log || kept.length > 1) return kept;
    // one number says little: rather every other one of the closer ticks, 0 among them
    const first =
      Math.max(
        0,
        closer.findIndex(({at}) => at === 0),
      ) % 2;
    const other = closer.filter((_, i) => i % 2 === first);
    return other.length > kept.length && fit(other) ? other : kept;
  },

  /**
   * Where a logarithmic axis of so many letters has small ticks without numbers: its powers of ten, or each digit.
   * @param {Axis} axis
   * @param {number} letters
   */
  between({low, high, log}, letters) {
    /** @type {number[]} */
    const places = [];
    if (!log || !hasLength(low, high, log)) return places;
    const digits = letters / Math.log10(high / low) > 4 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [1];
    for (let k = Math.floor(Math.log10(low)); k <= Math.log10(high); k++) {
      places.push(...digits.map((digit) => digit * 10 ** k).filter((at) => at >= low && at <= high));
    }
    return places;
  },

  /**
   * Ever sparser ticks 1, 2, 5 times a power of ten apart.
   * @param {number} low
   * @param {number} high
   * @param {boolean} whole
   * @param {number} most closer ones are left out
   * @returns {Generator<Tick[]>}
   */
  *steps(low, high, whole = false, most = Infinity) {
    if (!hasLength(low, high)) return;
    const first = Math.max(whole ? 0 : -Infinity, Math.floor(Math.log10((high - low) / 40)));
    for (let k = 0; k < 12; k++) {
      const power = first + Math.floor(k / 3);
      const step = Number(`${[1, 2, 5][k % 3]}e${power}`);
      if ((high - low) / step > most + 1) continue;
      const ticks = [];
      for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
        ticks.push({at: i * step, text: i ? stepText(i * step, power) : "0"});
      }
      yield ticks;
      if (ticks.length < 2) return;
    }
  },

  /**
   * Ever sparser ticks of a logarithmic axis: digits 1, 2, 5, then powers of ten, then some of these.
   * @param {number} low
   * @param {number} high
   * @returns {Generator<Tick[]>}
   */
  *logs(low, high) {
    if (!hasLength(low, high, true)) return;
    const first = Math.floor(Math.log10(low) + 1e-9);
    const last = Math.ceil(Math.log10(high) - 1e-9);
    if (high / low < 4) {
      yield* Ticks.steps(low, high);
      return;
    }
    for (let k = 0; k < 12; k++) {
      const digits = k ? [1] : [1, 2, 5];
      const ticks = powers(low, high, digits, {first, last, apart: [1, 1, 2, 3][k] ?? 6 * 2 ** (k - 4)});
      if (ticks.length > 1 || digits.length === 1) yield ticks;
      if (ticks.length < 2 && k) return;
    }
  },
};

/**
 * Whether an axis has two ends that can be told apart: neither NaN nor infinite, and above 0 where it is logarithmic.
 * @param {number} low
 * @param {number} high
 */
function hasLength(low, high, log = false) {
  const long = high - low > APART * Math.max(Math.abs(low), Math.abs(high));
  return long && Number.isFinite(high - low) && (!log || (low > 0 && Number.isFinite(high / low)));
}

/**
 * A multiple of a power of ten, with as many decimals as its steps need; beyond what a line has room for, with an
 * exponent.
 * @param {number} value
 * @param {number} power
 */
function stepText(value, power) {
  const size = Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  if (size >= 15 || power < -12) return written(value, Math.min(16, Math.max(1, size - power + 1)));
  const text = fixed(value, Math.max(0, -power));
  const end = text.search(/[.,]/);
  return end < 0 ? grouped(text) : grouped(text.slice(0, end)) + text.slice(end);
}

/**
 * @param {number} low
 * @param {number} high
 * @param {number[]} digits
 * @param {{first: number, last: number, apart: number}} exponents
 */
function powers(low, high, digits, {first, last, apart}) {
  const ticks = [];
  for (let k = first; k <= last; k += apart) {
    for (const digit of digits) {
      const at = Number(`${digit}e${k}`);
      if (at >= low * (1 - 1e-9) && at <= high * (1 + 1e-9)) ticks.push({at, text: written(at, 1)});
    }
  }
  return ticks;
}
