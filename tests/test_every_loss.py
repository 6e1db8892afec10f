"""Every law of the lawbook on every registered loss; a loss is tested by being there."""

from __future__ import annotations

import pytest

import ltviz
from ltviz.core.errors import BadInput
from ltviz.losses.laws import LAWS, cases, check, load, run, spelled
from ltviz.losses.laws._book import sections

FIELD = ltviz.losses()
CASES = [
    pytest.param(name, law, variant, id=f"{name}-{spelled(law, variant)}")
    for name in ltviz.losses.names()
    for law, variant in cases(FIELD[name])
]


@pytest.mark.thorough(every=3)
@pytest.mark.parametrize(("name", "law", "variant"), CASES)
def test_law(name: str, law: str, variant: dict) -> None:
    result = run(FIELD[name], law, variant)
    if result.outcome in ("exempt", "not applicable"):
        pytest.skip(result.reason)
    assert result.outcome == "passed", result.reason


def test_the_issue_s_losses_are_all_there() -> None:
    wanted = (
        "ce inverse_frequency class_balanced focal balanced_softmax logit_adjustment vs cdt hinge ldam mm mm_ldam dbm "
        "equalization large_margin_softmax gcl label_aware_smoothing"
    )
    assert set(wanted.split()) <= set(ltviz.losses.names())


@pytest.mark.parametrize("law", ["reference", "relabelling", "reductions", "extremes", "any_counts", "state"])
def test_nothing_is_exempt_from_the_laws_that_always_apply(law: str) -> None:
    assert [name for name, cls in FIELD.items() if any(key.split("[")[0] == law for key in cls.exempt)] == []


@pytest.mark.parametrize("name", ltviz.losses.names())
def test_source_says_how_it_differs_from_released_code(name: str) -> None:
    source = sections(FIELD[name].__doc__)["Source"]
    assert name == "ce" or " ".join(source.split()).count("iffers from the released code in") == 1


OWN = '''
from ltviz.core.params import Param
from ltviz.losses.ce import CE

class {name}(CE):
    """Cross-entropy times a constant.

    Equation
    --------
    L = factor CE(z)

    Parameters
    ----------
    factor : float
        The constant.

    Raises
    ------
    BadInput
        See `Loss`.

    Source
    ------
    A lesson.
    """

    title = "Scaled"
    source = "a lesson"
    params = {{"factor": Param(1.0, 0.0, 2.0, 0.1, "the constant")}}
    neutral = {{"factor": 1.0}}

    def pointwise(self, scores, labels):
        return {body}

    @classmethod
    def reference(cls, case, **params):
        return params["factor"] * super().reference(case)
'''


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test register losses without leaving them behind."""
    from ltviz.losses import _registry

    monkeypatch.setattr(_registry, "_OWN", dict(_registry._OWN))


@pytest.mark.usefixtures("forgotten")
def test_a_user_s_own_loss_is_checked_like_ours(tmp_path) -> None:
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text(OWN.format(name="ScaledGood", body="self.factor * super().pointwise(scores, labels)"))
    bad.write_text(OWN.format(name="ScaledBad", body="super().pointwise(scores, labels) + self.factor"))
    (cls,) = load(good)
    results = check(cls)
    assert [str(r) for r in results if not r.passed] == []
    assert {r.name for r in results} == set(LAWS)
    (cls,) = load(bad)
    failed = {r.name for r in check(cls) if not r.passed}
    assert {"reference", "neutral"} <= failed


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("x = 1\n", "defines no loss"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("class A(:\n", "SyntaxError"),
        (None, "Python file"),
    ],
)
def test_a_file_without_a_loss_is_refused_kindly(tmp_path, text: str | None, match: str) -> None:
    file = tmp_path / "mine.py"
    if text is not None:
        file.write_text(text)
    with pytest.raises(BadInput, match=match):
        load(file)
