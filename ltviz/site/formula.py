"""Equations as docstrings write them, in plain letters, for a page: they become LaTeX, and that MathML.

``L = CE( s * (c - Delta_y e_y) ),   Delta_j = max_margin * (n_j / n_min)^(-1/4)``: a letter is a symbol, a word before
a bracket a function, any other word stands as it is; ``_`` and ``^`` lower and raise, ``/`` is a fraction, ``|`` a
length or "given"; three spaces begin a new line.
"""

from __future__ import annotations

import re

from ltviz.course.text import mathml
from ltviz.site._formula_tokens import GLUE, GREEK, LARGE, NAME, NAMED, PAIRS, Token, tokens

SIGNS = {
    "*": r"\cdot",
    "!=": r"\neq",
    "<=": r"\leq",
    ">=": r"\geq",
    "->": r"\to",
    "+-": r"\pm",
    "~": r"\sim",
    "||": r"\,\|\,",
    "mid": r"\mid",
    "..": r"\ldots",
    "dot": r"\cdot",
    "in": r"\in",
}
DRAWN = {"{": r"\{", "}": r"\}", "open": "|", "close": "|"}
ARTICLES = ("a", "A", "I")  # as letters alone
MANY = 0.35  # of a line's words and symbols: with that share of words on it is a sentence
WRITTEN = re.compile(r"\\(?:log|exp|cos|sin|arccos|ln|sum|int|max|min|operatorname|text)\b[^ ]*")
GAP = re.compile(r"\s{3,}")


def equations(paragraph: str) -> list[str]:
    """Return a paragraph of an Equation section as HTML: each equation a line of its own, sentences as they are."""
    lines = paragraph.splitlines()
    if sentence(lines[0]):
        return [f"<p>{inline(' '.join(line.strip() for line in lines))}</p>"]
    pieces = [piece for line in lines for piece in GAP.split(line.strip())]
    return [
        f'<div class="equation" tabindex="0">{mathml(latex(piece), "block")}</div>'
        if re.search("[=<>~]", piece) or not sentence(piece)
        else f"<p>{inline(piece)}</p>"
        for piece in pieces
    ]


def sentence(line: str) -> bool:
    """Whether a line is rather words than an equation: words beside words, and those that join others."""
    told = [token for token in tokens(line) if token.kind != "sign"]
    words = [token.kind in ("word", "code") for token in told]
    beside = [a or b for a, b in zip([False, *words], [*words[1:], False], strict=False)]
    prose = sum(word and (near or token.text in GLUE) for word, near, token in zip(words, beside, told, strict=True))
    return prose >= MANY * max(len(told), 1)


def inline(prose: str, indexed: bool = False) -> str:
    """Return a sentence with the equations in it as MathML.

    Parameters
    ----------
    prose : str
        One paragraph of Markdown.
    indexed : bool
        Take only those with an index somewhere: outside of equations a letter alone may be anything.
    """
    shown, at = [], 0
    for start, end in _runs(tokens(prose), indexed):
        shown += [prose[at:start], mathml(latex(prose[start:end], small=True))]
        at = end
    return "".join([*shown, prose[at:]])


def latex(line: str, small: bool = False) -> str:
    """Return an equation in LaTeX; a small one stands in a sentence, with its fractions on one line."""
    return _Reader(tokens(line), small).whole()


def _runs(found: list[Token], indexed: bool) -> list[tuple[int, int]]:
    """Return where equations stand in a sentence."""
    runs: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        depth += (token.text in PAIRS) - (token.text in PAIRS.values())
        stop = token.kind in ("word", "code") or (token.text in ',;:.?!"' and depth <= 0) or token.text in ('"', "&")
        if stop:
            runs.append([])
            depth = 0
        else:
            runs[-1].append(token)
    return [(run[0].start, run[-1].end) for run in map(_trimmed, runs) if _counts(run, indexed)]


def _trimmed(run: list[Token]) -> list[Token]:
    """Take off what cannot stand at the ends of an equation, and brackets without their fellows."""
    while run:
        depths = [0]
        for token in run:
            depths.append(depths[-1] + (token.text in PAIRS) - (token.text in PAIRS.values()))
        if run[0].kind == "sign" and (run[0].text not in (*PAIRS, "-") or min(depths) < 0 or depths[-1] > 0):
            run = run[1:]
        elif run[-1].kind == "sign" and (run[-1].text not in (*PAIRS.values(), "'") or min(depths) < 0):
            run = run[:-1]
        elif len(run) > 1 and run[0].text in ARTICLES:
            run = run[1:]
        elif run[-1].text in {**NAMED, **LARGE}:
            run = run[:-1]
        elif min(depths) < 0:
            run = run[next(k for k, depth in enumerate(depths) if depth < 0) :]
        elif depths[-1] > 0:
            run = run[: max(k for k, token in enumerate(run) if token.text in PAIRS)]
        else:
            break
    return run


def _counts(run: list[Token], indexed: bool) -> bool:
    """Whether a run is an equation: it has a symbol, which is not the article."""
    names = [NAME.match(token.text) for token in run if token.kind == "name" and token.text not in ARTICLES]
    known = [name for name in names if name and (len(name[1]) == 1 or name[1] in GREEK or name[3])]
    if indexed:
        return any(name[3] and (len(name[1]) == 1 or name[1] in GREEK) for name in known)
    return bool(known)


class _Reader:
    """Reads tokens from left to right into LaTeX; nothing that is written wrongly stops it."""

    def __init__(self, found: list[Token], small: bool) -> None:
        self._left, self._small = list(found), small

    def whole(self) -> str:
        return self._expression("")

    def _next(self) -> Token | None:
        return self._left[0] if self._left else None

    def _expression(self, until: str) -> str:
        parts: list[str] = []
        while (token := self._next()) and token.text != until:
            if token.begins or self._factor_in_words([]):
                parts.append(self._product())
            elif token.kind in ("word", "code"):
                parts.append(self._words(alone=False))
            else:
                self._left.pop(0)
                parts.append(SIGNS.get(token.text) or DRAWN.get(token.text) or _escaped(token.text))
        return " ".join(parts)

    def _words(self, alone: bool) -> str:
        """Return the words that stand here as upright text; `alone`: one that is a factor."""
        said = [self._left.pop(0)]
        while not alone and (token := self._next()) and token.kind in ("word", "code"):
            said.append(self._left.pop(0))
        words = " ".join(token.text.strip("`") for token in said)
        room = "" if alone else r"\ "
        first, last = (room if said[0].before else ""), (room if said[-1].after else "")
        return rf"{first}\text{{{words}}}{last}"

    def _product(self) -> str:
        factors: list[tuple[str, str]] = []  # each with what it is without its brackets
        while (token := self._next()) and (
            token.begins or token.text in ("*", "/", "dot") or self._factor_in_words(factors)
        ):
            if token.text in ("*", "dot"):
                self._left.pop(0)
                factors.append((r"\cdot", ""))
            elif token.text == "/":
                factors = self._divided(factors, self._left.pop(0).before)
            elif token.kind == "word":
                factors.append((self._words(alone=True), ""))
            else:
                factors.append(self._factor())
        return _beside([shown for shown, _ in factors])

    def _factor_in_words(self, factors: list[tuple[str, str]]) -> bool:
        """Whether the word that comes next is a factor: one before a division or another factor."""
        token, after = self._left[0], (self._left[1] if len(self._left) > 1 else None)
        if token.kind != "word" or token.text in GLUE or not after:
            return False
        return after.text in "*/^" or bool(factors and factors[-1][0] == r"\cdot")

    def _divided(self, factors: list[tuple[str, str]], spaced: bool) -> list[tuple[str, str]]:
        """Return factors with the last of them above a line; `spaced`: all since the last line."""
        token = self._next()
        below = (self._words(alone=True), "") if token and token.kind == "word" else self._factor()
        if self._small or not factors:
            return [*factors, ("/", ""), (below[0], "")]
        since = 1 + max((k for k, (shown, _) in enumerate(factors[:-1]) if shown.startswith(r"\frac")), default=-1)
        since = since if spaced else len(factors) - 1
        above = factors[since:]
        top = above[0][1] or above[0][0] if len(above) == 1 else _beside([shown for shown, _ in above])
        return [*factors[:since], (rf"\frac{{{top}}}{{{below[1] or below[0]}}}", "")]

    def _factor(self) -> tuple[str, str]:
        token = self._next()
        if token is None:
            return "", ""
        if token.text == "-":
            self._left.pop(0)
            return f"-{self._factor()[0]}", ""
        self._left.pop(0)
        if token.text in PAIRS:
            shown, bare = self._bracketed(token.text)
        elif token.kind == "name":
            large, shown = _name(token.text, self._small)
            after = self._next()
            if token.text == "sqrt" and after and after.text == "(":
                self._left.pop(0)
                shown = rf"\sqrt{{{self._bracketed('(')[1]}}}"
            elif large and after and (after.before or (after.begins and after.text != "(")):
                return f"{shown} {self._product()}", ""  # it goes as far as the product does
            bare = ""
        else:
            shown, bare = _escaped(token.text), ""
            after = self._next()
            if token.kind == "number" and after and after.kind == "number":
                shown += r"\,"
        raised = self._raised()
        return shown + raised, "" if raised else bare

    def _bracketed(self, opens: str) -> tuple[str, str]:
        """Return what stands up to the bracket's fellow, with and without the two."""
        shuts = PAIRS[opens]
        inside = self._expression(shuts)
        if self._next() is None:
            return f"{DRAWN.get(opens, opens)} {inside}", ""
        self._left.pop(0)
        left, right = DRAWN.get(opens, opens), DRAWN.get(shuts, shuts)
        shown = f"{left}{inside}{right}" if self._small else rf"\left{left} {inside} \right{right}"
        return shown, "" if opens == "open" else inside

    def _raised(self) -> str:
        """Return the exponent, index or stroke that follows."""
        token = self._next()
        if token is None or token.before or token.text not in ("^", "_", "'"):
            return ""
        self._left.pop(0)
        if token.text == "'":
            return f"'{self._raised()}"
        small, self._small = self._small, True
        after = self._next()
        if after and after.text in ("(", "{"):
            self._left.pop(0)
            inside = self._bracketed(after.text)[1]
        else:
            inside = self._factor()[0]
        self._small = small
        return f"{token.text}{{{inside}}}{self._raised()}"


def _beside(factors: list[str]) -> str:
    """Return factors beside each other, with a little room around what is written in letters."""
    shown = ""
    for k, factor in enumerate(factors):
        argument = factor.startswith(("(", "[", r"\left", r"\cdot"))
        room = k > 0 and (WRITTEN.match(factor) or (WRITTEN.fullmatch(factors[k - 1]) and not argument))
        shown += ("" if not shown else r" \, " if room else " ") + factor
    return shown


def _name(letters: str, small: bool) -> tuple[bool, str]:
    """Return a name in LaTeX, and whether it works on all that follows, as a sum does."""
    found = NAME.match(letters)
    if found is None:
        return False, rf"\text{{{letters}}}"
    base, stroke, index = found[1], found[2], (found[3] or "")[1:].strip("{}")
    whole = found[3] is not None and len(found[3]) > 2 and found[3][1] != "{"
    if len(base) > 1 and base not in GREEK and whole:  # a name with an underline in it, before a bracket
        return False, rf"\text{{{letters}}}"
    known = GREEK.get(base) or NAMED.get(base) or LARGE.get(base)
    shown = known or (base if len(base) == 1 else rf"\operatorname{{{base}}}")
    below = r"\limits" if base in LARGE and not small else ""
    lowered = f"{below}_{{{_index(index)}}}" if index else ""
    return base in LARGE and (bool(index) or base in ("sum", "integral")), f"{shown}{stroke}{lowered}"


def _index(index: str) -> str:
    if re.fullmatch(r"[A-Za-z]{3,}|\d+[A-Za-z]*", index) and index not in GREEK:
        return rf"\text{{{index}}}"
    return " ".join(index) if re.fullmatch("[A-Za-z]{2}", index) and index not in GREEK else latex(index, small=True)


def _escaped(letters: str) -> str:
    return re.sub(r"([%#&_$])", r"\\\1", letters)
