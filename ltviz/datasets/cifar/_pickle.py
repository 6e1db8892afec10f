"""A reader of the python version's files that runs nothing: arrays, lists, dicts, strings and numbers only.

The files are pickles, and a pickle is a program. Here its steps are taken one by one; a step that would look up a
class or call a function is refused unless it is one of the few that spell an array, and even those are never called:
the array is built from its parts.

Time and memory are bounded by the file: nothing that may hold itself many times over (a tuple of tuples from the memo)
is ever hashed, written out or copied, only text is a key, and bytes are made from text no more than the file has.
"""

from __future__ import annotations

import itertools
import pickletools
import re
import struct
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ltviz.core.errors import DataError

_FAULTS = (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError, struct.error, MemoryError)
_VALUES = {
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_EMPTY: dict[str, Callable[[], Any]] = {"EMPTY_DICT": dict, "EMPTY_LIST": list, "EMPTY_TUPLE": tuple}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_MOST_STEPS = 1_000_000  # the largest published file takes 200,362


class _Name(str):
    """The name of a class or function, which is never looked up."""


class _Array:
    """An array whose parts come in two steps: first that it is one, then what it holds."""

    values: np.ndarray | None = None


def read(data: bytes, file: str) -> dict[str, Any]:
    """Return the dict that a file of the python version holds.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name, for messages.

    Raises
    ------
    DataError
        Where the file would run something, is cut off, takes more steps than any file of CIFAR, or holds anything but
        the kinds above.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # odd escapes in a damaged file
            found = _Machine(data).run()
    except DataError as error:
        raise DataError(f"{file}: {error}") from error
    except _FAULTS as error:
        raise DataError(f"{file} is cut off or no python version of CIFAR: {str(error)[:200]}") from error
    if not isinstance(found, dict):
        raise DataError(f"{file} holds a {type(found).__name__}; a file of CIFAR's python version holds a dict")
    return {_text(key): item.values if isinstance(item, _Array) else item for key, item in found.items()}


class _Machine:
    """Takes the steps of a pickle one by one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = len(data)  # bytes that may still be made from text
        self._stack: list[Any] = []
        self._below: list[list[Any]] = []
        self._memo: dict[int, Any] = {}

    def run(self) -> Any:
        """Return what is left at the end."""
        steps = itertools.islice(pickletools.genops(self._data), _MOST_STEPS)
        for opcode, argument, _ in steps:
            if opcode.name == "STOP":
                return self._stack.pop()
            self._take(opcode.name, argument)
        raise DataError(f"it does not end within {_MOST_STEPS:,} steps; no file of CIFAR takes as many")

    def _take(self, step: str, argument: Any) -> None:
        stack = self._stack
        if step in _VALUES:
            stack.append(bytes(argument) if isinstance(argument, bytearray) else argument)
        elif step in _CONSTANTS:
            stack.append(_CONSTANTS[step])
        elif step in _EMPTY:
            stack.append(_EMPTY[step]())
        elif step in ("PUT", "BINPUT", "LONG_BINPUT"):
            self._memo[int(argument)] = stack[-1]
        elif step == "MEMOIZE":
            self._memo[len(self._memo)] = stack[-1]
        elif step in ("GET", "BINGET", "LONG_BINGET"):
            stack.append(self._memo[int(argument)])
        elif step == "MARK":
            self._below.append(stack)
            self._stack = []
        elif step in ("TUPLE", "LIST", "DICT", "APPENDS", "SETITEMS"):
            self._stack = self._below.pop()
            _gather(step, stack, self._stack)
        elif step in _TUPLES:
            stack[-_TUPLES[step] :] = [tuple(stack[-_TUPLES[step] :])]
        elif step == "APPEND":
            item = stack.pop()
            _gather("APPENDS", [item], stack)
        elif step == "SETITEM":
            pair = stack[-2:]
            del stack[-2:]
            _gather("SETITEMS", pair, stack)
        elif step == "GLOBAL":
            stack.append(_Name(argument))
        elif step == "STACK_GLOBAL":
            name, module = stack.pop(), stack.pop()
            stack.append(_Name(f"{_text(module)} {_text(name)}"))
        elif step == "REDUCE":
            arguments, name = stack.pop(), stack.pop()
            stack.append(self._build(name, arguments))
        elif step == "BUILD":
            state = stack.pop()
            stack[-1] = self._fill(stack[-1], state)
        elif step not in ("PROTO", "FRAME"):
            raise DataError(f"the step {step} is refused: only arrays, lists, dicts, strings and numbers are read")

    def _build(self, name: Any, arguments: tuple[Any, ...]) -> Any:
        """Build what the few allowed calls stand for."""
        spelled = re.sub(r"^numpy\._core\b", "numpy.core", name) if isinstance(name, _Name) else ""
        if spelled == "numpy.core.multiarray _reconstruct":
            return _Array()
        if spelled == "numpy dtype":
            return _dtype(_text(arguments[0]))
        if spelled == "numpy.core.multiarray scalar":
            kind, data = arguments
            return self._array((), kind, False, data).item()
        if spelled == "numpy.core.numeric _frombuffer":
            data, kind, shape, order = arguments
            return self._array(shape, kind, order == "F", data)
        if spelled == "_codecs encode":  # how Python 3 spells bytes in the old protocols
            return self._bytes(arguments[0])
        what = repr(str(name)[:80]) if isinstance(name, _Name) else f"a {type(name).__name__}"
        raise DataError(f"it calls {what}: only arrays, lists, dicts, strings and numbers are read")

    def _fill(self, thing: Any, state: tuple[Any, ...]) -> Any:
        """Give an array or a dtype the rest of its parts."""
        if isinstance(thing, _Array):
            _, shape, kind, fortran, data = state
            thing.values = self._array(shape, kind, bool(fortran), data)
            return thing
        if isinstance(thing, np.dtype):
            order = _text(state[1])
            return thing.newbyteorder("<" if order == "<" else ">") if order in ("<", ">") else thing
        raise DataError(f"it sets the state of a {type(thing).__name__}: only arrays have one")

    def _array(self, shape: Any, kind: Any, fortran: bool, data: Any) -> np.ndarray:
        if not isinstance(kind, np.dtype):
            raise DataError("an array without a dtype")
        return np.frombuffer(self._bytes(data), kind).reshape(shape, order="F" if fortran else "C")

    def _bytes(self, data: Any) -> bytes:
        """Bytes, also from the text that Python 2 wrote them as: that is a copy, and the same text may come again."""
        if isinstance(data, bytes):
            return data
        text = _text(data)
        self._left -= len(text)
        if self._left < 0:
            raise DataError("it would make more bytes than it has: no file of CIFAR reads its text again and again")
        return text.encode("latin-1")


def _gather(step: str, items: list[Any], stack: list[Any]) -> None:
    """Make a container of the items, or put them into the one on the stack."""
    if step == "TUPLE":
        stack.append(tuple(items))
    elif step == "LIST":
        stack.append(items)
    elif step == "APPENDS":
        if not isinstance(stack[-1], list):
            raise DataError(f"items are added to a {type(stack[-1]).__name__}: only lists grow")
        stack[-1].extend(items)
    else:
        for key in items[::2]:
            _text(key)  # a key is hashed, which for a tuple of tuples may take for ever
        pairs = dict(zip(items[::2], items[1::2], strict=True))
        if step == "DICT":
            stack.append(pairs)
        elif isinstance(stack[-1], dict):
            stack[-1].update(pairs)
        else:
            raise DataError(f"keys are set in a {type(stack[-1]).__name__}: only dicts have keys")


def _dtype(spelled: str) -> np.dtype:
    if not re.fullmatch(r"[<>|=]?[biuf][1248]", spelled):
        raise DataError(f"an array of {spelled[:20]!r}: only arrays of numbers are read")
    return np.dtype(spelled)


def _text(thing: Any) -> str:
    """Text, also where it is spelled as bytes; nothing else is turned into text."""
    if isinstance(thing, bytes):
        return thing.decode("latin-1")
    if isinstance(thing, str) and not isinstance(thing, _Name):
        return thing
    raise DataError(f"a {type(thing).__name__} where text is needed")
