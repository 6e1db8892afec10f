// Ticks of usual axes and of odd ones: never a hang, never a label twice, never a place outside.

import assert from "node:assert/strict";
import {test} from "node:test";
import {fixed, written} from "../../ltviz/web/js/numbers.js";
import {shareOf, Ticks, valueAt} from "../../ltviz/web/js/ticks.js";

const LONG = 400; // pixels
const room = (text) => 7 * text.length + 10;
const texts = (axis) => Ticks.of(axis, LONG, room).map(({text}) => text);

const ENDS = [-1e300, -1e20, -5, -1e-300, 0, 1e-320, 1e-300, 1e-9, 0.1, 1, 1 + 1e-15, 7, 1e6, 1e16, 1e16 + 2, 1e300];
const ODD = [NaN, Infinity, -Infinity];

for (const log of [false, true]) {
  for (const whole of log ? [false] : [false, true]) {
    test(`any two ends${log ? ", logarithmic" : ""}${whole ? ", whole numbers" : ""}`, () => {
      for (const low of [...ENDS, ...ODD]) {
        for (const high of [...ENDS, ...ODD]) {
          const axis = {low, high, log, whole};
          const ticks = Ticks.of(axis, LONG, room);
          const said = `${low} to ${high}: ${ticks.map(({text}) => text)}`;
          assert.ok(ticks.length <= 60, said);
          assert.equal(new Set(ticks.map(({text}) => text)).size, ticks.length, said);
          for (const {at, text} of ticks) {
            assert.ok(Math.abs(shareOf(axis, at) - 0.5) <= 0.5 + 1e-6, said);
            assert.doesNotMatch(text, /NaN|Infinity|undefined|-/, said);
            assert.ok(text.length < 24, said);
            assert.ok(!whole || Number.isInteger(at), said);
          }
          for (let i = 1; i < ticks.length; i++) assert.ok(ticks[i].at > ticks[i - 1].at, said);
          for (const at of Ticks.between(axis, 50)) assert.ok(at >= low && at <= high, said);
        }
      }
    });
  }
}

test("an axis without a length has no ticks", () => {
  for (const low of [-1, 0, 5, 1e300, NaN]) {
    for (const log of [false, true]) assert.deepEqual(texts({low, high: low, log}), []);
  }
  assert.deepEqual(texts({low: 0, high: 10, log: true}), []);
  assert.deepEqual(texts({low: -3, high: 10, log: true}), []);
  assert.deepEqual(texts({low: 2, high: 1}), []);
});

test("ticks at usual ranges", () => {
  assert.deepEqual(texts({low: 0, high: 1}).slice(0, 3), ["0", "0.1", "0.2"]);
  assert.deepEqual(texts({low: -6, high: 12}).slice(0, 2), ["\u22126", "\u22124"]);
  assert.deepEqual(texts({low: 1, high: 1e4, log: true}), ["1", "10", "100", "1\u202f000", "10\u202f000"]);
  assert.deepEqual(texts({low: -0.5, high: 1.5, whole: true}), ["0", "1"]);
});

test("a short axis has two numbers where there is room for them", () => {
  const short = (axis) => Ticks.of(axis, 270, (text) => Math.max(66, 15 * text.length)).map(({text}) => text);
  assert.deepEqual(short({low: -4.5, high: 4.5}), ["\u22124", "0", "4"]);
});

test("tiny and huge ranges are written with an exponent", () => {
  assert.deepEqual(texts({low: 0, high: 4e-300}).slice(1, 3), ["1e\u2212300", "2e\u2212300"]);
  assert.deepEqual(texts({low: 0, high: 4e300}).slice(1, 3), ["1e300", "2e300"]);
  assert.ok(texts({low: 1e-200, high: 1e100, log: true}).length > 2);
});

test("places on an axis come back", () => {
  for (const axis of [
    {low: -3, high: 20},
    {low: 0.01, high: 700, log: true},
  ]) {
    for (const value of [axis.low, 1, 19, axis.high]) {
      assert.ok(Math.abs(valueAt(axis, shareOf(axis, value)) - value) < 1e-9 * Math.abs(value));
    }
  }
});

test("numbers as a reader would write them", () => {
  const wanted = {0: "0", 1234567: "1\u202f234\u202f567", 0.12345: "0.123", 1e-7: "1.00e\u22127", 3e15: "3.00e15"};
  for (const [value, text] of Object.entries(wanted)) assert.equal(written(Number(value)), text);
  assert.equal(written("word"), "word");
  assert.deepEqual(
    [fixed(-0.001, 2), fixed(-0.5, 1), fixed(0.5, 1, true), fixed(0, 1, true)],
    ["0.00", "\u22120.5", "+0.5", "0.0"],
  );
});
