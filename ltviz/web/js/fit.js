// A picture fills its place: its plots are as high as there is room, flatter where there is little, and then narrower.

const LEAST = 0.5; // of the place's width
const FLATTEST = 0.6; // of a plot's own height
const STRETCHED = 2.4; // of a plot's own height
const LAYOUTS = 3;
const SPARE = 8; // pixels that are not worth a drawing
const LOW = 0.6; // of the window's height: as much may stay in sight while the rest scrolls
const TIMES = 9; // what stands around the axes does not shrink, so one step is not enough
const FASTER = 1.5; // a power of the share: for the same reason

import {forgetWidths} from "./places.js";

export class Fit {
  #wide = 0;
  #tall = 0;

  /**
   * @param {HTMLElement} frame the place
   * @param {HTMLElement} host the picture
   * @param {() => boolean} draw draws at the host's width, and says whether it did
   * @param {boolean} rigid whether the picture's height does not follow its width
   */
  constructor(frame, host, draw, rigid) {
    this.frame = frame;
    this.host = host;
    this.draw = () => {
      forgetWidths();
      return draw();
    };
    this.rigid = rigid;
    this.size = new ResizeObserver(() => {
      if (!frame.clientWidth) {
        this.#wide = 0; // folded away, or on another slide: it is drawn again where it is seen
        return;
      }
      forgetWidths();
      if (Math.abs(frame.clientWidth - this.#wide) >= 1 || this.#room() !== this.#tall) this.again();
      // not in here: an observer that resizes what it observes is called a loop
      else requestAnimationFrame(() => this.#rest());
    });
    for (const each of [frame, host]) this.size.observe(each);
    this.#measure();
    this.close = () => this.size.disconnect();
  }

  /** Something was drawn; where nothing was seen of it, it is drawn again, though its place be as wide as before. */
  check() {
    if (this.frame.clientWidth) return;
    this.#wide = 0;
    this.size.unobserve(this.frame); // observed anew, it tells its size in any case
    this.size.observe(this.frame);
  }

  /** The height that there is: of a place that does not follow its content, or the most that it may have. */
  #room() {
    const {contain, maxHeight} = getComputedStyle(this.frame);
    return contain.includes("size") ? this.frame.clientHeight : Number.parseFloat(maxHeight) || Infinity;
  }

  get #over() {
    return !this.rigid && this.host.offsetHeight > this.#room() + 1;
  }

  /** Draw in a place of another size. */
  again() {
    this.host.style.width = "";
    this.host.dataset.flat = "1";
    this.#measure();
    this.draw();
    this.settle();
  }

  /** Take the place's size, before a drawing: what is drawn is as wide. */
  #measure() {
    this.#wide = this.frame.clientWidth;
    this.host.style.setProperty("--place", `${this.#wide}px`); // a legend need not be as narrow as the plots
    this.#tall = this.#room();
  }

  /** Make what is drawn as high as the place. */
  settle() {
    if (getComputedStyle(this.frame).contain.includes("size")) this.#flatten(true);
    this.#rest();
  }

  #rest() {
    this.#shrink();
    const {offsetHeight} = this.host;
    const low = offsetHeight <= LOW * innerHeight;
    this.frame.classList.toggle("low", low);
    const held = `${low ? offsetHeight : 0}px`;
    const around = this.frame.parentElement?.style; // every style below it is worked out again
    if (held !== (around?.getPropertyValue("--held") || "0px")) around?.setProperty("--held", held);
    this.frame.classList.toggle("over", this.#over); // then it scrolls by itself, by keys too
    if (this.#over) this.frame.tabIndex = 0;
    else this.frame.removeAttribute("tabindex");
  }

  /** Make the picture lower until it fits. It does not grow again: it would leap with its legend. */
  #shrink() {
    this.#flatten();
    const {host} = this;
    for (let k = 0; k < TIMES && this.#over; k++) {
      const {offsetWidth, offsetHeight} = host;
      const share = (this.#room() / offsetHeight) ** FASTER;
      const wide = Math.floor(Math.max(LEAST * this.#wide, offsetWidth * share));
      if (wide >= offsetWidth) return;
      host.style.width = `${wide}px`;
      if (!this.draw()) return;
    }
  }

  /** The pixels that a picture gains by one more of its plots' own heights: of plots in a row, the highest's. */
  #grows() {
    /** @type {Map<number, number>} by where a row begins */
    const rows = new Map();
    /** @type {NodeListOf<HTMLElement>} */
    const plots = this.host.querySelectorAll("[data-grows]");
    for (const plot of plots) {
      const {top, height} = plot.getBoundingClientRect();
      if (height) rows.set(Math.round(top), Math.max(rows.get(Math.round(top)) ?? 0, Number(plot.dataset.grows)));
    }
    return [...rows.values()].reduce((sum, each) => sum + each, 0);
  }

  /** Make the plots of a picture as high as there is room, in steps along a line; what stands around them stays. */
  #flatten(grows = false) {
    if (this.rigid) return;
    const {host} = this;
    const most = grows ? STRETCHED : Number(host.dataset.flat ?? 1);
    const room = this.#room();
    let slope = this.#grows();
    for (let k = 0; k < LAYOUTS; k++) {
      const {offsetHeight} = host;
      const flat = Number(host.dataset.flat ?? 1);
      const off = room - offsetHeight;
      if (off <= 0 ? !this.#over : !grows || off < SPARE) return;
      if (slope <= 0) return; // its plots keep their shape
      const next = Math.max(FLATTEST, Math.min(most, flat + (off - 1) / slope));
      if (next === flat) return;
      host.dataset.flat = String(next);
      if (!this.draw()) return;
      slope = (host.offsetHeight - offsetHeight) / (next - flat);
    }
  }
}
