"""What stands on the screen is words: no name of Python's, no unit that only a paper knows."""

from __future__ import annotations

import pytest

from ltviz.explorers import CARDS


@pytest.mark.parametrize("name", CARDS)
def test_labels_are_words(name: str) -> None:
    for card in (CARDS[name], CARDS[name].fixed()):
        opened, _ = card.start()
        for dial in opened.dials.values():
            assert "_" not in dial.label
            assert not {"tau", "beta", "gamma"} & set(dial.label.replace("(", " ").split())
