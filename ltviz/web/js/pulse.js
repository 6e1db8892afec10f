// The guesses of a class beside the truth: codes by typing, pasting or the camera; two rounds, and the gain.

import {readCode} from "./codes.js";
import {blockOf, make} from "./dom.js";
import {setAttributes, svgElement} from "./elements.js";
import {fixed, percent, written} from "./numbers.js";
import {speakAsAsked, wordsOf} from "./said.js";
import {say} from "./words.js";

const BARS = 20;
const CHART = {wide: 760, high: 230, foot: 46};
const AGAIN = 3000; // milliseconds in which the camera takes the same code only once

/**
 * @typedef {{key: string, name: string, title: string, prompt: string, label: string, unit: string, low: number,
 *   high: number, step: number}} Asked a guess, as ltviz/site/codes.py tells it
 */

/** @param {readonly number[]} values */
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = sorted.length >> 1;
  return sorted.length % 2 ? sorted[at] : (sorted[at - 1] + sorted[at]) / 2;
}

/**
 * Guesses of a round, and how far off they were.
 * @param {readonly number[]} values
 * @param {number | null} truth
 */
function summed(values, truth) {
  if (!values.length) return null;
  const off = truth === null ? null : mean(values.map((each) => Math.abs(each - truth)));
  return {count: values.length, median: median(values), off};
}

/**
 * The share of the first round's mean distance from the truth that the second has lost.
 * @param {readonly number[]} before
 * @param {readonly number[]} after
 * @param {number | null} truth
 */
function gain(before, after, truth) {
  const [first, second] = [summed(before, truth), summed(after, truth)];
  return first?.off && second && second.off !== null ? 1 - second.off / first.off : null;
}

class Pulse {
  /** @type {[Map<string, number[]>, Map<string, number[]>]} by explorer, in each round */
  rounds = [new Map(), new Map()];
  /** @type {Map<string, number>} */
  truths = new Map();
  /** @type {Map<string, number>} when the camera has seen a code last */
  #seen = new Map();
  second = make("input", {type: "radio", name: "round"}); // whether codes are of the second round

  /**
   * @param {HTMLElement} root
   * @param {readonly Asked[]} guesses
   * @param {Pulse} [before] in another language
   */
  constructor(root, guesses, before) {
    this.guesses = new Map(guesses.map((each) => [each.key, each]));
    this.key = before?.key ?? guesses[0].key;
    if (before) [this.rounds, this.truths] = [before.rounds, before.truths];
    this.chosen = make(
      "select",
      {id: "which"},
      ...guesses.map(({key, title}) => make("option", {value: key}, say(title))),
    );
    this.chosen.addEventListener("change", () => this.#choose(this.chosen.value));
    this.second.checked = before?.second.checked ?? false;
    this.first = make("input", {type: "radio", name: "round", checked: !this.second.checked});
    this.codes = make("textarea", {id: "codes", autocapitalize: "characters", spellcheck: "false"});
    this.wrong = make("p", {class: "wrong", role: "alert"});
    this.truth = make("input", {type: "text", id: "truth", inputmode: "decimal", autocomplete: "off"});
    this.truth.addEventListener("input", () => this.#know(this.key, this.truth.value));
    this.figure = make("figure");
    this.table = make("div", {"aria-live": "polite"});
    const form = make(
      "form",
      {},
      make("label", {for: "which"}, say("Explorer")),
      this.chosen,
      make(
        "fieldset",
        {},
        make("legend", {}, say("Round")),
        make("label", {}, this.first, say("first")),
        make("label", {}, this.second, say("after the discussion")),
      ),
      make("label", {for: "codes"}, say("Codes")),
      this.codes,
      make("button", {class: "first"}, say("Add")),
      this.wrong,
      ...this.#camera(),
      make("label", {for: "truth"}, say("The truth")),
      this.truth,
      make("button", {type: "button", onclick: () => this.#clear()}, say("Clear this explorer")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.codes.value = this.add(this.codes.value).join(" ");
    });
    root.replaceChildren(form, make("div", {}, this.figure, this.table));
    window.onhashchange = () => this.#told(); // one pulse listens, also after it was made anew in another language
    this.#told();
    this.#choose(this.key);
  }

  /** Take what the address says: an explorer's link comes to the same tab again, which keeps its codes. */
  #told() {
    for (const part of location.hash.slice(1).split("&")) {
      const [key, value] = part.split("=");
      if (!this.guesses.has(key)) continue;
      this.#know(key, value);
      this.#choose(key);
    }
  }

  /**
   * Take codes with anything between them; return those that are refused.
   * @param {string} text
   */
  add(text) {
    /** @type {string[]} */
    const refused = [];
    for (const word of text.split(/[^0-9A-Za-z]+/).filter(Boolean)) {
      const found = readCode(word);
      const asked = found && this.guesses.get(found.key);
      const value = asked ? Number((asked.low + found.stop * asked.step).toPrecision(10)) : NaN;
      if (!found || !asked || value > asked.high + asked.step / 2) {
        refused.push(word);
        continue;
      }
      const round = this.rounds[this.second.checked ? 1 : 0];
      round.set(found.key, [...(round.get(found.key) ?? []), value]);
      this.key = found.key;
    }
    this.wrong.textContent = refused.length
      ? say("Not a code, or mistyped: {codes}.", {codes: refused.join(", ")})
      : "";
    this.#choose(this.key);
    return refused;
  }

  /** @param {string} key */
  #choose(key) {
    this.key = key;
    this.chosen.value = key;
    if (document.activeElement !== this.truth) this.truth.value = String(this.truths.get(key) ?? "");
    this.#draw();
  }

  /**
   * @param {string} key
   * @param {string} text
   */
  #know(key, text) {
    const value = Number(text.replace(",", "."));
    if (text.trim() && Number.isFinite(value)) this.truths.set(key, value);
    else this.truths.delete(key);
    this.#draw();
  }

  #clear() {
    for (const round of this.rounds) round.delete(this.key);
    this.wrong.textContent = "";
    this.#draw();
  }

  /** The button of the camera, where the browser reads codes. */
  #camera() {
    const Detector = Reflect.get(window, "BarcodeDetector");
    if (!Detector || !navigator.mediaDevices?.getUserMedia) return [];
    const video = make("video", {hidden: true, muted: true, playsinline: true});
    const button = make("button", {type: "button"}, say("Use the camera"));
    button.addEventListener("click", async () => {
      try {
        video.srcObject = await navigator.mediaDevices.getUserMedia({video: {facingMode: "environment"}});
      } catch {
        this.wrong.textContent = say("The camera may not be used here: type the codes instead.");
        return;
      }
      video.hidden = false;
      await video.play();
      const detector = new Detector({formats: ["qr_code"]});
      const look = async () => {
        for (const {rawValue} of await detector.detect(video)) this.#saw(rawValue);
        setTimeout(look, 200);
      };
      look();
    });
    return [button, video];
  }

  /** @param {string} code that the camera reads, frame after frame */
  #saw(code) {
    const before = this.#seen.get(code) ?? 0;
    this.#seen.set(code, Date.now());
    if (Date.now() - before > AGAIN) this.add(code);
  }

  #draw() {
    const asked = /** @type {Asked} */ (this.guesses.get(this.key));
    const truth = this.truths.get(this.key) ?? null;
    const rounds = this.rounds.map((each) => each.get(this.key) ?? []);
    this.figure.replaceChildren(
      make("figcaption", {}, make("b", {}, say(asked.title)), `: ${say(asked.prompt)}`),
      this.#histogram(asked, rounds, truth),
    );
    this.table.replaceChildren(...this.#numbers(asked, rounds, truth));
  }

  /**
   * @param {Asked} asked
   * @param {readonly (readonly number[])[]} rounds
   * @param {number | null} truth
   */
  #histogram({low, high, step, label, unit}, rounds, truth) {
    const svg = svgElement("svg");
    const named = say(label);
    const asked = named.startsWith(`${say("your guess")}:`) ? named.slice(named.indexOf(":") + 1).trim() : named;
    const bars = Math.min(BARS, Math.round((high - low) / step) + 1);
    const place = (/** @type {number} */ value) => Math.floor((bars * (value - low)) / (high - low + step));
    const counts = rounds.map((values) => {
      const found = Array.from({length: bars}, () => 0);
      for (const value of values) found[place(value)] += 1;
      return found;
    });
    const most = Math.max(4, ...counts.flat());
    const wide = CHART.wide / bars;
    const put = (/** @type {"rect" | "line" | "text"} */ tag, /** @type {Record<string, any>} */ given, text = "") => {
      const node = svgElement(tag, svg);
      setAttributes(node, given);
      node.textContent = text;
    };
    setAttributes(svg, {viewBox: `0 -24 ${CHART.wide} ${CHART.high + CHART.foot + 24}`, role: "img"});
    const [first, second] = rounds.map((each) => each.length);
    svg.setAttribute("aria-label", say("Guesses: {first} and {second} in two rounds.", {first, second}));
    counts.forEach((found, round) => {
      found.forEach((count, k) => {
        const height = (CHART.high * count) / most;
        const x = k * wide + (round ? wide / 2 : 1);
        if (count) put("rect", {x, y: CHART.high - height, width: wide / 2 - 1, height, class: round ? "two" : "one"});
      });
    });
    put("line", {x1: 0, x2: CHART.wide, y1: CHART.high, y2: CHART.high, class: "axis"});
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const text = written(low + share * (high - low));
      put(
        "text",
        {x: share * CHART.wide, y: CHART.high + 18, "text-anchor": ["start", "middle", "end"][Math.ceil(2 * share)]},
        text,
      );
    }
    put(
      "text",
      {x: CHART.wide / 2, y: CHART.high + 40, "text-anchor": "middle"},
      unit ? `${asked} (${say(unit)})` : asked,
    );
    if (truth !== null) {
      const x = (CHART.wide * (truth - low + step / 2)) / (high - low + step);
      put("line", {x1: x, x2: x, y1: -4, y2: CHART.high, class: "truth"});
      put("text", {x, y: -10, "text-anchor": x > CHART.wide / 2 ? "end" : "start"}, say("truth"));
    }
    return svg;
  }

  /**
   * @param {Asked} asked
   * @param {readonly (readonly number[])[]} rounds
   * @param {number | null} truth
   */
  #numbers({step}, rounds, truth) {
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const names = [say("first round"), say("after the discussion")];
    const rows = rounds.flatMap((values, k) => {
      const told = summed(values, truth);
      if (!told) return [];
      const cells = [told.count, fixed(told.median, digits), told.off === null ? "?" : fixed(told.off, digits + 1)];
      const mark = make("i", {class: k ? "two" : "one"});
      const head = make("th", {scope: "row"}, mark, names[k]);
      return [make("tr", {}, head, ...cells.map((each) => make("td", {}, String(each))))];
    });
    if (!rows.length) return [make("p", {}, say("No codes yet."))];
    const heads = [say("round"), say("guesses"), say("median"), say("mean distance from the truth")];
    const head = make("tr", {}, ...heads.map((each) => make("th", {scope: "col"}, each)));
    const table = make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
    const won = gain(rounds[0], rounds[1], truth);
    if (won === null) return [table];
    const said =
      won >= 0
        ? say("After the discussion: {share} nearer to the truth.", {
            share: percent(won),
          })
        : say("After the discussion: {share} further off.", {
            share: percent(-won),
          });
    return [table, make("p", {class: "gain"}, said)];
  }
}

/** Start the page. */
export function bootPulse() {
  const {guesses} = JSON.parse(blockOf("ltviz-pulse"));
  const root = /** @type {HTMLElement} */ (document.getElementById("pulse"));
  /** @type {Pulse | undefined} */
  let pulse;
  speakAsAsked(wordsOf(), () => {
    if (!guesses.length) root.textContent = say("No explorer of this folder asks for a guess.");
    else {
      pulse = new Pulse(root, guesses, pulse);
      Object.assign(root, {pulse});
    }
  });
}
