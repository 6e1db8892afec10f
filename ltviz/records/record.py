"""The record of a run: what ``run.json`` and ``geometry.npz`` hold, where they lie, and how they are read."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import ltviz
from ltviz.core import checks
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import DataError, RecordWarning
from ltviz.methods.schedule import Recipe
from ltviz.metrics import accuracy
from ltviz.metrics.geometry import cosines
from ltviz.metrics.margins import logit_margin, own_and_rival
from ltviz.records._geometry import IMAGES, PROTOTYPES, read_geometry
from ltviz.records._reading import Damaged, Places, damaged, left_out, places, read
from ltviz.records.identity import has_geometry

if TYPE_CHECKING:
    from ltviz.training.epoch import Epoch  # which needs torch; reading records does not

__all__ = [
    "IMAGES",
    "PROTOTYPES",
    "RULES",
    "RUNS",
    "Damaged",
    "Places",
    "RecordWarning",
    "Row",
    "damaged",
    "fields",
    "geometry",
    "has_geometry",
    "homes",
    "left_out",
    "measure",
    "place",
    "places",
    "read",
    "read_geometry",
    "row",
    "selected",
    "shipped",
    "versions",
]

Row = dict[str, Any]
RUNS = Path("runs")  # where ltviz train records, below the folder in which it is called
RULES = {
    "last": "after the last epoch",
    "val": "the epoch with the largest balanced accuracy on the validation images (of CIFAR, unused training images of "
    "all classes but the largest, which has none)",
    "best-on-test": "the epoch with the largest balanced accuracy on the test set (as the papers report)",
}


def shipped() -> tuple[Path, ...]:
    """Return the folders of the records that come with ltviz: a checkout's, a wheel's."""
    package = Path(ltviz.__file__).parent
    return tuple(home for home in (package.parent / "data" / "runs", package / "_shipped" / "runs") if home.is_dir())


def homes() -> tuple[Path, ...]:
    """Return the folders whose records figures read: those that come with ltviz, and your own in `RUNS`."""
    return (*shipped(), *(home for home in (RUNS,) if home.is_dir()))


def measure(predictions: np.ndarray, labels: np.ndarray, counts: Any) -> dict[str, Any]:
    """Return accuracies in [0, 1]: overall, balanced (the mean over classes), by class and by group.

    A group without classes is None.
    """
    counts = ClassCounts(counts)
    each = accuracy.by_class(labels, predictions, len(counts))
    return {
        "overall": accuracy.overall(labels, predictions),
        "balanced": accuracy.balanced(each),
        "by_class": each.tolist(),
        "by_group": accuracy.by_group(each, counts.groups()),
    }


def row(epoch: Epoch) -> Row:
    """Return one epoch as a record holds it: what the loop did and the step learned, then the measures."""
    told = {"epoch": epoch.epoch, "loss": epoch.loss, "rate": epoch.rate, "reweighted": epoch.reweighted}
    further = {"stage": epoch.stage, "learned": dict(epoch.learned)}
    return {**told, **{key: value for key, value in further.items() if value}, **epoch.measures}


def fields(
    *,
    method: str,
    loss: str,
    dataset: str,
    profile: str,
    imbalance: float,
    counts: ClassCounts,
    seed: int,
    recipe: Recipe,
    device: str,
    date: str,
    seconds: float,
    history: Sequence[Row],
) -> dict[str, Any]:
    """Return what ``run.json`` holds: configuration, versions, every epoch, the last and the best measured one.

    Where validation was measured too, ``val`` is the epoch that it selects. Where second stages were trained, only the
    epochs of the last one can be selected: before, the method is not yet whole.
    """
    measured = [each for each in history if "balanced" in each and each.get("stage") == history[-1].get("stage")]
    validated = [each for each in measured if "val_balanced" in each]
    told = {
        "method": method,
        "loss": loss,
        "dataset": dataset,
        "profile": profile,
        "imbalance": imbalance,
        "counts": counts.values.tolist(),
        "groups": counts.groups().text,
        "seed": seed,
        "epochs": recipe.epochs,
        "recipe": recipe.name,
        "device": device,
        "versions": versions(),
        "date": date,
        "seconds": round(seconds, 3),
        "history": list(history),
        "last": history[-1],
        "best": {**_largest(measured, "balanced"), "rule": "largest balanced accuracy on the test set"},
    }
    if validated:
        told["val"] = {**_largest(validated, "val_balanced"), "rule": RULES["val"]}
    return told


def versions() -> dict[str, str]:
    """Return what computed: ltviz, torch, numpy, Python."""
    import torch

    return {
        "ltviz": ltviz.__version__,
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def selected(record: Mapping[str, Any], rule: str) -> Row:
    """Return the epoch of a record that a rule selects.

    Raises
    ------
    DataError
        Where the record has no such epoch (a run whose data had no validation split).
    """
    key = {"last": "last", "val": "val", "best-on-test": "best"}[checks.one_of("select", rule, RULES)]
    if key not in record:
        data = f"{record['dataset']}-{record['profile']}{checks.spelled(record['imbalance'])}"
        raise DataError(
            f"the run of {record['method']} on {data}, seed {record['seed']}, has nothing selected by {rule!r} "
            f"({RULES[rule]}); choose another rule"
        )
    found: Row = record[key]
    return found


def geometry(
    split: str, embedding: np.ndarray, prototypes: np.ndarray, logits: np.ndarray, labels: np.ndarray
) -> dict[str, np.ndarray]:
    """Return what ``geometry.npz`` holds of one split, in half precision.

    Parameters
    ----------
    split : str
        The prefix of the names: ``"train"`` or ``"test"``.
    embedding : ndarray (N, D)
        Features, unnormalised.
    prototypes : ndarray (C, D)
        Class vectors, unnormalised.
    logits : ndarray (N, C)
        Scores; they decide the prediction and the margin.
    labels : ndarray (N,)
        Class ids.

    Returns
    -------
    dict of str to ndarray (N,)
        ``own_cosine`` and ``rival_cosine`` (the largest other one), the same as ``own_angle`` and ``rival_angle`` in
        radians, ``margin`` (own logit minus the best other one), ``label``, ``prediction``.
    """
    small = np.uint8 if logits.shape[1] <= 256 else np.uint16
    own, rival = own_and_rival(cosines(embedding, prototypes), labels)
    told = {
        "own_cosine": own,
        "rival_cosine": rival,
        "own_angle": np.arccos(own),
        "rival_angle": np.arccos(rival),
        "margin": np.clip(logit_margin(logits, labels), -6e4, 6e4),
    }
    whole = {"label": labels, "prediction": logits.argmax(axis=1)}
    return {
        **{f"{split}_{name}": array.astype(np.float16) for name, array in told.items()},
        **{f"{split}_{name}": array.astype(small) for name, array in whole.items()},
    }


def place(
    out: Path, dataset: str, profile: str, imbalance: float, method: str, recipe: str, seed: int, **params: Any
) -> Path:
    """Return the folder of a run: ``<dataset>-<profile><imbalance>/<method>-<recipe>/seed<k>``.

    Parameters of the loss that are not the method's own stand behind its name: ``dbm_bs_margin0.2-strong``.
    """
    words = ((k, checks.spelled(v) if isinstance(v, float) else str(v)) for k, v in sorted(params.items()))
    told = "".join(f"_{key}{value}" for key, value in words)
    data = checks.file_name("data set", f"{dataset}-{profile}{checks.spelled(imbalance)}")
    return out / data / checks.file_name("run", f"{method}{told}-{recipe}") / f"seed{checks.seed(seed)}"


def _largest(rows: Sequence[Row], key: str) -> Row:
    found: Row = max(rows, key=lambda each: each[key])
    return found
