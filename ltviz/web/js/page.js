// A static page: the entries stand in it, so nothing is asked of anyone.

/** @import {Ask, Look, Message, Spec} from "./types.js" */
import {unpack} from "./data.js";
import {blockOf} from "./dom.js";
import {Explorer} from "./explorer.js";
import {closing} from "./fold.js";
import {sayPage} from "./language.js";
import {PICTURES} from "./pictures.js";
import {say, spokenLanguage} from "./words.js";

/** @typedef {[tree: any, buffer: ArrayBuffer]} Numbers as Python packed them */

/** @param {string} base64 */
function bytesIn(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i); // Uint8Array.from takes twenty times as long
  return bytes;
}

/**
 * @param {ArrayBuffer} buffer [length of the JSON, JSON, buffer]
 * @returns {Numbers}
 */
function parted(buffer) {
  const end = 4 + new DataView(buffer).getUint32(0, true);
  const tree = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, end - 4)));
  return [tree, buffer.slice(end)];
}

/**
 * The page's numbers, or those of one of several explorers.
 * @param {string} [id] of their block
 * @returns {Promise<Numbers>}
 */
export function numbersOf(id = "ltviz-data") {
  return numbersIn(blockOf(id));
}

/**
 * Numbers from the text that holds them.
 * @param {string} base64
 * @returns {Promise<Numbers>}
 */
export async function numbersIn(base64) {
  const whole = new Blob([bytesIn(base64)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return parted(await new Response(whole).arrayBuffer());
}

/** The page's numbers, once it has been painted and read to its end: what it opens with stands apart, before it. */
async function numbersLater() {
  await new Promise((seen) => requestAnimationFrame(() => setTimeout(seen)));
  if (document.readyState === "loading")
    await new Promise((read) => addEventListener("DOMContentLoaded", read, {once: true}));
  return numbersOf();
}

/** Answers from the page: at once from what it has read, otherwise once it has read the rest. */
export class PageSource {
  instant = true;

  /** @param {Message} _ */
  onmessage(_) {} // the explorer puts its own here

  /**
   * @param {Numbers} numbers entries by table and key
   * @param {import("./types.js").Own} [own] may work out what the page does not hold
   * @param {Promise<Numbers>} [rest] all numbers, where these are some of them
   */
  constructor(numbers, own, rest) {
    this.numbers = numbers;
    this.own = own;
    this.rest = rest?.then((all) => {
      this.numbers = all;
      this.rest = undefined;
    });
  }

  /** @param {Ask[]} list */
  ask(list) {
    const [tree, buffer] = this.numbers;
    const held = list.map(({table, key}) => tree[table]?.[key]);
    if (this.rest && held.includes(undefined)) {
      this.rest.then(() => this.ask(list));
      return;
    }
    list.forEach(({table, key, state}, i) => {
      const packed = held[i] ?? this.own?.(state, key, tree[table]);
      if (packed === undefined) this.onmessage({error: say("This page has no numbers for this setting."), table, key});
      else this.onmessage({entry: {table, key, tree: unpack(packed, buffer)}});
    });
    this.onmessage({done: true});
  }
}

/** Gives the page around an explorer its look. */
class PageExplorer extends Explorer {
  restyle() {
    super.restyle();
    dress(this.lookName, this.look);
  }

  /** The words around it, and the page's title, speak its language. */
  build() {
    super.build();
    sayPage(spokenLanguage());
  }

  /** The command at the head of the page draws what the picture shows. */
  draw() {
    const drawn = super.draw();
    const line = document.getElementById("ltviz-command");
    if (drawn && line && this.told?.command) line.textContent = this.told.command;
    return drawn;
  }
}

/**
 * Colours of the page around explorers, and of the browser's own controls.
 * @param {string} name
 * @param {Look} look
 */
export function dress(name, look) {
  const {style, dataset} = document.documentElement;
  for (const each of /** @type {const} */ (["ink", "paper", "muted", "grid"]))
    style.setProperty(`--${each}`, look[each]);
  style.setProperty("--accent", look.palette[0]);
  style.colorScheme = name === "dark" ? "dark" : "light";
  dataset.look = name;
}

/** Start the page's explorer. */
export function boot() {
  for (const fold of document.querySelectorAll("details")) closing(fold);
  /** @type {Spec} */
  const spec = JSON.parse(blockOf("ltviz-spec"));
  const root = /** @type {HTMLElement} */ (document.getElementById("ltviz"));
  const first = parted(bytesIn(blockOf("ltviz-first")).buffer);
  new PageExplorer(root, spec, new PageSource(first, PICTURES[spec.picture].own, numbersLater()));
}
