// A picture is as wide as its place. Where the place has a height of its own, the plots fill it: taller ones where it
// leaves room, flatter and then narrower ones where it is low.

const LEAST = 0.5; // of the place's width
const FLATTEST = 0.6; // of a plot's own height
const TALLEST = 2.2; // of the same
const FULL = 0.82; // of the place's height: a picture that is lower grows, as often as it is; a legend is no such thing
const LOW = 0.6; // of the window's height: as much may stay in sight while the rest scrolls
const TIMES = 9; // what stands around the axes does not shrink, so one step is not enough
const FASTER = 1.5; // a power of the share: for the same reason

export class Fit {
  #wide = 0;
  #tall = 0;
  #stiff = false; // whether its height does not follow that of its plots

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

  /** Make the picture higher where it leaves much of a place that does not follow its content. */
  #grow() {
    const {host, frame} = this;
    if (this.rigid || this.#stiff || !getComputedStyle(frame).contain.includes("size")) return;
    const [{offsetHeight}, flat] = [host, Number(host.dataset.flat ?? 1)];
    const taller = Math.min(TALLEST, (flat * frame.clientHeight) / offsetHeight);
    if (!offsetHeight || offsetHeight > FULL * frame.clientHeight || taller <= flat || host.style.width) return;
    host.dataset.flat = String(taller);
    this.#stiff = !this.draw() || host.offsetHeight <= offsetHeight;
  }

  get #over() {
    return !this.rigid && this.host.offsetHeight > this.#room() + 1;
  }

  /** Draw in a place of another size. */
  again() {
    this.host.style.width = "";
    this.host.dataset.flat = "1";
    this.#stiff = false;
    this.draw();
    this.settle();
  }

  /** What is drawn is as wide as the place. */
  settle() {
    this.#wide = this.frame.clientWidth;
    this.host.style.setProperty("--place", `${this.#wide}px`); // a legend need not be as narrow as the plots
    this.#tall = this.#room();
    this.#rest();
  }

  #rest() {
    this.#grow();
    this.#shrink();
    const {offsetHeight} = this.host;
    const low = offsetHeight <= LOW * innerHeight;
    this.frame.classList.toggle("low", low);
    this.frame.parentElement?.style.setProperty("--held", `${low ? offsetHeight : 0}px`);
    this.frame.classList.toggle("over", this.#over); // then it scrolls by itself, by keys too
    if (this.#over) this.frame.tabIndex = 0;
    else this.frame.removeAttribute("tabindex");
  }

  /** Make the picture lower until it fits. */
  #shrink() {
    const {host} = this;
    for (let k = 0; k < TIMES && this.#over; k++) {
      const {offsetWidth, offsetHeight} = host;
      const share = (this.#room() / offsetHeight) ** FASTER;
      const flat = Number(host.dataset.flat ?? 1);
      const wide = Math.floor(Math.max(LEAST * this.#wide, offsetWidth * share));
      if (flat > FLATTEST && !this.#stiff) host.dataset.flat = String(Math.max(FLATTEST, flat * share));
      else if (wide < offsetWidth) host.style.width = `${wide}px`;
      else return;
      if (!this.draw()) return;
      this.#stiff ||= host.offsetWidth === offsetWidth && host.offsetHeight === offsetHeight; // then it is to be narrower
    }
  }
}
