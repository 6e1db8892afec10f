// The margin surface: a map of margins, rarity across and difficulty up, with contours that say their degrees.

/** @import {Change} from "../changes.js" */
/** @import {Controls, Drawn, Floats, Look, Scene, State} from "../types.js" */
import {changesIn} from "../changes.js";
import {boundarySegments} from "../contour.js";
import {agrees} from "../dials.js";
import {guessed} from "../guess.js";
import {channels} from "../marks.js";
import {fixed, written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {widthOf} from "../places.js";
import {Plot} from "../plot.js";
import {say} from "../words.js";

/**
 * Margins in degrees on a grid of n ratios (samples, as multiples of the rarest class's) and m difficulties.
 * @typedef {object} Surface
 * @property {string} loss
 * @property {string} settings
 * @property {Floats} ratio (n,) from 1
 * @property {Floats} difficulty (m,) from 0 to 1
 * @property {Floats} degrees (m, n)
 * @property {number} tenth of the hardest sample of a class with `at` times the rarest's samples
 * @property {number} at
 * @property {number} hardest of the rarest class's hardest sample
 * @property {number} easiest of its easiest
 * @property {number} frequent of the most frequent class's hardest sample
 */

// cividis: even steps of lightness, and the same to a colour-blind eye
const SCALE = [
  "#00224e",
  "#123570",
  "#3b496c",
  "#575d6d",
  "#707173",
  "#8a8678",
  "#a59c74",
  "#c3b369",
  "#e1cc55",
  "#fee838",
];
const RANGE = [0.01, 60]; // degrees of its ends, the same for all settings
const LEVELS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50]; // of the contours
const DIMMED = 0.74; // of the colours on a dark page
const BRIGHT = "#ffffff";
const DARKEST = "#000000";

class SurfacePicture {
  taken = Infinity; // pixels from which a contour's value stands already
  /** @type {{found: Surface, points: Float32Array, scores: Float32Array} | null} */
  #grid = null;

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    const [x, y] = [
      {title: say("samples of the class, as a multiple of the rarest class's"), low: 1, log: true},
      {title: say("difficulty of the sample: 0 at its class direction, 1 opposite")},
    ];
    this.plot = new Plot(host, {x, y, grid: false});
  }

  /**
   * @param {Scene<State, {surface: Surface}>} scene
   * @returns {Drawn}
   */
  draw({entries, guess, asking, before, look, state}) {
    const found = entries.surface;
    const {plot} = this;
    const end = found.ratio[found.ratio.length - 1];
    plot.aspect = widthOf(plot.root) < 30 * look.size ? 0.9 : 0.52;
    plot.begin(look, {x: {high: end > 1 ? end : 1.25}});
    if (asking) plot.text(Math.sqrt(plot.x.high), 0.45, "?", {anchor: "middle", colour: look.muted, size: 3});
    else {
      this.paint(look, found);
      this.taken = Infinity;
      for (const level of LEVELS) this.contour(look, found, level);
    }
    const hardest = degrees(found.hardest);
    const corner = asking ? say("{margin}: the rarest class's hardest sample", {margin: hardest}) : hardest;
    this.spot(look, {x: 1, y: 1, text: corner, light: !asking && letterOn(look, found.hardest) === DARKEST});
    if (!asking)
      this.spot(look, {x: found.at, y: 1, text: degrees(found.tenth), light: letterOn(look, found.tenth) === DARKEST});
    if (guess !== null) {
      const own = {colour: guessed(look).colour};
      plot.dots([found.at], [1], {...own, size: 1.8, outline: look.paper});
      plot.text(found.at, 1, say("your guess: {value}", {value: degrees(guess)}), {
        ...own,
        dx: 0.8 * look.size,
        dy: 2.3 * look.size,
        bold: true,
      });
    }
    /** @type {(what: string, name: "hardest" | "tenth") => Change} */
    const told = (what, name) => [what, degrees(Number(before?.[name] ?? found[name])), degrees(found[name])];
    const [at, most] = [written(found.at), written(end)];
    return {
      values: {tenth: found.tenth, hardest: found.hardest, easiest: found.easiest, frequent: found.frequent},
      numbers: [
        [say("rarest, hardest"), degrees(found.hardest)],
        [say("rarest, easiest"), degrees(found.easiest)],
        [say("{times}\u00a0×, hardest", {times: at}), degrees(found.tenth)],
        [say("{times}\u00a0×, hardest", {times: most}), degrees(found.frequent)],
      ],
      says: say(
        "{loss}, {settings}. The margin of the rarest class's hardest sample is {hardest}, of its easiest {easiest}. With {at} times the samples it is {tenth}, with {most} times {frequent}.",
        {
          ...{loss: found.loss, settings: found.settings, at, most},
          ...{hardest, easiest: degrees(found.easiest)},
          ...{tenth: degrees(found.tenth), frequent: degrees(found.frequent)},
        },
      ),
      saw: changesIn(
        [
          told(say("The rarest class's hardest sample's margin"), "hardest"),
          told(say("with {at} times the samples", {at}), "tenth"),
        ],
        !agrees(state, this.controls.spec.state),
      ),
      command: this.command(state),
    };
  }

  /**
   * The margins as colours; equal steps of their logarithm, as the margin is a power of the frequency.
   * @param {Look} look
   * @param {Surface} found
   */
  paint(look, {ratio, difficulty, degrees: values}) {
    const rgba = new Uint8ClampedArray(4 * values.length);
    const stops = stopsOf(look);
    for (let k = 0; k < values.length; k++) {
      rgba.set(groundOf(stops, values[k]), 4 * k);
      rgba[4 * k + 3] = 255;
    }
    this.plot.image(ratio.length, difficulty.length, rgba, true);
  }

  /**
   * The places of a setting, and the logarithm of the margin there beside room for that of a level.
   * @param {Surface} found
   */
  grid(found) {
    if (this.#grid?.found === found) return this.#grid;
    const {ratio, difficulty, degrees: values} = found;
    const points = new Float32Array(2 * values.length);
    const scores = new Float32Array(2 * values.length);
    for (let k = 0; k < values.length; k++) {
      points[2 * k] = Math.log(ratio[k % ratio.length]);
      points[2 * k + 1] = difficulty[Math.floor(k / ratio.length)];
      scores[2 * k] = Math.log(Math.max(values[k], 1e-9));
    }
    this.#grid = {found, points, scores};
    return this.#grid;
  }

  /**
   * Where the margin has one value, with that value at half the height.
   * @param {Look} look
   * @param {Surface} found
   * @param {number} level
   */
  contour(look, found, level) {
    const {points, scores} = this.grid(found);
    const high = Math.log(level);
    for (let k = 1; k < scores.length; k += 2) scores[k] = high;
    const ends = boundarySegments(points, found.ratio.length, scores, 2);
    /** @type {number[]} */
    const xs = [];
    /** @type {number[]} */
    const ys = [];
    let [best, off] = [-1, 1];
    for (let k = 0; k < ends.length; k += 4) {
      xs.push(Math.exp(ends[k]), Math.exp(ends[k + 2]), NaN);
      ys.push(ends[k + 1], ends[k + 3], NaN);
      const away = Math.abs((ends[k + 1] + ends[k + 3]) / 2 - 0.5);
      if (away < off) [best, off] = [k, away];
    }
    if (best < 0) return;
    const colour = letterOn(look, level);
    this.plot.line(xs, ys, {colour, width: 0.6});
    this.level(look, [Math.exp(ends[best]), ends[best + 1]], degrees(level), colour);
  }

  /**
   * A contour's value, unless it would stand on that of the one before.
   * @param {Look} look
   * @param {[x: number, y: number]} place
   * @param {string} text
   * @param {string} colour
   */
  level(look, [x, y], text, colour) {
    const {plot} = this;
    const half = plot.textWidth(text, look.size) / 2 + 0.2 * look.size;
    const px = Math.max(plot.box.left + half, Math.min(plot.box.left + plot.box.width - half, plot.px(x)));
    if (px + half > this.taken) return;
    this.taken = px - half;
    plot.text(plot.dx(px), y, text, {anchor: "middle", colour, halo: false, bold: true});
  }

  /**
   * A place on the map and a word, dark on a light ground.
   * @param {Look} look
   * @param {{x: number, y: number, text: string, light: boolean}} word
   */
  spot(look, {x, y, text, light}) {
    const {plot} = this;
    plot.dots([x], [y], {size: 1.6, outline: look.paper});
    plot.text(x, y, text, {
      dx: 0.7 * look.size,
      dy: look.size,
      bold: true,
      halo: !light,
      colour: light ? DARKEST : look.ink,
    });
  }

  /**
   * The figure of the same setting.
   * @param {State} state
   */
  command(state) {
    const {spec} = this.controls;
    const moved = spec.dials.filter(({name}) => state[name] !== spec.state[name]);
    return ["ltviz figure margin_surface", ...moved.map(({name}) => `--${name} ${state[name]}`)].join(" ");
  }
}

PICTURES.surface = SurfacePicture;

/**
 * The colours of the map, dimmed on a dark page.
 * @param {Look} look
 */
function stopsOf({paper}) {
  const ground = channels(paper);
  const share = lightness(ground) < 0.5 ? DIMMED : 1;
  return SCALE.map(channels).map((stop) => stop.map((each, c) => share * each + (1 - share) * ground[c]));
}

/**
 * The colour of a margin.
 * @param {number[][]} stops
 * @param {number} value
 */
function groundOf(stops, value) {
  const [low, high] = RANGE.map(Math.log);
  const share = (Math.log(Math.max(value, RANGE[0])) - low) / (high - low);
  const place = Math.min(1, share) * (stops.length - 1);
  const from = Math.min(stops.length - 2, Math.floor(place));
  return stops[from].map((each, c) => each + (place - from) * (stops[from + 1][c] - each));
}

/**
 * Black or white letters, whichever can be read on the colour of a margin.
 * @param {Look} look
 * @param {number} value
 */
function letterOn(look, value) {
  return lightness(groundOf(stopsOf(look), value)) > 0.18 ? DARKEST : BRIGHT; // there both have the same contrast
}

/**
 * The luminance of a colour, from 0 to 1.
 * @param {number[]} rgb
 */
function lightness(rgb) {
  const [red, green, blue] = rgb.map((each) => (each / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {number} value */
function degrees(value) {
  return `${value >= 0.05 && value < 100 ? fixed(value, value < 2 ? 2 : 1) : written(value)}°`;
}
