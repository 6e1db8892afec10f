"""A class of 45 minutes from the zip alone, minute by minute: what to open, what to do, what to say."""

from __future__ import annotations

import html
from collections.abc import Collection
from dataclasses import dataclass

from ltviz import __version__
from ltviz.site.lecture import HANDS, STEPS, Step, colours
from ltviz.site.page import document, sheet

TITLE = "A class of 45 minutes, minute by minute"
MINUTES = 45
LEAD = (
    "For whoever stands in front: print it, or keep it on a second screen. All of it is in this folder; nothing is "
    "installed, and nothing asks the network."
)
BEFORE = (
    "Give the class the zip the day before: on a phone a tap unpacks it, and its pages open in the browser. A phone "
    "for every two people will do.",
    "On your machine, open each link below in a tab of its own, in this order.",
    "Projector: 1280 x 720 or more, look: projector, the room half dark. Try one guess and one code.",
)
ROUND = (  # of a guess that the class pools: minutes, what is done
    (1, "Open the guess and read the question aloud. Nobody says a number."),
    (2, "Everybody moves the slider of the guess and opens “My code”; nobody shows the truth yet. Do the same, and "
     "follow its link to the pulse: it opens in a tab of its own."),
    (2, "Add the codes in the pulse: paste them from the chat, or type them as they are called."),
    (2, "Look at the histogram together. Two who are far apart tell each other why."),
    (1, "Whoever has changed their mind moves the slider again. Add those codes as “after the discussion”."),
    (1, "Back in the explorer show the truth, and follow the link in “My code” once more: the pulse draws it beside "
     "the guesses. Read out the gain."),
)  # fmt: skip


@dataclass(frozen=True)
class Move:
    """Some minutes of the class.

    Parameters
    ----------
    minutes : int
        How long it takes.
    does : str
        What is done.
    """

    minutes: int
    does: str


@dataclass(frozen=True)
class Part:
    """A part of the class.

    Parameters
    ----------
    title : str
        Its question.
    ways : tuple of (str, str)
        What is opened: place in the folder, with the dials after the #, and its name.
    moves : tuple of Move
        What is done, in order.
    says : tuple of str
        What to say and to ask.
    """

    title: str
    ways: tuple[tuple[str, str], ...]
    moves: tuple[Move, ...]
    says: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(move.minutes for move in self.moves)


def _part(step: Step, *moves: tuple[int, str]) -> Part:
    """Return a part that shows a question of the five minutes at more length, with its links and its notes."""
    ways = tuple((link.href(step.explorer), link.text) for link in step.links)
    return Part(step.question, ways, tuple(Move(*move) for move in moves), step.notes)


_COUNTS, _TRUTHS, _BOUND, _LOSSES, _MAP = STEPS
PARTS = (
    Part(
        "Where should a line between two classes stand?",
        (("index.html", "The front page"),),
        (
            Move(2, "Fill the screen. Say what a long tail is in one sentence, and show no slide."),
            Move(
                2, "Give the mouse to somebody in the first row: drag the line, and say which of the two areas grows."
            ),
        ),
        ("Do not explain the bound yet: they will guess its lowest place in a quarter of an hour.",),
    ),
    _part(_COUNTS, *ROUND),
    _part(
        _TRUTHS,
        (1, "Open the second link: as many of both. Where does the boundary stand, and why there?"),
        (2, "Open the guess. All write a number down; take the highest and the lowest, then show the truth."),
        (2, "Drag τ after training, slowly. The class says stop where both are treated alike; read both accuracies."),
        (1, "Ask which of the two lines they would use for a test in a hospital, and for a spam filter."),
    ),
    _part(_BOUND, *ROUND),
    _part(
        _LOSSES,
        (1, "Open the guess. Say only that both pictures have the same points."),
        (2, "All write a number down, then show the truth. Ask what the loss has changed, in one sentence."),
        (3, "Open the second link and choose another second loss. Before each choice they say what it will do."),
    ),
    _part(
        _MAP,
        (1, "Open the first link and read out the goals above the picture."),
        (5, "Teams of two to four: the first goal at the projector, the others on their phones. Points may be added."),
        (1, "Collect the best balanced accuracy, and ask what the frequent class has lost for it."),
    ),
    Part(
        "What do you take home?",
        (("lessons/04_margins.html", "Lesson 4: Margins"), ("lessons/00_start_here.html", "Lesson 0: Start here")),
        (
            Move(2, "Each team says one sentence: what a margin does that a weight does not."),
            Move(
                2,
                "Show the contents of lesson 4 and its exercises: the lesson is the homework, from the zip.",
            ),
        ),
        ("Who wants to check the answers needs an installation; lesson 0 says how.",),
    ),
)


def script(standing: Collection[str], theme: str) -> str:
    """Return the page.

    Parameters
    ----------
    standing : collection of str
        The pages of the folder, as "explore/margin_bound.html": what is not there is not linked.
    theme : str
        The look.
    """
    at, parts = 0, []
    for number, part in enumerate(PARTS, 1):
        parts.append(_shown(number, part, at, standing))
        at += part.minutes
    before = "".join(f"<li>{html.escape(each)}</li>" for each in (*BEFORE, HANDS))
    body = (
        '<body>\n<nav aria-label="Site"><a href="index.html">All explorers</a> '
        '<a href="class.html">Five minutes</a> <a href="pulse.html">The class\'s pulse</a></nav>\n'
        f"<header><h1>{TITLE}</h1>\n<p>{LEAD}</p></header>\n<main>\n<h2>Before</h2>\n<ul>{before}</ul>\n"
        f"{''.join(parts)}</main>\n<footer>ltviz {__version__}</footer>\n</body>\n"
    )
    return document(f"{TITLE} - ltviz", f"<style>\n{colours(theme)}\n{sheet('script')}</style>\n", body)


def _shown(number: int, part: Part, at: int, standing: Collection[str]) -> str:
    links = "".join(
        f'<li><a href="{html.escape(way, quote=True)}">{html.escape(name)}</a></li>'
        if way.partition("#")[0] in standing
        else f"<li>{html.escape(name)} (not in this folder)</li>"
        for way, name in part.ways
    )
    rows = []
    start = at
    for move in part.moves:
        rows.append(f'<tr><th scope="row">{start} to {start + move.minutes}</th><td>{html.escape(move.does)}</td></tr>')
        start += move.minutes
    says = "".join(f"<li>{html.escape(each)}</li>" for each in part.says)
    return (
        f'<section aria-labelledby="part-{number}"><h2 id="part-{number}">{number}. {html.escape(part.title)} '
        f'<span>{part.minutes} minutes</span></h2>\n<ul class="ways">{links}</ul>\n'
        f'<table><thead><tr><th scope="col">minute</th><th scope="col">what you do</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>\n" + (f'<ul class="says">{says}</ul>' if says else "") + "</section>\n"
    )
