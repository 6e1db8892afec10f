"""Downloads, from a server of the test's own: continued, checked, and with words for every fault."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ltviz.core.errors import DataError
from ltviz.datasets import cifar
from ltviz.datasets.cifar import fetch
from ltviz.datasets.cifar.published import PUBLISHED

ARCHIVE = "cifar-10-python.tar.gz"


class Server(ThreadingHTTPServer):
    """Serves some bytes, as well or as badly as it is told."""

    daemon_threads = True
    data = b""
    ranges, kind = True, "application/x-gzip"
    stop_after: int | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str | None] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no fault."""


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Server

    def log_message(self, *words: object) -> None:
        pass

    def do_GET(self) -> None:
        server, wanted = self.server, self.headers.get("Range")
        server.asked.append(wanted)
        start = int(re.findall(r"\d+", wanted)[0]) if wanted and server.ranges else 0
        if start >= len(server.data):
            self.send_error(416)
            return
        body = server.data[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(server.data) - 1}/{len(server.data)}")
        self.send_header("Content-Type", server.kind)
        self.send_header("Content-Encoding", "x-gzip")  # as some servers do; the archive must stay one
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if server.stop_after is None else body[: server.stop_after])
        self.close_connection = True


@pytest.fixture
def server(small, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    place = small.archive()
    with Server() as running:
        running.data = (place / ARCHIVE).read_bytes()
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setattr(fetch, "SITE", f"http://127.0.0.1:{running.server_port}/")
        monkeypatch.setattr(fetch, "_check_host", lambda url: None)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield running
        running.shutdown()
        thread.join()


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


FILES = sorted(
    f"cifar-10-batches-py/{name}" for name in [f"data_batch_{k}" for k in range(1, 6)] + ["test_batch", "batches.meta"]
)


def test_a_download_is_unpacked_as_torchvision_does(server, tmp_path):
    steps = []
    to = tmp_path / "to" / "new"
    place = fetch.fetch("cifar10", to, lambda done, total: steps.append((done, total)))
    assert place == to / "cifar-10-batches-py"
    assert names(to) == FILES
    assert steps[-1] == (len(server.data), len(server.data))
    assert steps == sorted(steps)
    assert cifar.load(imbalance=10, root=to).verified
    assert server.asked == [None]
    assert fetch.fetch("cifar10", to) == place
    assert server.asked == [None]  # what is whole is not fetched again


def test_f13_a_download_that_stops_half_way_is_continued(server, tmp_path):
    server.stop_after = 250_000
    with pytest.raises(DataError, match=r"ended after 750000 of \d+ bytes.*are kept.*goes on from there") as told:
        fetch.fetch("cifar10", tmp_path / "to")
    assert names(tmp_path / "to") == [f"{ARCHIVE}.part"]
    archive = PUBLISHED["cifar10"].versions[0].archive
    assert f"put {archive.name}" in str(told.value)
    assert archive.sha256 in str(told.value)
    server.stop_after = None
    fetch.fetch("cifar10", tmp_path / "to")
    assert names(tmp_path / "to") == FILES
    assert server.asked == [None, "bytes=250000-", "bytes=500000-", "bytes=750000-"]


def test_a_server_that_cannot_continue_sends_the_whole_again(server, tmp_path):
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / f"{ARCHIVE}.part").write_bytes(b"x" * 1000)
    server.ranges = False
    fetch.fetch("cifar10", tmp_path / "to")
    assert names(tmp_path / "to") == FILES


@pytest.mark.parametrize("extra", [0, 7])
def test_a_finished_part_is_only_checked(server, tmp_path, extra):
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / f"{ARCHIVE}.part").write_bytes(server.data + b"x" * extra)
    fetch.fetch("cifar10", tmp_path / "to")
    assert server.asked == ([None] if extra else [])
    assert names(tmp_path / "to") == FILES


def test_69_another_file_of_that_size_is_set_aside(server, tmp_path):
    expected = PUBLISHED["cifar10"].versions[0].archive.sha256
    right = server.data
    server.data = right[:-1] + bytes([right[-1] ^ 1])
    with pytest.raises(DataError, match=f"SHA-256 [0-9a-f]{{64}}, expected {expected}; it is set aside as .*bad"):
        fetch.fetch("cifar10", tmp_path / "to")
    assert names(tmp_path / "to") == [f"{ARCHIVE}.bad"]
    server.data = right
    fetch.fetch("cifar10", tmp_path / "to")
    assert names(tmp_path / "to") == sorted([*FILES, f"{ARCHIVE}.bad"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (dict(kind="text/html; charset=utf-8"), "log-in page"),
        (dict(data=b"short"), "of 5 bytes"),
    ],
)
def test_f13_a_page_or_another_length_is_refused_at_once(server, tmp_path, change, says):
    for name, value in change.items():
        setattr(server, name, value)
    with pytest.raises(DataError, match=says):
        fetch.fetch("cifar10", tmp_path / "to")
    assert names(tmp_path / "to") == []
    assert len(server.asked) == 1


def test_f13_a_silent_server_times_out(server, tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "_TIMES", (0.2, 0.2))
    monkeypatch.setattr(Handler, "do_GET", lambda self: threading.Event().wait(1))
    with pytest.raises(DataError, match="(?i)timed out.*Without a network"):
        fetch.fetch("cifar10", tmp_path / "to")


def test_f13_no_network_says_which_file_to_put_where_and_that_works(small, tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "SITE", "http://127.0.0.1:9/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    place = small.archive()
    by_hand = (place / ARCHIVE).read_bytes()
    to = tmp_path / "to"
    with pytest.raises(
        DataError, match=rf"cannot download .*put {ARCHIVE} .*SHA-256 .*into {to}, and give the same command again"
    ):
        fetch.fetch("cifar10", to)
    (to / ARCHIVE).write_bytes(by_hand)
    fetch.fetch("cifar10", to)
    assert names(to) == sorted([*FILES, ARCHIVE])  # what the user put there stays
    assert cifar.load(imbalance=10, root=to).verified


def test_damaged_files_are_set_aside_and_fetched_again(server, tmp_path):
    to = tmp_path / "to"
    fetch.fetch("cifar10", to)
    path = to / "cifar-10-batches-py" / "data_batch_2"
    path.write_bytes(path.read_bytes()[:-1])
    (to / ARCHIVE).write_bytes(b"half an archive")
    fetch.fetch("cifar10", to)
    assert names(to) == sorted([*FILES, "cifar-10-batches-py/data_batch_2.bad", f"{ARCHIVE}.bad"])


def test_only_https_from_the_authors_is_trusted(server, tmp_path, monkeypatch):
    monkeypatch.undo()
    for url in ("http://www.cs.toronto.edu/~kriz/x", "https://example.org/x", "https://www.cs.toronto.edu.evil.org/x"):
        with pytest.raises(DataError, match="only https from www.cs.toronto.edu"):
            fetch._check_host(url)
    fetch._check_host("https://cave.cs.toronto.edu/kriz/cifar-10-python.tar.gz")
    assert fetch.SITE.startswith("https://www.cs.toronto.edu/")


def test_where_nothing_can_be_written(server, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="is a file where a folder is needed"):
        fetch.fetch("cifar10", tmp_path / "file")
    assert server.asked == []
