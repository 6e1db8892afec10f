// A decision map in words and numbers.

/** @import {Measured} from "./pictures/map.js" */
/** @import {Ints} from "./types.js" */
import {BALANCED, inPoints, OVERALL} from "./accuracies.js";
import {fixed, percent, written} from "./numbers.js";

const UNMOVED = 0.005; // sigma, and share: less has not moved

/** @typedef {{count: number, mean: number, spread: number} | null} Others places of the boundary on other samples */

/**
 * The numbers beside the picture, of one panel.
 * @param {Measured} measured
 * @param {boolean} onAxis whether the boundary's place is measured
 * @returns {[string, string][]}
 */
export function readings({place, balanced, overall}, onAxis) {
  /** @type {[string, string][]} */
  const numbers = [
    [BALANCED, percent(balanced)],
    [OVERALL, percent(overall)],
  ];
  if (onAxis) numbers.unshift(["boundary from the middle", place === null ? "none" : sigmas(place)]);
  return numbers;
}

/** @param {number} place */
function sigmas(place) {
  return `${fixed(place, 2, true)}\u00a0σ`;
}

/** @param {{mean: number, spread: number}} others */
export function spreadOf({mean, spread}) {
  return `${fixed(mean, 2, true)} ± ${fixed(spread, 2)}\u00a0σ`;
}

/**
 * The picture in words.
 * @param {readonly Measured[]} measured
 * @param {{counts: Ints, added: number, tau: number, others: Others, onAxis: boolean}} scene
 */
export function spoken(measured, {counts, added, tau, others, onAxis}) {
  const points = Array.from(counts, (each) => written(each)).join(" to ");
  const rare = counts.every((each) => each === counts[0])
    ? ["class 1's", "class 0's"]
    : ["the rare class's", "the frequent class's"];
  const each = measured.map(({fitted, place, balanced, overall}) => {
    const off = place ?? 0;
    const side = off > UNMOVED ? ` in ${rare[0]} side` : off < -UNMOVED ? ` in ${rare[1]} side` : "";
    const where =
      place !== null
        ? ` draws its boundary ${fixed(Math.abs(place), 2)} σ from the middle${side}; it`
        : onAxis
          ? " says the same class everywhere; it"
          : "";
    const late = fitted.late ? " Not all points that were added are in this fit." : "";
    return `${fitted.loss}${where} has a ${BALANCED} of ${percent(balanced)}, an ${OVERALL} of ${percent(overall)}.${late}`;
  });
  const more = added ? ` ${added} of the points are a hand's.` : "";
  const after = tau ? ` After training, ${written(tau)} log prior is subtracted.` : "";
  const fan = others
    ? ` With ${others.count} other samples the boundary stands at ${spreadOf(others)} (mean and deviation).`
    : "";
  return `${points} points.${more} ${each.join(" ")}${after}${fan}`;
}

/**
 * What the reader has seen: where the boundary has gone, and what it has cost or won.
 * @param {Measured} now
 * @param {unknown} subject what the numbers are about
 * @param {Readonly<Record<string, unknown>> | null} before the picture's values at first
 */
export function sawOn({place, balanced, overall}, subject, before) {
  const first = !before || before.subject !== subject; // other points or another loss: there is nothing to compare with
  if (first || !moved(balanced, before.balanced, place, before.place)) {
    const stands = place === null ? "" : `the boundary at ${sigmas(place)}, `;
    return `So far: ${stands}${BALANCED} ${percent(balanced)}, ${OVERALL} ${percent(overall)}.`;
  }
  const [alike, come] = [balanced - Number(before.balanced), overall - Number(before.overall)];
  const went =
    typeof before.place === "number" && place !== null
      ? `The boundary went from ${sigmas(before.place)} to ${sigmas(place)}`
      : "The boundary moved";
  return `${went}: ${BALANCED} ${inPoints(alike)}, ${OVERALL} ${inPoints(come)}.`;
}

/**
 * @param {number} balanced
 * @param {unknown} first
 * @param {number | null} place
 * @param {unknown} from
 */
function moved(balanced, first, place, from) {
  const apart = typeof from === "number" && place !== null ? Math.abs(place - from) : place === (from ?? null) ? 0 : 1;
  return apart > UNMOVED || Math.abs(balanced - Number(first)) > UNMOVED / 5;
}

/**
 * Whom the boundary of two classes costs most.
 * @param {Measured} measured
 * @param {number} rarest
 */
export function lost({place, byClass}, rarest) {
  const loser = Number(place) > 0 ? rarest : 1 - rarest;
  return `${percent(1 - byClass[loser])} of the ${loser === rarest ? "rare" : "frequent"} class lost`;
}
