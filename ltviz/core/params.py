"""Parameters declared once: the constructor's check, the slider, the flag, the table and the tests read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ltviz.core.checks import did_you_mean, number, one_of
from ltviz.core.errors import BadInput


@dataclass(frozen=True)
class Param:
    """A number in [low, high]; an int default means whole numbers.

    Parameters
    ----------
    default, low, high : float
        The default and the valid range, both ends included.
    step : float
        The slider's step (on a log slider: the step of log10).
    help : str
        One sentence for tables and tooltips.
    unit : str
        Shown behind the value, for example ``"rad"``.
    shown : tuple of float, optional
        The slider's range where it is narrower than the valid one.
    log : bool
        Whether the slider is logarithmic.
    """

    default: float
    low: float
    high: float
    step: float
    help: str
    unit: str = ""
    shown: tuple[float, float] | None = None
    log: bool = False

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are valid."""
        return isinstance(self.default, int)

    @property
    def range(self) -> tuple[float, float]:
        """The slider's range."""
        return self.shown or (self.low, self.high)

    def check(self, name: str, value: Any) -> Any:
        """Return the value if it is valid."""
        return number(name, value, self.low, self.high, whole=self.whole, unit=self.unit)

    def parse(self, name: str, text: str) -> Any:
        """Read the value from a command line."""
        return self.check(name, as_number(text))


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    default: str
    options: tuple[str, ...]
    help: str

    def check(self, name: str, value: Any) -> str:
        """Return the value if it is an option."""
        return one_of(name, value, self.options)

    def parse(self, name: str, text: str) -> str:
        """Read the value from a command line."""
        return self.check(name, text)


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    default: bool
    help: str

    def check(self, name: str, value: Any) -> bool:
        """Return the value if it is a bool."""
        if not isinstance(value, bool):
            raise BadInput(f"{name} must be True or False; got {value!r} ({type(value).__name__})")
        return value

    def parse(self, name: str, text: str) -> bool:
        """Read the value from a command line."""
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if text.lower() not in words:
            raise BadInput(f"{name} must be true or false; got {text!r}")
        return words[text.lower()]


@dataclass(frozen=True)
class Text:
    """A free word, such as the spelling of a loss; `reads`, where there is one, refuses a text that it cannot read."""

    default: str
    help: str
    reads: Callable[[str], object] | None = field(default=None, kw_only=True)

    def check(self, name: str, value: Any) -> str:
        """Return the value if it is text that can be read."""
        if not isinstance(value, str):
            raise BadInput(f"{name} must be text; got {value!r} ({type(value).__name__})")
        if self.reads and value != self.default:
            self.reads(value)
        return value

    def parse(self, name: str, text: str) -> str:
        """Read the value from a command line."""
        return text


@dataclass(frozen=True)
class Instead(Text):
    """A text that, where it is not empty, stands in place of other controls: both at once contradict each other."""

    replaces: tuple[str, ...] = ()


Control = Param | Choice | Flag | Text


def as_number(text: str) -> int | float | str:
    """Return the number that a text is, an int where it is written as one, or the text where it is none."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def parsed(
    text: str, inside: str, owner: str, declared: Mapping[str, Control], hint: Callable[[str], str] = lambda key: ""
) -> dict[str, Any]:
    """Read ``"base=balanced_softmax, margin=0.2"``: what stands in the brackets behind a name.

    Parameters
    ----------
    text : str
        The whole text, for messages.
    inside : str
        What stands in the brackets.
    owner : str
        Whose parameters they are, for messages.
    declared : mapping of str to Control
        All that there are.
    hint : callable
        A way out for a name that is not declared; an empty text where it has none.

    Raises
    ------
    BadInput
        For anything but name=value, a name that is not declared, or a value outside its range.
    """
    given = {}
    for key, value in pairs(text, inside).items():
        if key not in declared:
            has = ", ".join(declared) or "no parameters"
            raise BadInput(
                f"unknown parameter {key!r} in {text!r}; {owner} has {has}.{hint(key) or did_you_mean(key, declared)}"
            )
        given[key] = declared[key].parse(key, value)
    return given


def pairs(text: str, inside: str) -> dict[str, str]:
    """Return what stands in the brackets of a text behind a name, by name, not yet read.

    Raises
    ------
    BadInput
        For anything but name=value.
    """
    found = {}
    for item in filter(None, map(str.strip, inside.split(","))):
        key, equals, value = (part.strip() for part in item.partition("="))
        if not equals or not value:
            raise BadInput(f"parameters are written as name=value; got {item!r} in {text!r}")
        found[key] = value
    return found


def resolve(owner: str, declared: Mapping[str, Control], given: Mapping[str, Any]) -> dict[str, Any]:
    """Merge the given values over the defaults, each checked; what another control replaces is left out.

    Raises
    ------
    BadInput
        For a name that is not declared, a value outside its range, or values that contradict each other.
    """
    for name in given:
        if name not in declared:
            has = ", ".join(declared) or "no parameters"
            hint = did_you_mean(name, declared)
            raise BadInput(f"unknown parameter {name!r} ({given[name]!r}); {owner} has {has}.{hint}")
    full = {
        name: control.check(name, given[name]) if name in given else control.default
        for name, control in declared.items()
    }
    for name, control in declared.items():
        if isinstance(control, Instead):
            _settle(full, name, control.replaces, given)
    return full


def replaced(declared: Mapping[str, Any], values: Mapping[str, Any]) -> set[str]:
    """Return the names of the controls that do not count, since another one stands in their place."""
    return {
        other
        for name, control in declared.items()
        if isinstance(control, Instead) and values.get(name)
        for other in control.replaces
    }


def _settle(full: dict[str, Any], name: str, replaces: tuple[str, ...], given: Mapping[str, Any]) -> None:
    """Leave out the control that does not count: the one that is empty, or those that it replaces."""
    both = [other for other in replaces if other in given]
    if full[name] and both:
        raise BadInput(
            f"{name} contradict {' and '.join(both)}: {name} say how many samples each class has, so give either "
            f"{name}, or some of {', '.join(replaces)}"
        )
    for each in replaces if full[name] else (name,):
        del full[each]
