/** @import {Click, Drag, Place} from "./types.js" */
/** @import {Plot} from "./plot.js" */

/** Mouse, pen and finger on the box of a plot: drags, and presses that did not move. */
export class Hand {
  /** @type {((at: Drag) => void) | null} */
  dragged = null;
  /** @type {((at: Click) => void) | null} */
  clicked = null;
  /** @type {{id: number, x: number, y: number, still: boolean, place: Place} | null} the pointer that is down */
  #held = null;

  /** @param {Plot} plot */
  constructor(plot) {
    this.plot = plot;
    plot.hit.style.pointerEvents = "auto";
    plot.hit.addEventListener("pointerdown", (event) => this.#down(event));
    plot.hit.addEventListener("pointermove", (event) => this.#move(event));
    plot.hit.addEventListener("pointerup", (event) => this.#up(event));
    plot.hit.addEventListener("pointercancel", (event) => this.#up(event));
  }

  /**
   * The place under the pointer; inside the box, wherever the pointer has gone.
   * @param {PointerEvent} event
   */
  #place(event) {
    const {plot} = this;
    const {box} = plot;
    const {left, top} = plot.svg.getBoundingClientRect();
    return {
      x: plot.dx(within(event.clientX - left, box.left, box.width)),
      y: plot.dy(within(event.clientY - top, box.top, box.height)),
    };
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0 || this.#held) return;
    const place = this.#place(event);
    this.#held = {id: event.pointerId, x: event.clientX, y: event.clientY, still: true, place};
    if (!this.dragged) return;
    this.plot.hit.setPointerCapture(event.pointerId);
    this.dragged({...place, start: true, done: false});
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const held = this.#held;
    if (held?.id !== event.pointerId) return;
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) > 4) held.still = false;
    held.place = this.#place(event);
    this.dragged?.({...held.place, start: false, done: false});
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const held = this.#held;
    if (held?.id !== event.pointerId) return;
    this.#held = null;
    this.dragged?.({...held.place, start: false, done: true}); // where it was last: a cancelled touch is nowhere
    if (held.still && event.type === "pointerup") this.clicked?.({...held.place, shift: event.shiftKey});
  }
}

/**
 * @param {number} value
 * @param {number} from
 * @param {number} length
 */
function within(value, from, length) {
  return Math.min(from + length, Math.max(from, value));
}
