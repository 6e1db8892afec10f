// The controls: one labelled native input for each dial, so that keyboards and screen readers work as everywhere.

/** @import {Moves, Row} from "./row.js" */
/** @import {Dial, Point, Spec, State} from "./types.js" */
import {countsRow} from "./counts_row.js";
import {active} from "./dials.js";
import {focusedBeside, make, uniqueId} from "./dom.js";
import {labelled, numberRow} from "./row.js";
import {say} from "./words.js";

export class Panel {
  /** @type {Map<string, Row>} */
  rows = new Map();

  /**
   * @param {Spec} spec
   * @param {Moves} moves
   */
  constructor(spec, moves) {
    this.spec = spec;
    const id = uniqueId();
    const front = make("div", {class: "dials"});
    const back = make("div", {class: "dials"});
    for (const dial of spec.dials) {
      if (dial.values.length === 1) continue; // nothing to choose
      const row = ROWS[dial.kind](id, dial, moves);
      this.rows.set(dial.name, row);
      (dial.more ? back : front).append(row.element);
    }
    this.more = make("details", {class: "more"}, make("summary", {}, say("More controls")), back);
    this.element = make("div", {class: "panel"}, front, this.more);
  }

  /**
   * Forget what a reader has typed and the state does not hold.
   * @param {State} state
   */
  reset(state) {
    for (const [name, row] of this.rows) row.reset?.(state[name]);
  }

  /**
   * Show the state: values, and only the dials that count.
   * @param {State} state
   */
  update(state) {
    const {spec} = this;
    for (const dial of spec.dials) {
      const row = this.rows.get(dial.name);
      if (!row) continue;
      const counts = active(spec, dial, state);
      if (row.element.hidden === counts) row.element.hidden = !counts;
      if (counts) row.show(state[dial.name]);
    }
    const behind = spec.dials.some((dial) => dial.more && this.rows.has(dial.name) && active(spec, dial, state));
    if (this.more.hidden === behind) this.more.hidden = !behind;
  }
}

/** @type {Record<Dial["kind"], (id: string, dial: Dial, moves: Moves) => Row>} */
const ROWS = {
  number: numberRow,
  choice(id, dial, moves) {
    const input = make("select", {}, ...dial.values.map((value, i) => make("option", {value}, say(dial.words[i]))));
    input.addEventListener("change", () => moves.set(dial.name, input.value, {done: true}));
    const show = (/** @type {string} */ value) => {
      input.value = value;
    };
    return {element: labelled(id, dial, input), show};
  },
  flag(id, dial, moves) {
    const input = make("input", {type: "checkbox"});
    input.addEventListener("change", () => moves.set(dial.name, input.checked, {done: true}));
    const show = (/** @type {boolean} */ value) => {
      input.checked = value;
    };
    return {element: labelled(id, dial, input), show};
  },
  text(id, dial, moves) {
    const input = make("input", {type: "text", spellcheck: "false", autocomplete: "off"});
    const said = () => moves.set(dial.name, input.value, {done: true});
    input.addEventListener("change", said);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") said(); // no form, so no change yet
    });
    const show = (/** @type {string} */ value) => {
      if (focusedBeside(input) !== input) input.value = value;
    };
    return {element: labelled(id, dial, input), show};
  },
  counts: countsRow,
  points(_, dial, moves) {
    const output = make("output", {});
    const more = make("button", {type: "button", onclick: () => moves.add?.(dial.name)}, say("Add one"));
    const none = () => moves.set(dial.name, [], {done: true});
    const clear = make("button", {type: "button", onclick: none}, say("Clear"));
    const element = make(
      "div",
      {class: "dial points", role: "group", "aria-label": say(dial.label)},
      make("span", {class: "label"}, say(dial.label)),
      output,
      make("p", {class: "hint"}, say(dial.help)),
      make("div", {class: "buttons"}, more, clear),
    );
    const show = (/** @type {readonly Point[]} */ value) => {
      output.textContent = String(value.length);
      clear.disabled = !value.length;
    };
    return {element, show};
  },
};
