"""The class's pulse: the guesses of a class beside the truth, in two rounds; nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ltviz import __version__, web
from ltviz.core.told import spread, told
from ltviz.site.codes import asked
from ltviz.site.lecture import colours
from ltviz.site.page import NO_SCRIPT, block, document, landmark, said, sheet, words
from ltviz.web import catalogue
from ltviz.web.catalogue import keys

TITLE = told("The class's pulse")
LEAD = told(
    "After a guess, the button “My code” of each explorer shows five letters. Type them here, paste many at once, or "
    "hold the square before the camera. Nothing is sent anywhere, and nothing is kept when this page is closed."
)


def pulse(names: Iterable[str], theme: str) -> str:
    """Return the page.

    Parameters
    ----------
    names : iterable of str
        The explorers whose codes are taken.
    theme : str
        The look.
    """
    guesses = asked(names)
    script = web.script("pulse", pictures=[])
    texts = [text for each in guesses for part in ("title", "prompt", "label", "unit") for text in keys(each[part])]
    body = (
        f"<body>\n<nav {landmark('Site')}>{said('All explorers', 'a', href='index.html')}</nav>\n"
        f'<main>\n{said(TITLE, "h1")}\n{said(LEAD, "p", class_="lead")}\n<div id="pulse"></div>\n</main>\n'
        f"<footer>ltviz {__version__}</footer>\n{NO_SCRIPT}{block({'guesses': spread(guesses)}, 'ltviz-pulse')}"
        f"{words(script, [*catalogue.said_in(Path(__file__)), *texts])}"
        f"<script>\n{script}bootPulse();\n</script>\n</body>\n"
    )
    return document(f"{TITLE} - ltviz", f"<style>\n{colours(theme)}\n{sheet('pulse')}</style>\n", body)
