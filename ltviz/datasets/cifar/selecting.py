"""What ``--dataset cifar10`` and ``--dataset cifar100`` mean: a choice of the published images, or a pack."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ltviz.core.checks import seed as checked_seed
from ltviz.core.errors import BadInput
from ltviz.datasets import cifar
from ltviz.datasets._base import Selection, Source
from ltviz.datasets.cifar._set import RECIPES
from ltviz.datasets.cifar.published import PUBLISHED
from ltviz.datasets.cifar.source import Absent, find


class CifarSource(Source):
    """A data set of CIFAR: of the published images as chosen, or of a pack, which says itself what it holds.

    Parameters
    ----------
    published : {"cifar10", "cifar100"}
    """

    takes = ("data", "imbalance", "profile", "order", "seed", "verify")
    defaults = {"imbalance": 100, "profile": "exp", "seed": 0}
    recipes = RECIPES

    def __init__(self, published: str) -> None:
        self.published, self.title = published, f"{PUBLISHED[published].title}-LT"

    def says(self, path: Path) -> bool:
        """See `Source`."""
        return cifar.is_pack(path)

    def told_by(self, path: Path) -> str:
        """See `Source`."""
        return cifar.heading(path).name

    def select(self, data: Path | None = None, verify: bool | None = None, **choice: Any) -> Selection:
        """See `Source`; `data` is the folder or the archive that holds CIFAR, a pack, or a folder of packs."""
        if pack := self._pack(data):
            return self._packed(pack, verify, choice)
        return self._chosen(data, verify is not False, **choice)

    def _pack(self, data: Path | None) -> Path | None:
        """Return the pack that is meant: the file itself, or that of the data set in a folder without its images."""
        if data is None or cifar.is_pack(data):
            return data
        pack = data / f"{self.published}.pack"
        try:
            if pack.is_file():
                find(self.published, data)
        except Absent:
            return pack
        return None

    def _chosen(
        self,
        root: Path | None,
        verify: bool,
        imbalance: float = 100,
        profile: str = "exp",
        order: Sequence[int] | None = None,
        seed: int = 0,
    ) -> Selection:
        counts = cifar.counts_of(self.published, imbalance, profile, order)
        checked_seed(seed)
        read = partial(cifar.load, self.published, imbalance, profile, seed, root, order=order, verify=verify)
        return Selection(self.published, profile, float(imbalance), counts, read, tested=10_000)

    def _packed(self, pack: Path, verify: bool | None, choice: dict[str, Any]) -> Selection:
        about = cifar.heading(pack)
        for word, wanted in {"dataset": self.published, **choice}.items():
            held = getattr(about, "name" if word == "dataset" else word)
            if (tuple(wanted) if word == "order" else wanted) != held:
                raise BadInput(f"--{word} {wanted} was given, but {pack} holds {held}: leave it out")
        if verify is not None:
            raise BadInput(
                f"--no-verify would do nothing: {pack} says itself whether its images are the published ones. Leave "
                "it out"
            )
        read = partial(cifar.read_pack, pack)
        return Selection(about.name, about.profile, about.imbalance, cifar.pack_counts(pack), read, tested=10_000)
