"""What a file of steps or of stages holds: one class, named after its file, with parameters declared once."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ltviz.core.checks import did_you_mean
from ltviz.core.errors import BadDeclaration, BadInput
from ltviz.core.params import Control, parsed, resolve
from ltviz.losses import split


class Part:
    """A step or a stage: it holds its parameters and nothing that training changes.

    Parameters
    ----------
    **given
        Those declared in `params`; each becomes an attribute.

    Raises
    ------
    BadInput
        For an unknown parameter, or a value outside its range.
    """

    name: ClassVar[str] = ""
    source: ClassVar[str] = ""
    params: ClassVar[Mapping[str, Control]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.name = cls.__module__.rpartition(".")[2]

    def __init__(self, **given: Any) -> None:
        self.options = resolve(self.name, self.params, given)
        for key, value in self.options.items():
            setattr(self, key, value)

    @property
    def spelling(self) -> str:
        """The name, with the parameters that are not at their defaults: ``"mixup(alpha=0.4)"``."""
        changed = [f"{key}={value}" for key, value in self.options.items() if value != self.params[key].default]
        return f"{self.name}({', '.join(changed)})" if changed else self.name


class Folder:
    """The files of a folder of this package, each one part; names are listed without importing any.

    Parameters
    ----------
    package : str
        Its name, ``"ltviz.methods.steps"``.
    kind : str
        What it holds, for messages.
    """

    def __init__(self, package: str, kind: str) -> None:
        self.package, self.kind = package, kind
        self._home = Path(__file__).parent / package.rpartition(".")[2]
        self.names = tuple(sorted(file.stem for file in self._home.glob("[a-z]*.py")))

    def make(self, text: str) -> Any:
        """Return the part that a text spells: ``"mixup"``, ``"mixup(alpha=0.4)"``.

        Raises
        ------
        BadInput
            For an unknown name or parameter, or a value outside its range.
        BadDeclaration
            If the file does not hold exactly one public class of its kind.
        """
        name, inside = split(text, self.kind)
        if name not in self.names:
            hint = did_you_mean(name, self.names)
            raise BadInput(f"unknown {self.kind} {name!r}; there are {', '.join(self.names)}.{hint}")
        module = importlib.import_module(f"{self.package}.{name}")
        own = [
            each
            for each in vars(module).values()
            if isinstance(each, type) and issubclass(each, Part) and each.__module__ == module.__name__
        ]
        public = [each for each in own if not each.__name__.startswith("_")]
        if len(public) != 1 or not public[0].source:
            raise BadDeclaration(
                f"{module.__file__} must hold one public {self.kind} with a `source`; it holds "
                f"{', '.join(each.__name__ for each in public) or 'none'}"
            )
        return public[0](**parsed(text, inside, name, public[0].params))

    def given(self, text: str, params: Mapping[str, Any]) -> str:
        """Return the spelling of a part with some of its parameters in place of its own.

        Raises
        ------
        BadInput
            For a value outside its range.
        """
        part = self.make(text)
        return type(part)(**{**part.options, **params}).spelling if params else text

    def sentence(self, text: str) -> str:
        """Return the first sentence of a part's file, read without importing it."""
        name, _ = split(text, self.kind)
        doc = ast.get_docstring(ast.parse((self._home / f"{name}.py").read_text(encoding="utf-8"))) or ""
        return " ".join(doc.split("\n\n")[0].split())
