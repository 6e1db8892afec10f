// The decision map: regions, points, the learned boundary and the two Bayes boundaries, in one panel for each loss.

const RESOLUTION = 100;
const FAN = 41; // a fan of boundaries needs fewer nodes than the map

PICTURES.map = class {
  constructor(host, explorer) {
    this.explorer = explorer;
    this.tails = explorer.spec.tables.map(({name}) => name).filter((name) => /^fit(_\d+)?$/.test(name))
      .map((name) => name.slice(3));
    this.key = host.appendChild(make("div", {class: "key"}));
    const row = host.appendChild(make("div", {class: "panels"}));
    this.panels = this.tails.map((tail) => {
      const place = row.appendChild(make("div", {}, make("h3", {})));
      return {tail, title: place.firstChild, plot: new Plot(place, {equal: true, grid: false}), points: document.createElement("canvas")};
    });
    explorer.section.style.setProperty("--widest", `max(20em, ${1.25 * this.tails.length} * (100vh - 16em))`); // a panel fits on the screen
    if (this.tails.length === 1) this.panels[0].title.hidden = true;
    this.hands();
  }

  /** A drag moves the guess while it is open; where points may be added, click adds, drag moves, shift-click removes. */
  hands() {
    const {explorer} = this;
    const adding = explorer.spec.dials.find(({name}) => name === "added")?.values.length === 0;
    for (const {plot} of explorer.guess || adding ? this.panels : []) {
      plot.onDrag(({x, y, start, done}) => {
        if (explorer.asking) explorer.guess.move(this.axis.along(x, y));
        else if (adding) this.drag(plot, {x, y, start, done});
      }, {both: adding});
      if (adding) plot.onClick((at) => explorer.asking || this.click(plot, at));
    }
  }
  near(plot, x, y) {
    return this.explorer.state.added.findIndex(([px, py]) =>
      Math.hypot(plot.px(px) - plot.px(x), plot.py(py) - plot.py(y)) < 12);
  }

  drag(plot, {x, y, start, done}) {
    const {added} = this.explorer.state;
    if (start) this.held = this.near(plot, x, y);
    else if (this.held >= 0) {
      this.explorer.set("added", added.map((point, i) => (i === this.held ? [x, y, point[2]] : point)), {done});
    }
    if (done) this.held = -1;
  }

  click(plot, {x, y, shift}) {
    const {added} = this.explorer.state;
    const hit = this.near(plot, x, y);
    if (shift && hit >= 0) this.explorer.set("added", added.filter((_, i) => i !== hit));
    else if (hit < 0 && !shift) this.explorer.set("added", [...added, [x, y, this.rarest]]);
  }

  /** A further point of the rarest class, for a hand without a mouse: the next of its own that were not drawn. */
  another() {
    const {points: {points}, problem} = this.entries;
    const at = 2 * (this.rarest * points.shape[1] + problem.drawn[this.rarest] + this.explorer.state.added.length);
    return [points[at], points[at + 1], this.rarest];
  }

  draw({state, entries, guess, asking, look}) {
    this.entries = entries;
    const {points, problem} = entries;
    this.rarest = problem.rarest;
    if (this.seen !== points) {
      this.seen = points;
      this.grid = gridPoints(points.extent, RESOLUTION);
      this.axis = points.axis ? alongAxis(points.axis) : null;
      for (const panel of this.panels) {
        panel.onGrid = new Evaluator(this.grid);
        panel.onTest = new Evaluator(points.test);
        panel.onAxis = this.axis && new Evaluator(this.axis.points);
        panel.ghostGrid = new Evaluator(this.grid);
      }
      this.fans = [];
    }
    this.legend({entries, guess, asking, look});
    const shift = problem.prior.map((p) => (state.posthoc || 0) * Math.log(p));
    const told = this.panels.map((panel) => this.panel(panel, {state, entries, guess, asking, look, shift}));
    return this.say(told, {state, entries, shift});
  }

  panel(panel, {state, entries, guess, asking, look, shift}) {
    const {plot, tail} = panel;
    const {points, problem} = entries;
    const [frame, fit] = [entries[`frame${tail}`], entries[`fit${tail}`]];
    const classes = points.points.shape[0];
    const [left, right, low, high] = points.extent;
    panel.title.textContent = fit.loss;
    plot.begin(look, {
      x: {title: `x (σ\u00a0=\u00a0${written(points.sigma)})`, low: left, high: right}, y: {title: "y (distance)", low, high},
    });

    const scores = shifted(panel.onGrid.scores(frame, fit), shift);
    panel.cells = decided(scores, classes);
    this.paint(panel, {points, problem, asking, look});
    if (!asking) this.lines(panel, {entries, scores, shift, classes, look});
    const predicted = decided(shifted(panel.onTest.scores(frame, fit), shift), classes);
    const shares = byClass(predicted, classes);
    const told = {
      loss: fit.loss,
      balanced: shares.reduce((sum, each) => sum + each, 0) / classes,
      overall: shares.reduce((sum, each, c) => sum + each * problem.prior[c], 0),
      place: this.axis && this.axis.place(shifted(panel.onAxis.scores(frame, fit), shift)),
    };
    if (this.axis && guess !== null) this.across(plot, guess, {dash: "dot", colour: look.palette[9]}, high - low);
    if (!asking && told.place !== null) this.outside(plot, told.place, look);
    for (const [x, y] of state.added || []) plot.dots([x], [y], {colour: "none", size: 2.2, outline: look.ink});
    return told;
  }

  /** Bayes, cross-entropy, other samples, and the learned boundary on top. */
  lines({plot, ghostGrid}, {entries, scores, shift, classes, look}) {
    const {points, problem} = entries;
    for (const [kind, dash] of [["bayes_training", "dot"], ["bayes_balanced", "dash"]]) {
      for (const piece of problem[kind]) {
        const xs = Array.from({length: piece.shape[0]}, (_, i) => piece[2 * i]);
        plot.line(xs, xs.map((_, i) => piece[2 * i + 1]), {colour: look.ink, dash, width: 0.8});
      }
    }
    if (entries.ghost_fit) {
      const old = ghostGrid.scores(entries.ghost_frame, entries.ghost_fit);
      this.boundary(plot, this.grid, RESOLUTION, old, classes, {colour: look.muted, dash: "longdash", width: 1});
    }
    if (entries.fan) this.fan(plot, entries.fan, points, shift, look);
    this.boundary(plot, this.grid, RESOLUTION, scores, classes, {colour: look.ink, width: 1.3});
  }

  /** One legend for all panels. */
  legend({entries, guess, asking, look}) {
    const {problem} = entries;
    const counts = Array.from(problem.counts, (n, c) => ({
      name: `class ${c} (n\u00a0=\u00a0${written(n)})`, colour: look.palette[c], marker: look.markers[c],
    }));
    showLegend(this.key, look, [
      ...counts,
      ...(asking ? [] : [
        {name: "learned", colour: look.ink, dash: "solid"},
        ...(entries.ghost_fit ? [{name: "cross-entropy", colour: look.muted, dash: "longdash"}] : []),
        ...(entries.fan ? [{name: "other samples", colour: look.muted, dash: "solid"}] : []),
        {name: "Bayes, training prior", colour: look.ink, dash: "dot"},
        {name: "Bayes, balanced", colour: look.ink, dash: "dash"},
      ]),
      ...(this.axis && guess !== null ? [{name: "your guess", colour: look.palette[9], dash: "dot"}] : []),
    ]);
  }

  /** Regions as pixels, and the points over them from a picture that is drawn once. */
  paint(panel, {points, problem, asking, look}) {
    const {plot, cells} = panel;
    const colours = look.palette.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
    const rgba = new Uint8ClampedArray(4 * cells.length);
    for (let i = 0; i < cells.length; i++) {
      const colour = colours[cells[i] % colours.length];
      rgba[4 * i] = colour[0];
      rgba[4 * i + 1] = colour[1];
      rgba[4 * i + 2] = colour[2];
      rgba[4 * i + 3] = asking ? 0 : 62;
    }
    plot.image(RESOLUTION, RESOLUTION, rgba, true);
    const {canvas} = plot;
    const same = panel.drawn && panel.drawn.points === points && panel.drawn.problem === problem
      && panel.drawn.look === look && panel.points.width === canvas.width && panel.points.height === canvas.height;
    if (!same) {
      panel.drawn = {points, problem, look};
      panel.points.width = canvas.width;
      panel.points.height = canvas.height;
      this.scatter(panel.points.getContext("2d"), plot, {points, problem, look});
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.drawImage(panel.points, 0, 0);
  }

  scatter(pen, plot, {points, problem, look}) {
    const ratio = pen.canvas.width / plot.box.width;
    pen.setTransform(ratio, 0, 0, ratio, -plot.box.left * ratio, -plot.box.top * ratio);
    const [classes, most] = points.points.shape;
    const order = Array.from({length: classes}, (_, c) => c).sort((a, b) => problem.drawn[b] - problem.drawn[a]);
    for (const c of order) { // the rarest last, on top
      const many = problem.drawn[c] > 100;
      const radius = (look.dot / 2) * (many ? 0.55 : 1);
      const mark = (x, y) => {
        const path = new Path2D(Marks.path(look.markers[c], plot.px(x), plot.py(y), radius));
        pen.globalAlpha = many ? 0.45 : 1;
        pen.fillStyle = look.palette[c];
        pen.fill(path);
        if (many) return;
        pen.strokeStyle = look.paper;
        pen.stroke(path);
      };
      for (let i = 0, at = 2 * c * most; i < problem.drawn[c]; i++, at += 2) mark(points.points[at], points.points[at + 1]);
      for (const [x, y, label] of problem.added || []) if (label === c) mark(x, y);
    }
  }

  boundary(plot, grid, resolution, scores, classes, style) {
    const segments = boundarySegments(grid, resolution, scores, classes);
    const [xs, ys] = [[], []];
    for (let i = 0; i < segments.length; i += 4) {
      xs.push(segments[i], segments[i + 2], NaN);
      ys.push(segments[i + 1], segments[i + 3], NaN);
    }
    plot.line(xs, ys, style);
  }

  /** The boundaries of other samples: thin, and measured along the axis. */
  fan(plot, fan, points, shift, look) {
    if (this.fanned !== fan) {
      this.fanned = fan;
      const grid = gridPoints(points.extent, FAN);
      this.fans = unstacked(fan).map((model) => (
        {model, grid, onGrid: new Evaluator(grid), onAxis: this.axis && new Evaluator(this.axis.points)}
      ));
    }
    const classes = points.points.shape[0];
    this.places = this.fans.map(({model, grid, onGrid, onAxis}) => {
      const scores = shifted(onGrid.scores(model, model), shift);
      this.boundary(plot, grid, FAN, scores, classes, {colour: look.muted, width: 0.6, opacity: 0.8});
      return onAxis && this.axis.place(shifted(onAxis.scores(model, model), shift));
    });
  }

  /** A straight line across the axis between the two classes, at a place in sigma. */
  across(plot, place, style, far) {
    const [ax, ay] = this.axis.at(place);
    const [ux, uy] = this.axis.across;
    plot.line([ax - far * ux, ax + far * ux], [ay - far * uy, ay + far * uy], {width: 1.4, ...style});
  }

  /** Say where the boundary is when the frame does not show it. */
  outside(plot, place, look) {
    const [x, y] = this.axis.at(place);
    if (x >= plot.x.low && x <= plot.x.high && y >= plot.y.low && y <= plot.y.high) return;
    const right = x > plot.x.high;
    const text = right ? "the boundary is outside →" : "← the boundary is outside";
    plot.text(right ? plot.x.high : plot.x.low, plot.y.low + 0.06 * (plot.y.high - plot.y.low), text, {
      anchor: right ? "end" : "start", dx: right ? -6 : 6, bold: true, colour: look.ink,
    });
  }

  say(told, {state, entries}) {
    const values = {};
    const numbers = [];
    told.forEach((each, k) => {
      const tail = this.tails[k];
      const name = told.length > 1 ? ` (${k ? "right" : "left"})` : "";
      values[`balanced${tail}`] = each.balanced;
      values[`overall${tail}`] = each.overall;
      if (this.axis) {
        values[`place${tail}`] = each.place;
        numbers.push([`boundary from the middle${name}`, each.place === null ? "none" : `${fixed(each.place, 2, true)}\u00a0σ`]);
      }
      numbers.push([`balanced accuracy${name}`, percent(each.balanced)], [`overall accuracy${name}`, percent(each.overall)]);
    });
    let others = "";
    if (entries.fan && this.axis && this.places) {
      const {mean, spread} = summary(this.places.filter((each) => each !== null));
      values.fan = mean;
      values.spread = spread;
      const found = `${fixed(mean, 2, true)} ± ${fixed(spread, 2)}\u00a0σ`;
      numbers.push([`${this.places.length} other samples`, found]);
      others = ` With ${this.places.length} other samples the boundary stands at ${found} (mean and deviation).`;
    }
    const {counts: n} = entries.problem;
    const rare = n.every((each) => each === n[0]) ? ["class 1's", "class 0's"] : ["the rare class's", "the frequent class's"];
    const counts = Array.from(n, (each) => written(each)).join(" to ");
    const each = told.map(({loss, place, balanced, overall}) => {
      const side = place > 0.005 ? ` in ${rare[0]} side` : place < -0.005 ? ` in ${rare[1]} side` : "";
      const where = place !== null ? ` draws its boundary ${fixed(Math.abs(place), 2)} σ from the middle${side}; it`
        : this.axis ? " says the same class everywhere; it" : "";
      return `${loss}${where} is right for ${percent(balanced)} with classes alike, ${percent(overall)} at the training prior.`;
    });
    const tau = state.posthoc ? ` After training, ${written(state.posthoc)} log prior is subtracted.` : "";
    return {values, numbers, says: `${counts} points. ${each.join(" ")}${tau}${others}`};
  }
};
