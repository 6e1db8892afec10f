"""No option is taken and does nothing: each acts, or the command ends with 2 and says why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ltviz import views
from ltviz.cli import cli, run
from ltviz.core.errors import BadInput
from ltviz.core.files import to_json
from ltviz.core.params import Choice, Flag, Instead, Param
from ltviz.losses import _registry
from ltviz.views import VIEWS

OWN = '''
import torch
from ltviz.core.params import Param
from ltviz.losses.ldam import LDAM


class Tilted(LDAM):
    """LDAM's margins, and weights."""

    title, source = "tilted", "here"
    params = {"max_margin": Param(0.5, 0.0, 1.0, 0.1, "margin"), "scale": Param(30.0, 1.0, 64.0, 1.0, "scale")}

    def weight(self):
        return torch.linspace(1, 2, len(self.class_counts), dtype=torch.float64)
'''
FIXED = '''
import torch
from ltviz.losses import Loss


class Fixed(Loss):
    """A weight for each of ten classes."""

    title, source = "fixed", "here"

    def weight(self):
        return torch.linspace(1, 2, 10, dtype=torch.float64)
'''
PLAIN = "from ltviz.losses import Loss\n"
CLASS = 'class {}(Loss):\n    """One."""\n    title, source = "x", "here"\n'
NO_PLACE = {"margin_surface", *(name for name, each in VIEWS.items() if each.slot is None)}
TEXTS = {
    "methods": "erm, mm",
    "parameter": "scale",
    "records": "cifar10-exp100",
    "rows": "erm, dbm_bs",
    "table": "digits-exp20",
}
LOSS = {"margin_surface": "dbm(margin=0.3)", "mm_margin": "ldam", "boundary_shift": "cdt"}
OTHER = {  # where the control has something to move
    "boundary_shift": {"loss": "ldam"},
    "loss_anatomy": {"loss": "ce"},
    "leaderboard_lottery": {"seeds": 2},
}


@pytest.fixture(autouse=True)
def _losses_as_they_were() -> Iterator[None]:
    before = dict(_registry._OWN)
    yield
    _registry._OWN.clear()
    _registry._OWN.update(before)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "mine.py"
    file.write_text(OWN)
    return file


def tree(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, by the words that call it."""
    if not isinstance(command, click.Group):
        yield words, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        sub = command.get_command(context, name)
        assert sub is not None
        yield from tree(sub, (*words, name))


COMMANDS = dict(tree(cli))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_an_option_of_one_value_is_taken_once(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    command = COMMANDS[words]
    if words[0] == "figure":
        with pytest.raises(click.exceptions.Exit):
            command.make_context(words[-1], ["--help"])  # which makes its flags
        capsys.readouterr()
    for option in command.params:
        if not isinstance(option, click.Option) or option.multiple:
            continue
        flag = max(option.opts, key=len)
        value = "ce" if flag in ("--loss", "--losses") else "1"
        twice = [flag, flag] if option.is_flag else [flag, value, flag, value]
        assert run([*words, *twice]) == 2
        assert f"{flag}" in (said := capsys.readouterr().err)
        assert "was given 2 times" in said


def numbers(view: str, **given: object) -> str:
    """What a figure's JSON says beside the state."""
    return to_json(views.compute(view, **given))


def moved(view: str, name: str, control: object, now: object) -> object:
    """Another value of a control, near the one that it has."""
    if isinstance(control, Choice):
        return next(each for each in reversed(control.options) if each != now)
    if isinstance(control, Flag):
        return not now
    if isinstance(control, Param):
        assert isinstance(now, (int, float))
        return now + 1 if now + 1 <= control.high else now / 2
    if name in ("loss", "losses"):
        return LOSS.get(view, "ldam(max_margin=0.3)")
    return TEXTS[name]


@pytest.mark.thorough(every=5)
@pytest.mark.parametrize("view", [name for name in VIEWS if name != "recorded_results"])
def test_every_control_acts(view: str) -> None:
    tiny = {**VIEWS[view].tiny, **OTHER.get(view, {})}
    full, before = views.state(view, tiny), numbers(view, **tiny)
    for name, control in VIEWS[view].controls.items():
        if name in ("records", "table", "draws", "select") or isinstance(control, Instead):
            continue  # below, in tests/studies/test_claims.py and test_lottery.py
        now = full.get(name, control.default)
        other = {**tiny, name: moved(view, name, control, now)}
        if view == "decision_map" and name == "scene":
            other = {"scene": "overlap", "resolution": tiny["resolution"]}
        assert numbers(view, **other) != before, name


AT = {
    "decision_map": ({"scene": "overlap"}, ("shape", "classes", "largest", "overlap")),
    "boundary_shift": ({"loss": "ldam", "parameter": "scale"}, ("scale",)),
    "loss_anatomy": ({"loss": "ldam"}, ("sharpness",)),
    "claims": ({"part": "records"}, ("table", "draws")),
}
RECORDED = {"records": "cifar10-exp100", "methods": "erm, ldam_drw"}, ("imbalance", "profile", "epochs")
AT |= {name: RECORDED for name, each in VIEWS.items() if "records" in each.controls and "methods" in each.controls}


def test_every_override_is_tried() -> None:
    assert set(AT) == {name for name, each in VIEWS.items() if each.overrides}


@pytest.mark.parametrize("view", AT)
def test_what_does_nothing_is_refused(view: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state, idle = AT[view]
    full = views.state(view, state)
    assert {key for each in VIEWS[view].overrides for key in each.idle(full)} == set(idle)
    words = [word for key, value in state.items() for word in (f"--{key}", str(value))]
    for key in idle:
        control = VIEWS[view].controls.get(key)
        default = control.default if control else 30.0
        assert run(["figure", view, *words, f"--{key}", str(default), "--out", str(tmp_path / "out")]) == 2
        assert f"{key} does nothing here: {VIEWS[view].overrides[0].by} is " in capsys.readouterr().err
        other = {**state, key: moved(view, key, control, default) if control else 20.0}
        with pytest.raises(BadInput, match=f"{key} does nothing here"):
            views.state(view, other, strict=VIEWS[view].overrides[0].typed)
    assert not (tmp_path / "out").exists()


def test_what_has_no_record_is_trained_on_digits_and_so_its_options_act() -> None:
    for more in ({"methods": "erm, cdt"}, {"methods": "erm", "seed": 99}):
        views.state("per_class_error", {"records": "cifar10-exp100", "epochs": 5, **more}, strict=True)


@pytest.mark.parametrize("view", VIEWS)
def test_a_loss_of_ones_own_is_drawn_or_refused(
    view: str, own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = [word for key, value in VIEWS[view].tiny.items() for word in (f"--{key}", str(value))]
    words = ["figure", view, "--loss-file", str(own), *tiny, "--format", "json", "--out", str(tmp_path)]
    if view in NO_PLACE:
        assert run(words) == 2
        assert capsys.readouterr().err
        return
    assert run(words) == 0, capsys.readouterr().err
    told = json.loads((tmp_path / f"{view}.json").read_text(encoding="utf-8"))
    slot = VIEWS[view].slot
    assert slot is not None
    assert told["state"][slot] == ("erm, tilted" if slot == "methods" else "tilted")
    assert "tilted" in to_json(told["numbers"])
    assert f'--loss-file "{own}" --{slot} ' in told["command"]
    if slot != "loss":
        other = "erm, ldam" if slot == "methods" else "ldam"
        assert run([*words, f"--{slot}", other]) == 2
        assert f"names none of its losses, tilted. Name one there, or leave --{slot}" in capsys.readouterr().err


def test_a_loss_defined_anew_is_trained_anew() -> None:
    from ltviz.losses.ce import CE
    from ltviz.methods import meant
    from ltviz.runs.digits import Run, digits_run

    def trained(share: float) -> Run:
        type("Again", (CE,), {"title": "x", "source": "here", "adjust": lambda self, x, y: share * x})
        return digits_run(meant("again", [2, 1])[0], epochs=1)

    first = trained(1.0)
    assert trained(0.5).test_logits[0, 0] != first.test_logits[0, 0]


def test_ten_fixed_weights_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "fixed.py").write_text(FIXED)
    words = ["compare", str(tmp_path / "fixed.py"), "--against", "erm", "--seeds", "1", "--epochs", "1"]
    assert run(words) == 0, capsys.readouterr().err
    assert "fixed minus each" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("compare erm --against focal --recipe strong", "--recipe would do nothing: digits"),
        ("compare erm --against focal --device cpu", "--device would do nothing: digits"),
        ("compare erm --against focal --runs OUT", "--runs would do nothing: digits"),
        ("compare two.py --against erm", "two.py holds 2 losses, one, two"),
        ("compare ldam_drw.py --against erm", "'ldam_drw' belongs to a method"),
        ("figure confusion --loss-file ldam_drw.py", "'ldam_drw' belongs to a method"),
        ("figure loss_anatomy --loss-file two.py", "two.py holds one, two: say by --loss"),
        ("figure margin_curve --loss ce --losses ldam", "loss means the same as losses"),
        ("figure class_counts --format json --width 85mm --theme dark", "would do nothing: --format json"),
        ("figures --format json --theme dark", "--theme would do nothing"),
        ("explain ce --loss-file two.py", "two.py holds one, two, not ce"),
        ("notebooks 04 -p seed=1 -p seed=2", "gives a parameter once"),
        ("train --method dbm_bs(margin=0.2) --geometry", "--geometry would do nothing"),
    ],
)
def test_an_option_that_would_do_nothing(
    command: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("two.py").write_text(PLAIN + CLASS.format("One") + CLASS.format("Two"))
    Path("ldam_drw.py").write_text(PLAIN + CLASS.format("LdamDrw"))
    assert run([*command.split(), *(["--epochs", "1"] if command.startswith("compare") else [])]) == 2
    assert says in " ".join(capsys.readouterr().err.split())


def test_explain_names_the_file(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "tilted", "--loss-file", str(own)]) == 0
    assert f'ltviz figure loss_anatomy --loss tilted --loss-file "{own}"' in capsys.readouterr().out
