/** @typedef {readonly [word: string, from: string, to: string]} Change what, and its numbers: at first, and now */

/**
 * What has changed since the first drawing, in a sentence; what has not is said as well.
 * @param {readonly Change[]} changes
 * @param {boolean} moved whether a dial has moved: what is as it was has then stayed
 */
export function changesIn(changes, moved) {
  const stands = moved ? "stays at" : "is";
  const parts = changes.map(
    ([word, from, to]) => `${word} ${from === to ? `${stands} ${to}` : `went from ${from} to ${to}`}`,
  );
  return `${parts.join(", ")}.`;
}
