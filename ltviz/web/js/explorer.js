// An explorer: state, the entries that it has, the picture, and what is asked for next.

const MOST_ENTRIES = 4000;
const AT_ONCE = 24;
const HIDDEN = "The answer is hidden until you have guessed.";

class Explorer {
  /**
   * @param {HTMLElement} root emptied and filled
   * @param {object} spec a card, as ltviz.web.spec gives it
   * @param {object} source {ask([{table, key, state}]), onmessage, close()}; messages: {entry: {table, key, tree}}
   *   with arrays put back, {error: text, table, key}, {done: true}, {spec}
   */
  constructor(root, spec, source) {
    this.root = root;
    this.spec = spec;
    this.source = source;
    this.first = {...spec.state};
    this.state = {...spec.state};
    this.entries = new Map(spec.tables.map((table) => [table.name, new Map()]));
    this.wanted = new Set(); // tables behind a button that are asked for
    this.failed = new Map();
    this.touched = null;
    this.busy = false;
    this.theme = spec.theme;
    buildStage(this);
    if (spec.page) this.restore();
    source.onmessage = (message) => this.receive(message);
    this.listen();
    this.restyle();
    this.moved();
  }

  listen() {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const again = () => { this.restyle(); this.draw(); };
    dark.addEventListener("change", again);
    const lab = new MutationObserver(again);
    lab.observe(document.body, {attributes: true, attributeFilter: ["data-jp-theme-light"]});
    let width = 0;
    const size = new ResizeObserver(([entry]) => {
      if (Math.abs(entry.contentRect.width - width) < 1) return;
      width = entry.contentRect.width;
      this.picture.resize?.();
      this.draw();
    });
    size.observe(this.host);
    // The event's own address: by now the one above may have been written over.
    const hash = (event) => { this.restore(new URL(event.newURL)); this.restyle(); this.moved(); };
    if (this.spec.page) addEventListener("hashchange", hash);
    this.close = () => {
      dark.removeEventListener("change", again);
      removeEventListener("hashchange", hash);
      lab.disconnect();
      size.disconnect();
      clearTimeout(this.saying);
      clearTimeout(this.saving);
      this.source.close?.();
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
    const {look} = this;
    this.look_.value = this.theme;
    for (const name of ["ink", "paper", "muted", "grid"]) this.section.style.setProperty(`--${name}`, look[name]);
    this.section.style.setProperty("--accent", look.palette[0]);
    this.section.style.setProperty("--size", `${look.size}px`);
    this.section.style.colorScheme = this.lookName === "dark" ? "dark" : "light"; // the browser's own controls
    this.section.dataset.look = this.lookName;
    if (this.spec.page) document.documentElement.style.background = look.paper;
  }

  /** Whether the reader is to guess first: the truth is hidden and the dials wait. */
  get asking() {
    return this.guess !== null && this.guess.open;
  }

  dial(name) {
    return this.spec.dials.find((each) => each.name === name);
  }

  /** The stops of a dial. */
  values(name) {
    return this.dial(name).values;
  }

  /** Move a dial, to the nearest stop where it is a number. */
  set(name, value, {done = true} = {}) {
    const dial = this.dial(name);
    const at = dial.kind === "number" ? dial.values[nearest(dial.values, value)] : value;
    if (this.asking) return; // first the guess
    if (at !== this.state[name]) {
      if (this.guess && !this.guess.closed) this.guess.close(); // it was about another state
      this.state = {...this.state, [name]: at};
      this.moved();
    } else if (done) this.save();
  }

  /** A hand is on this dial: its stops are fetched, those near the handle first. */
  touch(name) {
    this.touched = name;
    this.pump();
  }

  reset() {
    this.state = {...this.first};
    this.wanted.clear();
    for (const button of this.asks.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", "false");
    this.guess?.reset();
    this.picture.reset?.();
    for (const row of this.panel.rows.values()) row.reset?.();
    this.moved();
  }

  /** Go to a state stop by stop, so that the eye can follow; at once where motion is not wanted. */
  walk(target) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const steps = still ? 1 : 20;
    const from = {...this.state};
    let k = 0;
    const step = () => {
      k += 1;
      const next = {...this.state};
      for (const [name, value] of Object.entries(target)) {
        const {kind, values} = this.dial(name);
        if (kind !== "number" || k === steps) next[name] = value;
        else {
          const [a, b] = [nearest(values, from[name]), nearest(values, value)];
          next[name] = values[Math.round(a + ((b - a) * k) / steps)];
        }
      }
      this.state = next;
      this.moved();
      if (k < steps) setTimeout(step, 30);
    };
    step();
  }

  moved() {
    this.failed.clear(); // what failed is asked for again at the next move only
    this.panel.update();
    this.draw();
    this.pump();
    this.save();
  }

  /** The name of a table's entry: the places of its dials' values. */
  key(table, state = this.state) {
    return table.keys.map((name) => {
      const dial = this.dial(name);
      if (!active(this.spec, dial, state)) return "-";
      return dial.values.length ? nearest(dial.values, state[name]) : JSON.stringify(state[name]);
    }).join(",");
  }

  needs(state = this.state) {
    return this.spec.tables
      .filter((table) => !table.asked || this.wanted.has(table.name))
      .map((table) => ({table: table.name, key: this.key(table, state), kept: table.kept}));
  }

  /** Draw the state if all that it needs is here; until then the old picture stays. */
  draw() {
    const {look} = this;
    const entries = {};
    for (const {table, key} of this.needs()) {
      entries[table] = this.entries.get(table).get(key);
      if (entries[table] === undefined) {
        this.section.setAttribute("aria-busy", "true");
        return false;
      }
    }
    this.section.removeAttribute("aria-busy");
    this.alarm.hidden = true;
    const guess = this.guess ? this.guess.drawn : null;
    const {asking} = this;
    let told;
    try {
      told = this.picture.draw({state: this.state, entries, guess, asking, look});
    } catch (error) {
      this.fail(`The picture could not be drawn: ${error.message}`);
      throw error;
    }
    this.told = told;
    this.numbers.classList.toggle("hidden", asking);
    for (const each of [this.panel.element, this.asks]) each.inert = asking;
    this.note.hidden = asking || !this.spec.note;
    const {numbers, says} = told; // the numbers keep their room while they are hidden
    this.tell({numbers: asking ? numbers.map(([name]) => [name, "?"]) : numbers, says: asking ? HIDDEN : says});
    this.guess?.compare(told.values);
    this.drawn = (this.drawn || 0) + 1;
    return true;
  }

  tell({numbers, says}) {
    if (this.numbers.childElementCount !== numbers.length) {
      this.numbers.replaceChildren(...numbers.map(() => make("div", {}, make("dt"), make("dd"))));
    }
    numbers.forEach(([name, value], i) => {
      const [dt, dd] = this.numbers.children[i].children;
      if (dt.textContent !== name) dt.textContent = name;
      if (dd.textContent !== value) dd.textContent = value;
    });
    // read aloud once the hand rests, not at every stop
    clearTimeout(this.saying);
    this.saying = setTimeout(() => {
      this.says.textContent = says;
      this.host.setAttribute("aria-label", says);
    }, this.says.textContent ? 300 : 0);
  }

  /** Ask for what is missing, one request at a time: the state's own entries, then those near the handle. */
  pump() {
    if (this.busy) return;
    const missing = [];
    const seen = new Set();
    const want = (state) => {
      for (const {table, key} of this.needs(state)) {
        const name = `${table} ${key}`;
        if (seen.has(name) || this.entries.get(table).has(key) || this.failed.has(name)) continue;
        seen.add(name);
        missing.push({table, key, state});
      }
    };
    want(this.state);
    const dial = this.touched && this.dial(this.touched);
    if (dial && !dial.live && dial.kind === "number" && this.spec.tables.every((table) => table.kept)) {
      const here = nearest(dial.values, this.state[dial.name]);
      const order = dial.values.map((_, i) => i).sort((a, b) => Math.abs(a - here) - Math.abs(b - here));
      for (const i of order) {
        if (missing.length >= AT_ONCE) break;
        want({...this.state, [dial.name]: dial.values[i]});
      }
    }
    if (!missing.length) return;
    this.busy = true;
    this.source.ask(missing);
  }

  receive(message) {
    if (message.entry) {
      const {table, key, tree} = message.entry;
      const kept = this.entries.get(table);
      if (!this.spec.tables.find((each) => each.name === table).kept) kept.clear();
      else if (kept.size >= MOST_ENTRIES) kept.delete(kept.keys().next().value);
      kept.set(key, tree);
      if (this.needs().some((each) => each.table === table && each.key === key)) this.draw();
    } else if (message.error) {
      const name = `${message.table} ${message.key}`;
      this.failed.set(name, message.error);
      if (this.needs().some((each) => `${each.table} ${each.key}` === name)) this.fail(message.error);
    } else if (message.done) {
      this.busy = false;
      this.pump();
      if (!this.busy) this.draw(); // a picture may show the whole path
    }
  }

  /** Show what went wrong; the old picture stays. */
  fail(text) {
    this.alarm.textContent = text;
    this.alarm.hidden = false;
  }

  save() {
    if (!this.spec.page) return;
    clearTimeout(this.saving);
    this.saving = setTimeout(() => Address.write(this), 150);
  }

  restore(address = location) {
    const {state, look} = Address.read(this, address);
    this.state = {...this.first, ...state};
    if (look) this.theme = look;
    if (Object.keys(state).length) this.guess?.close();
  }
}
