/** Mouse, pen and finger on the box of a plot: drags, and presses that did not move. */
class Hand {
  constructor(plot) {
    this.plot = plot;
    this.held = null; // the pointer that is down
    plot.hit.style.pointerEvents = "auto";
    plot.hit.addEventListener("pointerdown", (event) => this.down(event));
    plot.hit.addEventListener("pointermove", (event) => this.move(event));
    plot.hit.addEventListener("pointerup", (event) => this.up(event));
    plot.hit.addEventListener("pointercancel", (event) => this.up(event));
  }

  /** The place under the pointer; inside the box, wherever the pointer has gone. */
  place(event) {
    const {plot, plot: {box}} = this;
    const {left, top} = plot.svg.getBoundingClientRect();
    const inside = (value, from, length) => Math.min(from + length, Math.max(from, value));
    return {
      x: plot.dx(inside(event.clientX - left, box.left, box.width)),
      y: plot.dy(inside(event.clientY - top, box.top, box.height)),
    };
  }

  down(event) {
    if (event.button !== 0 || this.held) return;
    this.held = {id: event.pointerId, x: event.clientX, y: event.clientY, still: true, place: this.place(event)};
    if (!this.dragged) return;
    this.plot.hit.setPointerCapture(event.pointerId);
    this.dragged({...this.held.place, start: true, done: false});
  }

  move(event) {
    const {held} = this;
    if (held?.id !== event.pointerId) return;
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) > 4) held.still = false;
    held.place = this.place(event);
    this.dragged?.({...held.place, start: false, done: false});
  }

  up(event) {
    const {held} = this;
    if (held?.id !== event.pointerId) return;
    this.held = null;
    this.dragged?.({...held.place, start: false, done: true}); // where it was last: a cancelled touch is nowhere
    if (held.still && event.type === "pointerup") this.clicked?.({...held.place, shift: event.shiftKey});
  }
}
