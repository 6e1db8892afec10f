// Guess first: a slider for the reader's guess, then the truth beside it.

class GuessBox {
  constructor(explorer) {
    const told = explorer.spec.guess;
    this.explorer = explorer;
    this.told = told;
    this.value = null;
    const count = Math.round((told.high - told.low) / told.step) + 1;
    const values = Array.from({length: count}, (_, i) => Number((told.low + i * told.step).toPrecision(10)));
    this.values = values;
    const dial = {name: "guess", label: told.label, unit: told.unit, kind: "number", values, help: "", when: {}};
    this.row = ROWS.number({id: `ltviz${++panels}`, explorer: {set: (_, value) => this.move(value), touch() {}}}, dial);
    this.answer = make("p", {class: "answer", role: "status", tabindex: -1});
    this.show = make("button", {type: "button", class: "first", onclick: () => this.reveal()}, "Show the truth");
    this.skip = make("button", {type: "button", onclick: () => this.close()}, "Skip");
    this.element = make(
      "fieldset", {class: "guess"}, make("legend", {}, "Guess first"), make("p", {}, told.prompt),
      this.row.element, make("div", {class: "buttons"}, this.show, this.skip), this.answer,
    );
    this.reset();
  }

  reset() {
    this.value = this.told.start;
    this.revealed = false;
    this.closed = false;
    this.answer.textContent = "";
    this.show.hidden = this.skip.hidden = false;
    this.row.element.hidden = false;
    this.element.hidden = false;
    this.row.show(this.value);
  }

  /** Whether the reader has neither guessed nor gone on without. */
  get open() {
    return !this.revealed && !this.closed;
  }

  /** What the picture draws as the guess: nothing once the reader has gone on without one. */
  get drawn() {
    return this.closed ? null : this.value;
  }

  move(value) {
    if (!this.open) return;
    this.value = this.values[nearest(this.values, value)];
    this.row.show(this.value);
    this.explorer.draw();
    this.explorer.touch(Object.keys(this.told.state)[0]); // the way to the truth is fetched meanwhile
  }

  close() {
    const held = this.element.contains(document.activeElement);
    this.closed = true;
    this.element.hidden = true;
    this.explorer.draw();
    if (held) this.explorer.panel.element.querySelector("input, select")?.focus();
  }

  /** Go to the state that was asked about and compare. */
  reveal() {
    this.revealed = true;
    this.show.hidden = this.skip.hidden = true;
    this.row.element.hidden = true;
    this.answer.focus();
    this.explorer.walk(this.told.state);
  }

  /** After a draw at the asked state: say how far the guess was off. */
  compare(values) {
    if (!this.revealed || this.answer.textContent) return;
    const {state} = this.explorer;
    if (!Object.entries(this.told.state).every(([name, value]) => state[name] === value)) return;
    const truth = values[this.told.truth];
    const unit = unitText(this.told.unit);
    const digits = Math.max(0, -Math.floor(Math.log10(this.told.step) + 1e-9));
    const [said, true_] = [this.value, truth].map((value) => fixed(value, digits) + unit);
    const off = Math.abs(this.value - truth);
    this.answer.textContent = off <= this.told.step / 2
      ? `Your guess ${said} is right.`
      : `You guessed ${said}; it is ${true_}: off by ${fixed(off, digits)}${unit}.`;
  }
}
