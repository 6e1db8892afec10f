"""The only writer: every file is written beside its place and then renamed, so it is whole or absent."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import functools
import hashlib
import io
import json
import math
import os
import platform
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ltviz.core.counts import ClassCounts
from ltviz.core.errors import DataError, LtvizError

_ADVICE = {
    errno.ENOSPC: "free some space or choose another folder",
    errno.EDQUOT: "free some space or choose another folder",
    errno.ENOTDIR: "a file stands where a folder is needed: choose another folder",
    errno.EISDIR: "a folder of that name is in the way: move it or choose another one",
    errno.ENAMETOOLONG: "choose a shorter name",
}

_UNFINISHED = re.compile(r"\..*\.(?:([0-9a-f]{6})-)?([0-9]+)-[0-9a-f]{8}\.tmp")  # the names that `_unfinished` gives
_DAY = 86400.0
_swept: set[Path] = set()  # folders from which this process has removed what others left


def usable_folder(path: str | os.PathLike[str]) -> Path:
    """Return a folder into which files can be written, or that can be made; nothing is made here.

    Raises
    ------
    DataError
        Where a file stands in its place or above it, or the folder above is not open to writing.
    """
    folder = Path(path)
    if not os.fspath(path):
        raise DataError("the name of a folder must not be empty; '.' means the current one")
    try:
        place = next(each for each in (folder, *folder.absolute().parents) if os.path.lexists(each))
        place.stat()
    except OSError as error:
        raise DataError(f"cannot use {folder}: {error.strerror}; choose another folder") from error
    if not place.is_dir():
        raise DataError(f"cannot use {folder}: {place} is a file where a folder is needed; choose another folder")
    if not os.access(place, os.W_OK | os.X_OK):
        raise DataError(f"cannot use {folder}: {place} is not open to writing; choose another folder")
    return folder


def write_bytes(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write a file atomically; its folders are made.

    Raises
    ------
    DataError
        Where it cannot be written; what stood there before still stands.
    """
    path = Path(path)
    part = path.with_name(_unfinished(path.name))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep_once(path.parent)
        with open(part, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise DataError(
            f"cannot write {path} ({len(data)} bytes): {error.strerror or error}; "
            f"{_ADVICE.get(error.errno or 0, 'choose another folder, with write access')}; "
            "what stood there before is unchanged"
        ) from error
    return path


@contextlib.contextmanager
def scratch(name: str, folder: str | os.PathLike[str] | None = None) -> Iterator[Path]:
    """Make a folder for work that is going on, and remove it afterwards; one that a kill leaves goes at the next start.

    Parameters
    ----------
    name : str
        What it is for.
    folder : path, optional
        Where it is made; the system's place for temporary files where it is left out.

    Raises
    ------
    DataError
        Where it cannot be made.
    """
    home = Path(tempfile.gettempdir() if folder is None else folder)
    place = home / _unfinished(name)
    try:
        _sweep_once(home)
        place.mkdir(mode=0o700)
    except OSError as error:
        raise DataError(f"cannot make a folder in {home}: {error.strerror or error}") from error
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def remove_leftovers(folder: str | os.PathLike[str]) -> list[Path]:
    """Remove what killed processes left unfinished in a folder, and return what is gone.

    Only names that this module gives are touched, and only this user's: those of a process of this machine that has
    ended, and those of another machine that nothing has touched for a day. The first write into a folder does it by
    itself; who may find everything written, and write nothing, calls it.
    """
    gone = []
    try:
        names = [name for name in os.listdir(folder) if _UNFINISHED.fullmatch(name)]
    except OSError:
        return []
    for path in (Path(folder) / name for name in names):
        with contextlib.suppress(OSError):
            if _abandoned(path):
                shutil.rmtree(path) if stat.S_ISDIR(path.lstat().st_mode) else path.unlink()
                gone.append(path)
    return gone


def _unfinished(name: str) -> str:
    """Return a name that says who is writing: a hash of the machine, then the process."""
    return f".{name[:40]}.{_machine()}-{os.getpid()}-{secrets.token_hex(4)}.tmp"


def _machine() -> str:
    """Return a hash of where a process number means this process: a container has numbers of its own."""
    numbers = "/proc/self/ns/pid"
    space = os.readlink(numbers) if os.path.islink(numbers) else ""
    return hashlib.sha256(f"{platform.node()} {space}".encode()).hexdigest()[:6]


def _abandoned(path: Path) -> bool:
    about = path.lstat()
    if hasattr(os, "getuid") and about.st_uid != os.getuid():
        return False
    found = _UNFINISHED.fullmatch(path.name)
    if found and found[1] == _machine() and os.name == "posix":  # elsewhere signal 0 is no harmless question
        return not _lives(int(found[2]))
    inside = path.rglob("*") if stat.S_ISDIR(about.st_mode) else ()
    return time.time() - max([about.st_mtime, *(each.lstat().st_mtime for each in inside)]) > _DAY


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True  # another user's
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _sweep_once(folder: Path) -> None:
    place = folder.absolute()
    if place not in _swept:
        _swept.add(place)
        remove_leftovers(place)


def write_text(path: str | os.PathLike[str], text: str) -> Path:
    """Write UTF-8 text atomically, with the newlines as given."""
    return write_bytes(path, text.encode())


def write_json(path: str | os.PathLike[str], content: Any) -> Path:
    """Write JSON atomically; the same content gives the same bytes."""
    return write_text(path, to_json(content))


def write_npz(path: str | os.PathLike[str], **arrays: np.ndarray) -> Path:
    """Write arrays atomically as a compressed ``.npz``; object arrays are refused."""
    for name, array in arrays.items():
        if np.asarray(array).dtype.hasobject:
            raise DataError(f"{path}: the array {name!r} holds objects; only numbers and text are written")
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    return write_bytes(path, buffer.getvalue())


def to_json(content: Any) -> str:
    """Return content as JSON text: dataclasses by field, arrays as lists, keys in the order given.

    Raises
    ------
    LtvizError
        For NaN or infinity (JSON has neither), naming the place.
    """
    write = functools.partial(json.dumps, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text = write(content)  # most of it is plain already
    except (TypeError, ValueError):
        text = write(_plain(content, ""))
    return text + "\n"


def read_json(path: str | os.PathLike[str]) -> Any:
    """Read JSON as it is defined: no key twice in one place, no NaN or infinity.

    Raises
    ------
    DataError
        For a file that cannot be read, is no regular one (a pipe would never end), or is not JSON; it names the file.
    """
    try:
        text = regular_file(path).read_text(encoding="utf-8")
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (OSError, ValueError, RecursionError) as error:  # no text, no JSON, a number or a nest beyond all measure
        raise DataError(f"cannot read {path} as JSON: {error}") from error


def regular_file(path: str | os.PathLike[str]) -> Path:
    """Return the path of a regular file, or of a link to one; what else stands there is not opened.

    Raises
    ------
    OSError
        Where nothing stands there, or a folder, a pipe, a device.
    """
    path = Path(path)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        if path.is_symlink():
            raise FileNotFoundError(error.errno, f"a link to {os.readlink(path)}, which is not there") from error
        raise
    if not stat.S_ISREG(mode):
        kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
        kind = next((words for holds, words in kinds if holds(mode)), "a device")
        raise OSError(errno.EINVAL, f"it is {kind}, not a file")
    return path


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands there twice")
    return found


def _no_number(constant: str) -> float:
    raise ValueError(f"{constant} is no number in JSON")


def sha256(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file, in hex."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(value: Any, place: str) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, (type, ClassCounts)):
        value = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{place}.{key}" if place else str(key)) for key, item in value.items()}
    if isinstance(value, ClassCounts):
        return value.plain
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f":
            bad = int((~np.isfinite(value)).sum())
            if bad:
                raise LtvizError(f"{place or 'value'} has {bad} non-finite value(s); JSON has no NaN or infinity")
        return value.tolist()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{place}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise LtvizError(f"{place or 'value'} is {value}; JSON has no NaN or infinity")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise LtvizError(f"{place or 'value'} is a {type(value).__name__}, which has no JSON form here")
