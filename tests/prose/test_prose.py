"""What readers are told is measured: each sentence that claims something is tied to what measures it."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from . import shown, unmeasured
from .reading import NUMBER, ROOT, claims, places, sentences

LESSONS = {  # a lesson's ties stand in a file of their own, named after its number
    path.stem.removeprefix("lesson_"): import_module(f".{path.stem}", __package__)
    for path in Path(__file__).parent.glob("lesson_[0-9][0-9].py")
}
MEASURED = shown.MEASURED | {number: of.MEASURED for number, of in sorted(LESSONS.items())}
UNMEASURED = unmeasured.UNMEASURED | {number: of.UNMEASURED for number, of in sorted(LESSONS.items())}
NUMBERS = r"([+−-]?\d[\d\u202f]*(?:\.\d+)?(?: (?:±|\\pm) \d+(?:\.\d+)?)?|‹number›)"
TIES = [(place, *tie) for place, ties in MEASURED.items() for tie in ties]
HERE = [(place, words, measure) for place, words, measure in TIES if not isinstance(measure, str)]
ELSEWHERE = [(place, words, measure) for place, words, measure in TIES if isinstance(measure, str)]
HELP = (
    "measure it in its file in tests/prose, or name there the test that does; or reword it to what is measured; or, if "
    "it measures nothing, say there why"
)


def pattern(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words).replace(r"\{\}", NUMBERS).replace(r"\.\.\.", ".*?"))


def held(place: str, words: str) -> list[re.Match[str]]:
    """Where the words stand among the sentences of a place."""
    return [found for line in sentences(places()[place]) for found in pattern(words).finditer(line)]


@pytest.mark.parametrize("place", list(places()))
def test_every_claim_is_tied(place: str) -> None:
    measured = [words for words, _ in MEASURED.get(place, ())]
    others = [words for of in UNMEASURED.get(place, {}).values() for words in of]
    for line in claims(place):
        assert any(pattern(words).search(line) for words in measured + others), f"{place}: {line!r} claims: {HELP}"
        spans = [found.span() for words in measured for found in pattern(words).finditer(line)]
        free = any(pattern(words).search(line) for words in others)
        for number in () if free else NUMBER.finditer(line):
            inside = any(start <= number.start() and number.end() - 2 <= end for start, end in spans)
            assert inside, f"{place}: {number.group()!r} in {line!r} is tied to nothing: {HELP}"


def test_every_tie_has_its_sentence() -> None:
    """A sentence that was reworded is measured anew."""
    for place, words, _ in TIES:
        once = len(held(place, words)) == 1 or ("‹number›" in words and held(place, words))
        assert once, f"{place}: {words!r} stands {len(held(place, words))} times; mend the tie"
    for place, reasons in UNMEASURED.items():
        for words in (words for of in reasons.values() for words in of):
            lines = [line for line in claims(place) if pattern(words).search(line)]
            assert lines, f"{place}: {words!r} is in no sentence that looks like a claim; take it out"


@pytest.mark.parametrize(("place", "words", "measure"), HERE, ids=[f"{p}: {w[:50]}" for p, w, _ in HERE])
def test_a_claim_is_what_is_measured(place: str, words: str, measure: Any) -> None:
    found = held(place, words)[0]
    measured = measure()
    if not found.groups():
        assert np.all(measured), measured
        return
    values = measured if isinstance(measured, tuple) else (measured,)
    for said, value in zip(found.groups(), values, strict=True):
        agrees(said, np.asarray(value, float))


def agrees(said: str, measured: np.ndarray) -> None:
    """Whether the number is the measured one, or mean and deviation those of the draws, to the digits that are said."""
    numbers = re.findall(r"[−-]?[\d.]+", said.replace("\u202f", ""))
    values = [measured] if measured.ndim == 0 else [measured.mean(), measured.std(ddof=1)]
    for number, value in zip(numbers, values, strict=True):
        digits = len(number.partition(".")[2])
        assert float(number.replace("−", "-")) == pytest.approx(float(value), abs=0.6 * 10**-digits), said


@pytest.mark.parametrize(("place", "words", "measure"), ELSEWHERE, ids=[f"{p}: {w[:50]}" for p, w, _ in ELSEWHERE])
def test_the_test_that_measures_a_claim_speaks_of_it(place: str, words: str, measure: str) -> None:
    file, name = measure.split(": ")
    text = (ROOT / file).read_text(encoding="utf-8")
    body = re.search(
        rf"^(?:@.*\n)*def {name}\w*\(.*?(?=^\S|\Z)", text.replace("\n) -> None", "\n ) -> None"), re.M | re.S
    )
    assert body, f"{measure} is gone; name the test that measures {words!r} of {place}"
    told, said = words_of(body.group()), words_of(words.replace("‹number›", "")).split()
    runs = [" ".join(said[k : k + 3]) for k in range(max(1, len(said) - 2))]
    assert not said or any(f" {run} " in f" {told} " for run in runs), (
        f"{measure} does not speak of {words!r}: say in it what it holds"
    )


def words_of(text: str) -> str:
    return " ".join(re.findall(r"[^\W_][\w'°]*", text.replace("_", " ").lower().replace("{}", " ")))
