// What folds out over the page closes again by a click elsewhere, and by Escape.

import {focusedBeside} from "./dom.js";

/**
 * Heed clicks and Escape for a fold, and return what ends that.
 * @param {HTMLDetailsElement} fold
 * @returns {() => void}
 */
export function closing(fold) {
  const ending = new AbortController();
  const heed = {signal: ending.signal};
  const elsewhere = (/** @type {PointerEvent} */ event) => {
    const [target] = event.composedPath(); // of an event from a shadow, `target` is the host
    if (target instanceof Node && !fold.contains(target)) fold.open = false;
  };
  const shut = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || !fold.open) return;
    if (fold.contains(focusedBeside(fold))) fold.querySelector("summary")?.focus();
    fold.open = false;
  };
  document.addEventListener("pointerdown", elsewhere, heed);
  document.addEventListener("keydown", shut, heed);
  return () => ending.abort();
}
