"""The class: five questions of a minute each, with links to the explorers at their settings."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ltviz import __version__, web
from ltviz.core.errors import BadInput, MissingExtra
from ltviz.core.told import told
from ltviz.explorers import CARDS
from ltviz.site.page import document, icon, landmark, said, sheet, words
from ltviz.web import catalogue

TITLE = told("Long tails in five minutes")
LEAD = told(
    "Five questions, a minute each. Open the link, let everybody guess, then show the truth; in the last minute they "
    "try to reach a goal. What to say folds out below each question."
)
PULSE = told("The class's pulse")
HANDS = told(
    "F fills the screen. “look: projector” makes the letters large enough for the last row. "
    "Reset hides the answer again."
)


@dataclass(frozen=True)
class Link:
    """An explorer at a setting.

    Parameters
    ----------
    text : str
        What it shows.
    state : mapping
        Dials of its page -> values; the others stay where the page opens.
    asks : bool
        Whether the explorer's own guess comes first.
    """

    text: str
    state: Mapping[str, Any] = field(default_factory=dict)
    asks: bool = True

    def href(self, explorer: str) -> str:
        """Return the address, from the folder of the class."""
        pairs = [f"{name}={quote(_said(value), safe='')}" for name, value in self.state.items()]
        if pairs and self.asks:
            pairs.append("guess=first")
        return f"explore/{explorer}.html" + ("#" + "&".join(pairs) if pairs else "")


@dataclass(frozen=True)
class Step:
    """A minute: one question, the explorer that answers it, and notes for whoever stands in front."""

    question: str
    explorer: str
    links: tuple[Link, ...]
    notes: tuple[str, ...]


STEPS = (
    Step(
        told("How much of the data do the rare classes have?"),
        "class_counts",
        (
            Link(told("Guess: the share of the five rarest")),
            Link(told("A tail ten times as long"), {"imbalance": 1000.0}, False),
        ),
        (
            told("Say what a long tail is: a few classes with thousands of images, and most with a handful."),
            told("Let everybody write a number down before you show the truth. Ask for the highest and the lowest."),
            told("Ask: who notices these classes in an average over all samples?"),
        ),
    ),
    Step(
        told("Where does plain cross-entropy draw the line?"),
        "two_truths",
        (
            Link(told("Guess: where the boundary stands")),
            Link(told("The same with as many of both"), {"imbalance": 1.0}, False),
        ),
        (
            told("Show first where the boundary stands with as many samples of both, then let them guess."),
            told("Ask: is this boundary wrong? Then: for which of the two accuracies is it drawn?"),
            told("Drag τ after training, and let them say when to stop."),
        ),
    ),
    Step(
        told("Where should the boundary stand instead?"),
        "margin_bound",
        (
            Link(told("Guess: where the bound is lowest")),
            Link(told("The same at 1000 to 1"), {"imbalance": 1000.0}, False),
        ),
        (
            told("Drag the boundary slowly from left to right, and say which of the two areas grows."),
            told("Ask: where to put it so that both together are lowest? Show the truth only then."),
            told("This is where the margins of LDAM come from: the fourth root of the class counts."),
        ),
    ),
    Step(
        told("What does another loss do to the same points?"),
        "two_losses",
        (
            Link(told("Guess: where the other boundary stands")),
            Link(told("The same where the classes separate"), {"scene": "separable"}, False),
        ),
        (
            told("Both pictures have the same points and the same seed: whatever differs is the loss."),
            told("Take the second link, then another second loss, and ask first what it will do."),
            told("Ask: which of the two would you hand to somebody whose rare class matters?"),
        ),
    ),
    Step(
        told("Can you find a better boundary than the loss does?"),
        "decision_map",
        (
            Link(told("Cross-entropy where the classes overlap"), {"loss": "ce", "scene": "overlap"}, False),
            Link(told("Three moons"), {"loss": "ce", "scene": "moons"}, False),
        ),
        (
            told("The buttons above the picture set goals. Let everybody guess first how far each can be brought."),
            told("Give the mouse to somebody: the balanced accuracy is the score."),
            told("Then ask for the price: what has the frequent class lost?"),
            told("End with the question of the first minute: which average did you look at?"),
        ),
    ),
)


def lecture(standing: Collection[str], theme: str, address: str = "") -> str:
    """Return the page of the class.

    Parameters
    ----------
    standing : collection of str
        The explorers whose pages are there to be linked.
    theme : str
        The look.
    address : str
        Where the site will stand: each link then is a code for a phone too.
    """
    base = checked_address(address)
    script = web.script("said", pictures=[])
    titles = [CARDS[step.explorer].title for step in STEPS]
    steps = "".join(_step(number, step, standing, base) for number, step in enumerate(STEPS, 1))
    body = (
        f"<body>\n<nav {landmark('Site')}>{said('All explorers', 'a', href='index.html')} "
        f"{said(PULSE, 'a', href='pulse.html')} {said('A class of 45 minutes', 'a', href='script.html')}</nav>\n"
        f"<header>{said(TITLE, 'h1')}\n{said(LEAD, 'p')}\n{said(HANDS, 'p')}</header>\n"
        f"<main><ol>\n{steps}</ol></main>\n<footer>ltviz {__version__}</footer>\n"
        f"{words(script, [*catalogue.said_in(Path(__file__)), *titles])}"
        f"<script>\n{script}bootWords();\n</script>\n</body>\n"
    )
    return document(f"{TITLE} - ltviz", f"<style>\n{colours(theme)}\n{sheet('icon')}{sheet('lecture')}</style>\n", body)


def checked_address(address: str) -> str:
    """Return where a site will stand, with one / at its end; empty where it is not known.

    Raises
    ------
    BadInput
        For what is no address of a page.
    """
    if address and not re.fullmatch(r"https?://[^\s/?#<>\"']+(/[^\s?#<>\"']*)?", address):
        raise BadInput(
            f"address is {address!r}; it must be where the folder will stand, as https://example.org/ltviz: the links "
            "of the class start with it"
        )
    return address and address.rstrip("/") + "/"


def colours(theme: str) -> str:
    """Return the colours of a look as CSS; "auto" follows the system."""
    looks = web.looks()
    names = ("ink", "paper", "muted", "grid")

    def root(look: dict[str, Any], scheme: str) -> str:
        roles = {role: look["palette"][at] for role, at in look["roles"].items()}
        said = "; ".join(f"--{name}: {value}" for name, value in ({n: look[n] for n in names} | roles).items())
        return f":root {{ {said}; --accent: {look['palette'][0]}; --size: {look['size']}px; color-scheme: {scheme}; }}"

    if theme != "auto":
        return root(looks[theme], "dark" if theme == "dark" else "light")
    night = root(looks["dark"], "dark")
    return f"{root(looks['light'], 'light')}\n@media (prefers-color-scheme: dark) {{ {night} }}"


def _said(value: Any) -> str:
    """Return a dial's value as the address of a page has it."""
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def _step(number: int, step: Step, standing: Collection[str], base: str) -> str:
    links = [_link(link, step.explorer) for link in step.links] if step.explorer in standing else []
    shown = f"<ul>{''.join(links)}</ul>" if links else said("This explorer is not in this folder.", "p")
    notes = "".join(said(note, "li") for note in step.notes)
    # one code a step: a phone in the fifth row would read the wrong one of two
    code = _code(base + step.links[0].href(step.explorer)) if base and links else ""
    return (
        f'<li><div class="icon">{icon(step.explorer)}</div>\n'
        f'<article aria-labelledby="step-{number}">{said(step.question, "h2", id=f"step-{number}")}\n'
        f"{said(CARDS[step.explorer].title, 'p', class_='where')}\n{shown}\n"
        f'<details><summary>{said("Notes for minute")} {number}</summary><ul class="notes">{notes}</ul></details>'
        f"</article>{code}</li>\n"
    )


def _link(link: Link, explorer: str) -> str:
    return f"<li>{said(link.text, 'a', href=link.href(explorer))}</li>"


def _code(address: str) -> str:
    """Return an address as a square that a phone reads."""
    try:
        import segno
    except ImportError as error:
        raise MissingExtra("codes for phones need segno: pip install segno") from error
    picture = segno.make(address, error="m").svg_inline(scale=4, border=3, light="#fff", dark="#000", omitsize=True)
    said = html.escape(address)
    parts = re.sub(r"(?<=[^:/])/(?=.)", "/<wbr>", said.partition("://")[2])  # an address is broken behind a / only
    return f'<figure role="img" aria-label="code of {said}">{picture}<figcaption>{parts}</figcaption></figure>'
