"""Recorded runs as a figure takes them from the folders: what cannot be relied on is left out, and named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ltviz.methods import apart, is_row, parse
from ltviz.records import record
from ltviz.records.finished import RecordedRun
from ltviz.records.names import Records


class Shelf:
    """The recorded runs of some data.

    Parameters
    ----------
    records : Records
        Which are meant.
    images : bool
        Whether single images will be asked, which not all records have.
    """

    def __init__(self, records: Records, images: bool) -> None:
        self.records, self.images = records, images
        self._places = record.places(record.homes(), records.folder)
        self._faults: dict[str, record.Damaged] = {}

    @property
    def faults(self) -> list[record.Damaged]:
        """What had to be left out so far."""
        return list(self._faults.values())

    def of(self, texts: Sequence[str], recipe: str, seeds: Sequence[int]) -> dict[str, dict[int, RecordedRun]]:
        """Return the nets of some methods by their seeds.

        A net whose run differs from the first of its method in more than the seed is left out, and so is one whose
        data are not those of the first of all: a mean over both, or both in one picture, would compare nothing.
        """
        found: dict[str, dict[int, RecordedRun]] = {}
        for text in texts:
            own: dict[int, RecordedRun] = {}
            found[text] = own
            for net in self._nets(text, recipe, seeds):
                like = next((net for of in found.values() for net in of.values()), net)
                other = net.differs(next(iter(own.values()), net), like)
                if other:
                    self._leave(record.damaged(net.file, f"{net.file} is a run unlike {like.file}: {other}"))
                else:
                    own[net.seed] = net
        return found

    def covers(self, methods: str, seeds: Sequence[int]) -> bool:
        """Return whether some recipe has runs of all methods, of a seed in common, so that nothing is trained."""
        texts = apart(methods)
        if not all(map(is_row, texts)):
            return False
        for recipe in self.records.recipes:
            held = [{run.name for run, _ in self._runs(self._folder(text, recipe))} for text in texts]
            if any(f"seed{seed}" in set.intersection(*held) for seed in seeds):
                return True
        return False

    def holds_others(self, text: str, recipe: str, seeds: Sequence[int]) -> bool:
        """Return whether runs of a method are recorded, but of other seeds."""
        return is_row(text) and any(
            not _among(run, seeds)
            and any(not self.images or file.with_name("geometry.npz").is_file() for file in files)
            for run, files in self._runs(self._folder(text, recipe))
        )

    def _nets(self, text: str, recipe: str, seeds: Sequence[int]) -> Iterator[RecordedRun]:
        """Give the nets of one method that can be used: of one run in two folders, the first such."""
        if not is_row(text):  # records are of methods
            return
        folder = self._folder(text, recipe)
        for place, damaged in self._places.faults.items():
            if folder.is_relative_to(place) or place.parent == folder:
                self._leave(damaged)
        for run, files in self._runs(folder):
            net = self._first(files) if _among(run, seeds) else None
            if net:
                yield net

    def _folder(self, text: str, recipe: str) -> Path:
        name, params = parse(text)
        data = self.records.dataset, self.records.profile, self.records.imbalance
        return record.place(Path(), *data, name, recipe, 0, **params).parent

    def _runs(self, folder: Path) -> list[tuple[Path, list[Path]]]:
        return [(run, files) for run, files in self._places.files.items() if run.parent == folder]

    def _first(self, files: Sequence[Path]) -> RecordedRun | None:
        for file in files:
            try:
                net = RecordedRun.read(file, images=self.images)
            except record.Damaged as damaged:
                self._leave(damaged)
            else:
                if net:
                    return net
        return None

    def _leave(self, damaged: record.Damaged) -> None:
        self._faults.setdefault(str(damaged), damaged)


def _among(run: Path, seeds: Sequence[int]) -> bool:
    """Return whether a run's folder may be that of one of some seeds: what it is, its record says."""
    number = run.name.removeprefix("seed")
    return not number.isdecimal() or int(number) in seeds
