// DBM's wheel: a sample on the circle of class directions, turned away by its margins, and these at every angle.

/** @import {Bytes, Controls, Drawn, Floats, Ints, Look, Scene} from "../types.js" */
import {make, put} from "../dom.js";
import {guessed} from "../guess.js";
import {showLegend} from "../legend.js";
import {fixed, written} from "../numbers.js";
import {PICTURES} from "../pictures.js";
import {widthOf} from "../places.js";
import {Plot} from "../plot.js";
import {say, word} from "../words.js";

/** @typedef {{angle: number}} WheelState of the dials the one that the picture reads; degrees */

/**
 * A sample at n angles from its class, on a circle of three.
 * @typedef {object} Wheel
 * @property {Ints} directions (3,) of the classes, in degrees
 * @property {Ints} counts (3,) training samples
 * @property {Floats} class_margins (3,) in degrees
 * @property {number} own the sample's class
 * @property {Floats} cosine (n,) the target's
 * @property {Floats} moved (n,) what the loss makes of it: beyond 180 degrees -2 - cos, below -1
 * @property {Bytes} rival (n,) the nearest other class, or one of two
 * @property {Bytes} hard (n,) 1 where that class is nearer than the sample's own
 * @property {Bytes} tie (n,) 1 where two classes are equally near, and none is nearer
 * @property {Floats} difficulty (n,) (1 - cosine) / 2
 * @property {Floats} margin (n,) class and instance margin, in degrees
 * @property {Floats} loss (n,)
 * @property {Floats} plain (n,) the loss without margins
 */

/** @typedef {{class: number, whole: number, instance: number}} Margins in degrees */
/** @typedef {{angle: number, theta: number, margins: Margins, guess: number | null, asking: boolean, look: Look}} Turned */

const RADIAN = Math.PI / 180;
const BACK = 180; // degrees: beyond it a cosine would rise again
const STEEPEST = 60; // degrees: the axis of margins does not move
const WORDS = [word("frequent"), word("middle"), word("rare")]; // of the three classes, by their counts

class WheelPicture {
  direction = 0; // of the sample's class, in degrees
  narrow = false;
  /** @type {number | null} degrees beyond which there is a second margin */
  start = null;

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    this.askedAngle = Number(controls.spec.guess?.state.angle ?? 0);
    this.key = put(host, make("div", {class: "key"}));
    const row = put(host, make("div", {class: "panels level"}));
    this.wheel = new Plot(put(row, make("div")), {bare: true, equal: true});
    this.course = new Plot(put(row, make("div")), {
      x: {title: say("angle from its class (degrees)"), low: 0, high: BACK},
      y: {title: say("its margin (degrees)"), low: 0, high: STEEPEST},
      aspect: 0.95,
    });
    this.course.onDrag(({x, done}) => {
      if (!controls.asking) controls.set("angle", x * (Number(controls.state.angle) < 0 ? -1 : 1), {done});
    });
    const short = (/** @type {number} */ degrees) => degrees - 360 * Math.round(degrees / 360);
    this.wheel.onDrag(
      ({x, y, done}) => {
        const turned = Math.atan2(y, x) / RADIAN - this.direction;
        if (controls.asking) controls.guess(short(turned - this.askedAngle));
        else controls.set("angle", short(turned), {done});
      },
      {both: true},
    );
  }

  /**
   * While the reader is asked, the sample stands where it was asked about, with the margin that was told.
   * @param {Scene<WheelState, {wheel: Wheel}>} scene
   * @returns {Drawn}
   */
  draw({state, entries, guess, asking, look}) {
    const {wheel} = entries;
    const angle = asking ? this.askedAngle : state.angle;
    const at = this.controls.values("angle").indexOf(angle);
    const theta = Math.abs(angle);
    const [own, whole] = [wheel.class_margins[wheel.own], wheel.margin[at]];
    const margins = {class: own, whole, instance: whole - own};
    this.direction = wheel.directions[wheel.own];
    this.start = this.secondFrom(wheel);
    showLegend(this.key, look, [
      {name: say("first margin: the class's"), colour: look.hues[look.turns.class], marker: "square"},
      {name: say("second margin: the sample's"), colour: look.hues[look.turns.instance], marker: "square"},
    ]);
    this.drawWheel(wheel, {angle, theta, margins, guess, asking, look});
    const {start} = this;
    this.drawCourse(wheel, {at, theta, start, guess, asking, look});
    return this.tell(wheel, {at, theta, margins, start, guess: asking ? null : guess});
  }

  /**
   * @param {Wheel} wheel
   * @param {Turned} turned
   */
  drawWheel(wheel, {angle, theta, margins, guess, asking, look}) {
    const plot = this.wheel;
    const {own, directions} = wheel;
    const way = angle < 0 ? -1 : 1;
    const sample = directions[own] + angle;
    const [known, whole] = [theta + margins.class, theta + (asking ? margins.class : margins.whole)];
    const end = placeOf(directions[own], way, whole);
    this.narrow = widthOf(plot.root) < 26 * look.size;
    const room = widthOf(plot.root) / 2;
    const radius = this.radius(room, look.size);
    const low = Math.min(-1.12, -0.5 - (5.4 * look.size) / radius, end[1] - (1.5 * look.size) / radius);
    plot.begin(look, {x: {low: -room / radius, high: room / radius}, y: {low, high: 1 + (5.4 * look.size) / radius}});
    this.circle(plot, wheel, look);
    for (let c = 0; c < directions.length; c++) this.direct(plot, wheel, c, {radius, look});
    if (theta > 8) {
      this.arc(plot, 0.28, directions[own], sample, {colour: look.muted, width: 0.8});
      const [x, y] = onCircle(0.46, directions[own] + angle / 2);
      plot.text(x, y, `${theta}\u00b0`, {anchor: "middle"});
    }
    this.turn(plot, {from: directions[own], way}, theta, known, {colour: look.hues[look.turns.class], opacity: 0.4});
    if (whole - known > 1e-6)
      this.turn(plot, {from: directions[own], way}, known, whole, {
        colour: look.hues[look.turns.instance],
        opacity: 0.6,
      });
    if (!asking) this.threshold(plot, directions[own], way, look);
    if (guess !== null) this.guess(plot, directions[own], guess, {radius, asking, look});
    plot.line([0, Math.cos(sample * RADIAN)], [0, Math.sin(sample * RADIAN)], {colour: look.ink, width: 0.9});
    if (!asking)
      plot.dots([end[0]], [end[1]], {
        colour: look.paper,
        marker: classLook(look, own).marker,
        size: 1.1,
        outline: look.ink,
      });
    if (whole > BACK) this.continued(plot, end, {radius, look});
    const [sx, sy] = onCircle(1, sample);
    plot.dots([sx], [sy], {
      colour: classLook(look, own).colour,
      marker: classLook(look, own).marker,
      size: 1.6,
      outline: look.ink,
    });
  }

  /**
   * Where the second margin starts, as a tick across the circle on the sample's side.
   * @param {Plot} plot
   * @param {number} direction of the sample's class
   * @param {number} way
   * @param {Look} look
   */
  threshold(plot, direction, way, look) {
    if (this.start === null) return;
    const ends = [0.9, 1.14].map((radius) => onCircle(radius, direction + way * Number(this.start)));
    plot.line(
      ends.map(([x]) => x),
      ends.map(([, y]) => y),
      {colour: look.ink, width: 1.2},
    );
    const [x, y] = onCircle(1.2, direction + way * Number(this.start));
    plot.text(x, y, `${this.start}\u00b0`, {
      anchor: x < -0.1 ? "end" : x > 0.1 ? "start" : "middle",
      size: 0.85,
      bold: true,
    });
  }

  /**
   * The circle's radius in pixels: what the labels below the lower classes leave.
   * @param {number} room from the middle to the edge
   * @param {number} size of text
   */
  radius(room, size) {
    const width = (this.narrow ? 3.75 : 6.2) * size;
    let radius = room / 1.3; // a turned sample may leave the circle by half
    while (radius > 0.4 * room && beside(radius, size) + width > room) radius -= 1;
    return radius;
  }

  /**
   * One margin: round the circle to the back, and from there straight out, where the loss goes on below a cosine of -1.
   * @param {Plot} plot
   * @param {{from: number, way: number}} turn the class's direction, and 1 or -1
   * @param {number} start degrees from there
   * @param {number} end
   * @param {{colour: string, opacity: number}} style
   */
  turn(plot, {from, way}, start, end, {colour, opacity}) {
    const [a, b] = [start, end].map((degrees) => from + way * Math.min(degrees, BACK));
    if (a !== b) {
      const [xs, ys] = arcOf(1, a, b);
      plot.line([0, ...xs], [0, ...ys], {colour: "none", fill: colour, opacity, close: true});
      this.arc(plot, 1.07, a, b, {colour, width: 2.4});
    }
    if (end <= BACK) return;
    const ends = [Math.max(start, BACK), end].map((degrees) => placeOf(from, way, degrees));
    plot.line(
      ends.map(([x]) => x),
      ends.map(([, y]) => y),
      {colour, width: 2.4},
    );
  }

  /**
   * The word at a turned sample that has left the circle: outside of it, and of the arc around it.
   * @param {Plot} plot
   * @param {[x: number, y: number]} place
   * @param {{radius: number, look: Look}} scene
   */
  continued(plot, [x, y], {radius, look}) {
    const size = 0.85 * look.size;
    const word = say("continued");
    const half = plot.textWidth(word, size) / 2 / radius;
    const side = x < -0.1 ? -1 : 1; // at the foot it stands to the right
    const near = side * x + ((y < -0.9 ? 1 : -1) * (1.2 * look.dot)) / radius;
    const inner = Math.min(plot.x.high - 2 * half, near);
    const clear = Math.sqrt(Math.max(0, 1.12 ** 2 - inner ** 2)) + (0.6 * size) / radius;
    const height = y < -0.9 ? Math.min(y, -clear) : Math.max(y + (1.3 * size) / radius, clear);
    plot.text(side * (inner + half), height, word, {anchor: "middle", size: 0.85});
  }

  /**
   * The circle, in the colour of the class that is nearest there.
   * @param {Plot} plot
   * @param {Wheel} wheel
   * @param {Look} look
   */
  circle(plot, {directions, rival, hard, own}, look) {
    const turns = this.controls.values("angle");
    for (let c = 0; c < directions.length; c++) {
      const place = (/** @type {number} */ k) => onCircle(1, directions[own] + turns[k]);
      const here = turns.map((_, k) => (hard[k] ? rival[k] : own) === c);
      const xs = turns.map((_, k) => (here[k] || here[k - 1] ? place(k)[0] : NaN));
      const ys = turns.map((_, k) => (here[k] || here[k - 1] ? place(k)[1] : NaN));
      plot.line(xs, ys, {colour: classLook(look, c).colour, width: 1.4});
    }
  }

  /**
   * A class: its direction, its name, its samples, its margin.
   * @param {Plot} plot
   * @param {Wheel} wheel
   * @param {number} c
   * @param {{radius: number, look: Look}} scene
   */
  direct(plot, {directions, counts, class_margins, own}, c, {radius, look}) {
    const [x, y] = onCircle(1, directions[c]);
    plot.line([0, x], [0, y], {
      colour: classLook(look, c).colour,
      width: c === own ? 1 : 0.6,
      dash: classLook(look, c).dash,
    });
    plot.dots([x], [y], {colour: classLook(look, c).colour, marker: classLook(look, c).marker, size: 1.2});
    const top = Math.abs(x) < 0.1; // its label stands above the circle, the others' below their places
    const ownMargin = inDegrees(class_margins[c]);
    const margin = this.narrow ? ownMargin : say("margin {margin}", {margin: ownMargin});
    const lines = [say(WORDS[c]), `n\u00a0=\u00a0${written(counts[c])}`, margin];
    const dx = top ? 0 : Math.sign(x) * beside(radius, look.size) - x * radius;
    const anchor = top ? "middle" : x < 0 ? "end" : "start";
    lines.forEach((text, i) => {
      const dy = look.size * (1.25 * i + (top ? -4.5 : 2.4)); // clear of the arc of a margin
      plot.text(x, y, text, {anchor, dx, dy, bold: c === own && i === 0});
    });
  }

  /**
   * The guess belongs to the angle that is asked about; its words stand where nothing else does.
   * @param {Plot} plot
   * @param {number} direction of the sample's class
   * @param {number} guess
   * @param {{radius: number, asking: boolean, look: Look}} scene
   */
  guess(plot, direction, guess, {radius, asking, look}) {
    const from = direction + this.askedAngle;
    const style = guessed(look);
    const [x, y] = onCircle(1, from + guess);
    plot.line([0, x], [0, y], style);
    this.arc(plot, 0.62, from, from + guess, style);
    if (asking) plot.dots([0.8 * x], [0.8 * y], {colour: guessed(look).colour, size: 1.2, outline: look.paper});
    const [wx, wy] = onCircle(0.55, from + 100);
    const words = say("your guess");
    const room = plot.textWidth(words, look.size) < 0.75 * radius;
    const lettering = {colour: guessed(look).colour, bold: true, size: 0.85};
    [...(room ? [words] : words.split(" ")), inDegrees(guess)].forEach((text, i) => {
      plot.text(wx, wy, text, {...lettering, anchor: "middle", dy: (1.1 * i - 0.4) * look.size});
    });
  }

  /**
   * @param {Plot} plot
   * @param {number} radius
   * @param {number} from
   * @param {number} to
   * @param {{colour: string, width?: number, dash?: string}} style
   */
  arc(plot, radius, from, to, style) {
    const [xs, ys] = arcOf(radius, from, to);
    plot.line(xs, ys, style);
  }

  /**
   * The angle beyond which a second margin is there: the last without one; null where it is everywhere or nowhere.
   * @param {Wheel} wheel
   */
  secondFrom({margin, class_margins, own}) {
    const turns = /** @type {number[]} */ (this.controls.values("angle"));
    const more = turns.map((turn, k) => turn > 0 && margin[k] - class_margins[own] > 1e-6);
    const first = more.indexOf(true);
    return first < 0 || turns[first] <= 1 ? null : turns[first - 1];
  }

  /**
   * Both margins of the sample's class at every angle, one on the other.
   * @param {Wheel} wheel
   * @param {{at: number, theta: number, start: number | null, guess: number | null, asking: boolean, look: Look}} scene
   */
  drawCourse({margin, class_margins, own}, {at, theta, start, guess, asking, look}) {
    const plot = this.course;
    const beside = widthOf(plot.root) < widthOf(this.wheel.root);
    plot.begin(look, {level: beside ? this.wheel : undefined});
    const turns = /** @type {number[]} */ (this.controls.values("angle"));
    const ahead = turns.map((_, k) => k).filter((k) => turns[k] >= 0);
    const xs = ahead.map((k) => turns[k]);
    const whole = ahead.map((k) => margin[k]);
    const first = xs.map(() => class_margins[own]);
    const [one, two] = [look.hues[look.turns.class], look.hues[look.turns.instance]];
    plot.band(
      xs,
      xs.map(() => 0),
      first,
      {colour: one, opacity: 0.4},
    );
    plot.line(xs, first, {colour: one});
    const asked = Math.abs(this.askedAngle);
    if (asking) plot.text(asked, STEEPEST / 2, "?", {anchor: "middle", colour: look.muted, size: 3});
    else {
      plot.band(xs, first, whole, {colour: two, opacity: 0.6});
      plot.line(xs, whole, {colour: two, width: 1.2});
      plot.line([theta, theta], [0, margin[at]], {colour: look.ink, width: 0.7});
      plot.dots([theta], [margin[at]], {...classLook(look, own), size: 1.6, outline: look.ink});
      plot.text(theta, margin[at], inDegrees(margin[at]), {
        ...sideOf(theta, look.size),
        dy: -0.9 * look.size,
        bold: true,
      });
      if (start !== null) this.begins(plot, start, look);
    }
    if (guess === null) return;
    const style = guessed(look);
    plot.line([0, asked], [guess, guess], style);
    if (!asking) plot.line([asked, asked], [guess, margin[turns.indexOf(asked)]], {colour: style.colour, width: 1.4});
    plot.dots([asked], [guess], {colour: style.colour, size: 1.4, outline: look.paper});
    if (plot.box.width > 14 * look.size)
      plot.text(0, guess, say("your guess: {value}", {value: inDegrees(guess)}), {
        dx: 0.5 * look.size,
        dy: -0.8 * look.size,
        colour: style.colour,
        bold: true,
        size: 0.88,
      });
  }

  /**
   * The angle at which the second margin starts, in one line or two.
   * @param {Plot} plot
   * @param {number} start
   * @param {Look} look
   */
  begins(plot, start, look) {
    plot.line([start, start], [0, STEEPEST], {colour: look.muted, dash: "dash", width: 0.7});
    const words = say("{start}°: second margin starts", {start});
    const room = plot.box.left + plot.box.width - plot.px(start);
    const lines =
      plot.textWidth(words, look.size) < room ? [words] : say("{start}°: second\nmargin starts", {start}).split("\n");
    lines.forEach((line, k) => {
      plot.text(start, STEEPEST, line, {dx: 0.4 * look.size, dy: (0.9 + 1.1 * k) * look.size, size: 0.88, bold: true});
    });
  }

  /**
   * @param {Wheel} wheel
   * @param {{at: number, theta: number, margins: Margins, start: number | null, guess: number | null}} sample
   * @returns {Drawn}
   */
  tell(wheel, {at, theta, margins, start, guess}) {
    const [before, after] = [wheel.cosine[at], wheel.moved[at]];
    const beyond = theta + margins.whole > BACK;
    /** @type {[string, string][]} */
    const numbers = [
      [say("whole margin"), inDegrees(margins.whole)],
      [say("second margin"), inDegrees(margins.instance)],
      [beyond ? say("continued cosine") : say("target cosine"), fixed(after, 2)],
      [say("cosine without margins"), fixed(before, 2)],
      [say("loss with margins"), written(wheel.loss[at])],
      [say("loss without margins"), written(wheel.plain[at])],
    ];
    const places = {
      ...{
        count: wheel.counts[wheel.own],
        angle: theta,
        nearer: this.nearer(wheel, at),
      },
      ...{whole: inDegrees(margins.whole), down: fixed(after, 2)},
    };
    const says = [
      [
        say("A sample of the frequent class ({count} training samples), {angle}° from it: {nearer}.", places),
        say("A sample of the middle class ({count} training samples), {angle}° from it: {nearer}.", places),
        say("A sample of the rare class ({count} training samples), {angle}° from it: {nearer}.", places),
      ][wheel.own],
      starts(start),
      beyond
        ? say(
            "DBM turns it {whole} further, past 180°: there the loss goes on with −2\u00a0−\u00a0cos, down to {down}.",
            places,
          )
        : say("DBM turns it {whole} further.", places),
    ];
    return {
      values: {margin: margins.whole, class_margin: margins.class, instance_margin: margins.instance, theta},
      numbers,
      says: says.filter(Boolean).join(" "),
      saw: this.seen({theta, margins, start, guess}),
    };
  }

  /**
   * What the reader has seen.
   * @param {{theta: number, margins: Margins, start: number | null, guess: number | null}} sample
   */
  seen({theta, margins, start, guess}) {
    const places = {
      ...{angle: theta, instance: inDegrees(margins.instance)},
      ...{whole: inDegrees(margins.whole), own: inDegrees(margins.class)},
    };
    if (guess !== null && theta === Math.abs(this.askedAngle))
      return say("At {angle}° the second margin has added {instance}: {whole} in all, where you said {guess}.", {
        ...places,
        guess: inDegrees(guess),
      });
    const parts =
      margins.instance > 1e-6
        ? [starts(start), say("At {angle}° it adds {instance} to the class's {own}.", places)]
        : [say("At {angle}° the sample has its class's margin alone, {own}.", places), starts(start)];
    return parts.filter(Boolean).join(" ");
  }

  /**
   * Which other class is nearer, in words.
   * @param {Wheel} wheel
   * @param {number} at
   */
  nearer({own, directions, rival, hard, tie}, at) {
    const other = [say("the frequent class"), say("the middle class"), say("the rare class")][rival[at]];
    if (!hard[at])
      return tie[at]
        ? say("{other} is as near, and a tie is not yet the wrong side", {
            other,
          })
        : say("no other class is nearer");
    if (!tie[at]) return say("{other} is nearer, so it is on the wrong side", {other});
    const [one, two] = Array.from(directions.keys())
      .filter((c) => c !== own)
      .map((c) => say(WORDS[c]));
    return say("the classes {one} and {two} tie and are nearer, so it is on the wrong side", {one, two});
  }
}

PICTURES.wheel = WheelPicture;

/**
 * A place on a circle about the origin.
 * @param {number} radius
 * @param {number} degree
 * @returns {[x: number, y: number]}
 */
function onCircle(radius, degree) {
  return [radius * Math.cos(degree * RADIAN), radius * Math.sin(degree * RADIAN)];
}

/**
 * Pixels from the middle at which a line of text 2.4 em below the lower classes is clear of the circle.
 * @param {number} radius
 * @param {number} size
 */
function beside(radius, size) {
  const height = Math.min(1, 0.5 + (1.9 * size) / radius);
  return radius * Math.sqrt(1 - height ** 2) + 0.6 * size;
}

/**
 * Where a target stands so many degrees from its class, which lies at `from`: on the circle, and past its back below it.
 * @param {number} from
 * @param {number} way
 * @param {number} degrees
 */
function placeOf(from, way, degrees) {
  if (degrees <= BACK) return onCircle(1, from + way * degrees);
  return onCircle(2 + Math.cos(degrees * RADIAN), from + BACK); // as far from the centre as -2 - cos is below 0
}

/**
 * @param {number} radius
 * @param {number} from degrees
 * @param {number} to
 */
function arcOf(radius, from, to) {
  const steps = Math.max(2, Math.ceil(Math.abs(to - from) / 2));
  const places = Array.from({length: steps + 1}, (_, k) => onCircle(radius, from + ((to - from) * k) / steps));
  return [places.map(([x]) => x), places.map(([, y]) => y)];
}

/** @param {number} value */
function inDegrees(value) {
  return `${written(Math.abs(value) < 1e-6 ? 0 : value)}\u00b0`;
}

/**
 * A class by how frequent it is.
 * @param {Look} look
 * @param {number} c
 */
function classLook(look, c) {
  const role = [look.roles.frequent, look.roles.middle, look.roles.rare][c];
  return {colour: look.palette[role], marker: look.markers[role], dash: look.dashes[role]};
}

/** @param {number | null} start */
function starts(start) {
  return start === null ? "" : say("Beyond {start}° another class is nearer and the second margin starts.", {start});
}

/**
 * On which side of an angle its number has room: where the curve, which rises, is lower.
 * @param {number} theta
 * @param {number} size
 * @returns {{anchor: "start" | "end", dx: number}}
 */
function sideOf(theta, size) {
  return theta > 35 ? {anchor: "end", dx: -0.6 * size} : {anchor: "start", dx: 0.6 * size};
}
