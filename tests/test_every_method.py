from __future__ import annotations

import dataclasses
import math
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import ltviz
from ltviz import samplers
from ltviz.cli import run as command
from ltviz.cli.training import methods_of
from ltviz.core.errors import BadInput
from ltviz.datasets import digits, folder
from ltviz.datasets._base import Images
from ltviz.methods import (
    DIGITS,
    FAMILIES,
    METHODS,
    REWEIGHT_BETA,
    Method,
    by_recipe,
    find,
    on_digits,
    parse,
    stages,
    steps,
)
from ltviz.methods.steps import At, Batch
from ltviz.methods.steps.plain import Plain
from ltviz.models.heads import HEADS
from ltviz.records import record, seeds
from ltviz.records.published import published
from ltviz.runs import checkpoint
from ltviz.runs import digits as runs
from ltviz.runs._stages import Second
from ltviz.runs.assemble import assemble
from ltviz.runs.digits import Run, train
from ltviz.training.loop import one_thread

from .datasets.own_images import SIDE, make

NAMES = [
    "erm",
    "focal",
    "inverse_frequency",
    "class_balanced",
    "class_balanced_resampling",
    "over_sampling",
    "under_sampling",
    "cb_focal",
    "ce_drw",
    "ldam",
    "ldam_drw",
    "m_drw",
    "mm",
    "mm_drw",
    "mm_ldam_drw",
    "balanced_softmax",
    "logit_adjustment",
    "logit_adjustment_posthoc",
    "vs",
    "cdt",
    "dbm_ce",
    "dbm_cb",
    "dbm_drw",
    "dbm_bs",
]


def test_the_rows_are_there() -> None:
    assert set(NAMES) <= set(METHODS)


@pytest.mark.parametrize("name", METHODS)
def test_a_row_is_whole(name: str) -> None:
    method = METHODS[name]
    assert method.name == name
    assert method.source
    loss = ltviz.make_loss(method.loss, [500, 50, 5], **method.params)
    assert method.head in HEADS
    assert (method.head == "cosine") == ("cosine" in loss.needs())
    assert method.sampler in samplers.NAMES
    assert steps.make(method.step).spelling == method.step
    assert tuple(stages.make(text).spelling for text in method.stages) == method.stages
    assert method.idea[0].isupper()
    assert not method.idea.endswith(".")
    assert len(method.idea) < 130
    hash(method)


@pytest.mark.thorough(every=4)
@pytest.mark.parametrize("name", METHODS)
def test_a_row_is_explained_in_words(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At 80 columns, without a word of Python; every published figure is there."""
    monkeypatch.setenv("COLUMNS", "80")
    assert command(["explain", name]) == 0
    out = capsys.readouterr().out.partition(f"{name} (method)\n")[2]  # before it, the loss of that name
    method, words = METHODS[name], " ".join(out.split()).replace("- ", "-")
    assert words.startswith(f"{method.idea} [")
    assert method.source in words
    assert not any(sign in out for sign in ("Schedule(", "Recipe(", "{'", "None"))
    assert max(map(len, out.splitlines())) <= 80
    assert ("Equation of the step" in out) == (method.step != "plain")
    assert out.count("Equation of what comes afterwards") == len(method.stages)
    assert "no Equation section" not in out
    assert (f"class-balanced weights (beta {REWEIGHT_BETA})" in words) == (method.schedule.deferred is not None)
    assert ("80 %" in method.idea) == (0.8 in (method.schedule.deferred, method.schedule.resampled))
    for figure in published():
        if figure.method == name:
            assert f"{100 * figure.accuracy:.2f}" in out
            assert figure.source in words


def test_the_words_of_ldam_drw(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    command(["explain", "ldam_drw"])
    out = capsys.readouterr().out
    for line in (
        "ldam(max_margin=0.5, scale=30); ltviz explain ldam has its equation",
        "class-balanced weights (beta 0.9999) after 80 % of the epochs",
        "rate x0.01 after 80 %, x0.0001 after 90 % of the epochs; 2.5 % warm-up",
        "200 epochs of batches of 128",
        "rate 0.1, momentum 0.9, weight decay 0.0002",
        "cifar10   exp 100: 77.03, exp 10: 88.16, step 100: 76.92, step 10: 87.81",
    ):
        assert line in out


def test_recorded_runs_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home,) = [home for home in record.shipped() if (home / "cifar10-exp100" / "erm-short").is_dir()][:1]
    shutil.copytree(home / "cifar10-exp100" / "erm-short", tmp_path / "cifar10-exp100" / "erm-short")
    monkeypatch.setattr(record, "shipped", lambda: (tmp_path,))
    last = record.read(tmp_path / "cifar10-exp100" / "erm-short" / "seed0" / "run.json")["last"]["balanced"]
    command(["explain", "erm"])
    assert f"cifar10-exp100/erm-short  {100 * last:.2f} %, 40 epochs, 1 seed\n" in capsys.readouterr().out
    command(["explain", "focal"])
    assert "none; ltviz train --method focal records one" in capsys.readouterr().out
    command(["list", "methods"])
    out = " ".join(capsys.readouterr().out.split())
    assert "Cross-entropy and nothing else [Plain; Cao et al. 2019, arXiv 1906.07413; changes nothing; recorded]" in out
    assert out.count("; not recorded]") == len(METHODS) - 1


@pytest.mark.parametrize(("mark", "kind"), [("methods", "methods"), ("lessons", "notebooks")])
def test_the_readmes_table_is_the_lists(mark: str, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    readme = Path(__file__).parents[1] / "README.md"
    table = readme.read_text(encoding="utf-8").split(f"<!-- {mark} -->")[1].split(f"<!-- /{mark} -->")[0]
    command(["list", kind, "--format", "md"])
    assert table.strip() == capsys.readouterr().out.strip()


def test_a_list_says_what_a_row_changes_and_costs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(seeds, "costs", lambda homes: {"bbn": 2.34})
    command(["list", "methods", "--format", "md"])
    rows = {line.split("`")[1]: line for line in capsys.readouterr().out.splitlines() if "`" in line}
    assert list(rows) == [row.name for some in FAMILIES.values() for row in some]
    assert "| step | 2.3 | Zhou et al. 2020, arXiv 1912.02413 |" in rows["bbn"]
    assert "| loss, head, schedule |  |" in rows["ldam_drw"]
    assert "| stages |" in rows["crt"]
    assert "| data |" in rows["under_sampling"]


@pytest.mark.thorough(every=4)
@pytest.mark.parametrize("name", METHODS)
def test_every_method_trains(name: str, tmp_path: Path) -> None:
    """To finite numbers; and taken up again after its first epoch it ends with the same bits: a seed decides it all."""
    data = digits.load(imbalance=20)
    run, again = train(name, data, epochs=2), _resumed(find(name), data, tmp_path)
    assert [math.isfinite(epoch.loss) for epoch in run.history if not epoch.stage] == [True, True]
    assert all(math.isfinite(epoch.loss) for epoch in run.history)
    assert np.isfinite(run.test_logits).all()
    assert run.method == name
    assert set(run.history[-1].measures["by_group"]) == {"many", "medium", "few"}
    assert again.history == run.history
    np.testing.assert_array_equal(again.test_logits, run.test_logits)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Images:
    """Coloured shapes in the folders of three classes, 16 pixels wide."""
    return folder.load(make(tmp_path_factory.mktemp("images")), size=SIDE)


@pytest.mark.thorough(every=4)
@pytest.mark.filterwarnings("ignore:.*the test set has:UserWarning")
@pytest.mark.parametrize("name", METHODS)
def test_every_method_takes_a_step_on_a_folder_of_images(name: str, pictures: Images) -> None:
    """In colour, augmented as the row's own recipe says, by a ResNet: as on CIFAR. Its second stages follow."""
    own = by_recipe(find(name), epochs=1)
    plan = dataclasses.replace(own, recipe=dataclasses.replace(own.recipe, batch=128), model="resnet8")
    parts = assemble(plan, pictures, 0, precision="fp32")
    before = {key: tensor.clone() for key, tensor in parts.net.named_parameters()}
    with one_thread():
        assert math.isfinite(parts.trainer.run_epoch().loss)
        assert not all(torch.equal(before[key], tensor) for key, tensor in parts.net.named_parameters())
        told = Second(parts, pictures, 0, lambda *_: {}, parts.trainer.predict).fit()
        assert all(math.isfinite(epoch.loss) for epoch in told)
        answer = parts.finished(parts.trainer.predict(pictures.whole("test")))
    assert answer.logits.shape == (len(pictures.labels("test")), 3)
    assert answer.logits.isfinite().all()


def _resumed(method: Method, data: digits.Digits, place: Path) -> Run:
    """Train two epochs of which the second goes on from the files of the first; the second stages follow."""
    plan = on_digits(method, 2)
    cut, parts = (assemble(plan, data, 0, precision="fp32") for _ in range(2))
    with one_thread():
        history = [cut.trainer.run_epoch()]
        checkpoint.save(place, 1, cut.trainer.state(), {})
        epoch, tensors, _ = checkpoint.load_newest(place, {})
        parts.trainer.load(tensors, epoch)
        history.append(parts.trainer.run_epoch())
    begun = runs._Begun(parts, 0, history, {})
    begun.seen[1] = begun.outputs(data.test_images)
    return runs._ended(plan, data, begun)


@pytest.mark.parametrize(
    ("name", "loss", "params"),
    [
        ("ldam", "ldam", {"max_margin": 0.5, "scale": 30}),
        ("mm_drw", "mm", {"max_margin": 1.29, "gamma": 1.528, "scale": 19}),
        ("mm_ldam_drw", "mm_ldam", {"max_margin": 1.29, "gamma": 1.528, "scale": 26}),
        ("focal", "focal", {"gamma": 1, "form": "softmax"}),
        ("cb_focal", "focal", {"gamma": 1, "form": "sigmoid"}),
        ("class_balanced", "class_balanced", {"beta": 0.9999}),
        ("logit_adjustment", "logit_adjustment", {"tau": 1}),
        ("vs", "vs", {"gamma": 0.2, "tau": 1.2}),
        ("cdt", "cdt", {"gamma": 0.2}),
        ("dbm_cb", "dbm", {"base": "class_balanced", "margin": 0.1, "tau": 1, "scale": 32, "instance": "hard"}),
        ("elm", "elm", {"tau": 1, "strength": 0.5, "max_margin": 0.5, "temperature": 0.1}),
        ("hg_drs", "hinge", {"shape": "constant", "max_margin": 0.5}),
        ("ldam_hg_drs", "hinge", {"shape": "ldam", "max_margin": 0.5}),
        ("large_margin_softmax", "large_margin_softmax", {"multiple": 2}),
        ("gcl", "gcl", {"noise": 0.5, "max_margin": 0, "gamma": 0, "scale": 30}),
        ("equalization", "equalization", {"threshold": 0.005, "gamma": 0.9}),
        ("label_aware_smoothing", "label_aware_smoothing", {"head": 0.3, "tail": 0}),
        ("dbm_bs", "dbm", {"base": "balanced_softmax", "margin": 0.1, "tau": 1, "scale": 32, "instance": "hard"}),
    ],
)
def test_hyperparameters_are_the_papers(name: str, loss: str, params: dict[str, object]) -> None:
    method = METHODS[name]
    assert method.loss == loss
    options = ltviz.make_loss(method.loss, [500, 50, 5], **method.params).options
    assert {key: options[key] for key in params} == params


@pytest.mark.parametrize(
    ("names", "recipe", "falls"),
    [
        (("erm", "ldam", "ldam_drw", "ce_drs", "mm_drw"), (200, 128, 0.1, 2e-4), ("drops", (0.01, 0.0001))),
        (("logit_adjustment", "logit_adjustment_posthoc"), (200, 128, 0.1, 1e-4), ("drops", (0.1, 0.01))),
        (("dbm_ce", "dbm_drw", "dbm_bs"), (200, 64, 0.1, 2e-4), ("cosine", None)),
        (("ncl", "dbm_ncl"), (400, 64, 0.1, 2e-4), ("drops", (0.1, 0.01))),
    ],
)
def test_recipes_are_the_papers(
    names: tuple[str, ...], recipe: tuple[float, ...], falls: tuple[str, tuple[float, ...] | None]
) -> None:
    """They differ: figures of two papers are not of one training. NCL's released flag for a cosine does nothing."""
    for name in names:
        own, schedule = METHODS[name].recipe, METHODS[name].schedule
        assert (own.epochs, own.batch, own.rate, own.decay) == recipe, name
        assert (schedule.shape, schedule.drops if falls[1] else None) == falls, name


def test_figures_of_another_net_stand_beside_no_row() -> None:
    """Weight balancing's are of ResNet-34, by another recipe."""
    assert "ResNet-34" in METHODS["weight_balancing"].source
    assert METHODS["weight_balancing"].model == "resnet32"
    assert not [figure for figure in published() if figure.method == "weight_balancing"]


def test_what_is_deferred() -> None:
    deferred = {name for name, method in METHODS.items() if method.schedule.deferred is not None}
    assert deferred == {"cb_focal", "ce_drw", "ldam_drw", "m_drw", "mm_drw", "mm_ldam_drw", "dbm_drw", "ride"}
    assert {METHODS[name].schedule.deferred for name in deferred - {"cb_focal"}} == {0.8}
    assert METHODS["cb_focal"].schedule.deferred == 0  # weights from the first step


def test_deferred_weights_on_cifar_by_hand() -> None:
    """methods.md, golden values of CIFAR-10 exp 100."""
    counts = [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]
    weight = ltviz.make_loss("class_balanced", counts, beta=REWEIGHT_BETA).class_weight
    golden = [0.0506, 0.0769, 0.1211, 0.195, 0.3188, 0.5246, 0.8683, 1.4426, 2.4092, 3.9927]
    np.testing.assert_allclose(weight, golden, atol=1e-4)


def test_class_balanced_resampling_reaches_the_batches() -> None:
    data = digits.load(imbalance=20)
    method = find("class_balanced_resampling")
    sampler = samplers.make(method.sampler, data.train_labels, data.counts, seed=0)
    rows = np.concatenate([sampler.indices(epoch, 20) for epoch in range(20)])
    share = np.bincount(data.train_labels[rows], minlength=10) / len(rows)
    np.testing.assert_allclose(share, 0.1, atol=0.02)
    runs = [train(name, data, epochs=2) for name in ("erm", "class_balanced_resampling")]
    assert not np.array_equal(runs[0].prototypes, runs[1].prototypes)


def test_over_sampling_trains_on_jittered_replicas(monkeypatch: pytest.MonkeyPatch) -> None:
    value, seen = Plain.value, list[Batch]()

    def noted(step: Plain, batches: tuple[Batch, ...], at: At) -> torch.Tensor:
        seen.extend(batches)
        return value(step, batches, at)

    monkeypatch.setattr(Plain, "value", noted)
    data = digits.load()
    train("over_sampling", data, epochs=1)
    images, labels = torch.cat([b.images for b in seen]), torch.cat([b.labels for b in seen])
    assert torch.bincount(labels).tolist() == [110] * 10
    rarest = images[labels == 9].flatten(1)
    assert len(rarest.unique(dim=0)) == 110, "two pictures, 108 jittered replicas"
    nearest = torch.cdist(rarest, torch.from_numpy(data.train_images[data.train_labels == 9]).flatten(1)).amin(1)
    assert (nearest == 0).sum() == 2
    assert nearest.max() < 0.05 * 8 * 1.6


def test_the_sigmoid_form_starts_at_one_in_c() -> None:
    from ltviz.models.nets import DigitsNet

    bias = DigitsNet(10, seed=0, head=METHODS["cb_focal"].head).head.bias
    np.testing.assert_allclose(torch.sigmoid(bias).detach(), 0.1, rtol=1e-6)


def test_digits_change_the_recipe_and_nothing_of_the_loss() -> None:
    for method in METHODS.values():
        small = on_digits(method, 7)
        assert (small.loss, small.params, small.head, small.sampler) == (
            method.loss,
            method.params,
            method.head,
            method.sampler,
        )
        assert small.schedule.deferred == method.schedule.deferred
        assert small.recipe.epochs == 7
    recipes = {method: on_digits(method, 7).recipe for method in METHODS.values()}
    for method, recipe in recipes.items():
        several = len(steps.make(method.step).views) > 1
        assert recipe.augmentation == ("shift" if several else "none"), "views of an image must differ"
        assert recipe.decay == (method.decay or DIGITS.decay), "of its own where the method is about it"
    assert len({dataclasses.replace(each, augmentation="none", decay=0.0) for each in recipes.values()}) == 1
    assert len({on_digits(m, 7).schedule.drops for m in METHODS.values()}) == 1


def test_unknown_names_are_refused_with_a_hint() -> None:
    with pytest.raises(BadInput, match="Did you mean 'ldam_drw'"):
        find("ldam_dwr")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ldam-drw", "unknown method 'ldam-drw'.*Did you mean 'ldam_drw'"),
        ("dbm_bs(margin)", r"name=value; got 'margin' in 'dbm_bs\(margin\)'"),
        ("erm(foo=1)", r"'foo' in 'erm\(foo=1\)'; erm trains ce, which has no parameters"),
        ("dbm_bs(margn=1)", r"in 'dbm_bs\(margn=1\)'; dbm_bs trains dbm, which has margin, .*Did you mean 'margin'"),
        ("erm(", r"a method is written as its name, .*; got 'erm\('"),
        ("/some/my_loss.py", "'/some/my_loss.py' is a file, .* ltviz compare FILE"),
    ],
)
def test_errors_name_what_was_written(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        parse(text)


@pytest.mark.parametrize("text", ["erm,erm", "erm, erm()", "ldam(scale=30),ldam( scale = 30.0 )"])
def test_a_method_named_twice_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="methods must be different ones"):
        methods_of(text)
    assert len(methods_of("erm,dbm_bs(margin=0.2),dbm_bs")) == 3


def test_a_method_of_ones_own() -> None:
    own = Method(
        "own", "hinge", "here", {"scale": 10.0} if "scale" in ltviz.losses()["hinge"].params else {}, head="cosine"
    )
    run = train(dataclasses.replace(own), digits.load(imbalance=20), epochs=1)
    assert run.method == "own"


def test_listing_methods_needs_no_torch() -> None:
    code = "import sys, ltviz.methods; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
