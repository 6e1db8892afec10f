// A decision map in words and numbers.

/** @import {Measured} from "./pictures/map.js" */
/** @import {Ints} from "./types.js" */
import {BALANCED, inPoints, OVERALL} from "./accuracies.js";
import {fixed, percent, written} from "./numbers.js";
import {say, sayMany} from "./words.js";

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
    [say(BALANCED), percent(balanced)],
    [say(OVERALL), percent(overall)],
  ];
  if (onAxis) numbers.unshift([say("boundary from the middle"), place === null ? say("none") : sigmas(place)]);
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
  const points = Array.from(counts, (each) => written(each)).reduce((one, other) =>
    say("{one} to {other}", {one, other}),
  );
  const alike = counts.every((each) => each === counts[0]);
  const each = measured.map(({fitted, place, balanced, overall}) => {
    const who = place === null && !onAxis ? fitted.loss : standsOf(fitted.loss, place, alike);
    const shares = {
      who,
      balanced: percent(balanced),
      overall: percent(overall),
    };
    const worth = say("{who} has a balanced accuracy of {balanced}, an overall accuracy of {overall}.", shares);
    return fitted.late ? ` ${worth} ${say("Not all points that were added are in this fit.")}` : worth;
  });
  const parts = [say("{points} points.", {points})];
  if (added) parts.push(sayMany("{count} of the points is a hand's.", "{count} of the points are a hand's.", added));
  parts.push(...each);
  if (tau) parts.push(say("After training, {tau} log prior is subtracted.", {tau}));
  if (others)
    parts.push(
      say("With {count} other samples the boundary stands at {place} (mean and deviation).", {
        count: others.count,
        place: spreadOf(others),
      }),
    );
  return parts.join(" ");
}

/**
 * Where a loss draws its boundary: the beginning of a sentence.
 * @param {string} loss
 * @param {number | null} place null where there is none
 * @param {boolean} alike whether no class is rarer
 */
function standsOf(loss, place, alike) {
  if (place === null) return say("{loss} says the same class everywhere; it", {loss});
  const places = {loss, off: fixed(Math.abs(place), 2)};
  if (Math.abs(place) <= UNMOVED) return say("{loss} draws its boundary {off} σ from the middle; it", places);
  if (place > 0)
    return alike
      ? say("{loss} draws its boundary {off} σ from the middle in class 1's side; it", places)
      : say("{loss} draws its boundary {off} σ from the middle in the rare class's side; it", places);
  return alike
    ? say("{loss} draws its boundary {off} σ from the middle in class 0's side; it", places)
    : say("{loss} draws its boundary {off} σ from the middle in the frequent class's side; it", places);
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
    const shares = {balanced: percent(balanced), overall: percent(overall)};
    if (place === null) return say("So far: balanced accuracy {balanced}, overall accuracy {overall}.", shares);
    return say("So far: the boundary at {place}, balanced accuracy {balanced}, overall accuracy {overall}.", {
      ...shares,
      place: sigmas(place),
    });
  }
  const [alike, come] = [balanced - Number(before.balanced), overall - Number(before.overall)];
  const shares = {balanced: inPoints(alike), overall: inPoints(come)};
  if (typeof before.place !== "number" || place === null)
    return say("The boundary moved: balanced accuracy {balanced}, overall accuracy {overall}.", shares);
  return say("The boundary went from {from} to {to}: balanced accuracy {balanced}, overall accuracy {overall}.", {
    ...shares,
    from: sigmas(before.place),
    to: sigmas(place),
  });
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
  const share = percent(1 - byClass[loser]);
  return loser === rarest
    ? say("{share} of the rare class lost", {share})
    : say("{share} of the frequent class lost", {share});
}
