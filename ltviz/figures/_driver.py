"""The driver of the headless browser: kaleido's, which would load its page anew for each picture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import kaleido

from ltviz.core.files import write_text

_FRESH = 100  # pictures from one page: what a drawing leaves behind is little


class Driver(kaleido.Kaleido):
    """Loads its page anew after many pictures, or one that failed: that takes twice as long as to draw one.

    Parameters
    ----------
    place : Path
        A folder for what the browser writes, its page among it.
    """

    def __init__(self, place: Path) -> None:
        page = place / "index.html"
        # mathjax would be fetched from the network
        write_text(page, kaleido.PageGenerator(mathjax=False).generate_index())
        super().__init__(n=1, page_generator=page, tmp_dir=str(place))
        self._drawn = 0

    async def _return_kaleido_tab(self, tab: Any) -> None:
        self._drawn += 1
        if sys.exc_info()[0] is not None or self._drawn % _FRESH == 0:
            await super()._return_kaleido_tab(tab)
        else:
            await self.tabs_ready.put(tab)
