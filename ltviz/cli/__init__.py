"""The command line: each command's module is imported when it is called: `ltviz list` needs no torch."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Sequence

import click

from ltviz.cli._text import warnings_as_lines
from ltviz.core.errors import BadDeclaration, BadInput, LtvizError

# Command -> the module of ltviz.cli that holds it, and its line in --help (which therefore imports nothing).
COMMANDS = {
    "list": ("listing", "Names: losses, views, samplers, datasets, methods, notebooks."),
    "explain": ("explaining", "What a name means: sentence, equation, source, where it appears."),
    "figure": ("drawing", "Draw one figure; its sliders are flags."),
    "figures": ("gallery", "Draw every figure, with an index."),
    "notebooks": ("lessons", "Run the lessons strictly; write copies with pictures."),
    "lab": ("lessons", "Open the lessons in JupyterLab."),
    "site": ("site", "Write the explorers and figures as pages that need no kernel."),
    "bundle": ("teaching", "Pack the pages for a class: one zip, no network."),
    "teach": ("teaching", "Slides, handouts and notes from the lessons."),
    "play": ("site", "Open the explorers in the browser: no Jupyter."),
    "film": ("film", "Record an explorer as a GIF while one of its sliders moves."),
    "train": ("training", "Train methods on CIFAR-LT or your own images; record the runs."),
    "sweep": ("sweeping", "Go through a plan of many runs; stop and start it at any time."),
    "results": ("scores", "Recorded runs beside the published figures."),
    "compare": ("scores", "Your loss beside others, seed by seed."),
    "claims": ("claims", "Papers' claims against many seeds; what each method reaches."),
    "check-loss": ("checking", "Run every test of a loss on your own file."),
    "data": ("data", "Fetch, check and pack CIFAR; look at data sets."),
    "bench": ("timing", "Measure how fast sliders move and training runs."),
    "doctor": ("doctor", "What works on this machine, and what to install."),
}
OK, FAILED, USAGE, STOPPED = 0, 1, 2, 130


class Commands(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module and return the command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"ltviz.cli.{COMMANDS[cmd_name][0]}")
        return module.COMMANDS[cmd_name]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ltviz", prog_name="ltviz")
def cli() -> None:
    """See why long-tailed losses work."""


def run(args: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code: 0 done, 1 the work failed, 2 wrong use."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that has no such letter
    try:
        with warnings_as_lines():
            code = cli.main(list(args) if args is not None else None, "ltviz", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (BadInput, BadDeclaration) as error:
        click.echo(f"Error: {error}", err=True)
        return USAGE
    except LtvizError as error:
        click.echo(f"Error: {error}", err=True)
        return FAILED
    except BrokenPipeError:  # whoever reads has seen enough
        _give_up_stdout()
        return FAILED
    except OSError as error:  # of the system, wherever it came from: a full disk, a folder that may not be entered
        place = error.filename or ("" if _give_up_stdout() else "standard output")
        with contextlib.suppress(OSError):  # the full disk may be under this stream too
            click.echo(f"Error: {place}{': ' * bool(place)}{error.strerror or error}", err=True)
        return FAILED
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return STOPPED
    return code if isinstance(code, int) else OK


def _give_up_stdout() -> bool:
    """Say whether the standard output takes what is still to be printed; if not, it goes nowhere.

    Python would try it again at its end, and complain.
    """
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
        return False
    return True


def main() -> None:
    """Entry point of `ltviz` and `python -m ltviz`."""
    sys.exit(run())
