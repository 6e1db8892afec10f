"""Download CIFAR from its authors: the only file of ltviz that uses the network."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ltviz.core.checks import one_of
from ltviz.core.errors import DataError
from ltviz.core.files import remove_leftovers, usable_folder, write_bytes
from ltviz.datasets.cifar.published import HOSTS, PUBLISHED, SITE, File
from ltviz.datasets.cifar.read import check, unpack
from ltviz.datasets.cifar.source import Source, by_hand, default_root

Progress = Callable[[int, int], None]
_CHUNK = 1 << 18
_TIMES = (15, 60)  # seconds to connect, and between two pieces of data
_TRIES = 3


def fetch(dataset: str, folder: str | os.PathLike[str] | None = None, progress: Progress | None = None) -> Path:
    """Download a data set's python version, check it, and unpack it as torchvision does; return its folder.

    An archive that lies in the folder already is used, a part of one is continued. What has another hash than the
    published one is set aside as ``.bad``.

    Parameters
    ----------
    dataset : {"cifar10", "cifar100"}
    folder : path, optional
        Torchvision's `root`. Without it the folder in ``LTVIZ_CIFAR``, or ltviz's own.
    progress : callable, optional
        Called with the bytes that are there and the bytes of the whole.

    Raises
    ------
    DataError
        Without a network (it says which file to put where), for a wrong file, or where nothing can be written.
    """
    version = PUBLISHED[one_of("dataset", dataset, PUBLISHED)].versions[0]
    root = usable_folder(default_root() if folder is None else folder)
    place, archive = root / version.folder, root / version.archive.name
    remove_leftovers(place)
    whole = [_whole(place / file.name, file) for file in version.files]  # each of them: a bad one is set aside
    if all(whole):
        return place
    already = _whole(archive, version.archive)
    if not already:
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataError(f"cannot make {root}: {error.strerror}; choose another folder") from error
        _retrieve(dataset, version.archive, root, progress or (lambda done, total: None))
    for name, data in unpack(Source(version, archive, is_archive=True)).items():
        write_bytes(place / name, data)
    if not already:  # 160 MiB that are no longer needed; an archive that the user put there stays
        with contextlib.suppress(OSError):
            archive.unlink()
    return place


def _whole(path: Path, file: File) -> bool:
    """Whether a file is the published one; another of its name is set aside."""
    if not os.path.isfile(path):
        return False
    if not os.access(path, os.R_OK):
        raise DataError(f"cannot read {path}: it is not open to reading; change that, or choose another folder")
    try:
        check(path, file)
    except DataError:
        try:
            os.replace(path, path.with_name(path.name + ".bad"))
        except OSError as error:
            raise DataError(f"{path} is not the published file, and cannot be set aside: {error.strerror}") from error
        return False
    return True


def _retrieve(dataset: str, file: File, root: Path, progress: Progress) -> None:
    """Let pooch fetch the archive: it checks the published md5 after our SHA-256."""
    import pooch
    from urllib3.exceptions import HTTPError

    part = root / f"{file.name}.part"

    def download(url: str, output_file: Any, _: Any) -> None:
        for attempt in range(1, _TRIES + 1):
            try:
                _continue(url, part, file, progress)
                break
            except (OSError, HTTPError) as error:  # the errors of requests are OSErrors, those within a stream are not
                if attempt == _TRIES:
                    raise DataError(_offline(dataset, url, part, root, error)) from error
        _accept(part, file)
        os.replace(part, output_file)

    with _quiet(pooch.get_logger()):
        try:
            pooch.retrieve(SITE + file.name, f"md5:{file.md5}", file.name, root, downloader=download)
        except (OSError, ValueError) as error:
            if isinstance(error, DataError):
                raise
            raise DataError(f"cannot write {root / file.name}: {error}; choose another folder with --to") from error


def _continue(url: str, part: Path, file: File, progress: Progress) -> None:
    """Download what is missing of a file, after what an earlier try has left."""
    import requests
    from urllib3.exceptions import ProtocolError

    have = part.stat().st_size if part.exists() else 0
    if have > file.size:
        part.unlink()
        have = 0
    if have == file.size:
        return
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.get(url, headers=headers, stream=True, timeout=_TIMES) as response:
        _check_host(response.url)
        if response.status_code == 416:  # the server has less than the part: the part is no piece of it
            part.unlink()
            raise OSError("what an earlier try had left did not fit; it is dropped")
        response.raise_for_status()
        if response.status_code != 206 or not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            have = 0  # the server sends the whole
        said = int(response.headers.get("Content-Length") or file.size - have)
        if "text/html" in response.headers.get("Content-Type", "") or said != file.size - have:
            raise DataError(
                f"{url} sent {response.headers.get('Content-Type', 'data')} of {said} bytes where {file.size - have} "
                "were expected (the log-in page of a network?); nothing of it is kept"
            )
        # Where the connection breaks, the size says so.
        with open(part, "ab" if have else "wb") as handle, contextlib.suppress(ProtocolError):
            for chunk in response.raw.stream(_CHUNK, decode_content=False):  # as sent: a .tar.gz stays one
                handle.write(chunk)
                have += len(chunk)
                progress(have, file.size)
    if have != file.size:
        raise OSError(f"the connection ended after {have} of {file.size} bytes")


def _check_host(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname not in HOSTS:
        raise DataError(f"the download was sent on to {url[:200]}: only https from {' or '.join(HOSTS)} is trusted")


def _accept(part: Path, file: File) -> None:
    """Raise where a finished download has another hash; it is set aside."""
    with open(part, "rb") as handle:
        found = hashlib.file_digest(handle, "sha256").hexdigest()
    if found != file.sha256:
        bad = part.with_suffix(".bad")
        os.replace(part, bad)
        raise DataError(
            f"{file.name} as downloaded is not the published file: SHA-256 {found}, expected {file.sha256}; it is set "
            f"aside as {bad} and never used. Try again later"
        )


def _offline(dataset: str, url: str, part: Path, root: Path, error: Exception) -> str:
    have = part.stat().st_size if part.exists() else 0
    kept = f" {have / 2**20:.0f} MiB are kept in {part.name}; the same command goes on from there." if have else ""
    return f"cannot download {url}: {_reason(error)}.{kept} {by_hand(dataset, root)}, and give the same command again"


def _reason(error: Exception) -> str:
    """Say the last cause of an error of the network, without the pools and retries around it."""
    text = str(error)
    found = re.findall(r"\[Errno -?\d+\] ([\w ,.-]+)|((?:Read|connect) timeout|timed out)", text)
    return " ".join("".join(found[-1]).split()) if found else text[:200]


@contextlib.contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Keep pooch's own messages back: a command line says what it does itself."""
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
