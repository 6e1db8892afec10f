"""The class's pulse: the guesses of a class beside the truth, in two rounds; nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Iterable

from ltviz import __version__, web
from ltviz.site.codes import asked
from ltviz.site.lecture import colours
from ltviz.site.page import NO_SCRIPT, block, document, sheet

TITLE = "The class's pulse"
LEAD = (
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
    body = (
        '<body>\n<nav aria-label="Site"><a href="index.html">All explorers</a></nav>\n'
        f'<main>\n<h1>{TITLE}</h1>\n<p class="lead">{LEAD}</p>\n<div id="pulse"></div>\n</main>\n'
        f"<footer>ltviz {__version__}</footer>\n{NO_SCRIPT}{block({'guesses': asked(names)}, 'ltviz-pulse')}"
        f"<script>\n{web.script('pulse', pictures=[])}bootPulse();\n</script>\n</body>\n"
    )
    return document(f"{TITLE} - ltviz", f"<style>\n{colours(theme)}\n{sheet('pulse')}</style>\n", body)
