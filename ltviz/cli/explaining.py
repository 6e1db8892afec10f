"""`ltviz explain NAME`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ltviz.cli import _names
from ltviz.cli._command import Command
from ltviz.cli._text import equation, paragraph, ranged, table
from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadInput
from ltviz.core.params import Control

if TYPE_CHECKING:
    from ltviz.explorers import Points
    from ltviz.losses import Loss

HOOKS = {
    "adjust": "the scores, before the softmax",
    "adjusted": "the scores, by more than the scores themselves",
    "weight": "the weight of each class",
    "pointwise": "the loss of one row",
    "extra": "adds a term on the embedding",
}


@click.command(cls=Command)
@click.argument("name")
@click.option("--loss-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Your own loss.")
def explain(name: str, loss_file: Path | None) -> None:
    """Explain NAME: a loss, view, explorer, sampler, data set, method, notebook or plan of runs."""
    from ltviz.course import lessons

    if loss_file:
        from ltviz.losses import laws

        own = [cls.name for cls in laws.load(loss_file)]
        if name not in own:
            raise click.UsageError(f"{loss_file} holds {', '.join(own)}, not {name}: name that, or leave the file out")
    kinds = {kind: names() for kind, names in _names.KINDS.items()}
    if name not in {each for names in kinds.values() for each in names}:
        name = next((stem for stem in kinds["notebooks"] if name in lessons.calls(stem)), name)
    found = [kind for kind, names in kinds.items() if name in names]
    if not found:
        every = [each for names in kinds.values() for each in names]
        raise BadInput(f"nothing is called {name!r}; ltviz list prints all names.{did_you_mean(name, every)}")
    for kind in found:
        click.echo(f"{name} ({'loss' if kind == 'losses' else kind.removesuffix('s').replace('_', ' ')})")
        click.echo(paragraph(kinds[kind][name], 2))
        click.echo()
        if kind == "losses":
            _loss(name, f' --loss-file "{loss_file}"' if loss_file else "")
        elif kind == "views":
            _view(name)
        elif kind == "explorers":
            _explorer(name)
        elif kind in ("samplers", "datasets"):
            _file(_names.file_of(kind, name))
            _reference(_names.file_of(kind, name))
        elif kind == "methods":
            _method(name)
        elif kind == "notebooks":
            click.echo(paragraph(_names.opening(name), 2))


def _loss(name: str, file: str) -> None:
    from ltviz import losses
    from ltviz.views import VIEWS

    cls = losses.Field()[name]
    parent = cls.__mro__[1]
    changed = [hook for hook in HOOKS if hook in vars(cls)]
    where = [view for view, each in VIEWS.items() if each.shows(cls)]
    _section("Equation", equation(cls))
    _section(
        f"Changes, relative to {getattr(parent, 'title', '') or 'cross-entropy'}",
        table([(f"{hook}()", HOOKS[hook]) for hook in changed]) or "  nothing: it is the base itself",
    )
    _section("Where they coincide", paragraph(_coincide(cls), 2))
    _section("Takes", "  cosines" if cls.uses == "cosine" else f"  {cls.uses}")
    _section("Parameters", _controls(cls.params))
    _section("Source", paragraph(cls.source, 2))
    _section("Where it appears", table([(f"ltviz figure {view} --loss {name}{file}", "") for view in where]))
    if not file:
        _reference(_names.file_of("losses", name))


def _coincide(cls: type[Loss]) -> str:
    if cls.neutral is None:
        return "at no value of its parameters is it plain cross-entropy"
    scores = "scale times the cosines" if cls.uses == "cosine" else "the logits"
    if not cls.neutral:
        return f"it is cross-entropy of {scores}"
    values = ", ".join(f"{key} = {value}" for key, value in cls.neutral.items())
    return f"at {values} it is cross-entropy of {scores}"


def _view(name: str) -> None:
    from ltviz.views import VIEWS

    _section("Sliders and flags", _controls(VIEWS[name].controls))
    _section("Draw it", f"  ltviz figure {name}")


def _explorer(name: str) -> None:
    from ltviz.explorers import CARDS

    dials = CARDS[name].dials.values()
    shown = {dial.label: dial.control for dial in dials if not dial.more}
    _section("Dials", f'{_controls(shown)}\n  and {len(dials) - len(shown)} behind "More controls" or where they count')
    _section("Open it", f'  ltviz play {name}\n  ltviz.explore("{name}") in JupyterLab, with every control')


def _method(name: str) -> None:
    from ltviz.cli import _method_text

    for title, text in _method_text.sections(name):
        _section(title, text)


def _file(path: Path) -> None:
    import ast

    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    rest = text.partition("\n\n")[2]
    if rest:
        click.echo(rest)


def _reference(file: Path) -> None:
    """Say where a file's page stands among those of the site, where it has one."""
    from ltviz.core.fresh import HOME
    from ltviz.course.public import modules, page

    parts = file.relative_to(HOME.parent).with_suffix("").parts
    module = ".".join(part for part in parts if part != "__init__")
    if module in modules():
        click.echo()
        _section("Reference", f"  site/{page(module)}  (written by: ltviz site --reference)")


def _controls(controls: Mapping[str, Control | Points]) -> str:
    if not controls:
        return "  none"
    return table(
        [(f"{name} = {control.default}", f"{control.help}{ranged(control)}") for name, control in controls.items()]
    )


def _section(title: str, text: str) -> None:
    click.echo(f"{title}\n{text}\n")


COMMANDS = {"explain": explain}
