// What pictures say: names in lines, changes in sentences, axes without numbers.

import assert from "node:assert/strict";
import {test} from "node:test";
import {changesIn} from "../../ltviz/web/js/changes.js";
import {linesOf} from "../../ltviz/web/js/ends.js";
import {Ticks} from "../../ltviz/web/js/ticks.js";

test("a long name has its settings in a line of their own", () => {
  assert.deepEqual(linesOf("Class-balanced (\u03b2 0.99)"), ["Class-balanced", "(\u03b2 0.99)"]);
  assert.deepEqual(linesOf("LDAM (scale 9)"), ["LDAM (scale 9)"]);
  assert.deepEqual(linesOf("rare:\n1/g"), ["rare:", "1/g"]);
});

test("what has not moved with a dial stays", () => {
  assert.equal(changesIn([["A", "1", "1"]], false), "A is 1.");
  assert.equal(changesIn([["A", "1", "1"]], true), "A stays at 1.");
  assert.equal(changesIn([["A", "1", "2"]], true), "A went from 1 to 2.");
});

test("an axis of names has no numbers", () => {
  assert.deepEqual(
    Ticks.of({low: 0, high: 9, mute: true}, 400, () => 10),
    [],
  );
});
