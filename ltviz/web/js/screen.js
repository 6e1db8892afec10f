// The whole screen for an explorer: by its button, or by F wherever no words are typed.

const TYPED = "input[type=text], textarea, select, [contenteditable]";

export class Screen {
  /**
   * @param {HTMLElement} section
   * @param {boolean} alone whether it has its page for itself: F counts everywhere in it
   */
  constructor(section, alone) {
    this.section = section;
    /** @type {HTMLElement | Document} */
    const where = alone ? document : section;
    const key = (/** @type {any} */ event) => {
      if (event.key !== "f" || event.ctrlKey || event.metaKey || event.altKey) return;
      const [target] = event.composedPath();
      if (target instanceof Element && target.closest(TYPED)) return;
      event.preventDefault();
      this.turn();
    };
    where.addEventListener("keydown", key);
    this.close = () => where.removeEventListener("keydown", key);
  }

  /** Fill the screen, or no longer. */
  turn() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.section.requestFullscreen?.();
  }
}
