"""A file is kept while it is, byte for byte, what was written, and not because something of its name is there."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ltviz import gallery
from ltviz.core.fresh import LEDGER, Ledger
from ltviz.figures import export

NAME, KINDS = "margin_bound", "html,svg,png,json"
FILES = ("margin_bound.html", "margin_bound.svg", "margin_bound.png", "margin_bound.json", "dark/margin_bound.svg")


@pytest.fixture(autouse=True)
def quick_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures without a browser."""

    def shoot(self: Any, figure: Any, kind: str, width: float, height: float, scale: float = 1.0) -> bytes:
        if kind == "png":
            return b"\x89PNG\r\n\x1a\n" + struct.pack(">8x2I", int(2 * width), int(2 * height)) + b"x" * 100
        return f'<svg class="a" width="{width}" height="{height}">{figure.layout.paper_bgcolor}</svg>'.encode()

    monkeypatch.setattr(export.Camera, "shoot", shoot)


def write(out: Path, **more: Any) -> gallery.Report:
    return gallery.write_all(out, NAME, KINDS, **more)


def content(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def one_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def noise(path: Path) -> None:
    path.write_bytes(bytes(range(128, 256)) * 2)


def deleted(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [cut, emptied, one_byte, noise, deleted])
def test_a_damaged_file_of_a_figure_is_made_again(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    assert write(tmp_path).drawn == [NAME]
    whole = content(tmp_path)
    assert set(whole) == {*FILES, export.SCRIPT, "index.html", LEDGER}
    assert write(tmp_path).kept == [NAME]
    for name in (*FILES, export.SCRIPT, "index.html", LEDGER):
        damage(tmp_path / name)
        report = write(tmp_path)
        assert not report.failed
        assert (report.drawn == [NAME]) == (name in (*FILES, LEDGER)), name
        assert content(tmp_path) == whole, name


def test_edited_numbers_and_an_older_copy_are_written_again(tmp_path: Path) -> None:
    write(tmp_path)
    source, page = tmp_path / f"{NAME}.json", tmp_path / f"{NAME}.html"
    whole, told = source.read_bytes(), json.loads(source.read_text(encoding="utf-8"))
    told["seed"] = 12345
    source.write_text(json.dumps(told), encoding="utf-8")
    assert write(tmp_path).drawn == [NAME]
    assert source.read_bytes() == whole
    older = page.read_bytes()
    write(tmp_path, theme="dark")
    newer = page.read_bytes()
    assert newer != older
    page.write_bytes(older)
    write(tmp_path, theme="dark")
    assert page.read_bytes() == newer


@pytest.mark.parametrize("notes", ["[]", "[1]", '{"margin_bound.svg": 3}', '{"margin_bound.svg": []}', "[" * 10**5, ""])
def test_notes_that_cannot_be_read_cost_only_time(tmp_path: Path, notes: str) -> None:
    write(tmp_path)
    (tmp_path / LEDGER).write_text(notes, encoding="utf-8")
    assert write(tmp_path).drawn == [NAME]
    assert write(tmp_path).kept == [NAME]


def test_two_commands_in_one_folder_keep_each_others_notes(tmp_path: Path) -> None:
    first, second = Ledger(tmp_path), Ledger(tmp_path)
    first.write(tmp_path / "a", "made from a", "a")
    second.write(tmp_path / "b", "made from b", b"b")
    assert first.keeps(tmp_path / "a", "made from a")
    assert first.keeps(tmp_path / "b", "made from b")
    assert not first.keeps(tmp_path / "b", "made from c")
    assert not first.keeps(tmp_path, "made from a")
    (tmp_path / "a").unlink()
    (tmp_path / "a").mkdir()
    assert not first.keeps(tmp_path / "a", "made from a")


def test_a_figure_is_forced(tmp_path: Path) -> None:
    from ltviz.cli.drawing import figure

    def written(*words: str) -> list[int]:
        done = CliRunner().invoke(figure, [NAME, "--format", "html,json", "--out", str(tmp_path), *words])
        assert done.exit_code == 0, done.output
        return [(tmp_path / f"{NAME}.{kind}").stat().st_mtime_ns for kind in ("html", "json")]

    first = written()
    assert written() == first
    assert all(a != b for a, b in zip(written("--force"), first, strict=True))


def test_one_figure_brings_the_script_beside_its_page_up_to_date(tmp_path: Path) -> None:
    gallery.write_view(NAME, tmp_path, "html")
    (tmp_path / export.SCRIPT).write_text("an older one", encoding="utf-8")
    assert gallery.write_view(NAME, tmp_path, "html") == []
    assert (tmp_path / export.SCRIPT).read_bytes() == export.plotly_script()


@pytest.mark.parametrize(
    "head",
    [b"", b"\x89PNG\r\n\x1a\n", b"\xff" * 200, b'<svg width="1"', b'<svg width="99999" height="a">', b"\x89PNG" * 9],
)
def test_the_index_lists_a_folder_with_damaged_pictures(tmp_path: Path, head: bytes) -> None:
    for name, kind in (("class_counts", "png"), (NAME, "svg")):
        (tmp_path / f"{name}.{kind}").write_bytes(head)
    page = gallery.write_index(tmp_path).read_text(encoding="utf-8")
    assert f'src="{NAME}.svg"' in page
    assert 'src="class_counts.png"' in page
