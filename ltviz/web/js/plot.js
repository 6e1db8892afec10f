/** @import {Axis, Box, Click, Drag, Key, Line, Look, Tick} from "./types.js" */
import {uniqueId} from "./dom.js";
import {Elements, setAttributes, svgElement} from "./elements.js";
import {Hand} from "./hand.js";
import {Marks} from "./marks.js";
import {widthOf} from "./places.js";
import {shareOf, Ticks, valueAt} from "./ticks.js";

/** @typedef {ArrayLike<number>} Numbers */
/** @typedef {Line & {close?: boolean, fill?: string}} Area */
/** @typedef {{colour?: string, marker?: string, size?: number, opacity?: number, outline?: string}} Dots */
/** @typedef {{colour?: string, anchor?: "start" | "middle" | "end", bold?: boolean, size?: number, halo?: boolean}} Lettering */

/** @typedef {{left: number, right: number, top: number, foot: number}} Taken pixels that a text takes */
/** @typedef {{pen: CanvasRenderingContext2D, widths: Map<string, number>}} Letters `widths`: of texts at font size 1 */

const MOST_WIDTHS = 2000; // texts of which the width is kept
const GIVING_WAY = [0, -1, 1, -2, 2, -3, 3]; // by which a text gives way to those that stand before it
const TEXT_ROW = 1.1; // in letters of its own
const TEXT_HEIGHT = 0.85; // the height that one takes of its size, less what may be touched
const TEXT_BOLD = 1.13; // the width of letters, against that of those that are not
/** @type {Map<string, Letters>} by the name of the font, for all plots */
const LETTERS = new Map();

/** @param {string} font its family */
function lettersOf(font) {
  const known = LETTERS.get(font);
  if (known) return known;
  const letters = {pen: context(document.createElement("canvas")), widths: new Map()};
  letters.pen.font = `100px ${font}`;
  LETTERS.set(font, letters);
  return letters;
}

/** A chart: SVG over an image and a layer of pixels, as wide as its host. Marks are drawn in order; elements are used again. */
export class Plot {
  /** @type {Look} the look of the last drawing; there is none before the first `begin` */
  look = /** @type {any} */ (null);
  wide = 0; // in pixels
  tall = 0;
  /** @type {Box} */
  box = {left: 0, top: 0, width: 1, height: 1};
  /** @type {Hand | null} */
  hand = null;
  #free = {left: 0, right: 0};
  #flat = 1; // share of its height that its place leaves it
  #level = 0; // pixels of height that it is to have
  #legendRoom = 0;
  #framed = 0; // elements of the frame
  /** @type {Taken[]} by the texts of the frame, and by all of the drawing so far */
  #framedTexts = [];
  /** @type {Taken[]} */
  #taken = [];
  /** @type {readonly unknown[]} all that the frame depends on, as it was drawn */
  #frameOf = [];
  #placed = "";
  /** @type {Letters | null} */
  #letters = null;
  /** @type {ImageData | null} */
  #pixels = null;
  #pictured = {cells: false, canvas: false}; // what this drawing has put there

  /**
   * @param {HTMLElement} host
   * @param {{x?: Partial<Axis>, y?: Partial<Axis>, aspect?: number, equal?: boolean, bare?: boolean, grid?: boolean}} options
   *   `aspect`: height by width; `equal`: a unit of x is as long as one of y; `bare`: without axes
   */
  constructor(host, {x = {}, y = {}, aspect = 0.6, equal = false, bare = false, grid = true} = {}) {
    this.aspect = aspect;
    this.equal = equal;
    this.bare = bare;
    this.grid = grid;
    /** @type {Axis} */
    this.x = {low: 0, high: 1, ...x};
    /** @type {Axis} */
    this.y = {low: 0, high: 1, ...y};
    this.root = document.createElement("div");
    this.root.className = "ltviz-plot";
    this.root.style.cssText = "position:relative;width:100%;line-height:1";
    this.cells = document.createElement("canvas"); // of few pixels: the browser stretches them as it paints
    this.cells.style.cssText = "position:absolute;visibility:hidden";
    this.window = document.createElement("div");
    this.window.style.cssText = "position:absolute;overflow:hidden";
    this.window.append(this.cells);
    this.canvas = document.createElement("canvas");
    this.canvas.style.cssText = "position:absolute;visibility:hidden";
    this.svg = svgElement("svg");
    this.svg.style.cssText = "position:relative;display:block;overflow:visible";
    this.svg.setAttribute("aria-hidden", "true"); // the explorer's root carries the text alternative
    this.clip = svgElement("clipPath", this.svg);
    this.clip.id = uniqueId("-clip-");
    this.inside = svgElement("rect", this.clip);
    this.elements = new Elements(svgElement("g", this.svg));
    this.hit = document.createElement("div"); // not of the svg: there Chromium does not heed touch-action
    this.hit.style.cssText = "position:absolute;pointer-events:none";
    this.root.append(this.window, this.canvas, this.svg, this.hit);
    host.append(this.root);
  }

  /**
   * Clear, and draw frame, grid, ticks and titles. `left`, `right`: pixels to keep free there at least, to align plots;
   * `level`: a plot drawn before, beside this one, which becomes as high.
   * @param {Look} look
   * @param {{x?: Partial<Axis>, y?: Partial<Axis>, left?: number, right?: number, level?: Plot}} options
   */
  begin(look, {x, y, left = 0, right = 0, level} = {}) {
    Object.assign(this.x, x);
    Object.assign(this.y, y);
    const wide = Math.max(widthOf(this.root), 12 * look.size); // a host that is not in the page yet has none
    if (look !== this.look || wide !== this.wide) this.#letters = lettersOf(getComputedStyle(this.root).fontFamily);
    this.look = look;
    this.wide = wide;
    this.root.dataset.grows = String(this.equal || level ? 0 : Math.round(this.aspect * wide)); // by its share of its own height
    this.#free = {left, right};
    this.#level = level?.tall ?? 0;
    /** @type {HTMLElement | null} */
    const place = this.root.closest("[data-flat]");
    this.#flat = Number(place?.dataset.flat ?? 1);
    this.#pictured = {cells: false, canvas: false};
    this.#frame(); // with room for the last drawing's legend
    queueMicrotask(() => this.#trim()); // drawing is synchronous: what it did not use is left over
  }

  /** Take away what the last drawing did not use. */
  #trim() {
    this.elements.trim();
    for (const name of /** @type {const} */ (["cells", "canvas"])) {
      const seen = this.#pictured[name] ? "" : "hidden";
      if (this[name].style.visibility !== seen) this[name].style.visibility = seen;
    }
  }

  /**
   * Entries in rows above the plot box; to be called right after begin.
   * @param {Key[]} entries
   */
  legend(entries) {
    if (this.elements.at !== this.#framed) throw new Error("Plot.legend makes room: call it right after begin");
    const {size, line, dot, ink} = this.look;
    const row = size * 1.5;
    let [left, lines] = [0, 1];
    const key = (/** @type {Key} */ {dash}) => size * (dash ? 1.9 : 1);
    const names = entries.map((entry) => this.#wrap(entry.name, this.wide - key(entry) - size * 0.5));
    const places = entries.map((entry, i) => {
      const widest = Math.max(...names[i].map((line) => this.textWidth(line, size * 0.92)));
      const width = key(entry) + size * 0.5 + widest;
      if (left && left + width > this.wide) [left, lines] = [0, lines + 1];
      const place = [left, (lines - 0.5) * row];
      lines += names[i].length - 1;
      left += names[i].length > 1 ? this.wide : width + size * 1.2; // what has several lines stands alone
      return place;
    });
    const room = entries.length ? lines * row + size * 0.4 : 0;
    if (room !== this.#legendRoom) {
      this.#legendRoom = room;
      this.#frame();
    }
    entries.forEach((entry, i) => {
      const {colour = ink, dash, marker, fill} = entry;
      const [px, py] = places[i];
      const middle = px + key(entry) / 2;
      const square = {x: middle - size * 0.5, y: py - size * 0.5, width: size, height: size, fill};
      if (fill) this.elements.put("rect", square);
      if (dash) this.#stroke(`M${px} ${py}H${px + key(entry)}`, colour, line, dash);
      if (marker) this.elements.put("path", {d: Marks.path(marker, middle, py, dot / 2), fill: colour});
      names[i].forEach((line, k) => {
        this.#label(px + key(entry) + size * 0.5, py + k * row, line, {size: 0.92, colour: ink});
      });
    });
  }

  /** Lay out and draw everything but the marks; what is there already stays. */
  #frame() {
    this.elements.restart();
    const {look, wide, x, y, bare} = this;
    const axis = (/** @type {Axis} */ each) => [
      each.low,
      each.high,
      each.log,
      each.whole,
      each.title,
      each.unit,
      each.mute,
    ];
    const {left: least, right: most} = this.#free;
    const shaped = [this.aspect, this.equal, bare, this.grid, this.#flat, this.#level, this.#legendRoom, least, most];
    const now = [look, wide, devicePixelRatio, ...axis(x), ...axis(y), ...shaped];
    if (now.every((each, i) => each === this.#frameOf[i])) {
      this.elements.at = this.#framed;
      this.#taken = [...this.#framedTexts];
      return;
    }
    this.#frameOf = now;
    this.#taken = [];
    const size = look.size;
    const above = bare || !y.title ? [] : this.#wrap(y.title, wide);
    const below = bare || !x.title ? [] : this.#wrap(x.title, wide * 0.9);
    const top = this.#legendRoom + (bare ? 0 : size * (0.7 + 1.3 * above.length));
    const bottom = bare ? 0 : size * (1.7 + 1.3 * below.length + (below.length ? 0.2 : 0));
    const shape = this.equal ? (y.high - y.low) / (x.high - x.low) : 0;
    const high = this.#level || this.#flat * this.aspect * wide + this.#legendRoom;
    const free = Math.max(high - top - bottom, size * 5.5);
    const tall = (/** @type {number} */ across) => (shape ? across * shape : free);
    const rows = bare ? [] : Ticks.of(y, tall(wide * 0.85), () => size * 2.2);
    const gutter = rows.reduce((most, {text}) => Math.max(most, this.textWidth(text, size)), 0) + size * 0.6;
    const left = Math.max(bare ? 0 : gutter, this.#free.left);
    const right = Math.max(bare ? 0 : size * 0.9, this.#free.right);
    this.box = {left, top, width: wide - left - right, height: this.box.height};
    const columns = bare ? [] : this.#columns();
    const {width} = this.box;
    this.box.height = tall(width);
    this.#fitToBox(top + this.box.height + bottom);
    if (!bare) {
      this.#axes(columns, rows);
      above.forEach((text, i) => this.#label(0, this.#legendRoom + size * (0.6 + 1.3 * i), text));
      const under = top + this.box.height + size * 2.3;
      below.forEach((text, i) => {
        const half = this.textWidth(text, size) / 2;
        const middle = Math.max(half, Math.min(wide - half, left + width / 2)); // a title may be longer than its axis
        this.#label(middle, under + size * 1.3 * i, text, {anchor: "middle"});
      });
    }
    this.#framed = this.elements.at;
    this.#framedTexts = [...this.#taken];
  }

  /** Ticks of the x axis; where the last label would stand out, the box becomes narrower. */
  #columns() {
    const {box, x, wide, look} = this;
    const {size} = look;
    const room = (/** @type {string} */ text) => this.textWidth(text, size) + size * 1.2;
    const ticks = () => Ticks.of(x, box.width, (text) => Math.max(size * 3, room(text)));
    const last = ticks().at(-1);
    if (last) box.width -= Math.max(0, this.px(last.at) + (room(last.text) - size) / 2 - wide);
    return ticks();
  }

  /**
   * @param {Tick[]} columns
   * @param {Tick[]} rows
   */
  #axes(columns, rows) {
    const {left, top, width, height} = this.box;
    const {size, grid, muted, line} = this.look;
    const [right, foot, tick] = [left + width, top + height, size * 0.3];
    const sharp = (/** @type {number} */ place) => Math.round(place) + 0.5; // a line of one pixel covers one pixel
    const xs = columns.map(({at}) => sharp(this.px(at)));
    const ys = rows.map(({at}) => sharp(this.py(at)));
    if (this.grid) {
      const lines = [...xs.map((px) => `M${px} ${top}V${foot}`), ...ys.map((py) => `M${left} ${py}H${right}`)];
      this.elements.put("path", {d: lines.join(""), stroke: grid, fill: "none"});
    }
    const below = (/** @type {number} */ px, long = tick) => `M${px} ${foot}v${long}`;
    const beside = (/** @type {number} */ py, long = tick) => `M${left} ${py}h${-long}`;
    const ticks = [
      ...xs.map((px) => below(px)),
      ...ys.map((py) => beside(py)),
      ...Ticks.between(this.x, width / size).map((at) => below(sharp(this.px(at)), tick / 2)),
      ...Ticks.between(this.y, height / size).map((at) => beside(sharp(this.py(at)), tick / 2)),
    ].join("");
    const frame = {d: `M${left} ${top}V${foot}H${right}${ticks}`, stroke: muted, "stroke-width": Math.max(1, line / 2)};
    this.elements.put("path", {...frame, fill: "none"});
    columns.forEach(({text}, i) => this.#label(xs[i], foot + size * 1.05, text, {anchor: "middle"}));
    rows.forEach(({text}, i) => this.#label(left - size * 0.45, ys[i], text, {anchor: "end"}));
  }

  /**
   * Give svg, clip, hit area and canvas their places.
   * @param {number} tall
   */
  #fitToBox(tall) {
    const {left, top, width, height} = this.box;
    const key = [this.wide, tall, left, top, width, height, devicePixelRatio].join();
    if (key === this.#placed) return;
    this.#placed = key;
    this.tall = tall;
    setAttributes(this.svg, {width: this.wide, height: tall});
    setAttributes(this.inside, {x: left, y: top, width, height});
    const place = {left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px`};
    for (const {style} of [this.window, this.canvas, this.hit]) Object.assign(style, place);
    const [across, down] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    if (this.canvas.width !== across) this.canvas.width = across; // which clears it
    if (this.canvas.height !== down) this.canvas.height = down;
  }

  // ---- places: px, py from values to pixels, dx, dy back ----------------------------------------------------------
  /** @param {number} x */
  px(x) {
    return this.box.left + this.box.width * shareOf(this.x, x);
  }

  /** @param {number} y */
  py(y) {
    return this.box.top + this.box.height * (1 - shareOf(this.y, y));
  }

  /** @param {number} px */
  dx(px) {
    return valueAt(this.x, (px - this.box.left) / this.box.width);
  }

  /** @param {number} py */
  dy(py) {
    return valueAt(this.y, 1 - (py - this.box.top) / this.box.height);
  }

  // ---- marks: places are values of the axes -----------------------------------------------------------------------
  /**
   * A line, or with `close` and `fill` an area. A gap where a value is not finite.
   * @param {Numbers} xs
   * @param {Numbers} ys
   * @param {Area} style
   */
  line(xs, ys, {colour = this.look.ink, dash = "solid", width = 1, close = false, fill, opacity} = {}) {
    const d = this.path(xs, ys) + (close ? "z" : "");
    this.#stroke(d, colour, width * this.look.line, dash, {fill, opacity, clip: true});
  }

  /**
   * The area between two curves.
   * @param {Numbers} xs
   * @param {Numbers} low
   * @param {Numbers} high
   * @param {{colour?: string, opacity?: number}} style
   */
  band(xs, low, high, {colour = this.look.ink, opacity = 0.2} = {}) {
    const [along, under, over] = [xs, low, high].map((values) => Array.from(values));
    const style = {colour: "none", close: true, fill: colour, opacity};
    this.line([...along, ...[...along].reverse()], [...under, ...over.reverse()], style);
  }

  /**
   * Bars from the axis up; `width` in units of x.
   * @param {Numbers} xs
   * @param {Numbers} heights
   * @param {{colour?: string, width?: number, opacity?: number}} style
   */
  bars(xs, heights, {colour = this.look.ink, width = 0.8, opacity} = {}) {
    const foot = this.py(this.y.log ? this.y.low : Math.max(this.y.low, Math.min(this.y.high, 0)));
    let d = "";
    for (let i = 0; i < xs.length; i++) {
      const [from, to, top] = [this.px(xs[i] - width / 2), this.px(xs[i] + width / 2), this.py(heights[i])];
      if (Number.isFinite(top)) d += `M${tame(from)} ${tame(foot)}V${tame(top)}H${tame(to)}V${tame(foot)}z`;
    }
    this.elements.put("path", {d, fill: colour, opacity, "clip-path": `url(#${this.clip.id})`});
  }

  /**
   * Markers; those whose centre lies outside the box are left out. `size` in units of look.dot.
   * @param {Numbers} xs
   * @param {Numbers} ys
   * @param {Dots} style
   */
  dots(xs, ys, {colour = this.look.ink, marker = "circle", size = 1, opacity, outline} = {}) {
    const {left, top, width: across, height} = this.box;
    const radius = (size * this.look.dot) / 2;
    let d = "";
    for (let i = 0; i < xs.length; i++) {
      const [px, py] = [this.px(xs[i]), this.py(ys[i])];
      const seen = px >= left - 0.5 && px <= left + across + 0.5 && py >= top - 0.5 && py <= top + height + 0.5;
      if (seen) d += Marks.path(marker, px, py, radius);
    }
    const width = outline ? Math.max(1, this.look.line * 0.5) : undefined;
    this.elements.put("path", {d, fill: colour, opacity, stroke: outline, "stroke-width": width});
  }

  /**
   * Text at a place, moved by dx and dy pixels; it stays between the sides of the picture, and where it would lie on a
   * text of this drawing it stands a row further.
   * @param {number} x
   * @param {number} y
   * @param {string} text
   * @param {Lettering & {dx?: number, dy?: number}} style
   */
  text(x, y, text, {dx = 0, dy = 0, ...more} = {}) {
    const style = {size: 0.92, ...more, halo: more.halo ?? true};
    const [place, py] = [this.px(x) + dx, this.py(y) + dy];
    const {left, right} = this.#takenBy(place, py, text, style);
    const px = place + (Math.max(0, -left) || Math.min(0, this.wide - right));
    const own = this.#takenBy(px, py, text, style);
    const down = GIVING_WAY.map((row) => row * TEXT_ROW * style.size * this.look.size).find((each) =>
      this.#isFree(own, each),
    );
    this.#label(px, py + (down ?? 0), text, style);
  }

  /**
   * @param {number} px
   * @param {number} py
   * @param {string} text
   * @param {Lettering} style
   * @returns {Taken}
   */
  #takenBy(px, py, text, {anchor = "start", bold = false, size = 1}) {
    const font = size * this.look.size;
    const width = this.textWidth(text, font) * (bold ? TEXT_BOLD : 1);
    const left = px - (anchor === "start" ? 0 : anchor === "end" ? width : width / 2);
    return {left, right: left + width, top: py - (TEXT_HEIGHT * font) / 2, foot: py + (TEXT_HEIGHT * font) / 2};
  }

  /**
   * Whether a text would lie on no other of the drawing, and not leave the picture, so many pixels further down.
   * @param {Taken} own
   * @param {number} down
   */
  #isFree({left, right, top, foot}, down) {
    const [upper, lower] = [top + down, foot + down];
    if (down && (upper < 0 || lower > Math.max(foot, this.tall))) return false;
    return !this.#taken.some((each) => each.left < right && left < each.right && each.top < lower && upper < each.foot);
  }

  /**
   * An arrow, with a head at its end or at both.
   * @param {number} x0
   * @param {number} y0
   * @param {number} x1
   * @param {number} y1
   * @param {{colour?: string, width?: number, both?: boolean}} style
   */
  arrow(x0, y0, x1, y1, {colour = this.look.ink, width = 1, both = false} = {}) {
    const stroke = width * this.look.line;
    const {shaft, heads} = Marks.arrow([this.px(x0), this.py(y0)], [this.px(x1), this.py(y1)], stroke, both);
    this.#stroke(shaft, colour, stroke, "solid");
    this.elements.put("path", {d: heads, fill: colour});
  }

  /**
   * Pixels (RGBA, row 0 at the foot) stretched over the box, below all marks.
   * @param {number} width
   * @param {number} height
   * @param {Uint8ClampedArray<ArrayBuffer>} rgba
   * @param {boolean} nodes whether the middles of the outer ones lie on the box's edges
   */
  image(width, height, rgba, nodes = false) {
    const {cells, box} = this;
    const pen = context(cells);
    if (cells.width !== width) cells.width = width;
    if (cells.height !== height) cells.height = height;
    if (this.#pixels?.width !== width || this.#pixels.height !== height) this.#pixels = new ImageData(width, height);
    const row = 4 * width;
    for (let k = 0; k < height; k++)
      this.#pixels.data.set(rgba.subarray(k * row, (k + 1) * row), (height - 1 - k) * row);
    pen.putImageData(this.#pixels, 0, 0);
    const [dx, dy] = nodes ? [box.width / (width - 1), box.height / (height - 1)] : [0, 0];
    const place = {left: -dx / 2, top: -dy / 2, width: box.width + dx, height: box.height + dy};
    for (const [name, value] of Object.entries(place)) this.cells.style.setProperty(name, `${value}px`);
    this.#pictured.cells = true;
  }

  /** The layer above an image and below all marks, a pixel of the screen each; what was painted there stays. */
  layer() {
    this.#pictured.canvas = true;
    return context(this.canvas);
  }

  // ---- hands ------------------------------------------------------------------------------------------------------
  /**
   * Call while a pointer drags; places stay inside the box.
   * @param {(at: Drag) => void} call
   * @param {{both?: boolean}} options whether a drag counts in both directions
   */
  onDrag(call, {both = false} = {}) {
    this.hand ??= new Hand(this);
    this.hand.dragged = call;
    this.hit.style.touchAction = both ? "none" : "pan-y"; // a finger across the drag scrolls the page
    this.hit.style.cursor = "grab";
  }

  /**
   * Call for a press that did not move.
   * @param {(at: Click) => void} call
   */
  onClick(call) {
    this.hand ??= new Hand(this);
    this.hand.clicked = call;
    this.hit.style.cursor ||= "pointer";
  }

  // ---- strokes and letters: places are pixels ---------------------------------------------------------------------
  /**
   * @param {Numbers} xs
   * @param {Numbers} ys
   */
  path(xs, ys) {
    let [d, pen] = ["", "M"];
    const {x, y, box} = this;
    const straight = !x.log && !y.log; // the usual case, without a call for each point
    const [across, up] = [box.width / (x.high - x.low), box.height / (y.high - y.low)];
    const foot = box.top + box.height;
    for (let i = 0; i < xs.length; i++) {
      const px = straight ? box.left + across * (xs[i] - x.low) : this.px(xs[i]);
      const py = straight ? foot - up * (ys[i] - y.low) : this.py(ys[i]);
      if (Number.isNaN(px) || Number.isNaN(py)) pen = "M";
      else {
        d += `${pen + tame(px)} ${tame(py)}`;
        pen = "L";
      }
    }
    return d;
  }

  /**
   * @param {string} d
   * @param {string} colour
   * @param {number} width
   * @param {string} dash
   * @param {{fill?: string, opacity?: number, clip?: boolean}} style
   */
  #stroke(d, colour, width, dash, {fill = "none", opacity, clip} = {}) {
    this.elements.put("path", {
      d,
      stroke: colour,
      "stroke-width": width,
      "stroke-linejoin": "round",
      "stroke-linecap": dash === "solid" ? "round" : undefined, // a boundary comes piece by piece
      "stroke-dasharray": Marks.dash(dash, width),
      fill,
      opacity,
      "clip-path": clip ? `url(#${this.clip.id})` : undefined,
    });
  }

  /**
   * @param {number} px
   * @param {number} py
   * @param {string} text
   * @param {Lettering} style
   */
  #label(px, py, text, {colour = this.look.ink, anchor = "start", bold = false, size = 1, halo = false} = {}) {
    this.#taken.push(this.#takenBy(px, py, text, {anchor, bold, size}));
    const font = size * this.look.size;
    const around = halo ? {stroke: this.look.paper, "stroke-width": font * 0.28, "paint-order": "stroke"} : {};
    const place = {x: tame(px), y: tame(py + font * 0.35), "text-anchor": anchor, "font-size": font};
    const weight = {"font-weight": bold ? 600 : undefined, "stroke-linejoin": "round"};
    this.elements.put("text", {...place, fill: colour, ...weight, ...around}, text);
  }

  /**
   * The pixels that a text takes at a font size.
   * @param {string} text
   * @param {number} size
   */
  textWidth(text, size) {
    this.#letters ??= lettersOf("sans-serif"); // nothing is drawn yet
    const {pen, widths} = this.#letters;
    const width = widths.get(text) ?? pen.measureText(text).width / 100;
    if (widths.size >= MOST_WIDTHS) widths.clear();
    widths.set(text, width);
    return width * size;
  }

  /**
   * Lines of words that fit so many pixels.
   * @param {string} text
   * @param {number} pixels
   */
  #wrap(text, pixels) {
    /** @type {string[]} */
    const lines = [];
    for (const word of text.split(" ")) {
      const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
      if (lines.length && this.textWidth(longer, this.look.size) <= pixels) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  }
}

/** @param {HTMLCanvasElement} canvas */
export function context(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

/**
 * A tenth of a pixel is fine enough, and an SVG renderer breaks on huge numbers.
 * @param {number} value
 */
function tame(value) {
  return Math.round(Math.max(-1e6, Math.min(1e6, value)) * 10) / 10;
}
