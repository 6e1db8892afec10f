"""Published accuracies on CIFAR-LT with a ResNet-32, each with its source; the papers report the best test epoch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

Data = tuple[str, str, float]


@dataclass(frozen=True)
class Published:
    """A figure of a table.

    Parameters
    ----------
    dataset, profile, imbalance
        The data.
    method : str
        The row of ltviz that it belongs to.
    recipe : {"paper", "basic", "strong", ""}
        The recipe of ltviz that is its recipe; none where it was another, or is not known.
    accuracy : float
        In [0, 1], on the balanced test set.
    source : str
        Paper, or repository, and the table.
    """

    dataset: str
    profile: str
    imbalance: float
    method: str
    recipe: str
    accuracy: float
    source: str


@dataclass(frozen=True)
class _Table:
    """A table as printed: one line for each method, one column for each data set; "-" is an empty cell."""

    source: str
    recipe: str
    columns: tuple[Data, ...]
    error: bool
    rows: str


_C10, _C100 = "cifar10", "cifar100"
_EXP_100: tuple[Data, ...] = ((_C10, "exp", 100), (_C100, "exp", 100))
_EXP: tuple[Data, ...] = tuple((name, "exp", ratio) for name in (_C10, _C100) for ratio in (100, 50, 10))
_STEP_100: tuple[Data, ...] = ((_C10, "step", 100), (_C100, "step", 100))

_TABLES = (
    _Table(
        "Cao et al. 2019 (LDAM), arXiv 1906.07413, tables 2 and 5",
        "basic",
        tuple((name, profile, ratio) for name in (_C10, _C100) for profile in ("exp", "step") for ratio in (100, 10)),
        True,
        """
        erm                        29.64 13.61 36.70 17.50 61.68 44.30 61.45 45.37
        focal                      29.62 13.34 36.09 16.36 61.59 44.22 61.43 46.54
        ldam                       26.65 13.04 33.42 15.00 60.40 43.09 60.42 43.73
        class_balanced_resampling  29.45 13.21 38.14 15.41 66.56 44.94 66.23 46.92
        class_balanced             27.63 13.46 38.06 16.20 66.01 42.88 78.69 47.52
        cb_focal                   25.43 12.90 39.73 16.54 63.98 42.01 80.24 49.98
        m_drw                      24.94 13.57 27.67 13.17 59.49 43.78 58.91 44.72
        ldam_drw                   22.97 11.84 23.08 12.19 57.96 41.29 54.64 40.54
        ce_drw                     25.14 13.12 28.40 14.49 59.34 42.68 58.86 42.78
        ce_drs                     25.50 13.28 27.97 14.83 59.67 42.74 58.65 43.21
        hg_drs                     27.16 14.03 29.93 14.85 - - - -
        ldam_hg_drs                24.42 12.72 24.53 12.82 - - - -
        """,
    ),
    _Table(
        "DBM, AAAI 2025, arXiv 2412.15477, table 2 (baselines rerun by its authors)",
        "strong",
        _EXP,
        False,
        """
        erm               78.48 82.73 89.91 44.60 48.75 61.98
        ldam              79.92 83.84 90.54 45.25 50.16 62.86
        dbm_ce            80.84 84.12 90.95 46.53 51.13 63.18
        ce_drw            82.24 85.05 90.94 48.28 53.89 64.25
        ldam_drw          82.60 85.36 91.22 48.99 54.27 64.58
        dbm_drw           82.82 85.83 91.55 49.41 54.69 64.75
        balanced_softmax  83.57 86.45 91.26 49.35 54.79 63.93
        dbm_bs            84.60 87.06 91.42 51.30 55.84 65.22
        bcl               82.95 86.76 91.57 50.23 55.35 64.98
        dbm_bcl           84.60 87.16 91.69 51.66 55.98 65.25
        gml               85.19 88.07 92.11 53.12 58.17 66.93
        dbm_gml           85.30 88.35 92.59 53.70 58.41 67.15
        ncl               87.37 89.89 93.15 56.68 61.65 69.46
        dbm_ncl           87.53 89.90 93.19 57.48 62.01 69.75
        """,
    ),
    _Table(
        "Menon et al. 2021 (logit adjustment), arXiv 2007.07314",
        "paper",
        (*_EXP_100, *_STEP_100),
        True,
        """
        logit_adjustment_posthoc  22.60 58.24 28.66 55.82
        logit_adjustment          22.33 56.11 27.57 55.52
        """,
    ),
    _Table(
        "Menon et al. 2021 (logit adjustment), arXiv 2007.07314 (weight decay 1e-4)",
        "",
        (*_EXP_100, *_STEP_100),
        True,
        "erm 27.16 61.64 36.54 60.23",
    ),
    _Table(
        "Bag of Tricks (BagofTricks-LT), trick_gallery.md",
        "basic",
        tuple((name, "exp", ratio) for name in (_C10, _C100) for ratio in (100, 50)),
        True,
        """
        erm                        28.05 23.55 62.27 56.22
        inverse_frequency          31.70 23.20 67.73 63.49
        focal                      28.44 22.09 62.78 58.21
        cb_focal                   24.80 21.01 61.44 57.63
        class_balanced             29.52 22.52 61.03 56.22
        class_balanced_resampling  27.55 21.92 64.76 60.54
        square_root_sampling       28.58 22.32 63.21 58.87
        progressive_sampling       28.02 21.43 60.96 56.88
        mixup                      25.94 21.33 59.18 54.08
        remix                      26.57 20.74 58.61 54.30
        ldam                       26.34 20.99 61.12 56.41
        ldam_drw                   22.27 18.40 57.53 52.71
        ce_drw                     25.36 20.65 60.79 56.63
        ce_drs                     24.93 19.27 59.36 54.58
        equalization               - - 59.51 55.19
        cdt                        22.90 18.19 60.41 55.17
        balanced_softmax           22.46 18.89 57.01 53.45
        tau_norm                   27.30 20.22 59.04 54.31
        crt                        25.01 19.83 59.74 54.64
        lws                        27.37 21.34 59.84 54.79
        """,
    ),
    _Table(
        "imbalanced-DL repository, README (rerun)",
        "",
        _EXP_100,
        False,
        """
        erm       71.23 38.46
        ce_drw    75.08 40.40
        ldam_drw  77.75 41.28
        """,
    ),
    _Table("LDAM-DRW repository, issue 4 (a user's rerun)", "basic", ((_C10, "exp", 100),), False, "erm 73.17"),
    _Table(
        "Maximum Margin, arXiv 2206.05380, notebook of its repository",
        "basic",
        ((_C10, "exp", 100), (_C10, "step", 100)),
        False,
        """
        mm           72.46 -
        mm_drw       -     77.17
        mm_ldam_drw  -     79.18
        """,
    ),
    _Table(
        "Kini et al. 2021 (VS), arXiv 2103.01550, by a summary of it",
        "",
        (_EXP_100[0], _STEP_100[0], _EXP_100[1], _STEP_100[1]),
        False,
        """
        erm               71.94 62.69 38.82 39.49
        ldam_drw          77.03 76.92 42.04 45.36
        logit_adjustment  80.81 78.23 42.87 45.69
        cdt               79.55 73.26 42.57 44.12
        vs                80.82 79.10 43.52 46.53
        """,
    ),
    _Table(
        "Ren et al. 2020 (balanced softmax), arXiv 2007.10740, repository, end to end",
        "paper",
        ((_C10, "exp", 200), (_C100, "exp", 200)),
        False,
        "balanced_softmax 79.8 46.7",
    ),
    _Table(
        "Ren et al. 2020 (BALMS), arXiv 2007.10740, repository, decoupled",
        "paper",
        ((_C10, "exp", 200), (_C100, "exp", 200)),
        False,
        "balanced_meta_softmax 82.2 48.0",
    ),
    _Table(  # its cross-entropy and focal loss at 100 are Cao's
        "Shu et al. 2019 (Meta-Weight-Net), arXiv 1902.07379, poster",
        "paper",
        tuple((name, "exp", ratio) for name in (_C10, _C100) for ratio in (200, 100, 50, 20, 10)),
        False,
        "meta_weight_net 68.91 75.21 80.06 84.94 87.84 37.91 42.09 46.74 54.37 58.46",
    ),
    _Table(
        "Zhong et al. 2021 (MiSLAS), arXiv 2104.00466, repository",
        "paper",
        _EXP,
        False,
        "mislas 82.5 85.7 90.0 47.0 52.3 63.2",
    ),
    _Table(
        "Du et al. 2024 (ProCo), arXiv 2403.06726, README",
        "paper",
        _EXP,
        False,
        "proco 85.9 88.2 91.9 52.8 57.1 65.5",
    ),
    _Table("Suh and Seo 2023 (GML), ICML, repository, 200 epochs", "paper", _EXP[3:], False, "gml 53.0 57.6 65.7"),
    _Table("Wang et al. 2021 (RIDE), arXiv 2010.01809, repository", "", _EXP[3:4], False, "ride 48.6"),
    _Table("Li et al. 2022 (NCL), arXiv 2203.15359, one net, by a summary of it", "", _EXP[3:5], True, "ncl 46.7 43.2"),
    _Table(
        "Zhou et al. 2020 (BBN), arXiv 1912.02413, by a public leaderboard",
        "",
        _EXP,
        True,
        "bbn 20.18 17.82 11.68 57.44 52.98 40.88",
    ),
    _Table(
        "SCoRe repository, README (of others' methods)",
        "",
        _EXP,
        False,
        """
        bcl   84.32 87.24 91.12 51.93 56.59 64.87
        paco  85.11 87.07 90.79 52.0 56.0 64.2
        """,
    ),
)


@cache
def published() -> tuple[Published, ...]:
    """Return every figure, table after table."""
    return tuple(figure for table in _TABLES for figure in _figures(table))


def figures_for(dataset: str, profile: str, imbalance: float, method: str) -> tuple[Published, ...]:
    """Return every published figure of a method on that data."""
    wanted = dataset, profile, float(imbalance), method
    return tuple(p for p in published() if (p.dataset, p.profile, float(p.imbalance), p.method) == wanted)


def _figures(table: _Table) -> Iterator[Published]:
    for line in table.rows.strip().splitlines():
        method, *cells = line.split()
        for data, cell in zip(table.columns, cells, strict=True):
            if cell != "-":
                percent = 100 - float(cell) if table.error else float(cell)
                yield Published(*data, method, table.recipe, round(percent / 100, 6), table.source)
