// The best boundaries of a decision map, and what is written beside the learned one.

/** @import {Floats, Look} from "./types.js" */
/** @import {MapPanel, Problem} from "./map_panel.js" */
/** @import {Named} from "./map_names.js" */
/** @import {AlongAxis} from "./measure.js" */
/** @import {Measured} from "./pictures/map.js" */
import {lost} from "./map_words.js";
import {say, word} from "./words.js";

export const BEST = /** @type {const} */ ([
  {kind: "bayes_training", dash: "dot", name: word("best overall accuracy")},
  {kind: "bayes_balanced", dash: "dash", name: word("best balanced accuracy")},
]);
/** @type {WeakMap<readonly Floats[], number[]>} */
const PIECES = new WeakMap(); // of boundaries, which stay while the learned one moves
const WIDE = 0.5; // sigma: stripes that have room for words

/**
 * Draw the best boundaries, one where they are the same, and return them.
 * @param {MapPanel} panel
 * @param {Problem} problem
 * @param {Look} look
 * @returns {Named[]}
 */
export function bestLines({plot}, problem, look) {
  const same = problem.counts.every((n) => n === problem.counts[0]);
  return BEST.filter(({kind}) => !(same && kind === "bayes_training")).map(({kind, dash, name}) => {
    const style = {colour: look.ink, dash, width: 0.9};
    for (const piece of problem[kind]) {
      const xs = Array.from({length: piece.shape[0]}, (_, i) => piece[2 * i]);
      const ys = Array.from(xs, (_, i) => piece[2 * i + 1]);
      plot.line(xs, ys, style);
    }
    const segments = PIECES.get(problem[kind]) ?? problem[kind].flatMap(segmentsOf);
    PIECES.set(problem[kind], segments);
    return {...style, segments, text: say(name)};
  });
}

/**
 * A polyline's pieces: x0, y0, x1, y1, ...
 * @param {ArrayLike<number>} piece (k, 2)
 */
function segmentsOf(piece) {
  return Array.from({length: Math.max(0, 2 * piece.length - 4)}, (_, i) => piece[2 * Math.floor(i / 4) + (i % 4)]);
}

/**
 * Say under the stripes whom they cost.
 * @param {MapPanel} panel
 * @param {AlongAxis} axis
 * @param {Measured} measured
 * @param {Problem} problem
 */
export function blame({plot}, axis, measured, {counts, rarest}) {
  const place = Number(measured.place);
  const [x] = axis.at(place / 2);
  if (Math.abs(place) < WIDE || counts[0] === counts[1] || x < plot.x.low || x > plot.x.high) return;
  const {box, look} = plot;
  const text = lost(measured, rarest);
  const half = plot.textWidth(text, look.size) / 2;
  if (2 * half > box.width) return;
  const across = Math.min(box.left + box.width - half, Math.max(box.left + half, plot.px(x)));
  plot.text(plot.dx(across), plot.dy(box.top + box.height - 0.9 * look.size), text, {anchor: "middle"});
}

/**
 * Say where the boundary is when the frame does not show it.
 * @param {MapPanel} panel
 * @param {[x: number, y: number]} place
 * @param {Look} look
 */
export function outside({plot}, [x, y], look) {
  if (x >= plot.x.low && x <= plot.x.high && y >= plot.y.low && y <= plot.y.high) return;
  const right = x > plot.x.high;
  const text = right ? say("the boundary is outside →") : say("← the boundary is outside");
  plot.text(right ? plot.x.high : plot.x.low, plot.y.low + 0.12 * (plot.y.high - plot.y.low), text, {
    anchor: right ? "end" : "start",
    dx: right ? -6 : 6,
    bold: true,
    colour: look.ink,
  });
}
