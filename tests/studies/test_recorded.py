"""The studies on trained nets, asked for recorded runs: against the numbers that the records were made from."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ltviz import gallery, views
from ltviz.core import files
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput
from ltviz.core.profiles import profile
from ltviz.gallery import Style
from ltviz.methods import by_recipe, find, parse
from ltviz.records import record
from ltviz.studies import _trained
from ltviz.studies._trained import nets_of
from ltviz.studies.angle_histogram import angle_histogram
from ltviz.studies.class_margin import class_margin
from ltviz.studies.margin_distribution import margin_distribution
from ltviz.studies.per_class_error import PerClassError, per_class_error

SCALE = 30.0


@dataclass(frozen=True)
class Made:
    """What a fake record was made from."""

    counts: ClassCounts
    features: dict[str, np.ndarray]
    labels: dict[str, np.ndarray]
    vectors: np.ndarray
    scores: dict[str, np.ndarray]
    folder: Path

    def cosine(self, split: str) -> np.ndarray:
        x, w = self.features[split], self.vectors
        return (x / np.linalg.norm(x, axis=1, keepdims=True)) @ (w / np.linalg.norm(w, axis=1, keepdims=True)).T


def make(
    home: Path,
    method: str,
    *,
    classes: int = 10,
    recipe: str = "short",
    seed: int = 0,
    epochs: int = 4,
    geometry: bool = True,
    each: int = 12,
    largest: int = 60,
) -> Made:
    """Write the record of a net that was never trained: features scattered about class vectors."""
    name, params = parse(method)
    row = by_recipe(find(name), recipe, epochs)
    rng = np.random.default_rng([seed, classes, *method.encode()])
    counts = profile("exp", largest, classes, 10)
    labels = {"train": np.repeat(np.arange(classes), counts.values), "test": np.repeat(np.arange(classes), each)}
    vectors = rng.normal(size=(classes, 16))
    features = {k: vectors[y] + rng.normal(size=(len(y), 16)) * 0.9 for k, y in labels.items()}
    made = Made(counts, features, labels, vectors, {}, Path())
    scores = {k: SCALE * made.cosine(k) if row.head == "cosine" else features[k] @ vectors.T for k in labels}
    measures = record.measure(scores["test"].argmax(axis=1), labels["test"], counts)
    told = {"loss": 1.0, "rate": 0.1, "reweighted": False, **measures}
    run = record.fields(
        method=name,
        loss=row.loss,
        dataset=f"cifar{classes}",
        profile="exp",
        imbalance=100.0,
        counts=counts,
        seed=seed,
        recipe=row.recipe,
        device="cpu",
        date="",
        seconds=1.0,
        history=[{"epoch": epoch, **told} for epoch in range(epochs)],
    )
    folder = record.place(home, f"cifar{classes}", "exp", 100.0, name, recipe, seed, **params)
    files.write_json(folder / "run.json", {**run, "settings": {"head": row.head}})
    if geometry:
        arrays: dict[str, Any] = {}
        for split, y in labels.items():
            arrays |= record.geometry(split, features[split], vectors, scores[split], y)
        files.write_npz(folder / "geometry.npz", **arrays)
    return Made(counts, features, labels, vectors, scores, folder)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("ltviz.records.record.shipped", lambda: (tmp_path,))
    return tmp_path


def margin(made: Made, method: str, split: str) -> np.ndarray:
    """Own score minus the best other one, image by image."""
    cosine = by_recipe(find(method)).head == "cosine"
    scores = made.cosine(split) if cosine else made.scores[split]
    return np.array([row[y] - max(np.delete(row, y)) for row, y in zip(scores, made.labels[split], strict=True)])


def test_every_study_gives_back_what_the_records_were_made_from(home: Path) -> None:
    made = {method: make(home, method) for method in ("erm", "ldam_drw")}
    which = {"methods": "erm, ldam_drw", "records": "cifar10-exp100"}

    errors = per_class_error(**which)
    for row, each in zip(errors.error, made.values(), strict=True):
        guesses, labels = each.scores["test"].argmax(axis=1), each.labels["test"]
        np.testing.assert_allclose(row[0], [(guesses != c)[labels == c].mean() for c in range(10)])

    angles = angle_histogram(**which)
    few = angles.groups["few"]
    for half, each in zip(angles.halves["few"], made.values(), strict=True):
        own = each.cosine("test")[np.arange(len(each.labels["test"])), each.labels["test"]]
        degrees = np.degrees(np.arccos(own))[np.isin(each.labels["test"], few)]
        np.testing.assert_allclose(half.quartiles, np.percentile(degrees, [25, 50, 75]), atol=0.05)

    means, violins = class_margin(**which), margin_distribution(**which)
    for k, (method, each) in enumerate(made.items()):
        for split in ("train", "test"):
            margins, labels = margin(each, method, split), each.labels[split]
            for c in range(10):
                mean = getattr(means.methods[k], split)[0, c]
                assert mean == pytest.approx(margins[labels == c].mean(), rel=2e-3, abs=1e-3)
                half = getattr(violins.methods[k], split)[list(violins.columns).index(str(c))]
                assert half.n == (labels == c).sum()
                assert half.quartiles[1] == pytest.approx(np.median(margins[labels == c]), rel=2e-3, abs=1e-3)
    np.testing.assert_allclose(means.methods[1].asked, 0.5 * (each.counts.values / each.counts.smallest) ** -0.25)

    for result in (errors, angles, means, violins):
        assert result.data.split(";")[0] == "CIFAR-10-LT"
        assert result.counts == each.counts
        assert "recipe short, 4 epochs" in result.caption
    assert angles.data == "CIFAR-10-LT; the paper has CIFAR-100-LT"
    assert [method.unit for method in means.methods] == ["margin (logit)", "margin (cosine)"]


def test_what_has_no_record_is_trained_on_digits_and_the_title_says_so(home: Path) -> None:
    """And a warning names what it is that has none, before all are trained."""
    make(home, "erm")
    make(home, "mm", geometry=False)
    given = {"methods": "erm, mm", "epochs": 1, "seeds": 1}
    with pytest.warns(record.RecordWarning, match="no record of erm, mm on .* every method is trained on digits"):
        figure = views.show("per_class_error", records="cifar10-exp10", **given)
    assert "digits; no record of erm, mm on CIFAR-10-LT, imbalance 10 (exp)" in " ".join(
        figure.layout.title.text.replace("<br>", " ").split()
    )
    assert per_class_error(records="cifar10-exp100", **given).data == "CIFAR-10-LT"
    with pytest.warns(record.RecordWarning, match="no record of single images of mm on CIFAR-10-LT, imbalance 100"):
        images = class_margin(records="cifar10-exp100", **given)
    assert images.data == "digits; no record of single images of mm on CIFAR-10-LT, imbalance 100 (exp)"
    assert "Digits" in images.caption
    with pytest.warns(record.RecordWarning, match="no record of erm, mm with seed 3"):
        later = per_class_error(records="cifar10-exp100", seed=3, **given)
    assert later.data == "digits; no record of erm, mm with seed 3 on CIFAR-10-LT, imbalance 100 (exp)"
    assert per_class_error(**given).data == "digits"
    assert angle_histogram(methods="erm, mm", epochs=1, seeds=1).data == "digits; the paper has CIFAR-100-LT"


def test_seeds_in_common_are_read(home: Path) -> None:
    made = [make(home, "erm", seed=seed, geometry=seed == 0) for seed in (0, 1, 2)]
    other = [make(home, "mm", seed=seed, geometry=seed == 0) for seed in (1, 2, 0)]
    (made[0].folder / "run.json").unlink()
    result = per_class_error(methods="erm, mm", records="cifar10-exp100", seeds=5)
    assert result.error.shape == (2, 2, 10)
    for of, k in ((made, 0), (other[:1] + other[:1] + other[1:2], 1)):
        for row, each in zip(result.error[k], of[1:], strict=True):
            guesses, labels = each.scores["test"].argmax(axis=1), each.labels["test"]
            np.testing.assert_allclose(row, [(guesses != c)[labels == c].mean() for c in range(10)])
    with on_digits():
        lost = class_margin(methods="erm, mm", records="cifar10-exp100", epochs=1, seeds=2)
    assert lost.data.startswith("digits; no record of single images of erm on")


def test_the_longest_recipe_that_every_method_has_is_read(home: Path) -> None:
    for method in ("erm", "mm"):
        make(home, method, recipe="short", epochs=4)
        make(home, method, recipe="basic", epochs=20)
    make(home, "erm", recipe="strong", epochs=200)

    def said(methods: str, records: str) -> str:
        return nets_of(methods, 50, "exp", 1, [0], records).setting

    assert said("erm, mm", "cifar10-exp100").endswith("recipe basic, 20 epochs.")
    assert said("erm", "cifar10-exp100").endswith("recipe strong, 200 epochs.")
    assert said("erm, mm", "cifar10-exp100-short").endswith("recipe short, 4 epochs.")


def test_parameters_of_the_loss_name_a_record_of_their_own(home: Path) -> None:
    make(home, "dbm_bs")
    make(home, "dbm_bs(margin=0)")
    result = angle_histogram(records="cifar10-exp100")
    assert result.methods == ("dbm_bs(margin=0)", "dbm_bs")
    assert result.data.startswith("CIFAR-10-LT")
    assert "Seed\N{NO-BREAK SPACE}0" in result.caption, "one seed is not pooled"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("runs", "such as cifar10-exp100"),
        ("cifar10", "such as cifar10-exp100"),
        ("cifar10-exp1.2.3", "such as cifar10-exp100"),
        ("../cifar10-exp100", "such as cifar10-exp100"),
        ("cifar1-exp100", "cifar10"),
        ("cifar10-expo100", "exp"),
        ("cifar10-exp100-long", "short"),
    ],
)
def test_names_of_no_records_say_what_is_right(name: str, says: str) -> None:
    for view in ("per_class_error", "class_margin", "margin_distribution", "angle_histogram"):
        with pytest.raises(BadInput, match=says):
            views.compute(view, records=name)
        with pytest.raises(BadInput, match=says):
            gallery.write_view(view, "nowhere", "json", given={"records": name})


LEFT = "Left out, as no record to rely on: erm-short/seed0."


def on_digits() -> Any:
    """Hold a block to the warning that nothing which was named is drawn."""
    return pytest.warns(record.RecordWarning, match="no record of .* every method is trained on digits instead")


def test_a_damaged_record_is_named_and_never_stops_a_figure(home: Path) -> None:
    folder = make(home, "erm").folder
    make(home, "mm")
    which = {"methods": "erm", "records": "cifar10-exp100", "epochs": 1, "seeds": 1}
    whole = (folder / "geometry.npz").read_bytes()
    (folder / "geometry.npz").write_bytes(b"no arrays")
    with (
        on_digits(),
        pytest.warns(record.RecordWarning, match=r"left out: .*erm-short.seed0.geometry\.npz cannot be used"),
    ):
        result = class_margin(**which)
    assert result.data.startswith("digits; no record of single images of erm on CIFAR-10-LT")
    assert result.caption.count(LEFT) == 1
    assert per_class_error(**which).data == "CIFAR-10-LT", "accuracies need no geometry"
    assert LEFT not in class_margin(**{**which, "methods": "mm"}).caption, "what is not asked for is not looked at"
    files.write_npz(folder / "geometry.npz", test_label=np.zeros(3, np.uint8))
    with on_digits(), pytest.warns(record.RecordWarning, match=r"geometry\.npz cannot be used: it has no train_"):
        class_margin(**which)
    (folder / "geometry.npz").write_bytes(whole)
    assert class_margin(**which).data == "CIFAR-10-LT"
    told = record.read(folder / "run.json")
    files.write_json(folder / "run.json", {key: value for key, value in told.items() if key != "settings"})
    with on_digits(), pytest.warns(record.RecordWarning, match=r"run\.json has no 'settings', which every run records"):
        assert LEFT in per_class_error(**which).caption
    (folder / "run.json").unlink()
    (folder / "run.json").symlink_to("gone")
    with on_digits(), pytest.warns(record.RecordWarning, match="a link to gone, which is not there"):
        assert LEFT in per_class_error(**which).caption
    with on_digits(), pytest.warns(record.RecordWarning, match="a link to gone, which is not there"):
        assert LEFT in views.show("per_class_error", **which).layout.title.text.replace("<br>", " ")


def test_a_pipe_in_place_of_a_record_holds_nothing_up(home: Path, tmp_path: Path) -> None:
    folder = make(home, "erm").folder
    given = {"methods": "erm", "records": "cifar10-exp100", "epochs": 1, "seed": 0}
    for name, words in (("geometry.npz", "single images of erm"), ("run.json", "erm")):
        (folder / name).unlink()
        os.mkfifo(folder / name)
        with on_digits(), pytest.warns(record.RecordWarning, match="it is a pipe, not a file"):
            gallery.write_view("margin_distribution", tmp_path / "figures", "json", given=given)
        told = (tmp_path / "figures" / "margin_distribution.json").read_text()
        assert "Left out, as no record to rely on: erm-short/seed0." in told
        assert words in told


def test_another_runs_geometry_is_not_drawn(home: Path) -> None:
    one, other = (make(home, "erm", seed=seed) for seed in (0, 1))
    shutil.copy(other.folder / "geometry.npz", one.folder)
    given = {"methods": "erm", "records": "cifar10-exp100", "seeds": 2}
    with pytest.warns(record.RecordWarning, match="seed0.geometry.npz cannot be used: its predictions give class"):
        result = class_margin(**given)
    assert result.methods[0].test.shape == (1, 10)
    assert result.caption.count(LEFT) == 1


def edit(made: Made, **more: Any) -> None:
    file = made.folder / "run.json"
    files.write_json(file, {**files.read_json(file), **more})


def test_unlike_runs_are_not_in_one_figure(home: Path) -> None:
    made = {(method, seed): make(home, method, seed=seed) for method in ("erm", "mm") for seed in (0, 1, 2)}
    given = {"methods": "erm, mm", "records": "cifar10-exp100", "seeds": 3}
    assert per_class_error(**given).error.shape == (2, 3, 10)
    edit(made["erm", 0], data_seed=0, verified=True)
    assert per_class_error(**given).error.shape == (2, 3, 10), "records of earlier versions say less"
    edit(made["mm", 1], data_seed=1)
    with pytest.warns(record.RecordWarning, match="mm-short/seed1.run.json is a run unlike .*: data_seed is 0 there"):
        assert per_class_error(**given).error.shape == (2, 2, 10)
    edit(made["mm", 1], data_seed=0, loss="mm(gamma=1.0)")
    with pytest.warns(record.RecordWarning, match=r"loss is 'mm' there and 'mm\(gamma=1.0\)' here"):
        assert "mm-short/seed1" in per_class_error(**given).caption


def test_images_that_are_not_verified_are_told_in_every_figure_of_them(home: Path) -> None:
    edit(make(home, "erm"), verified=False)
    given = {"methods": "erm", "records": "cifar10-exp100", "seed": 0}
    for view in ("per_class_error", "class_margin", "margin_distribution", "training_history"):
        result = views.compute(view, **given)
        assert result.data == "CIFAR-10-LT, images not verified"
        assert "Not verified: the images are not the published ones." in result.caption
        for style in (Style("light"), Style("paper", "85mm", 8)):  # a narrow one has no caption
            title = style.figure(view, result).layout.title.text.replace("<br>", " ")
            assert "not verified" in title
    figure = views.show("recorded_results", records="cifar10-exp100")
    assert [text.split("<br>") for text in figure.layout.yaxis.ticktext] == [["Cross-entropy", "not verified"]]


def test_a_hundred_classes_stay_readable_and_small(home: Path) -> None:
    made = {m: make(home, m, classes=100, largest=500, each=100) for m in ("erm", "ldam_drw")}
    images = sum(len(labels) for labels in made["erm"].labels.values())
    assert images > 25_000
    given = {"methods": "erm, ldam_drw", "records": "cifar100-exp100"}
    for view, kilobytes in (("class_margin", 60), ("margin_distribution", 60), ("angle_histogram", 60)):
        result = views.compute(view, **given)
        assert len(files.to_json(result)) < 1000 * kilobytes
        figure = views.draw(view, result)
        assert len(figure.to_json()) < 2000 * kilobytes
        assert len(figure.data) <= 60
        assert all(len(axis.tickvals or ()) <= 12 for axis in figure.select_xaxes())
    violins = views.compute("margin_distribution", **given)
    assert list(violins.columns) == ["many", "medium"], "no class has fewer than 20 images here"
    assert "many > 100" in violins.rule
    groups = violins.counts.groups().members
    assert [half.n for half in violins.methods[0].test] == [100 * len(groups[name]) for name in violins.columns]
    figure = views.show("per_class_error", **given)
    assert figure.layout.xaxis.type == "log"
    curve = next(trace for trace in figure.data if trace.name and trace.showlegend is not False)
    result = per_class_error(**given)
    np.testing.assert_allclose(curve.y, [100 * result.error[0, 0, ids].mean() for ids in result.parts])


@pytest.mark.parametrize("style", [Style("light"), Style("projector"), Style("paper", "85mm", 8)])
@pytest.mark.parametrize("classes", [10, 20])
def test_the_counts_of_cifar_do_not_run_into_each_other(style: Style, classes: int) -> None:
    counts = profile("exp", 5000, classes, 100)
    result = PerClassError("", counts, (), ("erm",), np.full((1, 1, classes), 0.5), "")
    axis = style.figure("per_class_error", result).layout.xaxis
    width = style.figure("per_class_error", result).layout.width
    apart = 0.8 * width / classes * (axis.tickvals[1] - axis.tickvals[0])
    longest = max(len(line) for text in axis.ticktext for line in text.split("<br>"))
    assert longest * 0.6 * axis.tickfont.size < apart
    assert axis.ticktext[0].endswith("5000")


def test_a_figure_is_drawn_anew_when_its_records_change(home: Path, tmp_path: Path) -> None:
    make(home, "erm")
    make(home, "mm")
    given = {"methods": "erm, mm", "records": "cifar10-exp100", "epochs": 1, "seeds": 2}
    out = tmp_path / "figures"

    def drawn(view: str = "per_class_error", **more: Any) -> bool:
        return bool(gallery.write_view(view, out, "json", given={**given, **more}))

    assert drawn()
    assert not drawn()
    make(home, "mm", epochs=5)
    assert drawn(), "a record changed"
    assert not drawn()
    make(home, "erm", seed=1)
    assert drawn(), "a record appeared"
    make(home, "erm", classes=100)
    assert not drawn(), "a record of other data appeared"
    assert drawn(records="")
    make(home, "erm", seed=2)
    assert not drawn(records=""), "a figure of digits reads no records"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"erm": [40], "mixup": [40]}, "40 epochs"),
        ({"erm": [1]}, "1 epoch"),
        ({"erm": [2], "mixup": [1]}, "epochs: erm 2, mixup 1"),
        ({"erm": [2, 3]}, "epochs: erm 2 and 3"),
    ],
)
def test_a_caption_says_how_long_each_was_trained(rows: dict[str, list[int]], words: str) -> None:
    nets = {
        name: tuple(SimpleNamespace(rows=[{}] * n + [{"stage": "crt"}]) for n in lengths)
        for name, lengths in rows.items()
    }
    assert _trained._lengths(nets) == words
