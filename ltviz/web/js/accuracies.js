// The two measures of a classifier, by the one name that each has everywhere, and how they differ.

import {fixed} from "./numbers.js";

export const BALANCED = "balanced accuracy";
export const OVERALL = "overall accuracy";

/**
 * A difference of shares in points of a hundred.
 * @param {number} share
 */
export function inPoints(share) {
  const size = fixed(Math.abs(100 * share), 1);
  return Number(size) === 0 ? "the same" : `${size} points ${share > 0 ? "better" : "worse"}`;
}
