// A static page: the entries stand in it, so nothing is asked of anyone.

/** @import {Ask, Look, Message, Spec} from "./types.js" */
import {unpack} from "./data.js";
import {Explorer} from "./explorer.js";
import {closing} from "./fold.js";
import {PICTURES} from "./pictures.js";

/**
 * The text of one of the page's blocks.
 * @param {string} id
 */
function blockOf(id) {
  return document.getElementById(id)?.textContent ?? "";
}

/**
 * The page's numbers: base64 of deflated [length of the JSON, JSON, buffer].
 * @returns {Promise<[tree: any, buffer: ArrayBuffer]>}
 */
export async function numbersOf() {
  const text = atob(blockOf("ltviz-data"));
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i); // Uint8Array.from takes twenty times as long
  const whole = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(whole).arrayBuffer();
  const end = 4 + new DataView(buffer).getUint32(0, true);
  const tree = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, end - 4)));
  return [tree, buffer.slice(end)];
}

/** Answers from the page, at once. */
export class PageSource {
  /** @param {Message} _ */
  onmessage(_) {} // the explorer puts its own here

  /**
   * @param {Record<string, Record<string, any>>} entries by table and key
   * @param {ArrayBuffer} buffer
   * @param {import("./types.js").Own} [own] may work out what the page does not hold
   */
  constructor(entries, buffer, own) {
    this.entries = entries;
    this.buffer = buffer;
    this.own = own;
  }

  /** @param {Ask[]} list */
  ask(list) {
    for (const {table, key, state} of list) {
      const packed = this.entries[table][key] ?? this.own?.(state, key, this.entries[table]);
      if (packed === undefined) this.onmessage({error: "This page has no numbers for this setting.", table, key});
      else this.onmessage({entry: {table, key, tree: unpack(packed, this.buffer)}});
    }
    this.onmessage({done: true});
  }
}

/** Gives the page around an explorer its look. */
class PageExplorer extends Explorer {
  restyle() {
    super.restyle();
    dress(this.lookName, this.look);
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
export async function boot() {
  for (const fold of document.querySelectorAll("details")) closing(fold);
  /** @type {Spec} */
  const spec = JSON.parse(blockOf("ltviz-spec"));
  const root = /** @type {HTMLElement} */ (document.getElementById("ltviz"));
  new PageExplorer(root, spec, new PageSource(...(await numbersOf()), PICTURES[spec.picture].own));
}
