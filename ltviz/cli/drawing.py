"""`ltviz figure NAME`: one figure, whose flags are the view's controls and the parameters of its losses."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ltviz.cli._command import Command, refuse
from ltviz.cli._text import Folder
from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadInput, LtvizError, MissingExtra
from ltviz.core.params import Choice, Control, Flag, Param
from ltviz.views import SLOTS

BESIDE = ("erm",)  # the method beside which a loss of one's own is trained where nothing is said
FORMATS = "html,svg,png,json"
THEMES = click.Choice(["light", "dark", "projector", "paper"])
KEEP, KEPT = "--keep", "Keep the nets on digits that are trained in this folder of records, where figures read them."
STYLE = [
    click.Option(["--format", "kinds"], help=f"Some of html, svg, png, pdf, json.  [default: {FORMATS}]"),
    click.Option(["--width"], help="Width of the picture: 85mm, 17cm, 900px."),
    click.Option(["--height"], help="Its height; by default the view's proportion."),
    click.Option(["--title"], help="In place of the figure's own; \"none\" leaves it out, as a paper's caption wants."),
    click.Option(["--font-size"], type=float, help="Font size in points, 4 to 72."),
    click.Option(["--theme"], type=THEMES, default="light", show_default=True),
    click.Option(["--out"], type=Folder(), default=Path("figures"), show_default=True, help="Folder of the files."),
    click.Option(["--force"], is_flag=True, help="Do it again, also what has not changed."),
    click.Option([KEEP], type=Folder(), help=KEPT),
    click.Option(
        ["--loss-file"],
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Your own loss, drawn where no other is named; trained, beside erm.",
    ),
]


class ControlType(click.ParamType):
    """A control's own check, as click wants it."""

    def __init__(self, name: str, control: Control) -> None:
        self.control, self.key = control, name
        self.name = ("integer" if control.whole else "number") if isinstance(control, Param) else "text"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """Show the options of a choice as they are typed."""
        return f"[{'|'.join(self.control.options)}]" if isinstance(self.control, Choice) else None

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the text; a wrong value ends the command and names the flag."""
        try:
            return self.control.parse(self.key, str(value))
        except BadInput as error:
            self.fail(str(error), param, ctx)


class Figures(click.Group):
    """A group with one command for each view."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the views."""
        from ltviz.views import VIEWS

        return list(VIEWS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Return the command of one view."""
        from ltviz.views import VIEWS

        if cmd_name not in VIEWS:
            raise click.UsageError(
                f"no figure {cmd_name!r}; ltviz list views prints them.{did_you_mean(cmd_name, VIEWS)}", ctx
            )
        return FigureCommand(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the views with their questions."""
        from ltviz.views import VIEWS

        with formatter.section("Figures"):
            formatter.write_dl([(name, view.question) for name, view in VIEWS.items()])


class FigureCommand(Command):
    """The command of one view; which flags it has depends on the losses that are asked for."""

    def __init__(self, name: str) -> None:
        from ltviz.views import VIEWS

        self.view = VIEWS[name]
        self.own: list[str] = []  # losses of the file that was given
        super().__init__(name, callback=_draw, help=self.view.question, params=[])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the losses first, since the other flags depend on them."""
        own = _said(args, "--loss-file")
        spelled = {f"--{key}": text for key in SLOTS if (text := _said(args, f"--{key}")) is not None}
        if own and Path(own).is_file():
            self.own = self._loaded(ctx, own)
            if not spelled:
                spelled = {f"--{self.view.slot}": self._drawn(ctx, own)}
                args = [*args, *next(iter(spelled.items()))]
        self.params = [*self._flags(next(iter(spelled.values()), None)), *STYLE]
        return super().parse_args(ctx, args)

    def _loaded(self, ctx: click.Context, file: str) -> list[str]:
        """Load a file and return the names of its losses."""
        from ltviz.losses import laws

        if self.view.slot is None:
            raise click.UsageError(f"{self.name} draws no loss that could be given: leave --loss-file out", ctx)
        return [cls.name for cls in laws.load(file)]

    def _drawn(self, ctx: click.Context, file: str) -> str:
        """Return what is drawn of a file where nothing is said: its losses; what is trained, beside erm."""
        if self.view.slot == "loss" and len(self.own) > 1:
            raise click.UsageError(f"{file} holds {', '.join(self.own)}: say by --loss which of them is drawn", ctx)
        return ", ".join([*(BESIDE if self.view.slot == "methods" else ()), *self.own])

    def _flags(self, spelled: str | None) -> list[click.Parameter]:
        controls, slot = dict(self.view.controls), self.view.slot
        flags: list[click.Parameter] = [_flag(name, control) for name, control in controls.items()]
        if slot == "losses":
            flags.append(click.Option(["--loss"], help="The same as --losses."))
        if slot in ("loss", "losses"):
            default = controls[slot].default
            flags += [_flag(n, c) for n, c in _loss_params(spelled or str(default)).items() if n not in controls]
        return flags


def _loss_params(spelled: str) -> Mapping[str, Control]:
    """Parameters of all the losses in a spelling."""
    from ltviz.losses import LossSpec

    found: dict[str, Control] = {}
    for spec in LossSpec.many(spelled):
        found = {**spec.loss.params, **found}
    return found


def _flag(name: str, control: Control) -> click.Option:
    word = name.replace("_", "-")
    about = control.help + (f" ({control.unit})" if isinstance(control, Param) and control.unit else "")
    text = f"{about}  [default: {control.default}]"
    if isinstance(control, Flag):
        return click.Option([f"--{word}/--no-{word}", name], default=None, help=text)
    return click.Option([f"--{word}", name], type=ControlType(name, control), help=text)


def _said(args: list[str], flag: str) -> str | None:
    """Return the value of a flag, before the command line is parsed."""
    for k, word in enumerate(args):
        if word == flag and k + 1 < len(args):
            return args[k + 1]
        if word.startswith(flag + "="):
            return word.partition("=")[2]
    return None


def _draw(
    kinds: str | None, out: Path, force: bool, loss_file: Path | None, keep: Path | None = None, **given: Any
) -> int:
    from ltviz import views
    from ltviz.figures.export import STATIC, formats
    from ltviz.gallery import Style, write_view
    from ltviz.runs.kept import keeping

    ctx = click.get_current_context()
    name = ctx.info_name or ""
    look = ("theme", "width", "height", "font_size", "title")
    style = Style(**{key: given.pop(key) for key in look})
    wanted, code = formats(FORMATS if kinds is None else kinds), 0
    if set(wanted) == {"json"}:
        refuse(ctx, look, f"--format {kinds} writes numbers, and no picture")
    state = views.state(name, {key: value for key, value in given.items() if value is not None}, strict=True)
    if loss_file is not None:
        _check_drawn(ctx, name, state, loss_file)
    try:
        again = force or loss_file is not None
        with keeping(keep):
            write_view(name, out, wanted, given=state, style=style, force=again, loss_file=loss_file)
    except MissingExtra as error:
        click.echo(f"{'Error' if kinds else 'Note'}: {error}", err=True)
        wanted, code = tuple(kind for kind in wanted if kind not in STATIC), 1 if kinds else 0
    except LtvizError:
        raise
    except (Exception, SystemExit) as error:
        if loss_file is None:
            raise
        raise LtvizError(_raised(loss_file, error)) from error
    for kind in wanted:
        click.echo(out / f"{name}.{kind}")
    return code


def _check_drawn(ctx: click.Context, name: str, state: Mapping[str, Any], file: Path) -> None:
    """Refuse a file of which nothing would be drawn."""
    from ltviz.methods import apart, is_row
    from ltviz.views import VIEWS

    slot = str(VIEWS[name].slot)
    spelled = [each for each in apart(state[slot]) if slot != "methods" or not is_row(each)]
    assert isinstance(ctx.command, FigureCommand)
    found = ctx.command.own
    if not set(found) & {each.partition("(")[0].strip() for each in spelled}:
        raise click.UsageError(
            f"nothing of {file} would be drawn: --{slot} {state[slot]!r} names none of its losses, "
            f"{', '.join(found)}. Name one there, or leave --{slot} or --loss-file out",
            ctx,
        )


def _raised(file: Path, error: BaseException) -> str:
    """Say what a loss of the user's raised, and in which line of its file."""
    lines = [each.lineno for each in traceback.extract_tb(error.__traceback__) if Path(each.filename) == file.resolve()]
    place = f"{file}, line {lines[-1]}," if lines else f"the figure with the loss of {file}"
    return f"{place} raised {type(error).__name__}: {error}; ltviz check-loss {file} tries the loss in all its parts"


@click.group(cls=Figures, subcommand_metavar="NAME [FLAGS]...")
def figure() -> None:
    """Draw the figure NAME; ltviz figure NAME --help lists its flags."""


COMMANDS = {"figure": figure}
