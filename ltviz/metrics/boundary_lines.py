"""Boundaries as polylines: where two scores are equal and no third is larger."""

from __future__ import annotations

from itertools import combinations

import numpy as np


def boundaries(x: np.ndarray, y: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the lines between the regions of the largest score, each once, as polylines (k, 2).

    The zero line of each pair's difference is followed through the grid by linear interpolation, where no third
    score is larger. A line that two regions share comes once, so that its dashes stay dashes.

    Parameters
    ----------
    x, y : ndarray (X,), (Y,)
        The grid.
    scores : ndarray (Y, X, C)
        One score per class; the largest decides.
    """
    nodes = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    triangles = _triangles(len(y), len(x))
    flat = scores.reshape(len(nodes), -1)
    pieces: list[np.ndarray] = []
    for i, j in combinations(range(flat.shape[1]), 2):
        others = np.delete(flat, (i, j), axis=1)
        # on the line both scores are alike, so the first one's lead over the best third is the pair's
        lead = flat[:, i] - others.max(axis=1) if others.shape[1] else np.ones(len(flat))
        pieces += _zero_lines(nodes, triangles, flat[:, i] - flat[:, j], lead)
    return tuple(pieces)


def _triangles(rows: int, columns: int) -> np.ndarray:
    """Return the corners (T, 3) of two triangles for each cell: a triangle has no ambiguous case."""
    a = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    b, c, d = a + 1, a + columns + 1, a + columns
    return np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])


def _zero_lines(nodes: np.ndarray, triangles: np.ndarray, f: np.ndarray, lead: np.ndarray) -> list[np.ndarray]:
    above = f[triangles] >= 0
    mixed = above.any(axis=1) & ~above.all(axis=1)
    corners, above = triangles[mixed], above[mixed]
    # one corner is on its own side: the line crosses the two edges that meet there
    alone = np.argmax(above == (above.sum(axis=1, keepdims=True) == 1), axis=1)
    rows = np.arange(len(corners))
    edges = [np.stack([corners[rows, alone], corners[rows, (alone + k) % 3]], axis=1) for k in (1, 2)]
    start, end = np.moveaxis(np.sort(np.stack(edges, axis=1), axis=2), 2, 0)  # (S, 2) each
    share = f[start] / (f[start] - f[end])
    places = nodes[start] + share[..., None] * (nodes[end] - nodes[start])
    leads = lead[start] + share * (lead[end] - lead[start])
    keys = start * len(nodes) + end
    for near, far in ((0, 1), (1, 0)):
        # where a third score takes over on the way, the line ends there, and the three lines meet
        cut = (leads[:, near] < 0) & (leads[:, far] >= 0)
        way = leads[cut, far] / (leads[cut, far] - leads[cut, near])
        places[cut, near] = places[cut, far] + way[:, None] * (places[cut, near] - places[cut, far])
        keys[cut, near] = -1 - np.flatnonzero(cut)  # an end of its own
    kept = (leads >= 0).any(axis=1) & np.isfinite(leads).all(axis=1)
    return _chains(keys[kept], places[kept])


def _chains(keys: np.ndarray, places: np.ndarray) -> list[np.ndarray]:
    """Join segments that share an edge; keys (S, 2) name the edges and places (S, 2, 2) are the points on them."""
    point: dict[int, np.ndarray] = {}
    beside: dict[int, list[int]] = {}
    for (p, q), (at_p, at_q) in zip(keys.tolist(), places, strict=True):
        point[p], point[q] = at_p, at_q
        beside.setdefault(p, []).append(q)
        beside.setdefault(q, []).append(p)
    lines, seen = [], set[int]()
    ends_first = sorted(beside, key=lambda key: len(beside[key]))
    for first in ends_first:
        if first in seen:
            continue
        chain, here = [first], first
        seen.add(first)
        while (following := next((k for k in beside[here] if k not in seen), None)) is not None:
            chain.append(following)
            seen.add(following)
            here = following
        if len(chain) > 2 and first in beside[here]:
            chain.append(first)  # a closed line
        lines.append(_straightened(np.array([point[key] for key in chain])))
    return lines


def _straightened(line: np.ndarray) -> np.ndarray:
    """Drop the points that lie on the straight line between their neighbours, to rounding."""
    before, across = line[1:-1] - line[:-2], line[2:] - line[:-2]
    turn = np.abs(before[:, 0] * across[:, 1] - before[:, 1] * across[:, 0])
    bent = turn > 1e-9 * np.ptp(line, axis=0).max() * np.linalg.norm(across, axis=1)
    return line[np.concatenate([[True], bent, [True]])]
