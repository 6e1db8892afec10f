// An explorer: state, the entries that it has, the picture, and what is asked for next.

/** @import {Seen} from "./saw.js" */
/** @import {Ask, Controls, Dial, Drawn, Message, Picture, Scene, Source, Spec, State, Table, Value} from "./types.js" */
import {Address} from "./address.js";
import {frozen} from "./data.js";
import {active, agrees, nearest} from "./dials.js";
import {focusedBeside, make} from "./dom.js";
import {Fit} from "./fit.js";
import {closing} from "./fold.js";
import {GuessBox} from "./guess.js";
import {Panel} from "./panel.js";
import {PICTURES} from "./pictures.js";
import {forgetWidths} from "./places.js";
import {sawOf} from "./saw.js";
import {Screen} from "./screen.js";
import {buildStage} from "./stage.js";
import {offeredLanguages, say, speak, spokenLanguage, usualLanguage, word} from "./words.js";

const MOST_ENTRIES = 4000;
const AT_ONCE = 24;
export const REST = 150; // milliseconds after which a hand rests
const LONG = 8; // letters of a number, beyond which it needs the room of two
const HIDDEN = word("The answer is hidden until you have guessed.");

export class Explorer {
  /** @type {Set<string>} tables behind a button that are asked for */
  wanted = new Set();
  /** @type {Map<string, string>} "table key" -> why there is no such entry */
  failed = new Map();
  /** @type {string | null} the dial whose further stops are fetched: a hand is on it, or the picture draws along it */
  touched = null;
  /** @type {Panel} what follows is made by `build` */
  panel = /** @type {any} */ (null);
  /** @type {GuessBox | null} */
  guess = null;
  /** @type {ReturnType<typeof buildStage>} */
  stage = /** @type {any} */ (null);
  /** @type {HTMLElement} */
  host = /** @type {any} */ (null);
  /** @type {HTMLElement} */
  alarm = /** @type {any} */ (null);
  /** @type {HTMLElement} */
  numbers = /** @type {any} */ (null);
  /** @type {HTMLElement & {ltviz?: Explorer}} */
  section = /** @type {any} */ (null);
  /** @type {Screen} */
  screen = /** @type {any} */ (null);
  /** @type {Picture} */
  picture = /** @type {any} */ (null);
  /** @type {Fit} */
  fit = /** @type {any} */ (null);
  /** Whether an answer is awaited. */
  busy = false;
  /** How often it has drawn. */
  drawn = 0;
  /** @type {Drawn | null} what the picture said of the last drawing */
  told = null;
  /** @type {Seen | null} the first drawing */
  begun = null;
  /** @type {number | undefined} */
  saving = undefined;
  /** @type {number | undefined} */
  #saying = undefined;
  #unheed = () => {};
  /** @type {Map<string, Dial>} by name */
  #dials;
  /** The dial all of whose stops are here, and where the others stood. */
  #whole = "";
  /** Whether entries have come that no drawing has seen. */
  #fresh = false;

  /**
   * @param {HTMLElement} root emptied and filled
   * @param {Spec} spec a card, as ltviz.web.spec gives it
   * @param {Source} source answers with entries
   * @param {{state?: State, theme?: string, language?: string}} opening where it opens, if not as the card says
   */
  constructor(root, spec, source, {state, theme = spec.theme, language} = {}) {
    this.root = root;
    this.spec = frozen(spec);
    this.#dials = new Map(this.spec.dials.map((dial) => [dial.name, dial]));
    this.source = source;
    this.first = this.spec.state;
    /** @type {State} */
    this.state = state ? Object.freeze({...state}) : this.first;
    this.theme = theme;
    /** @type {Map<string, Map<string, any>>} by table and key */
    this.entries = new Map();
    for (const table of spec.tables) this.entries.set(table.name, new Map());
    if (Object.keys(spec.words).length) speak(language ?? this.#asked(), spec.words); // else its page says
    this.build();
    if (this.spec.page) this.restore();
    source.onmessage = (message) => this.receive(message);
    this.close = this.#listen();
    this.#open();
  }

  /** Show what has been built. */
  #open() {
    this.restyle();
    this.fit = new Fit(this.stage.frame, this.host, () => this.draw(), this.picture.rigid ?? false);
    this.moved();
    this.fit.settle();
  }

  /** The language that a reader asks for: in a page's address, or without a word. */
  #asked() {
    const asked = this.spec.page ? Address.language(location) : "";
    return offeredLanguages(this.spec.words).includes(asked) ? asked : usualLanguage(this.spec.words);
  }

  /** Make all that is seen, in the language that is spoken. */
  build() {
    this.panel = new Panel(this.spec, {
      set: (name, value, how) => this.set(name, value, how),
      touch: (name) => this.#near(name),
      add: (name) => this.#add(name),
      alone: this.spec.page,
    });
    this.guess = this.spec.guess ? new GuessBox(this.spec.guess, this.spec.dials, this.#aroundGuess()) : null;
    this.stage = buildStage(this.spec, this.panel.element, this.guess, {
      press: (table) => this.#press(table),
      reset: () => this.reset(),
      dress: (name) => this.#dress(name),
      widen: () => this.screen.turn(),
      copy: () => this.#copy(),
      speak: (language) => this.speak(language),
    });
    const {host, numbers, alarm, section} = this.stage;
    this.host = host;
    this.alarm = alarm;
    this.numbers = numbers;
    this.section = Object.assign(section, {ltviz: this}); // for tests and for a teacher's console
    section.lang = spokenLanguage();
    this.screen = new Screen(section, this.spec.page);
    this.root.replaceChildren(this.section);
    this.picture = new PICTURES[this.spec.picture](this.host, this.#controls());
    this.#unheed = closing(this.stage.note);
  }

  /** End what was made with what is seen. */
  #unbuild() {
    this.#unheed();
    this.fit.close();
    this.screen.close();
    clearTimeout(this.#saying);
  }

  /**
   * Speak another language: dials, guess and what is unfolded stay as they are.
   * @param {string} language
   */
  speak(language) {
    speak(language, this.spec.words);
    this.reword();
    this.save();
  }

  /** Say everything again, in the language that is spoken now. */
  reword() {
    const {guess, section, begun, state} = this;
    const unfolded = [...section.querySelectorAll("details")].map(({open}) => open);
    const held = section.contains(focusedBeside(section));
    this.#unbuild();
    this.build();
    if (guess) this.guess?.take(guess);
    [...this.section.querySelectorAll("details")].forEach((each, k) => {
      each.open = unfolded[k];
    });
    for (const button of this.stage.asks.children)
      button.setAttribute(
        "aria-pressed",
        String(this.wanted.has(/** @type {HTMLElement} */ (button).dataset.table ?? "")),
      );
    this.begun = null;
    this.restyle();
    // what it is compared with is said anew as well, and what the guess has cost
    for (const each of [begun?.state, guess?.revealed && {...state, ...guess.spec.state, ...guess.spec.shows}]) {
      if (!each) continue;
      this.state = Object.freeze({...each});
      this.draw();
    }
    this.state = state;
    this.#open();
    if (held) /** @type {HTMLElement | null} */ (this.section.querySelector(".language"))?.focus();
  }

  /**
   * Heed the window, and return what ends that.
   * @returns {() => void}
   */
  #listen() {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const again = () => {
      this.restyle();
      this.draw();
      this.fit.check(); // JupyterLab hides all that it has while it changes its look
    };
    dark.addEventListener("change", again);
    const lab = new MutationObserver(again);
    lab.observe(document.body, {attributes: true, attributeFilter: ["data-jp-theme-light"]});
    // The event's own address: by now the one above may have been written over.
    const hash = (/** @type {HashChangeEvent} */ event) => {
      this.restore(new URL(event.newURL));
      this.restyle();
      this.moved();
    };
    if (this.spec.page) addEventListener("hashchange", hash);
    return () => {
      dark.removeEventListener("change", again);
      removeEventListener("hashchange", hash);
      lab.disconnect();
      this.#unbuild();
      clearTimeout(this.saving);
      this.source.close?.();
    };
  }

  /**
   * What the picture is given of this explorer.
   * @returns {Controls}
   */
  #controls() {
    const explorer = this;
    return Object.freeze({
      spec: this.spec,
      get state() {
        return explorer.state;
      },
      get asking() {
        return explorer.asking;
      },
      values: (/** @type {string} */ name) => this.values(name),
      set: (/** @type {string} */ name, /** @type {Value} */ value, how = {}) => this.set(name, value, how),
      change: (/** @type {State} */ changes) => this.change(changes),
      touch: (/** @type {string} */ name) => this.touch(name),
      guess: (/** @type {number} */ value) => this.guess?.move(value),
    });
  }

  #aroundGuess() {
    return {
      draw: () => this.draw(),
      touch: (/** @type {string} */ name) => this.#near(name),
      walk: (/** @type {State} */ target) => this.walk(target),
      focus: () => /** @type {HTMLElement | null} */ (this.panel.element.querySelector("input, select"))?.focus(),
    };
  }

  /** The current theme: chosen, or that of JupyterLab or the system. */
  get lookName() {
    if (this.theme !== "auto") return this.theme;
    const lab = document.body.dataset.jpThemeLight;
    const dark = lab ? lab === "false" : matchMedia("(prefers-color-scheme: dark)").matches;
    return dark ? "dark" : "light";
  }

  get look() {
    return this.spec.looks[this.lookName];
  }

  restyle() {
    forgetWidths();
    const {look} = this;
    const {style, dataset} = this.section;
    this.stage.choice.value = this.theme;
    for (const name of /** @type {const} */ (["ink", "paper", "muted", "grid"]))
      style.setProperty(`--${name}`, look[name]);
    style.setProperty("--accent", look.palette[0]);
    style.setProperty("--size", `${look.size}px`);
    style.colorScheme = this.lookName === "dark" ? "dark" : "light"; // the browser's own controls
    dataset.look = this.lookName;
    if (this.spec.page) document.documentElement.style.background = look.paper;
  }

  /** @param {string} name of a look, or "auto" */
  #dress(name) {
    this.theme = name;
    this.restyle();
    this.draw();
    this.save();
  }

  /** Whether the reader is to guess first: the truth is hidden and the dials wait. */
  get asking() {
    return this.guess?.open ?? false;
  }

  /**
   * @param {string} name
   * @returns {Dial | undefined}
   */
  dial(name) {
    return this.#dials.get(name);
  }

  /**
   * The stops of a dial.
   * @param {string} name
   */
  values(name) {
    return this.#known(name).values;
  }

  /** @param {string} name */
  #known(name) {
    const dial = this.dial(name);
    if (!dial) throw new Error(`${this.spec.name} has no dial ${name}`);
    return dial;
  }

  /**
   * Move a dial, to the nearest stop where it is a number.
   * @param {string} name
   * @param {Value} value
   * @param {{done?: boolean}} how `done`: the hand has let go
   */
  set(name, value, how = {}) {
    this.change({[name]: value}, how);
  }

  /**
   * Move several dials at once.
   * @param {State} changes
   * @param {{done?: boolean}} how
   */
  change(changes, {done = true} = {}) {
    const stops = Object.entries(changes).map(([name, value]) => {
      const {kind, values} = this.#known(name);
      return [name, kind === "number" ? values[nearest(values, value)] : value];
    });
    if (this.asking) return; // first the guess
    if (stops.some(([name, value]) => value !== this.state[name])) {
      this.go({...this.state, ...Object.fromEntries(stops)});
    } else if (done) this.save();
  }

  /**
   * Stand at a state, whose values are stops.
   * @param {State} state
   */
  go(state) {
    this.state = Object.freeze({...state});
    this.moved();
  }

  /**
   * Fetch this dial's stops, those near the handle first: a hand is on it, or on what the picture draws of it.
   * @param {string} name
   */
  touch(name) {
    this.touched = name;
    this.pump();
  }

  /**
   * A hand is on this dial's own control: where there is no wait, each stop is soon enough when the hand is there.
   * @param {string} name
   */
  #near(name) {
    if (!this.source.instant) this.touch(name);
  }

  /** @param {string} name of a dial of points, to which the picture knows one more */
  #add(name) {
    const {another} = this.picture;
    if (another) this.set(name, [.../** @type {any} */ (this.state[name]), another.call(this.picture)]);
  }

  /** @param {Table} table */
  #press(table) {
    if (!this.wanted.delete(table.name)) this.wanted.add(table.name);
    this.moved();
    return this.wanted.has(table.name);
  }

  reset() {
    this.wanted.clear();
    for (const button of this.stage.asks.querySelectorAll("[aria-pressed]"))
      button.setAttribute("aria-pressed", "false");
    this.guess?.reset();
    this.begun = null;
    this.panel.reset(this.first);
    this.go(this.first);
  }

  /**
   * Go to a state stop by stop, so that the eye can follow; at once where motion is not wanted, or there is no way.
   * @param {State} target
   */
  walk(target) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const from = this.state;
    const steps = still || agrees(from, target) ? 1 : 20;
    let k = 0;
    const step = () => {
      k += 1;
      const next = {...this.state};
      for (const [name, value] of Object.entries(target)) {
        const {kind, values} = this.#known(name);
        if (kind !== "number" || k === steps) next[name] = value;
        else {
          const [a, b] = [nearest(values, from[name]), nearest(values, value)];
          next[name] = values[Math.round(a + ((b - a) * k) / steps)];
        }
      }
      this.go(next);
      if (k < steps) setTimeout(step, 30);
    };
    step();
  }

  moved() {
    if (this.failed.size) this.#whole = "";
    this.failed.clear(); // what failed is asked for again at the next move only
    this.draw(); // first: it measures the page, which the panel's words would have laid out anew
    this.panel.update(this.state);
    this.pump();
    this.save();
  }

  /**
   * The name of a table's entry: the places of its dials' values.
   * @param {Table} table
   */
  key(table, state = this.state) {
    const place = (/** @type {string} */ name) => {
      const dial = this.#known(name);
      if (!active(this.spec, dial, state)) return "-";
      return dial.values.length ? nearest(dial.values, state[name]) : JSON.stringify(state[name]);
    };
    return table.keys.map(place).join(",");
  }

  /** The tables of which a drawing needs an entry. */
  get #needed() {
    return this.spec.tables.filter((table) => !table.asked || this.wanted.has(table.name));
  }

  /** The entries without which a state cannot be drawn. */
  needs(state = this.state, tables = this.#needed) {
    return tables.map((table) => ({table: table.name, key: this.key(table, state)}));
  }

  /**
   * @param {string} name
   * @param {State} changes
   */
  #entryAt(name, changes) {
    const table = /** @type {Table} */ (this.spec.tables.find((each) => each.name === name));
    return this.entries.get(name)?.get(this.key(table, {...this.state, ...changes}));
  }

  /** Draw the state if all that it needs is here; until then the old picture stays. */
  draw() {
    /** @type {Record<string, any>} */
    const entries = {};
    for (const {table, key} of this.needs()) {
      entries[table] = this.entries.get(table)?.get(key);
      if (entries[table] === undefined) {
        this.section.setAttribute("aria-busy", "true");
        return false;
      }
    }
    this.section.removeAttribute("aria-busy");
    if (!this.alarm.hidden) this.alarm.hidden = true;
    this.#fresh = false;
    const {asking, state} = this;
    const told = this.#picture({
      state,
      entries: Object.freeze(entries),
      entryAt: (table, changes) => this.#entryAt(table, changes),
      guess: this.guess ? this.guess.drawn : null,
      asking,
      before: this.begun?.drawn.values ?? null,
      look: this.look,
      lookName: this.lookName,
    });
    this.told = told;
    if (this.begun?.drawn.values.subject !== told.values.subject) this.begun = null;
    this.begun ??= {state, drawn: told};
    for (const each of this.stage.hidden) if (each.inert !== asking) each.inert = asking;
    if (this.guess && this.guess.element.inert === asking) this.guess.element.inert = !asking;
    // what is hidden keeps its room
    const numbers = asking ? told.numbers.map((/** @type {readonly string[]} */ [name]) => [name, "?"]) : told.numbers;
    this.tell(/** @type {Drawn["numbers"]} */ (numbers), asking ? say(HIDDEN) : told.says);
    this.guess?.compare(state, told.values);
    if (told.path) this.touched ??= told.path;
    if (told.stale) this.#forget(told.stale);
    this.drawn += 1;
    return true;
  }

  /**
   * Have the picture drawn; if that fails, say so.
   * @param {Scene<any, any>} scene
   */
  #picture(scene) {
    try {
      return this.picture.draw(Object.freeze(scene));
    } catch (error) {
      this.fail(
        say("The picture could not be drawn: {why}", {
          why: error instanceof Error ? error.message : String(error),
        }),
      );
      throw error;
    }
  }

  /**
   * Ask for a table's entries again; what is drawn stays until then.
   * @param {string} table
   */
  #forget(table) {
    this.entries.get(table)?.clear();
    this.#whole = "";
    setTimeout(() => this.pump());
  }

  /**
   * @param {Drawn["numbers"]} numbers
   * @param {string} says
   */
  tell(numbers, says) {
    if (this.numbers.childElementCount !== numbers.length) {
      this.numbers.replaceChildren(...numbers.map(() => make("div", {}, make("dt"), make("dd"))));
    }
    numbers.forEach((pair, i) => {
      if (pair[1].length > LONG) this.numbers.children[i].classList.add("long");
      [...this.numbers.children[i].children].forEach((cell, k) => {
        if (cell.textContent !== pair[k]) cell.textContent = pair[k];
      });
    });
    // read aloud once the hand rests, not at every stop
    clearTimeout(this.#saying);
    const aloud = () => {
      this.stage.says.textContent = says;
      this.host.setAttribute("aria-label", says);
      const {saw, next} = this.stage;
      if (this.asking)
        saw.textContent = ""; // it would be that of before the way to the truth
      else if (this.begun && this.told)
        saw.textContent = sawOf(this.spec, this.begun, {state: this.state, drawn: this.told});
      if (this.spec.next?.href) next.href = this.spec.next.href + Address.onward(this, this.spec.next.dials);
    };
    this.#saying = setTimeout(aloud, this.stage.says.textContent ? 300 : 0);
  }

  /** Ask for what is missing, one request at a time: the state's own entries, then those near the handle. */
  pump() {
    if (this.busy) return;
    /** @type {Ask[]} */
    const missing = [];
    const seen = new Set();
    const want = (/** @type {State} */ state, tables = this.#needed) => {
      for (const {table, key} of this.needs(state, tables)) {
        const name = `${table} ${key}`;
        if (seen.has(name) || this.entries.get(table)?.has(key) || this.failed.has(name)) continue;
        seen.add(name);
        missing.push({table, key, state});
      }
    };
    want(this.state);
    const dial = this.#ahead;
    if (dial) {
      const here = nearest(dial.values, this.state[dial.name]);
      const moving = this.#needed.filter((table) => table.keys.includes(dial.name)); // the others' entries are the same
      const order = dial.values.map((_, i) => i).sort((a, b) => Math.abs(a - here) - Math.abs(b - here));
      for (const i of order) {
        if (missing.length >= AT_ONCE) break;
        want({...this.state, [dial.name]: dial.values[i]}, moving);
      }
    }
    if (!missing.length) {
      this.#whole = dial ? this.#along(dial) : "";
      return;
    }
    this.busy = true;
    this.source.ask(missing);
  }

  /** The dial that was touched, unless all its stops are here or cannot be kept. */
  get #ahead() {
    const dial = this.touched ? this.dial(this.touched) : undefined;
    if (!dial || dial.live || dial.kind !== "number" || !this.spec.tables.every((table) => table.kept))
      return undefined;
    return this.#whole === this.#along(dial) ? undefined : dial;
  }

  /**
   * What is the same all along a dial: once its stops are here there is nothing to look for.
   * @param {Dial} dial
   */
  #along(dial) {
    const keys = this.needs({...this.state, [dial.name]: dial.values[0]}).map(({table, key}) => `${table} ${key}`);
    return [dial.name, ...keys].join("; ");
  }

  /** @param {Message} message */
  receive({entry, error, table, key, done}) {
    if (entry) {
      this.#keep(entry.table, entry.key, entry.tree);
      if (this.needs().some((each) => each.table === entry.table && each.key === entry.key)) this.draw();
    } else if (error) {
      const name = `${table} ${key}`;
      this.failed.set(name, error);
      if (this.needs().some((each) => `${each.table} ${each.key}` === name)) this.fail(error);
    } else if (done) {
      this.busy = false;
      this.pump();
      if (!this.busy && this.#fresh) this.draw(); // a picture may show the whole path
    }
  }

  /**
   * @param {string} table
   * @param {string} key
   * @param {any} tree
   */
  #keep(table, key, tree) {
    const kept = this.entries.get(table);
    if (!kept) return;
    if (!this.spec.tables.some((each) => each.name === table && each.kept)) kept.clear();
    else if (kept.size >= MOST_ENTRIES) kept.delete(kept.keys().next().value ?? "");
    kept.set(key, tree);
    this.#fresh = true;
  }

  /**
   * Show what went wrong; the old picture stays.
   * @param {string} text
   */
  fail(text) {
    this.alarm.textContent = text;
    this.alarm.hidden = false;
  }

  /** Keep the state where it can be found again: here in the page's address. */
  save() {
    if (!this.spec.page) return;
    clearTimeout(this.saving);
    this.saving = setTimeout(() => Address.write(this), REST);
  }

  /** @param {{hash: string}} address */
  restore(address = location) {
    const {state, look, asks} = Address.read(this.spec, address);
    const language = Address.language(address);
    if (language !== spokenLanguage() && offeredLanguages(this.spec.words).includes(language)) {
      speak(language, this.spec.words);
      this.reword();
    }
    this.state = Object.freeze({...this.first, ...state});
    if (look) this.theme = look;
    if (Object.keys(state).length && !asks) this.guess?.close();
  }

  /** Put the address of what is shown where it can be pasted. */
  #copy() {
    Address.write(this);
    return navigator.clipboard.writeText(location.href);
  }
}
