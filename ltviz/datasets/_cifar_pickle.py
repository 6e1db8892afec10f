"""A reader of the python version's files that runs nothing: arrays, lists, dicts, strings and numbers only.

The files are pickles, and a pickle is a program. Here its steps are taken one by one; a step that would look up a
class or call a function is refused unless it is one of the few that spell an array, and even those are never called:
the array is built from its parts.
"""

from __future__ import annotations

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
        Where the file would run something, is cut off, or holds anything but the kinds above.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # odd escapes in a damaged file
            found = _run(data)
    except DataError as error:
        raise DataError(f"{file}: {error}") from error
    except _FAULTS as error:
        raise DataError(f"{file} is cut off or no python version of CIFAR: {error}") from error
    if not isinstance(found, dict):
        raise DataError(f"{file} holds a {type(found).__name__}; a file of CIFAR's python version holds a dict")
    return {_text(key): item.values if isinstance(item, _Array) else item for key, item in found.items()}


def _run(data: bytes) -> Any:
    """Take every step of a pickle and return what is left at the end."""
    stack: list[Any] = []
    below: list[list[Any]] = []
    memo: dict[int, Any] = {}
    argument: Any
    for opcode, argument, _ in pickletools.genops(data):
        step = opcode.name
        if step in _VALUES:
            stack.append(argument)
        elif step in _CONSTANTS:
            stack.append(_CONSTANTS[step])
        elif step in _EMPTY:
            stack.append(_EMPTY[step]())
        elif step in ("PUT", "BINPUT", "LONG_BINPUT"):
            memo[int(argument)] = stack[-1]
        elif step == "MEMOIZE":
            memo[len(memo)] = stack[-1]
        elif step in ("GET", "BINGET", "LONG_BINGET"):
            stack.append(memo[int(argument)])
        elif step == "MARK":
            below.append(stack)
            stack = []
        elif step in ("TUPLE", "LIST", "DICT", "APPENDS", "SETITEMS"):
            items, stack = stack, below.pop()
            _gather(step, items, stack)
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
            stack.append(_Name(f"{module} {name}"))
        elif step == "REDUCE":
            arguments, name = stack.pop(), stack.pop()
            stack.append(_build(name, arguments))
        elif step == "BUILD":
            state = stack.pop()
            stack[-1] = _fill(stack[-1], state)
        elif step == "STOP":
            return stack.pop()
        elif step not in ("PROTO", "FRAME"):
            raise DataError(f"the step {step} is refused: only arrays, lists, dicts, strings and numbers are read")
    raise DataError("the file has no end")


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
        pairs = dict(zip(items[::2], items[1::2], strict=True))
        if step == "DICT":
            stack.append(pairs)
        elif isinstance(stack[-1], dict):
            stack[-1].update(pairs)
        else:
            raise DataError(f"keys are set in a {type(stack[-1]).__name__}: only dicts have keys")


def _build(name: Any, arguments: tuple[Any, ...]) -> Any:
    """Build what the few allowed calls stand for."""
    spelled = re.sub(r"^numpy\._core\b", "numpy.core", name) if isinstance(name, _Name) else ""
    if spelled == "numpy.core.multiarray _reconstruct":
        return _Array()
    if spelled == "numpy dtype":
        return _dtype(_text(arguments[0]))
    if spelled == "numpy.core.multiarray scalar":
        kind, data = arguments
        return np.frombuffer(_bytes(data), kind, 1)[0].item()
    if spelled == "numpy.core.numeric _frombuffer":
        data, kind, shape, order = arguments
        return _array(shape, kind, order == "F", data)
    if spelled == "_codecs encode":  # how Python 3 spells bytes in the old protocols
        return _bytes(arguments[0])
    raise DataError(f"it calls {str(name)[:80]!r}: only arrays, lists, dicts, strings and numbers are read")


def _fill(thing: Any, state: tuple[Any, ...]) -> Any:
    """Give an array or a dtype the rest of its parts."""
    if isinstance(thing, _Array):
        _, shape, kind, fortran, data = state
        thing.values = _array(shape, kind, bool(fortran), data)
        return thing
    if isinstance(thing, np.dtype):
        order = _text(state[1])
        return thing.newbyteorder("<" if order == "<" else ">") if order in ("<", ">") else thing
    raise DataError(f"it sets the state of a {type(thing).__name__}: only arrays have one")


def _array(shape: Any, kind: Any, fortran: bool, data: Any) -> np.ndarray:
    if not isinstance(kind, np.dtype):
        raise DataError("an array without a dtype")
    return np.frombuffer(_bytes(data), kind).reshape(shape, order="F" if fortran else "C")


def _dtype(spelled: str) -> np.dtype:
    if not re.fullmatch(r"[<>|=]?[biuf][1248]", spelled):
        raise DataError(f"an array of {spelled[:20]!r}: only arrays of numbers are read")
    return np.dtype(spelled)


def _bytes(data: Any) -> bytes:
    """Bytes, also from the text that Python 2 wrote them as."""
    return data.encode("latin-1") if isinstance(data, str) and not isinstance(data, _Name) else bytes(memoryview(data))


def _text(key: Any) -> str:
    return key.decode("latin-1") if isinstance(key, bytes) else str(key)
