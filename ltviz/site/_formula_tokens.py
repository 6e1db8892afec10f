"""The pieces of an equation in plain letters: symbols, words, numbers and signs, each by what it means where it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

LETTERS = "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega"
CAPITALS = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
GREEK = {name: f"\\{name}" for name in f"{LETTERS} {CAPITALS}".split()} | {"eps": r"\varepsilon", "lam": r"\lambda"}
NAMED = {name: f"\\{name}" for name in ("log", "exp", "cos", "sin", "arccos", "ln")} | {
    "argmax": r"\operatorname{argmax}"
}
LARGE = {"sum": r"\sum", "integral": r"\int", "max": r"\max", "min": r"\min", "mean": r"\operatorname*{mean}"}
PAIRS = {"(": ")", "[": "]", "{": "}", "open": "close"}
GLUE = {"for", "if", "else", "at", "in", "of", "is", "are", "where", "the", "over", "with", "and", "or", "as", "its"}
INDEX = r"_(?:\{[^{}]*\}|[A-Za-z0-9]\w*)"
TOKEN = re.compile(
    r"(?P<code>``.+?``|`.+?`)"
    r"|(?P<word>[A-Za-z]+'(?:s|re)\b|[A-Za-z]{2,}-[A-Za-z]+|[A-Za-z]+-[A-Za-z]{2,})"
    rf"|(?P<name>[A-Za-z]+\d*'?(?:{INDEX})?)"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<sign>\.\.+|\+-|!=|<=|>=|->|\|\||[^\s\w]|_)"
)
NAME = re.compile(rf"([A-Za-z]+\d*)('?)({INDEX})?$")


@dataclass(frozen=True)
class Token:
    """A piece of a line: what it is, its letters, where it stands, and whether a space is before and after it."""

    kind: str
    text: str
    start: int
    end: int
    before: bool
    after: bool

    @property
    def begins(self) -> bool:
        """Whether an operand can begin with it."""
        return self.kind in ("name", "number") or self.text in PAIRS


def tokens(line: str) -> list[Token]:
    """Return the pieces of a line."""
    found: list[Token] = []
    for each in TOKEN.finditer(line):
        kind, letters = str(each.lastgroup), each[0]
        before = each.start() == 0 or line[each.start() - 1].isspace()
        after = each.end() == len(line) or line[each.end()].isspace()
        if kind == "name" and not _symbol(letters, line[each.end() : each.end() + 1]):
            kind = "word"
        found.append(Token(kind, letters, each.start(), each.end(), before, after))
    return _meant(found)


def _symbol(letters: str, follows: str) -> bool:
    """Whether letters are a symbol or a function, not a word."""
    found = NAME.match(letters)
    base, index = (found[1], found[3]) if found else ("", None)
    if len(base) == 1 or base in GREEK:
        return True
    short = index is not None and (len(index) == 2 or index[1] == "{")
    if index is not None and not short:
        return follows == "("
    return base in LARGE or base in NAMED or short or (follows == "(" and base not in GLUE)


def _meant(found: list[Token]) -> list[Token]:
    """Tell apart the meanings of a sign: a bar opens, closes or is "given"; a point multiplies; "in" is of a set."""
    told: list[Token] = []
    depth = 0
    for k, token in enumerate(found):
        last, after = (told[-1] if told else None), (found[k + 1] if k + 1 < len(found) else None)
        operand = last is not None and (last.kind in ("name", "number") or last.text in (*PAIRS.values(), "'"))
        follows = after is not None and (after.begins or after.text in "-|")
        if token.text == "|":
            shuts = depth and operand and not (token.before and follows)
            text = "close" if shuts else "open" if not operand or (token.before and not token.after) else "mid"
            depth += {"open": 1, "close": -1, "mid": 0}[text]
            token = replace(token, text=text)
        elif token.text == "." and token.before and token.after and after:
            token = replace(token, text="dot")
        elif token.text == "in" and operand and follows:
            token = replace(token, kind="sign")
        told.append(token)
    return told
