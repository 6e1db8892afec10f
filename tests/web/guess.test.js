// What the reader is told of a guess: at which setting an answer held, and by which name.

import assert from "node:assert/strict";
import {test} from "node:test";
import {inPoints} from "../../ltviz/web/js/accuracies.js";
import {settingText} from "../../ltviz/web/js/dials.js";
import {nameLines} from "../../ltviz/web/js/map_names.js";
import {readings, sawOn} from "../../ltviz/web/js/map_words.js";

const DIALS = [
  {name: "imbalance", label: "imbalance: most frequent / rarest", kind: "number", unit: ": 1"},
  {name: "posthoc", label: "\u03c4 after training", kind: "number", unit: ""},
  {
    name: "second",
    label: "second loss",
    kind: "choice",
    unit: "",
    values: ["ce", "ldam"],
    words: ["Cross-entropy", "LDAM"],
  },
];

test("a setting that has been left is named", () => {
  const asked = {imbalance: 100, second: "ce"};
  assert.equal(settingText(DIALS, asked, {imbalance: 100, second: "ce", posthoc: 1}), "");
  assert.equal(settingText(DIALS, asked, {imbalance: 1000, second: "ce"}), "at 100\u00a0: 1");
  assert.equal(settingText(DIALS, asked, {imbalance: 100, second: "ldam"}), "with \u201cCross-entropy\u201d");
  assert.equal(settingText(DIALS, {posthoc: 0}, {posthoc: 0.5}), "with \u201c\u03c4 after training\u201d at 0");
  const seeds = {name: "seeds", label: "seeds of each method", kind: "number", unit: ""};
  for (const [count, said] of [
    [1, "1"],
    [10, "10"],
    [2.5, "2.5"],
  ])
    assert.equal(settingText([seeds], {seeds: count}, {seeds: 3}), `with \u201cseeds of each method\u201d at ${said}`);
});

test("a difference is better or worse, and never to the right", () => {
  assert.equal(inPoints(0.0894), "8.9 points better");
  assert.equal(inPoints(-0.0894), "8.9 points worse");
  assert.equal(inPoints(0.0001), "the same");
});

const NOW = {fitted: {loss: "LDAM"}, byClass: [1, 0], place: 2, balanced: 0.561, overall: 0.991};

test("both accuracies have one name, and only like is compared with like", () => {
  assert.deepEqual(
    readings(NOW, true).map(([name]) => name),
    ["boundary from the middle", "balanced accuracy", "overall accuracy"],
  );
  const before = {subject: "0,LDAM", place: 1, balanced: 0.6, overall: 0.991};
  assert.match(
    sawOn(NOW, "0,LDAM", before),
    /from \+1.00.*: balanced accuracy 3.9 points worse, overall accuracy the same/,
  );
  for (const subject of ["1,LDAM", "0,CE"])
    assert.match(sawOn(NOW, subject, before), /^So far: the boundary at \+2.00/);
  assert.match(sawOn(NOW, "0,LDAM", null), /^So far: /);
  const nowhere = {...NOW, place: null}; // where no axis is, there is no place
  assert.match(sawOn(nowhere, "0,LDAM", {subject: "0,LDAM", balanced: 0.561, overall: 0.991}), /^So far: balanced/);
});

test("the name of a line stands beside it, on no other line", () => {
  const written = [];
  const plot = {
    box: {left: 0, top: 0, width: 600, height: 300},
    look: {size: 10},
    textWidth: (text, size) => 0.5 * size * text.length,
    px: (x) => x,
    py: (y) => y,
    dx: (px) => px,
    dy: (py) => py,
    line() {},
    dots() {},
    text: (x, y, text) => written.push({text, from: x - 21.5, to: x + 5 * text.length, y}),
  };
  const upright = (x, text) => ({segments: [x, 0, x, 300], text, colour: "", dash: "solid", width: 1});
  const lines = [
    upright(300, "cross-entropy"),
    upright(304, "best overall"),
    upright(480, "guess"),
    upright(100, "best balanced"),
  ];
  nameLines(plot, lines, lines);
  assert.equal(written.length, 4);
  for (const [i, one] of written.entries()) {
    assert.ok(one.from >= 0 && one.to <= 600);
    for (const x of [300, 304, 480, 100]) assert.ok(x < one.from || x > one.to, `${one.text} lies over ${x}`);
    for (const other of written.slice(0, i))
      assert.ok(one.y !== other.y || one.to < other.from || one.from > other.to, `${one.text} on ${other.text}`);
  }
  assert.ok(written[0].to < 300 && written[0].to > 280, "the left one of two has its name at its left");
  assert.ok(written[1].from > 304 && written[1].from < 320);
});
