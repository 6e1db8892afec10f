// A picture fills its place: its plots are as high as there is room, flatter where there is little, and then narrower.

const LEAST = 0.5; // of the place's width
const FLATTEST = 0.6; // of a plot's own height
const STRETCHED = 2.4; // of a plot's own height
const LAYOUTS = 3;
const SPARE = 8; // pixels that are not worth a drawing
const LOW = 0.6; // of the window's height: as much may stay in sight while the rest scrolls
const TIMES = 9; // what stands around the axes does not shrink, so one step is not enough
const FASTER = 1.5; // a power of the share: for the same reason

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
    this.draw = draw;
    this.rigid = rigid;
    const size = new ResizeObserver(() => {
      if (Math.abs(frame.clientWidth - this.#wide) >= 1 || this.#room() !== this.#tall) this.again();
      // not in here: an observer that resizes what it observes is called a loop
      else requestAnimationFrame(() => this.#rest());
    });
    for (const each of [frame, host]) size.observe(each);
    this.close = () => size.disconnect();
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
    this.draw();
    this.settle();
  }

  /** What is drawn is as wide as the place. */
  settle() {
    this.#wide = this.frame.clientWidth;
    this.host.style.setProperty("--place", `${this.#wide}px`); // a legend need not be as narrow as the plots
    this.#tall = this.#room();
    if (getComputedStyle(this.frame).contain.includes("size")) this.#flatten(true);
    this.#rest();
  }

  #rest() {
    this.#shrink();
    const {offsetHeight} = this.host;
    const low = offsetHeight <= LOW * innerHeight;
    this.frame.classList.toggle("low", low);
    this.frame.parentElement?.style.setProperty("--held", `${low ? offsetHeight : 0}px`);
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

  /** Make the plots of a picture as high as there is room, in steps along a line; what stands around them stays. */
  #flatten(grows = false) {
    if (this.rigid) return;
    const {host} = this;
    const most = grows ? STRETCHED : Number(host.dataset.flat ?? 1);
    const room = this.#room();
    let slope = 0;
    for (let k = 0; k < LAYOUTS; k++) {
      const {offsetHeight} = host;
      const flat = Number(host.dataset.flat ?? 1);
      slope ||= offsetHeight / flat;
      const off = room - offsetHeight;
      if (off <= 0 ? !this.#over : !grows || off < SPARE) return;
      const next = Math.max(FLATTEST, Math.min(most, flat + (off - 1) / slope));
      if (next === flat) return;
      host.dataset.flat = String(next);
      if (!this.draw()) return;
      slope = (host.offsetHeight - offsetHeight) / (next - flat);
      if (slope <= 0) return; // its plots keep their shape
    }
  }
}
