// DBM's wheel: a sample on the circle of class directions, turned away by its margins, and its place on their surface.

const RADIAN = Math.PI / 180;
const FAINTEST = 0.03; // degrees of margin at the surface's palest colour
const DEEPEST = 60;

PICTURES.wheel = class {
  constructor(host, explorer) {
    this.explorer = explorer;
    const row = host.appendChild(make("div", {class: "panels"}));
    this.wheel = new Plot(row.appendChild(make("div", {})), {bare: true, equal: true});
    this.surface = new Plot(row.appendChild(make("div", {})), {
      x: {title: "n / smallest n (log scale)", log: true},
      y: {title: "difficulty (1 \u2212 cos \u03b8) / 2"}, aspect: 0.95,
    });
    this.wheel.onDrag(({x, y, done}) => {
      const turned = Math.atan2(y, x) / RADIAN - this.direction;
      explorer.set("angle", turned - 360 * Math.round(turned / 360), {done});
    });
  }

  draw({state, entries, guess, look}) {
    const {wheel, surface} = entries;
    const at = this.explorer.values("angle").indexOf(state.angle);
    const theta = Math.abs(state.angle);
    const margins = {class: wheel.class_margins[wheel.own], whole: wheel.margin[at]};
    margins.instance = margins.whole - margins.class;
    this.direction = wheel.directions[wheel.own];
    this.drawWheel(wheel, {angle: state.angle, theta, margins, guess, look});
    this.drawSurface(surface, wheel, {at, look});
    return this.tell(wheel, {at, theta, margins, scale: state.scale});
  }

  drawWheel(wheel, {angle, theta, margins, guess, look}) {
    const plot = this.wheel;
    const {own, directions} = wheel;
    const way = angle < 0 ? -1 : 1;
    const sample = directions[own] + angle;
    this.narrow = plot.root.clientWidth < 26 * look.size;
    const room = plot.root.clientWidth / 2;
    const radius = (room - 1.5 * look.dot - (this.narrow ? 4.4 : 6.4) * look.size) / 0.87; // pixels: what the labels leave
    const wide = room / radius;
    plot.begin(look, {x: {low: -wide, high: wide}, y: {low: -1.12, high: 1 + (4.9 * look.size) / radius}});
    plot.legend([{name: "class margin", fill: look.palette[own]}, {name: "instance margin", fill: look.palette[3]}]);
    this.circle(plot, wheel, look);
    for (let c = 0; c < directions.length; c++) this.direct(plot, wheel, c, look);
    if (theta > 8) {
      this.arc(plot, 0.28, directions[own], sample, {colour: look.muted, width: 0.8});
      const [x, y] = onCircle(0.46, directions[own] + angle / 2);
      plot.text(x, y, `${theta}\u00b0`, {anchor: "middle"});
    }
    const ends = [sample, sample + way * margins.class, sample + way * margins.whole];
    this.sector(plot, ends[0], ends[1], look.palette[own], 0.4);
    if (margins.instance > 1e-6) this.sector(plot, ends[1], ends[2], look.palette[3], 0.55);
    this.arc(plot, 1.07, ends[0], ends[1], {colour: look.palette[own], width: 2.4});
    if (margins.instance > 1e-6) this.arc(plot, 1.07, ends[1], ends[2], {colour: look.palette[3], width: 2.4});
    if (guess !== null) this.guess(plot, directions[own], guess, look);
    plot.line([0, Math.cos(sample * RADIAN)], [0, Math.sin(sample * RADIAN)], {colour: look.ink, width: 0.9});
    const [mx, my] = onCircle(1, ends[2]);
    plot.dots([mx], [my], {colour: look.paper, marker: look.markers[own], size: 1.1, outline: look.ink});
    const [sx, sy] = onCircle(1, sample);
    plot.dots([sx], [sy], {colour: look.palette[own], marker: look.markers[own], size: 1.6, outline: look.ink});
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

  direct(plot, {directions, counts, class_margins, own}, c, look) {
    const [x, y] = onCircle(1, directions[c]);
    plot.line([0, x], [0, y], {colour: look.palette[c], width: c === own ? 1 : 0.6, dash: look.dashes[c]});
    plot.dots([x], [y], {colour: look.palette[c], marker: look.markers[c], size: 1.2});
    const top = Math.abs(x) < 0.1; // its label stands above the circle, the others' beside it
    const margin = (this.narrow ? "" : "margin ") + inDegrees(class_margins[c]);
    const lines = [`class ${c}`, `n\u00a0=\u00a0${written(counts[c])}`, margin];
    const place = top ? {anchor: "middle"} : x < 0 ? {anchor: "end", dx: -1.5 * look.dot} : {anchor: "start", dx: 1.5 * look.dot};
    lines.forEach((text, i) => plot.text(x, y, text, {
      ...place, bold: c === own && i === 0, dy: look.size * (1.25 * i - (top ? 3.9 : 0.6)),
    }));
  }

  /** The guess belongs to the angle that is asked about, wherever the sample is. */
  guess(plot, direction, guess, look) {
    const from = direction + this.explorer.spec.guess.state.angle;
    for (const degree of [from, from + guess]) {
      const [[ax, ay], [bx, by]] = [onCircle(0.52, degree), onCircle(1, degree)];
      plot.line([ax, bx], [ay, by], {colour: look.ink, dash: "dot"});
    }
    this.arc(plot, 0.52, from, from + guess, {colour: look.ink, dash: "dot"});
    const [x, y] = onCircle(0.42, from + guess / 2);
    plot.text(x, y, "guess", {anchor: "middle"});
  }

  arc(plot, radius, from, to, style) {
    const [xs, ys] = arcOf(radius, from, to);
    plot.line(xs, ys, style);
  }

  sector(plot, from, to, colour, opacity) {
    const [xs, ys] = arcOf(1, from, to);
    plot.line([0, ...xs], [0, ...ys], {colour: "none", fill: colour, opacity, close: true});
  }

  drawSurface({ratio, difficulty, margin, contours}, {counts, own, ...wheel}, {at, look}) {
    const plot = this.surface;
    // half a pixel beyond the outermost values, so that each pixel's middle is the place of its number
    const [wide, tall] = [ratio.length, difficulty.length];
    const across = (ratio[wide - 1] / ratio[0]) ** (0.5 / (wide - 1));
    const up = 0.5 / (tall - 1);
    plot.begin(look, {x: {low: ratio[0] / across, high: ratio[wide - 1] * across}, y: {low: -up, high: 1 + up}});
    plot.image(wide, tall, marginShades(margin, look));
    for (const {level, lines} of contours) {
      for (const line of lines) {
        const n = line.shape[0];
        const [xs, ys] = [0, 1].map((k) => Array.from({length: n}, (_, i) => line[2 * i + k]));
        plot.line(xs, ys, {colour: look.ink, width: 0.45});
        const middle = Math.floor(n * 0.6);
        const edge = plot.px(xs[middle]) - plot.box.left < 1.6 * look.size;
        plot.text(xs[middle], ys[middle], inDegrees(level), {anchor: edge ? "start" : "middle", size: 0.85});
      }
    }
    const rarest = Math.min(...counts);
    const place = Array.from(counts, (n) => n / rarest);
    for (let c = 0; c < counts.length; c++) {
      if (c !== own) plot.dots([place[c]], [0], {colour: look.palette[c], marker: look.markers[c], size: 1.2, outline: look.paper});
    }
    const [x, hardness, counted] = [place[own], wheel.difficulty[at], wheel.counted[at]];
    if (hardness !== counted) {
      plot.line([x, x], [counted, hardness], {colour: look.ink, dash: "dot", width: 0.9});
      plot.dots([x], [hardness], {colour: look.paper, marker: look.markers[own], size: 1.3, outline: look.ink});
    }
    plot.dots([x], [counted], {colour: look.palette[own], marker: look.markers[own], size: 1.6, outline: look.ink});
  }

  tell(wheel, {at, theta, margins, scale}) {
    const hard = wheel.hard[at] === 1;
    const [before, after] = [wheel.cosine[at], wheel.moved[at]];
    const turn = (a, b, digits) => `${fixed(a, digits)} \u2192 ${fixed(b, digits)}`;
    const numbers = [
      ["angle \u03b8", `${theta}\u00b0`],
      ["class margin", inDegrees(margins.class)],
      ["+ instance margin", inDegrees(margins.instance)],
      ["= whole margin", inDegrees(margins.whole)],
      ["target cosine", turn(before, after, 3)],
      ["target logit", turn(scale * before, scale * after, 1)],
      ["loss", turn(wheel.plain[at], wheel.loss[at], 2)],
    ];
    const nearer = hard
      ? `class ${wheel.rival[at]} is nearer, so it is a hard positive`
      : "no other class is nearer";
    const says = `A sample of class ${wheel.own} (${written(wheel.counts[wheel.own])} training samples), ${theta}\u00b0 from its class: `
      + `${nearer}. DBM turns it ${inDegrees(margins.whole)} further: class margin ${inDegrees(margins.class)}, `
      + `instance margin ${inDegrees(margins.instance)}. Its loss goes from ${fixed(wheel.plain[at], 2)} to ${fixed(wheel.loss[at], 2)}.`;
    return {values: {margin: margins.whole, class_margin: margins.class, instance_margin: margins.instance, theta}, numbers, says};
  }
};

/** A place on a circle about the origin. */
function onCircle(radius, degree) {
  return [radius * Math.cos(degree * RADIAN), radius * Math.sin(degree * RADIAN)];
}

function arcOf(radius, from, to) {
  const steps = Math.max(2, Math.ceil(Math.abs(to - from) / 2));
  const places = Array.from({length: steps + 1}, (_, k) => onCircle(radius, from + ((to - from) * k) / steps));
  return [places.map(([x]) => x), places.map(([, y]) => y)];
}

function inDegrees(value) {
  return `${written(Math.abs(value) < 1e-6 ? 0 : value)}\u00b0`;
}

/** Pixels from paper to the first colour, by the margin's logarithm. */
function marginShades(margin, look) {
  const [pale, deep] = [look.paper, look.palette[0]].map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  const rgba = new Uint8ClampedArray(4 * margin.length);
  for (let i = 0; i < margin.length; i++) {
    const depth = Math.log(Math.max(margin[i], FAINTEST) / FAINTEST) / Math.log(DEEPEST / FAINTEST);
    for (let k = 0; k < 3; k++) rgba[4 * i + k] = pale[k] + (deep[k] - pale[k]) * Math.min(1, depth);
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}
