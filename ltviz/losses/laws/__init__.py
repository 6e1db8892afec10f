"""Run the laws on a loss: for the tests, and for ``ltviz check-loss FILE`` on a loss of the user's own."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ltviz.core.errors import BadInput, LtvizError
from ltviz.core.params import Choice, Flag
from ltviz.losses._base import Loss
from ltviz.losses.laws import _formula, _use  # noqa: F401  (importing them fills the book)
from ltviz.losses.laws._book import COUNTS, LAWS, ONCE, Broken, DoesNotApply, Subject


@dataclass(frozen=True)
class LawResult:
    """What became of one law.

    Parameters
    ----------
    name : str
        The law, with the parameter value it was tried at where that is not the default: ``monotone[form=sigmoid]``.
    outcome : {"passed", "failed", "exempt", "not applicable"}
        ``exempt`` is declared by the class, ``not applicable`` found by the law.
    reason : str
        How it failed, or why it was not tried.
    """

    name: str
    outcome: str
    reason: str = ""

    @property
    def passed(self) -> bool:
        """Whether the law does not speak against the loss: it holds, or has a reason not to be tried."""
        return self.outcome != "failed"

    def __str__(self) -> str:
        return f"{self.outcome:<14} {self.name}{': ' if self.reason else ''}{self.reason}"


def variants(cls: type[Loss]) -> list[dict[str, Any]]:
    """Return the parameter values at which laws are tried: the defaults, each other option, what the loss adds."""
    others: list[dict[str, Any]] = []
    for name, control in cls.params.items():
        if isinstance(control, Choice):
            others += [{name: option} for option in control.options if option != control.default]
        elif isinstance(control, Flag):
            others.append({name: not control.default})
    return [{}, *others, *map(dict, cls.tried)]


def spelled(name: str, variant: Mapping[str, Any]) -> str:
    """Return ``monotone`` or ``monotone[form=sigmoid]``."""
    return name + "".join(f"[{key}={value}]" for key, value in variant.items())


def cases(cls: type[Loss]) -> list[tuple[str, dict[str, Any]]]:
    """Return every (law, parameter values) to try."""
    return [(name, variant) for name in LAWS for variant in variants(cls) if not (variant and name in ONCE)]


def run(cls: type[Loss], name: str, variant: Mapping[str, Any] | None = None, classes: int = len(COUNTS)) -> LawResult:
    """Try one law at one set of parameter values; one that does not hold says with how many classes."""
    full = spelled(name, variant or {})
    reason = cls.exempt.get(full) or cls.exempt.get(name)
    if reason:
        return LawResult(full, "exempt", reason)
    try:
        LAWS[name](Subject(cls, variant or {}, classes))
    except DoesNotApply as none:
        return LawResult(full, "not applicable", str(none))
    except Broken as broken:
        return LawResult(full, "failed", f"{broken} ({classes} classes)")
    except (Exception, SystemExit) as error:  # a loss of the user's may raise anything; the report names it
        return LawResult(full, "failed", f"{type(error).__name__}: {error} ({classes} classes)")
    return LawResult(full, "passed")


def check(cls: type[Loss], classes: int = len(COUNTS)) -> list[LawResult]:
    """Try every law on a loss.

    Parameters
    ----------
    cls : type
        A subclass of `Loss`.
    classes : int
        How many classes it is made for, at least 2: a loss with weights of its own has a number of them.

    Returns
    -------
    list of LawResult
    """
    return [run(cls, name, variant, classes) for name, variant in cases(cls)]


def load(path: str | Path) -> list[type[Loss]]:
    """Import a Python file and return the losses that it defines.

    Parameters
    ----------
    path : str or Path
        The file runs as a program: load only what you trust.

    Returns
    -------
    list of type
        Its public subclasses of `Loss`, at least one.

    Raises
    ------
    BadInput
        If there is no such file, it does not run, or it defines no public loss.
    """
    file = Path(path)
    if not file.exists():
        raise BadInput(f"{str(path)!r} does not exist; a loss is read from a Python file (.py)")
    if not file.is_file() or file.suffix != ".py":
        raise BadInput(f"a loss is read from a Python file (.py); got {str(path)!r}, which is none")
    name = f"_ltviz_own_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except LtvizError:
        raise
    except (Exception, SystemExit) as error:  # a program may end itself: that is no loss either
        raise BadInput(f"{file} does not run: {type(error).__name__}: {error}") from error
    found = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type)
        and issubclass(thing, Loss)
        and thing.__module__ == name
        and not thing.__name__.startswith("_")
    ]
    if not found:
        raise BadInput(
            f"{file} defines no loss: it must hold a public subclass of ltviz.losses.Loss (a name that begins with _ "
            "is not public; ltviz/losses/ce.py is the pattern)"
        )
    return found
