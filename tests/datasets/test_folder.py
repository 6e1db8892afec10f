"""A user's own images: which are taken, how they are split and decoded, and what is refused by name."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ltviz import datasets
from ltviz.core.errors import BadInput, DataError
from ltviz.datasets import folder
from ltviz.datasets.folder import FolderWarning, _listing, _pixels, load

from .own_images import COUNTS, SIDE, make

few = pytest.mark.filterwarnings("ignore:.*the test set has:UserWarning")


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("images") / "shapes")


@pytest.fixture
def own(shapes: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shapes, tmp_path / "shapes"))


def quiet(data: Path, **given: object) -> datasets.Images:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FolderWarning)
        return load(data, **given)  # type: ignore[arg-type]


def said(data: Path, **given: object) -> str:
    with pytest.warns(FolderWarning) as found:
        load(data, **given)  # type: ignore[arg-type]
    return "\n".join(str(each.message) for each in found)


@few
def test_counts_and_splits(shapes: Path) -> None:
    data = load(shapes, size=SIDE)
    assert (data.name, data.profile, data.class_names) == ("folder-shapes", "own", tuple(sorted(COUNTS)))
    tests, held = min(COUNTS.values()) // 4, min(COUNTS.values()) // 8
    assert data.counts.values.tolist() == [COUNTS[name] - tests - held for name in data.class_names]
    assert data.counts.names == data.class_names
    assert data.imbalance == round(data.counts.largest / data.counts.smallest, 2)
    for split, each in (("test", tests), ("val", held)):
        assert np.bincount(data.labels(split)).tolist() == [each] * 3
    every = np.concatenate([data.take(slice(None), split) for split in datasets.SPLITS])
    assert every.shape == (sum(COUNTS.values()), SIDE, SIDE, 3)
    files = {np.asarray(Image.open(path)).tobytes() for path in shapes.glob("*/*.png")}
    assert {image.tobytes() for image in every} == files, "each image in one split, its pixels as they were"
    train = data.take(slice(None), "train") / 255
    assert np.allclose(data.mean, train.mean(axis=(0, 1, 2)))
    assert np.allclose(data.std, train.std(axis=(0, 1, 2)))


def test_a_folder_to_practise_on(tmp_path: Path) -> None:
    counts = {7: 9, 2: 20}
    data = quiet(folder.practice(tmp_path / "mine", counts), size=8, model="resnet8")
    assert (data.name, data.class_names, data.model) == ("folder-mine", ("digit 2", "digit 7"), "resnet8")
    assert sum(len(data.labels(split)) for split in datasets.SPLITS) == 29
    with pytest.raises(BadInput, match="mine is there already"):
        folder.practice(tmp_path / "mine")
    with pytest.raises(BadInput, match=r"counts\[7\] must be from 1 to 179"):
        folder.practice(tmp_path / "other", {7: 500})
    with pytest.raises(BadInput, match="model must be one of 'resnet8'.*got 'resnet9'"):
        load(tmp_path / "mine", model="resnet9")


@few
def test_a_seed_splits(shapes: Path) -> None:
    one, again, other = (load(shapes, size=SIDE, seed=seed) for seed in (0, 0, 1))
    assert one.fingerprint() == again.fingerprint()
    assert one.fingerprint() != other.fingerprint()
    assert one.counts == other.counts
    assert quiet(shapes, size=2 * SIDE).fingerprint()["images"] != one.fingerprint()["images"]


@few
def test_selecting_knows_the_counts_before_an_image_is_decoded(shapes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pixels, "_square", lambda *_: pytest.fail("decoded"))
    chosen = datasets.select("folder", data=shapes, size=SIDE)
    monkeypatch.undo()
    data = chosen.read()
    for name in ("name", "profile", "imbalance", "counts"):
        assert getattr(chosen, name) == getattr(data, name)


@few
def test_a_csv_says_the_same(shapes: Path, own: Path) -> None:
    rows = [f"{path.relative_to(own).as_posix()},{path.parent.name}\n" for path in sorted(own.glob("*/*.png"))]
    for text in ("Path, Label\n" + "".join(rows[::-1]), "\ufeff" + "".join(rows) + "\n\n"):
        (own / "list.CSV").write_text(text, encoding="utf-8")
        assert load(own / "list.CSV", size=SIDE).fingerprint() == load(shapes, size=SIDE).fingerprint()
    (own / "list.csv").write_text("".join(f'"{own}/{row}'.replace(",", '",', 1) for row in rows), encoding="utf-8")
    data = load(own / "list.csv", size=SIDE)
    assert data.fingerprint() == load(shapes, size=SIDE).fingerprint()
    assert data.name == "folder-shapes"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("circle/00.png", "line 1: it must be path,label; got 'circle/00.png'"),
        ("path,label\ncircle/00.png,a,b", "line 2: it must be path,label"),
        ("circle/00.png,", "line 1: it must be path,label"),
        ("circle/99.png,a", "line 1: there is no file .*circle/99.png"),
        ("circle/00.png,a\ncircle/00.png,a", "line 2: .*circle/00.png stands in line 1 already; name it once"),
        ("circle/00.png,a\ncircle/../circle/00.png,b", "line 2: .* in line 1 already, as 'a' and as 'b'"),
        ("../outside.png,a", "outside.png leads out of the folder"),
        ('"circle/00.png,a', "cannot read .*list.csv as CSV"),
        ("circle\0/00.png,a", "no file|NUL"),
        ("circle/00.png,a\ncircle/01.png,a", "one class with images, 'a', where there must be at least 2"),
        ("", "no class with images"),
        ("circle/00.png,a\ncircle/01.png,a\ncircle/02.png,b", "the class 'b' has one image, .*circle/02.png"),
        ("circle,a\ncircle/01.png,a\ncircle/02.png,b\ncircle/03.png,b", "cannot read .*circle: it is a folder"),
    ],
)
def test_a_csv_is_refused_by_its_line(own: Path, text: str, says: str) -> None:
    Image.new("RGB", (4, 4)).save(own.parent / "outside.png")
    (own / "list.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=says):
        quiet(own / "list.csv", size=SIDE)


def test_a_csv_in_another_encoding_is_refused(own: Path) -> None:
    (own / "list.csv").write_bytes("circle/00.png,größe\n".encode("latin-1"))
    with pytest.raises(DataError, match="as CSV in UTF-8"):
        load(own / "list.csv")


def _only(*names: str) -> Callable[[Path], None]:
    def keep(home: Path) -> None:
        for name in COUNTS:
            if name not in names:
                shutil.rmtree(home / name)

    return keep


def _one_image(home: Path) -> None:
    for path in sorted((home / "stripe").glob("*.png"))[1:]:
        path.unlink()


def _one_file_only(home: Path) -> None:
    first, *others = sorted((home / "stripe").glob("*.png"))
    for path in others:
        shutil.copyfile(first, path)


def _split_already(home: Path) -> None:
    for part in ("test", "train"):
        (home / part).mkdir()
    for name in COUNTS:
        (home / name).rename(home / "train" / name)


def _bytes(data: bytes, name: str = "00.png") -> Callable[[Path], object]:
    return lambda home: (home / "circle" / name).write_bytes(data)


def _cut(home: Path) -> None:
    path = home / "circle" / "00.png"
    path.write_bytes(path.read_bytes()[:60])


def _huge(home: Path) -> None:
    Image.new("1", (2**14, 2**13)).save(home / "circle" / "00.png")


def _out(home: Path) -> None:
    Image.new("RGB", (4, 4)).save(home.parent / "secret.png")
    (home / "circle" / "link.png").symlink_to(home.parent / "secret.png")


def _out_whole(home: Path) -> None:
    (home.parent / "elsewhere").mkdir()
    (home / "more").symlink_to(home.parent / "elsewhere")


def _loop(home: Path) -> None:
    (home / "circle" / "loop").symlink_to("loop")


def _float(home: Path) -> None:
    Image.fromarray(np.ones((4, 4), np.float32)).save(home / "circle" / "00.tif")


def _wide_numbers(home: Path) -> None:
    Image.fromarray(np.full((4, 4), 70_000, np.int32)).save(home / "circle" / "00.tif")


def _pipe(home: Path) -> None:
    os.mkfifo(home / "circle" / "pipe.png")


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 4 4\nshowpage\n"


@few
@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_only(), "has no class with images, where there must be at least 2"),
        (_only("circle"), "has one class with images, 'circle', where"),
        (_one_image, "the class 'stripe' has one image, .*stripe/00.png, which cannot be trained on and tested on"),
        (_one_file_only, "'stripe' has 10 images, but they are the same file"),
        (
            _split_already,
            "train has folders of its own .circle, square, stripe.: if these are the classes, name .*train",
        ),
        (_bytes(b"no image"), "cannot read 1 image: .*circle/00.png .it is no image of the kinds PNG"),
        (_bytes(b""), "circle/00.png .it is empty"),
        (_bytes(EPS), "circle/00.png .it is no image of the kinds"),
        (_cut, "circle/00.png .*truncated"),
        (_huge, "circle/00.png .it has 16384 x 8192 pixels, more than 67,108,864: make it smaller"),
        (_out, "circle/link.png leads out of the folder, to .*secret.png: copy what it means into"),
        (_out_whole, "more leads out of the folder"),
        (_loop, "circle/loop is a link to loop, which is not there"),
        (_float, "circle/00.tif .its pixels are floating point"),
        (_wide_numbers, "circle/00.tif .its pixels are numbers beyond 16 bits"),
        (_pipe, "pipe.png: it is a pipe"),
        (lambda home: (home / "circle").rename(home / "cir\x1bcle"), "letters that cannot be shown"),
    ],
)
def test_what_cannot_be_trained_on_is_named(own: Path, spoil: Callable[[Path], object], says: str) -> None:
    spoil(own)
    with pytest.raises(DataError, match=says):
        quiet(own, size=SIDE)


def test_all_that_cannot_be_read_are_counted(own: Path) -> None:
    for k in range(5):
        (own / "circle" / f"{k:02}.png").write_bytes(f"nothing {k}".encode())
    with pytest.raises(DataError, match="cannot read 5 images: .*00.png.*01.png.*02.png.* and 2 more"):
        quiet(own)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"size": 7}, "size must be a whole number from 8 to 512; got 7"),
        ({"size": 32.5}, "size must be a whole number"),
        ({"seed": -1}, "seed must be"),
        ({"name": "../x"}, "name must be 1 to 40 letters"),
        ({"name": ""}, "name must be"),
        ({"name": "x" * 41}, "name must be"),
    ],
)
def test_bad_arguments(shapes: Path, given: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        quiet(shapes, **given)


def test_what_is_neither_folder_nor_csv(shapes: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("")
    for place in (tmp_path / "list.txt", tmp_path / "nowhere", shapes / "circle" / "00.png"):
        with pytest.raises(BadInput, match=r"data must be a folder .* or a \.csv file"):
            load(place)
    with pytest.raises(BadInput, match="folder needs --data"):
        datasets.select("folder")
    with pytest.raises(BadInput, match="folder takes data, size, name, model, seed, not imbalance, profile: leave"):
        datasets.select("folder", data=shapes, imbalance=10, profile="exp")


def test_more_than_memory_holds_is_refused(shapes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_LARGEST", 2**16)
    with pytest.raises(DataError, match="60 images of 32 x 32 pixels need more than .* choose a smaller size"):
        load(shapes)


def test_what_is_left_out_is_counted(own: Path) -> None:
    (own / ".DS_Store").write_bytes(b"x")
    (own / "circle" / "._00.png").write_bytes(b"x")
    (own / "circle" / "photo.HEIC").write_bytes(b"x")
    (own / "circle" / "notes.txt").write_bytes(b"x")
    (own / "circle" / "raw").mkdir()
    (own / "readme.png").write_bytes(b"x")
    (own / "empty").mkdir()
    told = said(own, size=SIDE)
    assert (
        "left out in "
        + str(own)
        + ": 2 hidden files, 1 file beside the classes, 1 folder within a class, 2 files with "
        "the ending of no image (.HEIC, .txt), 1 folder without images (empty)"
    ) in told
    assert quiet(own, size=SIDE).class_names == tuple(sorted(COUNTS))


def test_endings_in_any_case_and_names_in_any_script(own: Path) -> None:
    (own / "circle" / "00.png").rename(own / "circle" / "Größe ☃.PnG")
    (own / "circle").rename(own / "圆 круг")
    place = own.rename(own.parent / "Bäume & Blumen")
    data = quiet(place, size=SIDE)
    assert data.class_names == ("square", "stripe", "圆 круг")
    assert data.name == "folder-Baume_Blumen"
    assert quiet(place, size=SIDE, name="trees.2").name == "folder-trees.2"
    with pytest.raises(BadInput, match="has no name in plain letters to record it by: give one by --name"):
        quiet(place.rename(own.parent / "花"), size=SIDE)


def test_numbers_are_sorted_as_numbers(shapes: Path, tmp_path: Path) -> None:
    for k in range(11):
        shutil.copytree(shapes / "stripe", tmp_path / "n" / str(k))
        for j, path in enumerate(sorted((tmp_path / "n" / str(k)).glob("*.png"))):
            Image.new("RGB", (4, 4), (k, j, 0)).save(path)
    data = quiet(tmp_path / "n", size=8)
    assert data.class_names == tuple(map(str, range(11)))
    assert (data.take(slice(None), "train")[:, 0, 0, 0] == data.labels("train")).all()


def test_copies_stay_together_and_are_named(own: Path) -> None:
    for name in ("03", "04"):
        shutil.copyfile(own / "circle" / "02.png", own / "circle" / f"copy {name}.png")
    shutil.copyfile(own / "square" / "01.png", own / "stripe" / "also.png")
    for seed in range(4):
        told = said(own, size=SIDE, seed=seed)
        assert "2 files more than once, each kept in one set: circle/02.png = circle/copy 03.png" in told
        assert "the same file in two classes, which is trained on and never tested: square/01.png = stripe/also" in told
        data = quiet(own, size=SIDE, seed=seed)
        seen = [{image.tobytes() for image in data.take(slice(None), split)} for split in datasets.SPLITS]
        assert sum(map(len, seen)) == len(set.union(*seen)), "no image in two sets"
        clash = np.asarray(Image.open(own / "square" / "01.png")).tobytes()
        assert clash in seen[0]


def test_sizes_that_differ_are_cut_and_said(own: Path) -> None:
    wide = np.zeros((20, 40, 3), np.uint8)
    wide[:, 10:30] = 200  # the square in the middle
    Image.fromarray(wide).save(own / "circle" / "00.png")
    told = said(own, size=SIDE)
    assert f"images of 16 x 16 to 40 x 20 pixels are cut to the square in their middle and resized to {SIDE} x" in told
    pixels, shapes, faults = _pixels.squares([own / "circle" / "00.png"], SIDE)
    assert (pixels == 200).all()
    assert (shapes, faults) == ({(40, 20)}, {})


def one(image: Image.Image, path: Path, size: int = 8, **how: object) -> np.ndarray:
    image.save(path, **how)  # type: ignore[arg-type]
    pixels, _, faults = _pixels.squares([path], size)
    assert not faults
    return pixels[0]


def test_images_of_every_kind(tmp_path: Path) -> None:
    grey = np.arange(64, dtype=np.uint8).reshape(8, 8) * 4
    as_rgb = np.repeat(grey[..., None], 3, axis=2)
    assert (one(Image.fromarray(grey), tmp_path / "l.png") == as_rgb).all()
    deep = Image.fromarray(grey.astype(np.uint16) * 256 + 255)
    assert (one(deep, tmp_path / "16.png") == as_rgb).all()
    assert (one(deep, tmp_path / "16.tif") == as_rgb).all()
    assert (one(Image.fromarray(grey).convert("P"), tmp_path / "p.gif") == as_rgb).all()
    assert (one(Image.fromarray(grey > 100), tmp_path / "1.png") == 255 * (as_rgb > 100)).all()
    assert (one(Image.fromarray(as_rgb), tmp_path / "c.ppm") == as_rgb).all()
    assert abs(one(Image.fromarray(as_rgb).convert("CMYK"), tmp_path / "c.tiff").astype(int) - as_rgb).max() <= 1
    clear = Image.fromarray(np.dstack([as_rgb, np.where(grey < 128, 0, 255).astype(np.uint8)]))
    assert (one(clear, tmp_path / "a.png") == np.where(as_rgb < 128, 255, as_rgb)).all(), "laid on white"
    palette = Image.new("P", (8, 8), 1)
    palette.putpalette([10, 20, 30, 40, 50, 60])
    assert (one(palette, tmp_path / "t.png", transparency=1) == 255).all()
    assert (one(palette, tmp_path / "o.png") == [40, 50, 60]).all()


def test_orientation_and_large_photographs(tmp_path: Path) -> None:
    photo = np.zeros((512, 512, 3), np.uint8)
    photo[:256] = 255  # its upper half is white
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera on its side: turned by 90 degrees, the left half
    turned = one(Image.fromarray(photo), tmp_path / "turned.JPG", 16, exif=exif, quality=95)
    assert turned[:, 9:].min() > 240
    assert turned[:, :7].max() < 15
    plain = one(Image.fromarray(photo), tmp_path / "plain.jpg", 16, quality=95)
    assert plain[:7].min() > 240
    assert plain[9:].max() < 15


def test_the_endings_are_those_that_are_read() -> None:
    from PIL import Image as images

    images.init()
    assert {images.EXTENSION[ending] for ending in _listing.ENDINGS} <= set(_pixels._FORMATS)
