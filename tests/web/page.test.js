// A page's source: at once from the numbers with which it opens, then from all of them; and fits that stay.

import assert from "node:assert/strict";
import {test} from "node:test";
import {shaped} from "../../ltviz/web/js/data.js";
import {Fitter} from "../../ltviz/web/js/fitting.js";
import {PageSource} from "../../ltviz/web/js/page.js";

const none = new ArrayBuffer(0);

test("what a page opens with is answered at once, the rest once it has been read", async () => {
  let read;
  const rest = new Promise((done) => {
    read = done;
  });
  const source = new PageSource([{fit: {a: [1]}}, none], undefined, rest);
  const told = [];
  source.onmessage = (message) => told.push(message.done ? "done" : (message.error ?? message.entry.tree[0]));
  source.ask([{table: "fit", key: "a", state: {}}]);
  assert.deepEqual(told, [1, "done"]);
  source.ask([
    {table: "fit", key: "b", state: {}},
    {table: "fit", key: "c", state: {}},
  ]);
  assert.deepEqual(told.splice(0), [1, "done"]);
  read([{fit: {a: [1], b: [2]}}, none]);
  await new Promise((done) => setTimeout(done));
  assert.deepEqual(told, [2, "This page has no numbers for this setting.", "done"]);
});

test("the same fit is not solved again", () => {
  const sample = {
    points: Float64Array.of(-1, 0, 1, 0, 2, 1),
    labels: Uint8Array.of(0, 1, 1),
    counts: Float64Array.of(1, 2),
  };
  const model = {
    kind: "linear",
    head: "linear",
    scale: 1,
    stretch: {linear: 1, cosine: 1},
    ridge: 0.1,
    bias: 1,
    pull: 0,
  };
  const array = (values, shape) => shaped(Float32Array.from(values), shape);
  const terms = {
    cosine: false,
    scale: null,
    averaged: true,
    slope: array([1, 1, 1, 1], [1, 2, 2]),
    offset: array([0, 0, 0, 0], [1, 2, 2]),
    weight: array([1, 1], [1, 2]),
  };
  const fitter = new Fitter();
  const first = fitter.fit(sample, model, terms);
  assert.equal(fitter.fit(sample, model, terms), first);
  const other = fitter.fit(sample, model, {...terms, weight: array([3, 1], [1, 2])});
  assert.notDeepEqual(Array.from(other.fit.W), Array.from(first.fit.W));
  assert.deepEqual(
    Array.from(fitter.fit(sample, model, terms).fit.W, (each) => each.toFixed(5)),
    Array.from(first.fit.W, (each) => each.toFixed(5)),
  );
});
