// How wide the places of pictures are. To read a width makes the browser lay the page out, so each is read once.

/** @type {WeakMap<Element, number>} */
let placeWidths = new WeakMap();

/**
 * The width of an element in pixels, as it was when it was first asked for.
 * @param {Element} element
 */
export function widthOf(element) {
  let width = placeWidths.get(element);
  if (width === undefined) {
    width = element.clientWidth;
    placeWidths.set(element, width);
  }
  return width;
}

/** Widths may have changed: each is read again. */
export function forgetWidths() {
  placeWidths = new WeakMap();
}
