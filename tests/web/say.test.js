// Sentences in another language: places, plurals, numbers; what has no translation stays.

import assert from "node:assert/strict";
import {afterEach, test} from "node:test";
import {inPoints} from "../../ltviz/web/js/accuracies.js";
import {fixed, percent, written} from "../../ltviz/web/js/numbers.js";
import {Ticks} from "../../ltviz/web/js/ticks.js";
import {offeredLanguages, say, sayMany, speak, spokenLanguage} from "../../ltviz/web/js/words.js";

const WORDS = {
  de: {
    "{loss} costs {cost}": "{cost} kostet {loss}",
    "cross-entropy": "Kreuzentropie",
    "{count} class": ["{count} Klasse", "{count} Klassen"],
    "{size} points better": "{size} Punkte besser",
  },
  pl: {"{count} class": ["{count} klasa", "{count} klasy", "{count} klas", "{count} klasy"]},
};

afterEach(() => speak("en", {}));

test("a loss with its settings is said by its name and theirs", () => {
  const title = "Class-balanced (power 0.5, \u03b2 0.9999)";
  assert.equal(say(title), title);
  speak("de", {de: {power: "Exponent"}});
  assert.equal(say(title), "Class-balanced (Exponent 0,5, \u03b2 0,9999)");
  assert.equal(say("Supervised contrastive (SupCon)"), "Supervised contrastive (SupCon)");
});

test("English is its own key", () => {
  assert.equal(say("{loss} costs {cost}", {loss: "LDAM", cost: 0.25}), "LDAM costs 0.25");
  assert.equal(sayMany("{count} class", "{count} classes", 1), "1 class");
  assert.equal(sayMany("{count} class", "{count} classes", 1000), "1\u202f000 classes");
  assert.equal(say("{unknown} stays"), "{unknown} stays");
  assert.deepEqual(offeredLanguages({}), ["en"]);
});

test("a sentence may turn its places round, and a text in a place is looked up", () => {
  speak("de", WORDS);
  assert.equal(spokenLanguage(), "de");
  const told = {say: "{loss} costs {cost}", with: {loss: "cross-entropy", cost: 1234.5}};
  assert.equal(say(told), "1\u202f235 kostet Kreuzentropie");
  assert.equal(
    say({say: "{loss} costs {cost}", with: {loss: {say: "cross-entropy", with: {}}, cost: 0.5}}),
    "0,5 kostet Kreuzentropie",
  );
  assert.equal(say("{all}", {all: ["cross-entropy", 0.5]}), "Kreuzentropie; 0,5");
  assert.equal(say("constructor"), "constructor");
  assert.equal(say("LDAM"), "LDAM");
});

test("plurals are those of the language", () => {
  speak("de", WORDS);
  assert.deepEqual(
    [0, 1, 2].map((n) => sayMany("{count} class", "{count} classes", n)),
    ["0 Klassen", "1 Klasse", "2 Klassen"],
  );
  speak("pl", WORDS);
  assert.deepEqual(
    [1, 2, 5, 22].map((n) => sayMany("{count} class", "{count} classes", n)),
    ["1 klasa", "2 klasy", "5 klas", "22 klasy"],
  );
});

test("numbers have the language's mark, on axes too", () => {
  speak("de", WORDS);
  assert.equal(written(0.125), "0,125");
  assert.equal(written(-1234.6), "\u22121\u202f235");
  assert.equal(fixed(2.5, 2, true), "+2,50");
  assert.equal(percent(0.072), "7,2\u00a0%");
  assert.equal(inPoints(0.0894), "8,9 Punkte besser");
  assert.equal(inPoints(0.0001), "the same");
  const texts = Ticks.of({low: 0, high: 1}, 400, () => 60).map(({text}) => text);
  assert.deepEqual(texts, ["0", "0,2", "0,4", "0,6", "0,8", "1,0"]);
});
