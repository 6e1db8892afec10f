// DBM's wheel: a sample on the circle of class directions, turned away by its margins, and its place on their surface.

const RADIAN = Math.PI / 180;
const BACK = 180; // degrees: beyond it a cosine would rise again
const FAINTEST = 0.03; // degrees of margin at the surface's palest colour
const DEEPEST = 60;

PICTURES.wheel = class {
  constructor(host, explorer) {
    this.explorer = explorer;
    this.key = host.appendChild(make("div", {class: "key"}));
    const row = host.appendChild(make("div", {class: "panels"}));
    this.wheel = new Plot(row.appendChild(make("div", {})), {bare: true, equal: true});
    this.surface = new Plot(row.appendChild(make("div", {})), {
      x: {title: "n / smallest n (log scale)", log: true},
      y: {title: "difficulty (1 \u2212 cos \u03b8) / 2"}, aspect: 0.95,
    });
    const short = (degrees) => degrees - 360 * Math.round(degrees / 360);
    this.wheel.onDrag(({x, y, done}) => {
      const turned = Math.atan2(y, x) / RADIAN - this.direction;
      if (explorer.asking) explorer.guess.move(short(turned - explorer.spec.guess.state.angle));
      else explorer.set("angle", short(turned), {done});
    }, {both: true});
  }

  /** While the reader is asked, the sample stands where it was asked about, with the margin that was told. */
  draw({state, entries, guess, asking, look}) {
    const {wheel, surface} = entries;
    const angle = asking ? this.explorer.spec.guess.state.angle : state.angle;
    const at = this.explorer.values("angle").indexOf(angle);
    const theta = Math.abs(angle);
    const margins = {class: wheel.class_margins[wheel.own], whole: wheel.margin[at]};
    margins.instance = margins.whole - margins.class;
    this.direction = wheel.directions[wheel.own];
    showLegend(this.key, look, [
      {name: "class margin", colour: look.palette[wheel.own], marker: "square"},
      {name: "instance margin", colour: look.palette[3], marker: "square"},
    ]);
    this.drawWheel(wheel, {angle, theta, margins, guess, asking, look});
    this.drawSurface(surface, wheel, {at, asking, look});
    return this.tell(wheel, {at, theta, margins, scale: state.scale});
  }

  drawWheel(wheel, {angle, theta, margins, guess, asking, look}) {
    const plot = this.wheel;
    const {own, directions} = wheel;
    const way = angle < 0 ? -1 : 1;
    const sample = directions[own] + angle;
    const [known, whole] = [theta + margins.class, theta + (asking ? margins.class : margins.whole)];
    const end = placeOf(directions[own], way, whole);
    this.narrow = plot.root.clientWidth < 26 * look.size;
    const room = plot.root.clientWidth / 2;
    const radius = this.radius(room, look.size);
    const low = Math.min(-1.12, -0.5 - (5.4 * look.size) / radius, end[1] - (1.5 * look.size) / radius);
    plot.begin(look, {x: {low: -room / radius, high: room / radius}, y: {low, high: 1 + (4.9 * look.size) / radius}});
    this.circle(plot, wheel, look);
    for (let c = 0; c < directions.length; c++) this.direct(plot, wheel, c, {radius, look});
    if (theta > 8) {
      this.arc(plot, 0.28, directions[own], sample, {colour: look.muted, width: 0.8});
      const [x, y] = onCircle(0.46, directions[own] + angle / 2);
      plot.text(x, y, `${theta}\u00b0`, {anchor: "middle"});
    }
    this.turn(plot, {from: directions[own], way}, theta, known, {colour: look.palette[own], opacity: 0.4});
    if (whole - known > 1e-6) this.turn(plot, {from: directions[own], way}, known, whole, {colour: look.palette[3], opacity: 0.55});
    if (guess !== null) this.guess(plot, directions[own], guess, {radius, asking, look});
    plot.line([0, Math.cos(sample * RADIAN)], [0, Math.sin(sample * RADIAN)], {colour: look.ink, width: 0.9});
    if (!asking) plot.dots([end[0]], [end[1]], {colour: look.paper, marker: look.markers[own], size: 1.1, outline: look.ink});
    if (whole > BACK) this.continued(plot, end, {radius, look});
    const [sx, sy] = onCircle(1, sample);
    plot.dots([sx], [sy], {colour: look.palette[own], marker: look.markers[own], size: 1.6, outline: look.ink});
  }

  /** The circle's radius in pixels: what the labels below the lower classes leave. */
  radius(room, size) {
    const width = (this.narrow ? 3.75 : 6.2) * size;
    let radius = room / 1.3; // a turned sample may leave the circle by half
    while (radius > 0.4 * room && beside(radius, size) + width > room) radius -= 1;
    return radius;
  }

  /** One margin: round the circle to the back, and from there straight out, where the loss goes on below a cosine of -1. */
  turn(plot, {from, way}, start, end, {colour, opacity}) {
    const [a, b] = [start, end].map((degrees) => from + way * Math.min(degrees, BACK));
    if (a !== b) {
      const [xs, ys] = arcOf(1, a, b);
      plot.line([0, ...xs], [0, ...ys], {colour: "none", fill: colour, opacity, close: true});
      this.arc(plot, 1.07, a, b, {colour, width: 2.4});
    }
    if (end <= BACK) return;
    const ends = [Math.max(start, BACK), end].map((degrees) => placeOf(from, way, degrees));
    plot.line(ends.map(([x]) => x), ends.map(([, y]) => y), {colour, width: 2.4});
  }

  /** The word at a turned sample that has left the circle: outside of it, and of the arc around it. */
  continued(plot, [x, y], {radius, look}) {
    const size = 0.85 * look.size;
    const half = plot.textWidth("continued", size) / 2 / radius;
    const side = x < -0.1 ? -1 : 1; // at the foot it stands to the right
    const near = side * x + (y < -0.9 ? 1 : -1) * (1.2 * look.dot) / radius;
    const inner = Math.min(plot.x.high - 2 * half, near);
    const clear = Math.sqrt(Math.max(0, 1.12 ** 2 - inner ** 2)) + (0.6 * size) / radius;
    const height = y < -0.9 ? Math.min(y, -clear) : Math.max(y + (1.3 * size) / radius, clear);
    plot.text(side * (inner + half), height, "continued", {anchor: "middle", size: 0.85});
  }

  /** The circle, in the colour of the class that is nearest there. */
  circle(plot, {directions, rival, hard, own}, look) {
    const turns = this.explorer.values("angle");
    for (let c = 0; c < directions.length; c++) {
      const place = (k) => onCircle(1, directions[own] + turns[k]);
      const here = turns.map((_, k) => (hard[k] ? rival[k] : own) === c);
      const xs = turns.map((_, k) => (here[k] || here[k - 1] ? place(k)[0] : NaN));
      const ys = turns.map((_, k) => (here[k] || here[k - 1] ? place(k)[1] : NaN));
      plot.line(xs, ys, {colour: look.palette[c], width: 1.4});
    }
  }

  direct(plot, {directions, counts, class_margins, own}, c, {radius, look}) {
    const [x, y] = onCircle(1, directions[c]);
    plot.line([0, x], [0, y], {colour: look.palette[c], width: c === own ? 1 : 0.6, dash: look.dashes[c]});
    plot.dots([x], [y], {colour: look.palette[c], marker: look.markers[c], size: 1.2});
    const top = Math.abs(x) < 0.1; // its label stands above the circle, the others' below their places
    const margin = (this.narrow ? "" : "margin ") + inDegrees(class_margins[c]);
    const lines = [`class ${c}`, `n\u00a0=\u00a0${written(counts[c])}`, margin];
    const place = top ? {anchor: "middle"} : {anchor: x < 0 ? "end" : "start", dx: Math.sign(x) * beside(radius, look.size) - x * radius};
    lines.forEach((text, i) => plot.text(x, y, text, {
      ...place, bold: c === own && i === 0, dy: look.size * (1.25 * i + (top ? -3.9 : 2.4)),
    }));
  }

  /** The guess belongs to the angle that is asked about; its words stand where nothing else does. */
  guess(plot, direction, guess, {radius, asking, look}) {
    const from = direction + this.explorer.spec.guess.state.angle;
    const style = guessed(look);
    const [x, y] = onCircle(1, from + guess);
    plot.line([0, x], [0, y], style);
    this.arc(plot, 0.62, from, from + guess, style);
    if (asking) plot.dots([0.8 * x], [0.8 * y], {colour: look.palette[9], size: 1.2, outline: look.paper});
    const [wx, wy] = onCircle(0.55, from + 100);
    const room = plot.textWidth("your guess", look.size) < 0.75 * radius;
    [...(room ? ["your guess"] : ["your", "guess"]), inDegrees(guess)].forEach((text, i) => plot.text(wx, wy, text, {
      anchor: "middle", dy: (1.1 * i - 0.4) * look.size, colour: look.palette[9], bold: true, size: 0.85,
    }));
  }

  arc(plot, radius, from, to, style) {
    const [xs, ys] = arcOf(radius, from, to);
    plot.line(xs, ys, style);
  }

  /** The margins of all classes and difficulties: hidden, but for the sample's place, until the reader has guessed. */
  drawSurface({ratio, difficulty, margin, contours}, {counts, own, ...wheel}, {at, asking, look}) {
    const plot = this.surface;
    // half a pixel beyond the outermost values, so that each pixel's middle is the place of its number
    const [wide, tall] = [ratio.length, difficulty.length];
    const across = (ratio[wide - 1] / ratio[0]) ** (0.5 / (wide - 1));
    const up = 0.5 / (tall - 1);
    plot.begin(look, {x: {low: ratio[0] / across, high: ratio[wide - 1] * across}, y: {low: -up, high: 1 + up}});
    if (asking) {
      plot.text(Math.sqrt(ratio[0] * ratio[wide - 1]), 0.5, "margin: ?", {anchor: "middle", colour: look.muted, size: 1.3});
    } else {
      plot.image(wide, tall, marginShades(margin, look));
      contours.forEach((each, k) => this.contour(plot, each, k % 2 ? 0.4 : 0.65, look));
    }
    const rarest = Math.min(...counts);
    const place = Array.from(counts, (n) => n / rarest);
    for (let c = 0; c < counts.length; c++) {
      if (c !== own) plot.dots([place[c]], [0], {colour: look.palette[c], marker: look.markers[c], size: 1.2, outline: look.paper});
    }
    plot.dots([place[own]], [wheel.difficulty[at]], {colour: look.palette[own], marker: look.markers[own], size: 1.6, outline: look.ink});
  }

  /** A contour with its level, where there is room for it: not on a short one, nor at the right edge. */
  contour(plot, {level, lines}, share, look) {
    for (const line of lines) {
      const n = line.shape[0];
      const [xs, ys] = [0, 1].map((k) => Array.from({length: n}, (_, i) => line[2 * i + k]));
      plot.line(xs, ys, {colour: look.ink, width: 0.45});
      const [a, b] = [0, n - 1].map((i) => [plot.px(xs[i]), plot.py(ys[i])]);
      if (Math.hypot(a[0] - b[0], a[1] - b[1]) < 5 * look.size) continue;
      const middle = Math.floor(n * share);
      const along = plot.px(xs[middle]) - plot.box.left;
      const anchor = along < 1.6 * look.size ? "start" : "middle";
      if (along < plot.box.width - 1.6 * look.size) plot.text(xs[middle], ys[middle], inDegrees(level), {anchor, size: 0.85});
    }
  }

  tell(wheel, {at, theta, margins, scale}) {
    const [before, after] = [wheel.cosine[at], wheel.moved[at]];
    const turn = (a, b, digits) => `${fixed(a, digits)} \u2192 ${fixed(b, digits)}`;
    const beyond = theta + margins.whole > BACK;
    const numbers = [
      ["class + instance margin", `${inDegrees(margins.class)} + ${inDegrees(margins.instance)} = ${inDegrees(margins.whole)}`],
      [beyond ? "continued cosine" : "target cosine", turn(before, after, 2)],
      ["target logit", turn(scale * before, scale * after, 1)],
      ["loss", turn(wheel.plain[at], wheel.loss[at], wheel.loss[at] < 10 ? 2 : 1)],
    ];
    const further = beyond ? `, past 180\u00b0: there the loss goes on with \u22122\u00a0\u2212\u00a0cos, down to ${fixed(after, 2)}` : "";
    const says = `A sample of class ${wheel.own} (${written(wheel.counts[wheel.own])} training samples), ${theta}\u00b0 from its class: `
      + `${this.nearer(wheel, at)}. DBM turns it ${inDegrees(margins.whole)} further${further}.`;
    return {values: {margin: margins.whole, class_margin: margins.class, instance_margin: margins.instance, theta}, numbers, says};
  }

  nearer({own, directions, rival, hard, tie}, at) {
    if (!hard[at]) return tie[at] ? `class ${rival[at]} is as near, and a tie is not yet the wrong side` : "no other class is nearer";
    const others = Array.from(directions.keys()).filter((c) => c !== own);
    const nearest = tie[at] ? `classes ${others.join(" and ")} tie and are nearer` : `class ${rival[at]} is nearer`;
    return `${nearest}, so it is on the wrong side`;
  }
};

/** A place on a circle about the origin. */
function onCircle(radius, degree) {
  return [radius * Math.cos(degree * RADIAN), radius * Math.sin(degree * RADIAN)];
}

/** Pixels from the middle at which a line of text 2.4 em below the lower classes is clear of the circle. */
function beside(radius, size) {
  const height = Math.min(1, 0.5 + (1.9 * size) / radius);
  return radius * Math.sqrt(1 - height ** 2) + 0.6 * size;
}

/** Where a target stands so many degrees from its class, which lies at `from`: on the circle, and past its back below it. */
function placeOf(from, way, degrees) {
  if (degrees <= BACK) return onCircle(1, from + way * degrees);
  return onCircle(2 + Math.cos(degrees * RADIAN), from + BACK); // as far from the centre as -2 - cos is below 0
}

function arcOf(radius, from, to) {
  const steps = Math.max(2, Math.ceil(Math.abs(to - from) / 2));
  const places = Array.from({length: steps + 1}, (_, k) => onCircle(radius, from + ((to - from) * k) / steps));
  return [places.map(([x]) => x), places.map(([, y]) => y)];
}

function inDegrees(value) {
  return `${written(Math.abs(value) < 1e-6 ? 0 : value)}\u00b0`;
}

/** Pixels from paper towards the first colour, by the margin's logarithm; ink must stay legible on the deepest. */
function marginShades(margin, look) {
  const [pale, deep] = [look.paper, look.palette[0]].map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  const rgba = new Uint8ClampedArray(4 * margin.length);
  for (let i = 0; i < margin.length; i++) {
    const depth = Math.log(Math.max(margin[i], FAINTEST) / FAINTEST) / Math.log(DEEPEST / FAINTEST);
    for (let k = 0; k < 3; k++) rgba[4 * i + k] = pale[k] + (deep[k] - pale[k]) * 0.65 * Math.min(1, depth);
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}
