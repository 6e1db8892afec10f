// The controls: one labelled native input for each dial, so that keyboards and screen readers work as everywhere.

let panels = 0; // ids must differ between the explorers of one page

class Panel {
  /** @param {object} explorer reads spec and state; told of each move by set() and touch() */
  constructor(explorer) {
    this.explorer = explorer;
    this.id = `ltviz${++panels}`;
    this.rows = new Map();
    const front = make("div", {class: "dials"});
    const back = make("div", {class: "dials"});
    for (const dial of explorer.spec.dials) {
      if (dial.values.length === 1) continue; // nothing to choose
      const row = ROWS[dial.kind](this, dial);
      this.rows.set(dial.name, row);
      (dial.more ? back : front).append(row.element);
    }
    this.more = make("details", {class: "more"}, make("summary", {}, "More controls"), back);
    this.element = make("div", {class: "panel"}, front, this.more);
  }

  /** Show the state: values, and only the dials that count. */
  update() {
    const {spec, state} = this.explorer;
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

/** Whether a dial counts: every dial that it depends on has one of the values named, and counts itself. */
function active(spec, dial, state) {
  return Object.entries(dial.when).every(([name, values]) => {
    const other = spec.dials.find((each) => each.name === name);
    return values.includes(state[name]) && (!other || active(spec, other, state));
  });
}

/** A unit as it stands behind its number. */
function unitText(unit) {
  return unit === "degrees" || unit === "°" ? "°" : unit && `\u00a0${unit}`;
}

/** The value of a number dial in words, with its unit. */
function valueText(dial, value) {
  if (dial.kind === "choice") return dial.words[dial.values.indexOf(value)];
  if (dial.kind === "flag") return value ? "yes" : "no";
  return written(value, 6) + unitText(dial.unit);
}

function frame(panel, dial, input, ...more) {
  const id = `${panel.id}-${dial.name}`;
  input.id = id;
  input.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab takes arrow keys even from a range
  if (dial.help) input.title = dial.help;
  const label = make("label", {for: id}, dial.label);
  return make("div", {class: `dial ${dial.kind}`}, label, ...more, input);
}

const ROWS = {
  number(panel, dial) {
    const {explorer} = panel;
    const input = make("input", {type: "range", min: 0, max: dial.values.length - 1, step: 1});
    const output = make("output", {});
    const move = (done) => explorer.set(dial.name, dial.values[input.valueAsNumber], {done});
    input.addEventListener("input", () => move(false));
    input.addEventListener("change", () => move(true));
    for (const event of ["pointerdown", "keydown"]) input.addEventListener(event, () => explorer.touch(dial.name));
    return {
      element: frame(panel, dial, input, output),
      show(value) {
        const at = String(nearest(dial.values, value));
        if (input.value !== at) input.value = at;
        output.textContent = valueText(dial, value);
        input.setAttribute("aria-valuetext", output.textContent);
      },
    };
  },
  choice(panel, dial) {
    const options = dial.values.map((value, i) => make("option", {value}, dial.words[i]));
    const input = make("select", {}, ...options);
    input.addEventListener("change", () => panel.explorer.set(dial.name, input.value, {done: true}));
    return {element: frame(panel, dial, input), show(value) { input.value = value; }};
  },
  flag(panel, dial) {
    const input = make("input", {type: "checkbox"});
    input.addEventListener("change", () => panel.explorer.set(dial.name, input.checked, {done: true}));
    return {element: frame(panel, dial, input), show(value) { input.checked = value; }};
  },
  text(panel, dial) {
    const input = make("input", {type: "text", spellcheck: "false", autocomplete: "off"});
    const said = () => panel.explorer.set(dial.name, input.value, {done: true});
    input.addEventListener("change", said);
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") said(); }); // no form, so no change yet
    return {
      element: frame(panel, dial, input),
      show(value) { if (document.activeElement !== input) input.value = value; },
    };
  },
};

ROWS.points = (panel, dial) => {
  const {explorer} = panel;
  const output = make("output", {});
  const put = (points) => explorer.set(dial.name, points, {done: true});
  const more = make("button", {type: "button", onclick: () => put([...explorer.state[dial.name], explorer.picture.another()])}, "Add one");
  const clear = make("button", {type: "button", onclick: () => put([])}, "Clear");
  const element = make(
    "div", {class: "dial points", role: "group", "aria-label": dial.label},
    make("span", {class: "label"}, dial.label), output, make("p", {class: "hint"}, dial.help), make("div", {class: "buttons"}, more, clear),
  );
  return {
    element,
    show(value) {
      output.textContent = String(value.length);
      clear.disabled = !value.length;
    },
  };
};

/** The index of the stop nearest to a value. */
function nearest(values, value) {
  const exact = values.indexOf(value);
  if (exact >= 0) return exact;
  let best = 0;
  values.forEach((each, i) => { if (Math.abs(each - value) < Math.abs(values[best] - value)) best = i; });
  return best;
}
