"""Reliability by halves of the classes: by hand, on a run of one epoch."""

from __future__ import annotations

import numpy as np
import pytest

from ltviz.studies._digits import runs_of
from ltviz.studies.calibration import calibration


def test_a_diagram_is_what_is_counted_by_hand() -> None:
    result = calibration(methods="erm", epochs=1, seeds=1, bins=5)
    (run,) = runs_of("erm", 50.0, "exp", 1, [0])["erm"]
    scores, labels = run.logits("test").astype(np.float64), run.labels("test")
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    rare = run.counts.by_frequency[5:]
    assert [each.half for each in result.diagrams] == ["frequent", "rare"]
    bins: dict[int, list[tuple[float, bool]]] = {}
    for share, y in zip(shares, labels, strict=True):
        if y in rare:
            bins.setdefault(int(np.ceil(share.max() * 5)) - 1, []).append((share.max(), share.argmax() == y))
    found = result.diagrams[1]
    each = [np.array(bins[k], float) for k in sorted(bins)]
    np.testing.assert_allclose(found.confidence, [b[:, 0].mean() for b in each], atol=1e-6)
    np.testing.assert_allclose(found.accuracy, [b[:, 1].mean() for b in each])
    assert found.samples.tolist() == [len(b) for b in each]
    error = sum(len(b) * abs(b[:, 0].mean() - b[:, 1].mean()) for b in each) / sum(map(len, each))
    assert found.error == pytest.approx(error)
