// The two measures of a classifier, by the one name that each has everywhere, and how they differ.

import {fixed} from "./numbers.js";
import {say, word} from "./words.js";

export const BALANCED = word("balanced accuracy");
export const OVERALL = word("overall accuracy");

/**
 * A difference of shares in points of a hundred.
 * @param {number} share
 */
export function inPoints(share) {
  const size = fixed(Math.abs(100 * share), 1);
  if (size === fixed(0, 1)) return say("the same");
  return share > 0 ? say("{size} points better", {size}) : say("{size} points worse", {size});
}
