// A classifier's arithmetic against numpy's, and the small functions beside it.

import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import {shaped} from "../../ltviz/web/js/data.js";
import {decided} from "../../ltviz/web/js/largest.js";
import {byClass, sharesOf, summary, unstacked} from "../../ltviz/web/js/measure.js";
import {Evaluator, gridPoints} from "../../ltviz/web/js/model.js";

// made by test_javascript.py: {name: {points, frame, fit, scores}}
const CASES = JSON.parse(readFileSync(process.env.LTVIZ_CASES, "utf-8")).scores;

const array = (rows) =>
  shaped(Float32Array.from(rows.flat()), [rows.length, ...(rows[0].length ? [rows[0].length] : [])]);
const fitOf = (fit) =>
  Object.fromEntries(Object.entries(fit).map(([key, value]) => [key, Array.isArray(value) ? array(value) : value]));
const flat = (frame) => ({...frame, omega: frame.omega?.flat()});

function near(found, wanted, tolerance) {
  assert.equal(found.length, wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    assert.ok(
      Math.abs(found[i] - wanted[i]) <= tolerance * (1 + Math.abs(wanted[i])),
      `${i}: ${found[i]}, ${wanted[i]}`,
    );
  }
}

for (const [name, {points, frame, fit, scores}] of Object.entries(CASES)) {
  test(`scores of ${name} are numpy's`, () => {
    const evaluator = new Evaluator(array(points));
    near(evaluator.scores(flat(frame), fitOf(fit)), scores.flat(), 2e-5);
  });

  test(`scores of ${name} follow the class vectors, and a frame that changes`, () => {
    const evaluator = new Evaluator(array(points));
    evaluator.scores(flat(frame), fitOf(fit));
    const doubled = fitOf({...fit, W: fit.W.map((row) => row.map((value) => 2 * value))});
    const twice = scores.flat().map((value) => 2 * value);
    near(evaluator.scores(flat(frame), doubled), twice, 2e-5);
    const wider = {...flat(frame), spread: 2 * frame.spread};
    const fresh = new Evaluator(array(points)).scores(wider, doubled);
    near(evaluator.scores(wider, doubled), Array.from(fresh), 0);
  });
}

test("a shift is taken from every row, and scores are kept", () => {
  const evaluator = new Evaluator(Float32Array.of(1, 2, 3, 5));
  const model = {kind: "linear", head: "linear", centre: [0, 0], spread: 1};
  const fit = fitOf({
    W: [
      [1, 0, 0],
      [0, 1, 0],
    ],
    scale: 1,
  });
  const bare = Array.from(evaluator.scores(model, fit));
  assert.deepEqual(
    Array.from(evaluator.scores(model, fit, [1, -1])),
    bare.map((each, i) => each - [1, -1][i % 2]),
  );
  assert.deepEqual(Array.from(evaluator.scores(model, fit)), bare);
  const other = fitOf({
    W: [
      [2, 0, 0],
      [0, 2, 0],
    ],
    scale: 1,
  });
  assert.deepEqual(
    Array.from(evaluator.scores(model, other)),
    bare.map((each) => 2 * each),
  );
});

test("right answers by class are those of the decisions", () => {
  const scores = Float32Array.of(1, 0, 0, 1, 2, 1, 0, 3, 1, 1, 0, 2);
  for (const shift of [
    [0, 0],
    [0.5, -0.5],
    [-2, 0],
  ]) {
    const moved = scores.map((each, i) => each - shift[i % 2]);
    assert.deepEqual(sharesOf(scores, shift), byClass(decided(moved, 2), 2));
  }
});

test("the first of the largest scores decides", () => {
  assert.deepEqual(Array.from(decided(Float32Array.of(1, 3, 3, 2, 2, 2, 0, -1, 5), 3)), [1, 0, 2]);
  assert.equal(decided(new Float32Array(0), 3).length, 0);
});

test("a grid runs along x first, from the foot", () => {
  assert.deepEqual(Array.from(gridPoints([0, 2, -1, 1], 3)).slice(0, 8), [0, -1, 1, -1, 2, -1, 0, 0]);
});

test("shares of right answers, class by class", () => {
  assert.deepEqual(byClass(Uint8Array.of(0, 0, 1, 0, 1, 1, 0, 0), 2), [0.75, 0.5]);
});

test("mean and deviation", () => {
  assert.deepEqual(summary([1, 2, 3, 4, 5]), {mean: 3, spread: Math.sqrt(2.5)});
});

test("stacked models come apart", () => {
  const W = shaped(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 2, 2]);
  const spread = shaped(Float32Array.of(0.5, 2), [2]);
  const [one, other] = unstacked({kind: "linear", W, spread});
  assert.equal(one.kind, "linear");
  assert.deepEqual([one.spread, other.spread], [0.5, 2]);
  assert.deepEqual(Array.from(other.W), [5, 6, 7, 8]);
  assert.deepEqual(other.W.shape, [2, 2]);
});
