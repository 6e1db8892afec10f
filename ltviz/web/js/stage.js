// What stands around a picture.

/** Fill an explorer's root: heading, numbers, picture, guess, dials, buttons, words. */
function buildStage(explorer) {
  const {spec} = explorer;
  explorer.panel = new Panel(explorer);
  explorer.guess = spec.guess ? new GuessBox(explorer) : null;
  explorer.host = make("div", {class: "picture", role: "img", "aria-label": spec.title});
  explorer.numbers = make("dl", {class: "numbers"});
  explorer.says = make("p", {class: "says", role: "status", "aria-live": "polite"});
  explorer.alarm = make("p", {class: "alarm", role: "alert", hidden: true});
  explorer.asks = make("div", {class: "buttons"});
  explorer.note = make("p", {class: "note", hidden: true}, spec.note);
  const words = make("div", {class: "words"}, explorer.says, explorer.note);
  for (const table of spec.tables.filter((each) => each.asked)) {
    const press = () => {
      if (!explorer.wanted.delete(table.name)) explorer.wanted.add(table.name);
      button.setAttribute("aria-pressed", explorer.wanted.has(table.name));
      explorer.moved();
    };
    const button = make("button", {type: "button", "aria-pressed": "false", onclick: press}, table.asked);
    explorer.asks.append(button);
  }
  const reset = make("button", {type: "button", onclick: () => explorer.reset()}, "Reset");
  const themes = ["auto", "light", "dark", "projector"].map((name) => make("option", {value: name}, name));
  explorer.look_ = make("select", {}, ...themes);
  explorer.look_.addEventListener("change", () => { explorer.theme = explorer.look_.value; explorer.restyle(); explorer.draw(); explorer.save(); });
  const look = make("label", {class: "look"}, "look ", explorer.look_);
  const head = make("header", {}, make(spec.page ? "h1" : "h2", {}, spec.title), look);
  // the attribute keeps JupyterLab from taking the arrow keys for itself
  explorer.root.replaceChildren(make(
    "section", {class: "ltviz", "data-lm-suppress-shortcuts": "true", "aria-label": spec.title},
    head, make("p", {class: "question"}, spec.question),
    make("div", {class: "stage"}, explorer.numbers, explorer.host, make(
      "div", {class: "side"}, ...(explorer.guess ? [explorer.guess.element] : []), explorer.panel.element,
      make("div", {class: "buttons"}, explorer.asks, reset), explorer.alarm,
    ), words),
  ));
  explorer.section = explorer.root.firstChild;
  explorer.section.ltviz = explorer; // for tests and for a teacher's console
  explorer.picture = new PICTURES[spec.picture](explorer.host, explorer);
}
