/** @typedef {readonly [word: string, from: string, to: string]} Change what, and its numbers: at first, and now */

/**
 * What has changed since the first drawing, in a sentence; what has not is said as well.
 * @param {readonly Change[]} changes
 */
export function changesIn(changes) {
  const parts = changes.map(([word, from, to]) => `${word} ${from === to ? `is ${to}` : `went from ${from} to ${to}`}`);
  return `${parts.join(", ")}.`;
}
