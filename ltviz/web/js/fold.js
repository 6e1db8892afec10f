// What folds out over the page closes again by a click elsewhere, and by Escape.

/**
 * Heed clicks and Escape for a fold, and return what ends that.
 * @param {HTMLDetailsElement} fold
 * @returns {() => void}
 */
export function closing(fold) {
  const ending = new AbortController();
  const heed = {signal: ending.signal};
  const elsewhere = (/** @type {PointerEvent} */ event) => {
    if (event.target instanceof Node && !fold.contains(event.target)) fold.open = false;
  };
  const shut = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || !fold.open) return;
    if (fold.contains(document.activeElement)) fold.querySelector("summary")?.focus();
    fold.open = false;
  };
  document.addEventListener("pointerdown", elsewhere, heed);
  document.addEventListener("keydown", shut, heed);
  return () => ending.abort();
}
