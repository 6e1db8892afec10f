"""An explorer as one ES module, for pages that show widgets: ``export default {render}``."""

from __future__ import annotations

from pathlib import Path

from ltviz import web
from ltviz.core.files import to_json, write_text
from ltviz.explorers import CARDS
from ltviz.site.entries import encoded, entries, entries_key, kept


def module(name: str, site: Path | None = None) -> str:
    """Return the module of an explorer, with the dials and numbers of its page; it asks nothing of the network.

    MyST and Jupyter Book show it by their widget directive. A page may give it ``state``, some of its dials, and
    ``theme``; it sets ``state`` when a dial moves.

    Parameters
    ----------
    name : str
        An explorer.
    site : Path, optional
        A site's folder, whose page may hold the numbers already.
    """
    card, state = CARDS[name].fixed().start()
    held = kept(site / "explore" / f"{name}.html", entries_key(card)) if site else None
    spec = to_json(web.spec(card, state)).strip()
    numbers = encoded(held or web.pack(entries(card)))
    script = web.script("module", pictures=[card.picture])
    return f"{script}export default widgetOf({spec}, {to_json(numbers).strip()}, {to_json(web.style()).strip()});\n"


def write_modules(site: Path) -> list[Path]:
    """Write the modules of all explorers that have a page in a site's folder, into ``modules/``."""
    names = [name for name in CARDS if (site / "explore" / f"{name}.html").is_file()]
    return [write_text(site / "modules" / f"{name}.mjs", module(name, site)) for name in names]
