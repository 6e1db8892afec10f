"""Write the site; a page is made again only where it, or something that it was made from, has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ltviz import gallery, web
from ltviz.core.checks import did_you_mean, one_of
from ltviz.core.errors import BadInput, LtvizError
from ltviz.core.files import usable_folder, write_text
from ltviz.core.fresh import HOME, Ledger, fingerprint, sources
from ltviz.core.told import told
from ltviz.course import lessons as course
from ltviz.course import public
from ltviz.explorers import CARDS, Card
from ltviz.figures.export import Camera
from ltviz.figures.index import index
from ltviz.site import codes
from ltviz.site.beside import explored, helped, stamps
from ltviz.site.entries import Packed, Step, entries, entries_key, kept
from ltviz.site.front import Live, front
from ltviz.site.lecture import checked_address, lecture
from ltviz.site.lesson import spoken
from ltviz.site.lessons import pages, run_lesson, write_pages
from ltviz.site.page import explorer
from ltviz.site.pulse import pulse
from ltviz.site.script import script
from ltviz.views import VIEWS

NAMES = tuple(CARDS)
THEMES = ("auto", *web.LOOKS)
LIVE = "margin_bound"  # can be moved on the front page
ONWARD = told("Would you like the first five as a lesson, a minute each?")
Progress = Callable[[str, str], None]


@dataclass
class Report:
    """What `write_site` did: pages by outcome, why one failed, and what the figures said."""

    out: Path
    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    missing: str = ""

    @property
    def index(self) -> Path:
        """The front page."""
        return self.out / "index.html"


def chosen(only: str | None, names: Iterable[str]) -> list[str]:
    """Return the names that patterns with commas between them mean."""
    patterns = [each.strip() for each in (only or "*").split(",")]
    return [name for name in names if any(fnmatch(name, pattern) for pattern in patterns)]


def write_site(
    out: str | Path = "site",
    only: str | None = None,
    *,
    force: bool = False,
    theme: str = "auto",
    figures: bool = True,
    lessons: bool = False,
    fast: bool = False,
    address: str = "",
    progress: Progress | None = None,
    step: Callable[[str], Step | None] | None = None,
) -> Report:
    """Write the explorers' pages, the figures, the lessons, the class and the front page.

    Parameters
    ----------
    out : str or Path
        The folder: ``index.html``, ``class.html``, ``explore/``, ``figures/`` and ``lessons/``.
    only : str, optional
        Names or patterns of explorers, figures and lessons, with commas between them.
    force : bool
        Do everything again.
    theme : {"auto", "light", "dark", "projector"}
        The look at opening; "auto" follows the system.
    figures : bool
        Whether the figures are drawn too.
    lessons : bool
        Whether the lessons are run and become pages too.
    fast : bool
        Run them with what is quick in each.
    address : str
        Where the site will stand, ``https://...``: the links of the class are then codes for a phone too.
    progress : callable, optional
        Called with a name and what was done: "written", "kept", "failed".
    step : callable, optional
        Name -> what is called with (entries done, entries in all) while that page is computed.

    Returns
    -------
    Report
        A page that fails does not stop the others.
    """
    one_of("theme", theme, THEMES)
    checked_address(address)
    names = chosen(only, NAMES)
    views = chosen(only, VIEWS) if figures else []
    books = chosen(only, [path.stem for path in course.lessons()]) if lessons else []
    if not names and not views and not books:
        known = sorted({*NAMES, *(VIEWS if figures else ()), *books})
        raise BadInput(f"nothing fits {only!r}; there are {', '.join(known)}.{did_you_mean(only, known)}")
    report = Report(usable_folder(out))
    write_doors(report.out, theme, address)  # first, and with each page: whoever interrupts has a folder with a door
    look, before = "light" if theme == "auto" else theme, stamps(report.out / "figures", views)
    with helped(report.out, names, views, look, force) as second:

        def write(name: str, content: Packed | None = None) -> None:
            teller = step(name) if step and content is None else None
            page = partial(write_page, name, report.out, force=force, theme=theme, step=teller, beside=names)
            what = _tried(report, name, partial(page, content=content))
            write_doors(report.out, theme, address)
            if progress is not None:
                progress(f"explore/{name}", what)

        others = []
        for name in names:
            if second.shared.take(name):
                write(name)
            else:
                others.append(name)
        second.wait()
        for name in others:
            write(name, second.shared.left(name))
    if views:
        _write_figures(report, before, force and not second.done, look, progress)
        write_doors(report.out, theme, address)
    if books:
        _write_lessons(report, books, force, theme, fast, progress)
        write_doors(report.out, theme, address)
    return report


def _tried(report: Report, name: str, write: Callable[[], bool]) -> str:
    """Write one page, report what was done, and return it: one that is broken must not cost the others."""
    try:
        fresh = write()
    except Exception as error:
        report.failed[name] = str(error) if isinstance(error, LtvizError) else f"{type(error).__name__}: {error}"
        return "failed"
    (report.written if fresh else report.kept).append(name)
    return "written" if fresh else "kept"


def write_page(
    name: str,
    out: Path,
    *,
    force: bool = False,
    theme: str = "auto",
    step: Step | None = None,
    beside: Collection[str] = (),
    content: Packed | None = None,
) -> bool:
    """Write one explorer's page, and say whether it was written anew.

    Parameters
    ----------
    name : str
        The explorer.
    out : Path
        The folder of the site.
    force, theme
        See `write_site`.
    step : callable, optional
        Called with (entries done, entries in all).
    beside : collection of str
        The pages that will stand there too.
    content : tuple, optional
        Its packed entries, where they have just been computed.
    """
    path, ledger = out / "explore" / f"{name}.html", Ledger(out)
    fixed, state = _card(name).fixed().start()
    key = entries_key(fixed)
    spec = web.spec(fixed, state, theme, page=True, following=_following(name, {*beside, *explored(out)}))
    if spec["guess"]:
        spec["guess"] = {**spec["guess"], "codes": codes.told(name, "../pulse.html")}
    up = "../" if public.stands(out) else ""
    made_from = _page_key(spec, key, up)
    if not force and ledger.keeps(path, made_from):
        return False
    content = content or (None if force else standing_numbers(fixed, out)) or web.pack(entries(fixed, step))
    ledger.write(path, made_from, explorer(fixed, spec, content, key, up))
    return True


def standing_numbers(card: Card, out: Path) -> Packed | None:
    """Return the packed entries of a page that stands whole, if they are those of its card: as `Card.fixed` gave it."""
    path = out / "explore" / f"{card.name}.html"
    return kept(path, entries_key(card)) if Ledger(out).whole(path) else None


def write_doors(out: Path, theme: str = "auto", address: str = "") -> None:
    """Write the front page, the class and the gallery of what stands in the folder."""
    standing = explored(out)
    drawn = gallery.entries(out / "figures", pages={name: f"../explore/{name}.html" for name in standing})
    if drawn:
        write_text(out / "figures" / "index.html", index(drawn, up="../index.html"))
    write_text(out / "index.html", _front(out, standing, len(drawn), theme))
    write_text(out / "class.html", lecture(standing, theme, address))
    write_text(out / "pulse.html", pulse(cards_of(standing), theme))
    pages = {"index.html", "class.html", "pulse.html", *(f"explore/{name}.html" for name in standing)}
    write_text(out / "script.html", script({*pages, *_lessons(out).values()}, theme))


def cards_of(standing: Collection[str]) -> dict[str, Card]:
    """Return the explorers that stand in a folder, in the order of the path."""
    return {name: CARDS[name] for name in CARDS if name in standing}


def bundled_front(out: Path, theme: str = "auto") -> str:
    """Return the front page for a class, which gets no figures."""
    return _front(out, explored(out), 0, theme)


def _front(out: Path, standing: Collection[str], figures: int, theme: str) -> str:
    cards = cards_of(standing)
    there = f"{public.FOLDER}/index.html" if public.stands(out) else ""
    return front(cards, _live(out, standing, theme), figures, theme, _lessons(out), there)


def _lessons(out: Path) -> dict[str, str]:
    """Return the lessons whose pages stand in the folder: name -> way."""
    return {spoken(page.stem): f"lessons/{page.name}" for page in pages(out)}


def _live(out: Path, standing: Collection[str], theme: str) -> Live | None:
    """Return the explorer that can be moved on the front page, with the numbers of its own page."""
    name = LIVE if LIVE in standing else next((name for name in CARDS if name in standing), None)
    if name is None:
        return None
    card, state = _card(name).fixed().start()
    spec = web.spec(card, state, theme, following=_following(name, standing, "explore/"))
    spec.pop("looks")
    held = kept(out / "explore" / f"{name}.html", entries_key(card))
    return spec, held or web.pack(entries(card))


def _following(name: str, standing: Collection[str], folder: str = "") -> web.Following:
    """Return the next explorer that has a page, with the dials that both have; after the last one, the class."""
    every = list(CARDS)
    later = every[every.index(name) + 1 :] if name in every else []
    found = next((other for other in later if other in standing), None)
    if found is None:
        return web.Following("class", ONWARD, "class.html" if folder else "../class.html")
    card = _card(found)
    shared = (dial for dial in _free(_card(name)) if dial in _free(card))
    return web.Following(found, card.question, f"{folder}{found}.html", tuple(shared))


def _free(card: Card) -> tuple[str, ...]:
    """Return the dials that a card's page lets move."""
    return tuple(name for name, dial in card.fixed().dials.items() if len(dial.values) != 1)


def _card(name: str) -> Card:
    return CARDS[name]


def _write_figures(report: Report, before: dict[str, int], force: bool, look: str, progress: Progress | None) -> None:
    """Draw the figures, and say what was drawn since `before`; light ones have dark twins, for pages at night."""
    folder = report.out / "figures"

    def fresh(name: str) -> bool:
        return stamps(folder, [name])[name] != before[name]

    def told(done: int, total: int, name: str, what: str) -> None:
        if progress is not None:
            progress(f"figures/{name}", what if what == "failed" else "written" if fresh(name) else "kept")

    still = explored(report.out)
    drawn = gallery.write_all(folder, list(before), "html,svg", still=still, force=force, theme=look, progress=told)
    for name in (*drawn.drawn, *drawn.kept):
        (report.written if fresh(name) else report.kept).append(name)
    report.failed |= drawn.failed
    report.missing = drawn.missing


def _write_lessons(
    report: Report, books: list[str], force: bool, theme: str, fast: bool, progress: Progress | None
) -> None:
    """Run the lessons that are wanted, and write the pages of all that have been run: each leads to the next."""
    with Camera() as camera:
        for stem in books:
            what = "failed"
            try:
                fresh, missing = run_lesson(stem, report.out, force=force, fast=fast, camera=camera)
                report.missing = report.missing or missing
                what = "written" if fresh else "kept"
                (report.written if fresh else report.kept).append(stem)
            except LtvizError as error:
                report.failed[stem] = str(error)
            if progress is not None:
                progress(f"lessons/{stem}", what)
    write_pages(report.out, theme)


def _page_key(spec: dict[str, Any], key: str, up: str) -> str:
    files = sorted((HOME / "web").rglob("*.[jcp]*")) + sorted((HOME / "site").glob("*.[cp]*"))
    return fingerprint([key, spec, up, version("plotly"), sources(f for f in files if f.is_file())])
