// An explorer in a notebook: the kernel answers, and knows where the dials stand.

/** @import {Ask, Entry, Message, State} from "./types.js" */
import {unpack} from "./data.js";
import {focusedBeside, make} from "./dom.js";
import {Explorer, REST} from "./explorer.js";
import {spokenLanguage} from "./words.js";

/**
 * The browser's copy of the kernel's widget, as anywidget gives it.
 * @typedef {object} Model
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(content: object) => void} send
 * @property {(event: string, call: (...given: any[]) => void) => void} on
 * @property {(event: string, call: (...given: any[]) => void) => void} off
 */

/** @typedef {{look: string, width: number}} Pane where a figure is to stand: its look, and pixels across */

/**
 * Two states are the same.
 * @param {State} one
 * @param {State} other
 */
function same(one, other) {
  return (
    Object.keys(one).length === Object.keys(other).length &&
    Object.entries(one).every(([name, value]) => JSON.stringify(other[name]) === JSON.stringify(value))
  );
}

/** The kernel as a source; each view of one widget hears only its own answers. */
class KernelSource {
  #asked = 0;
  #name = Math.random().toString(36).slice(2);

  /** @param {Message} _ */
  onmessage(_) {} // the explorer puts its own here

  /**
   * @param {Model} model
   * @param {() => Pane} place
   * @param {(text: string) => void} failed told what went wrong in a move from Python
   */
  constructor(model, place, failed) {
    this.model = model;
    this.place = place;
    this.failed = failed;
    this.heard = (/** @type {any} */ content, /** @type {DataView[]} */ buffers) => this.#hear(content, buffers);
    model.on("msg:custom", this.heard);
  }

  /** @param {Ask[]} list */
  ask(list) {
    this.#asked += 1;
    const id = `${this.#name} ${this.#asked}`;
    // the first request comes while the explorer is being made, which alone knows its place
    queueMicrotask(() => this.model.send({ask: list, id, ...this.place()}));
  }

  /**
   * @param {Message & {id?: string, done?: string, entry?: Entry}} content
   * @param {DataView[]} buffers
   */
  #hear(content, buffers) {
    if (content.error && !content.table) this.failed(content.error);
    if (!(content.id ?? content.done ?? "").startsWith(`${this.#name} `)) return;
    if (!content.entry) return this.onmessage(content);
    const {buffer, byteOffset, byteLength} = buffers[0];
    const own = /** @type {ArrayBuffer} */ (buffer.slice(byteOffset, byteOffset + byteLength));
    this.onmessage({entry: {...content.entry, tree: unpack(content.entry.tree, own)}});
  }

  close() {
    this.model.off("msg:custom", this.heard);
  }
}

class NotebookExplorer extends Explorer {
  /**
   * @param {HTMLElement} root
   * @param {Model} model
   * @param {KernelSource} source
   * @param {NotebookExplorer} [before]
   */
  constructor(root, model, source, before) {
    const language = before && spokenLanguage();
    super(root, model.get("spec"), source, {state: model.get("at"), theme: before?.theme, language});
    this.model = model;
    if (!same(this.state, this.first)) this.guess?.close();
  }

  /** Tell the kernel where the dials stand, once the hand rests. */
  save() {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => {
      if (same(this.state, this.model.get("at"))) return;
      this.model.set("at", {...this.state});
      this.model.save_changes();
    }, REST);
  }

  /** Go where the kernel says that the dials stand. */
  follow() {
    const at = this.model.get("at");
    if (!same(at, this.state) && Object.keys(at).every((name) => this.dial(name))) this.go(at);
  }

  /** Where a figure is to stand. */
  get place() {
    return {look: this.lookName, width: this.host.clientWidth || 900};
  }
}

/**
 * Have plotly's script in the page: the kernel sends it once, so that an explorer run again costs little.
 * @param {Model} model
 * @returns {Promise<unknown>}
 */
function plotly(model) {
  return new Promise((done) => {
    const Plotly = Reflect.get(window, "Plotly");
    if (Number.parseInt(Plotly?.version ?? "", 10) >= 3) return done(null);
    const heard = (/** @type {any} */ content, /** @type {any[]} */ buffers) => {
      if (!content.plotly) return;
      model.off("msg:custom", heard);
      const src = URL.createObjectURL(new Blob(buffers, {type: "text/javascript"}));
      document.head.append(make("script", {src, onload: done}));
    };
    model.on("msg:custom", heard);
    model.send({plotly: true});
  });
}

/**
 * As anywidget calls it.
 * @param {{model: Model, el: HTMLElement}} given
 */
export async function render({model, el}) {
  if (model.get("spec").picture === "figure") await plotly(model);
  let explorer = opened(model, el);
  const open = () => {
    explorer = opened(model, el, explorer);
  };
  const follow = () => explorer.follow();
  model.on("change:spec", open);
  model.on("change:at", follow);
  return () => {
    model.off("change:spec", open);
    model.off("change:at", follow);
    explorer.close();
  };
}

/**
 * An explorer of what the model says, in place of the one before: its look, its open part and the keyboard stay.
 * @param {Model} model
 * @param {HTMLElement} el
 * @param {NotebookExplorer} [before]
 */
function opened(model, el, before) {
  const active = focusedBeside(el);
  const held = (el.contains(active) ? active : null)?.id.split("-").slice(1).join("-");
  const wide = el.querySelector("details")?.open;
  before?.close();
  /** @type {NotebookExplorer} */
  const explorer = new NotebookExplorer(
    el,
    model,
    new KernelSource(
      model,
      () => explorer.place,
      (text) => explorer.fail(text),
    ),
    before,
  );
  const more = el.querySelector("details");
  if (wide && more) more.open = true;
  /** @type {HTMLElement | null} */
  const input = held ? el.querySelector(`[id$="-${held}"]`) : null;
  input?.focus();
  return explorer;
}
