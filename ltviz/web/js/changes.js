import {say} from "./words.js";

/** @typedef {readonly [what: string, from: string, to: string]} Change what, and its numbers: at first, and now */

/**
 * What has changed since the first drawing, in a sentence; what has not is said as well.
 * @param {readonly Change[]} changes
 * @param {boolean} moved whether a dial has moved: what is as it was has then stayed
 */
export function changesIn(changes, moved) {
  const parts = changes.map(([what, from, to]) => {
    if (from !== to) return say("{what} went from {from} to {to}", {what, from, to});
    return moved ? say("{what} stays at {to}", {what, to}) : say("{what} is {to}", {what, to});
  });
  return `${parts.join(", ")}.`;
}
