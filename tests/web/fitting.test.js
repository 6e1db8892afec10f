// Fits of every loss that has terms against Python's, in numbers that both hold to the last digit.

import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import {shaped} from "../../ltviz/web/js/data.js";
import {Fitter} from "../../ltviz/web/js/fitting.js";
import {featuresOf} from "../../ltviz/web/js/model.js";

// made by test_javascript.py
const {fits: FITS} = JSON.parse(readFileSync(process.env.LTVIZ_CASES, "utf-8"));

const wide = (numbers) => Float64Array.from(numbers.flat(2));
const shapeOf = (tree) => (Array.isArray(tree) ? [tree.length, ...shapeOf(tree[0])] : []);
const array = (tree) => (Array.isArray(tree) ? shaped(wide(tree), shapeOf(tree)) : tree);
const arrays = (tree) => Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, array(value)]));

/** The scores of a fit on a grid, in full precision. */
function scoresOf(fitter, {frame, fit}, grid, classes) {
  const phi = featuresOf(grid, frame, null, Float64Array);
  const width = (2 * phi.length) / grid.length;
  return Array.from({length: grid.length / 2}, (_, i) =>
    Array.from({length: classes}, (_, c) => {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += phi[i * width + d] * fitter.vectors[c * width + d];
      return fit.scale * sum;
    }),
  );
}

const far = (found, wanted) =>
  Math.max(
    ...found.flatMap((row, i) => row.map((each, c) => Math.abs(each - wanted[i][c]) / (1 + Math.abs(wanted[i][c])))),
  );

const problems = new Map();
for (const each of FITS) {
  const key = JSON.stringify(each.sample);
  if (!problems.has(key)) problems.set(key, {...each.sample, points: wide(each.sample.points)});
  each.sample = problems.get(key);
  each.terms = arrays(each.terms);
  each.model = arrays(each.model);
}

test("a fit is Python's, to 1e-6", () => {
  const wrong = [];
  for (const {name, sample, model, terms, grid, scores} of FITS) {
    const fitter = new Fitter();
    const found = fitter.fit(sample, model, terms);
    const off = far(scoresOf(fitter, found, wide(grid), sample.counts.length), scores);
    if (!(off <= 1e-6)) wrong.push([name, off]);
  }
  assert.deepEqual(wrong, []);
  assert.ok(FITS.length > 40);
});

test("a fit does not know where the hand came from: other losses, other points", () => {
  const wrong = [];
  /** @type {Map<string, Fitter>} */
  const fitters = new Map();
  for (const {name, sample, model, terms, grid, scores} of [...FITS].reverse()) {
    const key = name.split(", ")[1];
    const fitter = fitters.get(key) ?? fitters.set(key, new Fitter()).get(key);
    const off = far(scoresOf(fitter, fitter.fit(sample, model, terms), wide(grid), sample.counts.length), scores);
    if (!(off <= 1e-6)) wrong.push([name, off]);
  }
  assert.deepEqual(wrong, []);
});
