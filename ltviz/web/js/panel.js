// The controls: one labelled native input for each dial, so that keyboards and screen readers work as everywhere.

/** @import {Dial, Point, Spec, State, Value} from "./types.js" */
import {active, nearest, valueText} from "./dials.js";
import {make} from "./dom.js";

/**
 * Told of each move.
 * @typedef {object} Moves
 * @property {(name: string, value: Value, how: {done: boolean}) => void} set
 * @property {(name: string) => void} touch
 * @property {(name: string) => void} [add] one more point to those of a dial
 */

/** @typedef {{element: HTMLElement, show: (value: any) => void}} Row */

let panels = 0; // ids must differ between the explorers of one page

/** The start of the ids of one more panel. */
export function nextId() {
  return `ltviz${++panels}`;
}

export class Panel {
  /** @type {Map<string, Row>} */
  rows = new Map();

  /**
   * @param {Spec} spec
   * @param {Moves} moves
   */
  constructor(spec, moves) {
    this.spec = spec;
    const id = nextId();
    const front = make("div", {class: "dials"});
    const back = make("div", {class: "dials"});
    for (const dial of spec.dials) {
      if (dial.values.length === 1) continue; // nothing to choose
      const row = ROWS[dial.kind](id, dial, moves);
      this.rows.set(dial.name, row);
      (dial.more ? back : front).append(row.element);
    }
    this.more = make("details", {class: "more"}, make("summary", {}, "More controls"), back);
    this.element = make("div", {class: "panel"}, front, this.more);
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
      row.element.hidden = !active(spec, dial, state);
      row.show(state[dial.name]);
    }
    const behind = spec.dials.some((dial) => dial.more && this.rows.has(dial.name) && active(spec, dial, state));
    this.more.hidden = !behind;
  }
}

/**
 * @param {string} id of the panel
 * @param {Dial} dial
 * @param {HTMLElement} input
 * @param {...HTMLElement} more
 */
function labelled(id, dial, input, ...more) {
  input.id = `${id}-${dial.name}`;
  input.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab takes arrow keys even from a range
  if (dial.help) input.title = dial.help;
  return make("div", {class: `dial ${dial.kind}`}, make("label", {for: input.id}, dial.label), ...more, input);
}

/** @type {Record<Dial["kind"], (id: string, dial: Dial, moves: Moves) => Row>} */
const ROWS = {
  number: numberRow,
  choice(id, dial, moves) {
    const input = make("select", {}, ...dial.values.map((value, i) => make("option", {value}, dial.words[i])));
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
      if (document.activeElement !== input) input.value = value;
    };
    return {element: labelled(id, dial, input), show};
  },
  points(_, dial, moves) {
    const output = make("output", {});
    const more = make("button", {type: "button", onclick: () => moves.add?.(dial.name)}, "Add one");
    const none = () => moves.set(dial.name, [], {done: true});
    const clear = make("button", {type: "button", onclick: none}, "Clear");
    const element = make(
      "div",
      {class: "dial points", role: "group", "aria-label": dial.label},
      make("span", {class: "label"}, dial.label),
      output,
      make("p", {class: "hint"}, dial.help),
      make("div", {class: "buttons"}, more, clear),
    );
    const show = (/** @type {readonly Point[]} */ value) => {
      output.textContent = String(value.length);
      clear.disabled = !value.length;
    };
    return {element, show};
  },
};

/**
 * A slider over the stops.
 * @param {string} id
 * @param {Dial} dial
 * @param {Moves} moves
 * @returns {Row}
 */
export function numberRow(id, dial, moves) {
  const input = make("input", {type: "range", min: 0, max: dial.values.length - 1, step: 1});
  const output = make("output", {});
  const move = (/** @type {boolean} */ done) => moves.set(dial.name, dial.values[input.valueAsNumber], {done});
  input.addEventListener("input", () => move(false));
  input.addEventListener("change", () => move(true));
  for (const event of ["pointerdown", "keydown"]) input.addEventListener(event, () => moves.touch(dial.name));
  const show = (/** @type {number} */ value) => {
    const at = String(nearest(dial.values, value));
    if (input.value !== at) input.value = at;
    const text = valueText(dial, value);
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  return {element: labelled(id, dial, input, output), show};
}
