"""Short codes of guesses, for a class that pools them: explorer, stop of the guess's slider, check digit."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np

from ltviz.core.errors import BadDeclaration
from ltviz.explorers import CARDS, Guess

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"  # a prime number of letters, none of which is read as another
MOST = len(ALPHABET) ** 2  # stops, and explorers
SIDE = 21  # modules of the smallest QR code: five letters fit with the most spare ones


def key(name: str) -> str:
    """Return the two letters of an explorer: the same ones wherever its page is written."""
    return _letters(int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % MOST)


def code(name: str, stop: int) -> str:
    """Return the code of a guess: five letters, whose weighted sum 31 divides.

    So one wrong letter and two that have changed places are refused.

    Parameters
    ----------
    name : str
        The explorer.
    stop : int
        The place of the guess among the stops of its slider, from 0.
    """
    word = key(name) + _letters(stop)
    total = sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(word, 2))
    return word + ALPHABET[-total % len(ALPHABET)]


def stops(guess: Guess) -> int:
    """Return how many stops the slider of a guess has."""
    return round((guess.high - guess.low) / guess.step) + 1


def squares(name: str, guess: Guess) -> str:
    """Return the QR codes of all of a guess's stops, packed: base64 of deflated bits; empty without segno."""
    try:
        import segno
    except ImportError:
        return ""
    made = [segno.make(code(name, stop), version=1, error="h", boost_error=False) for stop in range(stops(guess))]
    bits = np.array([[list(row) for row in each.matrix] for each in made], np.uint8) & 1
    return base64.b64encode(zlib.compress(np.packbits(bits).tobytes(), 9)).decode("ascii")


def told(name: str, pulse: str) -> dict[str, str] | None:
    """Return what an explorer's page needs for the code of a guess; None where nothing is guessed.

    Parameters
    ----------
    name : str
        The explorer.
    pulse : str
        The way to the page that pools the codes.
    """
    guess = CARDS[name].guess
    return None if guess is None else {"key": key(name), "squares": squares(name, guess), "pulse": pulse}


def asked(names: Iterable[str]) -> list[dict[str, Any]]:
    """Return what the page that pools codes needs to know of each guess.

    Raises
    ------
    BadDeclaration
        Where two explorers have the same letters, or a slider has more stops than a code can tell.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        card = CARDS[name]
        if card.guess is None:
            continue
        if key(name) in found:
            other = found[key(name)]["name"]
            raise BadDeclaration(f"explorers {other} and {name} have the same letters {key(name)}: rename one of them")
        if stops(card.guess) > MOST:
            raise BadDeclaration(f"the guess of {name} has {stops(card.guess)} stops; a code tells at most {MOST}")
        told = {each: getattr(card.guess, each) for each in ("prompt", "label", "unit", "low", "high", "step")}
        found[key(name)] = {"key": key(name), "name": name, "title": card.title, **told}
    return list(found.values())


def _letters(number: int) -> str:
    return ALPHABET[number // len(ALPHABET)] + ALPHABET[number % len(ALPHABET)]
