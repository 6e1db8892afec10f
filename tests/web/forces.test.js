// Pulls on a boundary against Python's, which are the Loss's own gradient.

import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import {shaped} from "../../ltviz/web/js/data.js";
import {Fitter} from "../../ltviz/web/js/fitting.js";
import {pullsAt, Way} from "../../ltviz/web/js/forces.js";

// made by test_javascript.py
const {forces: FORCES} = JSON.parse(readFileSync(process.env.LTVIZ_CASES, "utf-8"));

const wide = (numbers) => Float64Array.from(numbers.flat(2));
const shapeOf = (tree) => (Array.isArray(tree) ? [tree.length, ...shapeOf(tree[0])] : []);
const array = (tree) => (Array.isArray(tree) ? shaped(wide(tree), shapeOf(tree)) : tree);
const arrays = (tree) => Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, array(value)]));
const near = (a, b) => Math.abs(a - b) <= 1e-6 * (1 + Math.abs(b));

/** A case's way and its pulls, from points and terms alone. */
function solved({sample, model, terms}) {
  const fitter = new Fitter();
  const {frame, fit} = fitter.fit({...sample, points: wide(sample.points)}, arrays(model), arrays(terms));
  const way = new Way(fitter.vectors, frame);
  return {way, at: (place) => pullsAt(fitter.problem, way, {...frame, scale: fit.scale}, place)};
}

test("each sample's pull is Python's, to 1e-6", () => {
  const wrong = [];
  for (const each of FORCES) {
    const {way, at} = solved(each);
    if (!near(way.rest, each.rest)) wrong.push([each.name, "rest", way.rest, each.rest]);
    if (!way.normal.every((n, k) => near(n, each.normal[k]))) wrong.push([each.name, "normal"]);
    [...each.places, way.rest].forEach((place, k) => {
      const {pull, hold} = at(place);
      if (!near(hold, each.hold[k])) wrong.push([each.name, place, "hold", hold, each.hold[k]]);
      const off = each.pull[k].findIndex((wanted, i) => !near(pull[i], wanted));
      if (off >= 0) wrong.push([each.name, place, off, pull[off], each.pull[k][off]]);
    });
  }
  assert.deepEqual(wrong, []);
  assert.ok(FORCES.length > 15);
});

test("at rest all pulls and the regulariser's add up to nothing", () => {
  for (const each of FORCES) {
    const {way, at} = solved(each);
    const {pull, hold} = at(way.rest);
    const whole = pull.reduce((sum, one) => sum + one, hold);
    assert.ok(Math.abs(whole) < 1e-6, `${each.name}: ${whole}`);
  }
});
