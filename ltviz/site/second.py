"""What the second process of `ltviz.site.beside` does: the figures, then pages' numbers, from the last page on."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Any

from ltviz import gallery, web
from ltviz.explorers import CARDS
from ltviz.site.beside import Shared, explored
from ltviz.site.build import standing_numbers
from ltviz.site.entries import entries


def work(told: dict[str, Any]) -> int:
    """Do it, and return 0 where every figure was drawn.

    Parameters
    ----------
    told : dict
        What `ltviz.site.beside.helped` was given, and the folder of `Shared`.
    """
    out, shared, force = Path(told["out"]), Shared(Path(told["shared"])), told["force"]
    failed = False
    if told["views"]:
        still = {*told["names"], *explored(out)}
        drawn = gallery.write_all(
            out / "figures", told["views"], "html,svg", still=still, force=force, theme=told["theme"]
        )
        failed = bool(drawn.failed)
    for name in reversed(told["names"]):
        card, _ = CARDS[name].fixed().start()
        if (force or standing_numbers(card, out) is None) and shared.take(name):
            with contextlib.suppress(Exception):  # it fails in the first process too, which says so
                shared.leave(name, web.pack(entries(card)))
    return int(failed)


if __name__ == "__main__":
    sys.exit(work(json.loads(sys.argv[1])))
