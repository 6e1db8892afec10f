"""DBM: angular margins for rare classes and for samples on the wrong side, on top of any loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from torch import Tensor

from ltviz.core.errors import BadInput
from ltviz.core.params import Choice, Control, Flag, Param
from ltviz.losses._base import Loss, Outputs
from ltviz.losses._habits import resolved
from ltviz.losses._margins import replace_target, rival, target, turned
from ltviz.losses._numpy import Case
from ltviz.losses._registry import Field

# Those that one net trains by itself, and those that look at other nets or at a teacher: a step has them.
OF_ONE_NET = ("ce", "class_balanced", "focal", "logit_adjustment", "balanced_softmax", "vs", "cdt", "ldam", "bcl")
BASES = (*OF_ONE_NET, "gml", "ncl")
INNER = "base."  # before the name of a base's parameter in a spelling

WHOSE = {
    "hard": "samples on the wrong side of the boundary (on the right side: the value at difficulty 0)",
    "all": "samples on both sides of the boundary: each has an instance margin",
    "none": "samples on both sides of the boundary: none has an instance margin",
}


class DBM(Loss):
    r"""DBM: angular margins for rare classes and for samples on the wrong side, on top of any loss.

    Equation
    --------
    L = base( s cos(theta_j + [j = y] m) ),   m = m_C + h m_I,   m_C = K (n_y / n_min)^(-tau),   m_I = m_C (1 - c_y) / 2

    The base takes these cosines, s times them as logits, and all else that it needs as it is; logits of other nets
    of the same kind get margins of their own.

    h = 1 if another class has a larger cosine ("hard": the sample is on the wrong side), always 1 ("all"), or 0
    ("none"). Where theta_y + m > pi the cosine would rise again; -2 - cos(theta_y + m) goes on falling.

    The paper calls a sample on the wrong side a hard positive; in MM's paper that word is for the right side.

    Parameters
    ----------
    counts : ClassCounts
        Training counts n_j by class id, in any order.
    margin : float
        K, in radians: the class margin m_C of the rarest class.
    tau : float
        How fast the margin falls with the count; 0 gives every class K.
    scale : float
        s: it multiplies the cosines after the margin.
    instance : {"hard", "all", "none"}
        Which samples get the instance margin m_I.
    base : str
        The loss that takes the moved cosines and s times them as logits; in a spelling its parameters stand beside,
        as ``base.gamma=2``.
    as_released : bool
        True keeps the plain cosine beyond theta_y + m = pi, as the released code does.
    base_params : mapping, optional
        Parameters of the base, which checks them.

    Raises
    ------
    BadInput
        See `Loss`; also for a parameter that the base does not have, and for `scale` among the base's parameters.

    Source
    ------
    AAAI 2025 (arXiv 2412.15477), section DBM; authors' code dbm.py:19-34, losses/{ce,ce_drw,bs}.py. Differs from the
    released code in that n_min is the smallest count (not the last class's), there is no acos, the angle beyond pi is
    handled, a tie for the largest cosine is not hard, and LDAM may be the base. Without acos the gradient is finite at
    |cos| = 1: within 0.18 degrees of theta_y = 0 and pi it is that of the tangent at 0.18 degrees, the value is exact.
    The gradient runs through the difficulty, as in the released code.
    """

    title = "Difficulty-aware balancing margin (DBM)"
    source = "AAAI 2025, arXiv 2412.15477, section DBM; dbm.py:19-34"
    place = 6
    uses = "cosine"
    params = {
        "margin": Param(
            0.1, 0.0, math.pi / 2, 0.01, "K: the class margin of the rarest class", "rad", shown=(0.0, 0.5)
        ),
        "tau": Param(1.0, 0.0, 4.0, 0.05, "how fast the margin falls with the class count", shown=(0.0, 2.0)),
        "scale": Param(32.0, 0.1, 100.0, 0.5, "multiplies the cosines after the margin", shown=(1.0, 64.0)),
        "instance": Choice(
            "hard",
            ("hard", "all", "none"),
            "which samples get more margin the further they are from their class: on the wrong side, all, none",
        ),
        "base": Choice("ce", BASES, "the loss that takes the moved cosines"),
        "as_released": Flag(False, "keep the plain cosine where the angle passes pi"),
    }
    neutral = {"margin": 0.0, "base": "ce"}
    margin_unit = "radian"
    margin_from_counts = True
    exempt = {
        "monotone[as_released=True]": "the released code's cosine rises again beyond pi",
        "monotone[base=gml]": "GML is drawn to a teacher, who may be less sure",
        "monotone[base=ncl]": "NCL is drawn to other nets, which may be less sure",
    }

    margin: float
    tau: float
    scale: float
    instance: str
    base: str
    as_released: bool

    def __init__(self, counts: Any, *, base_params: Mapping[str, Any] | None = None, **keywords: Any) -> None:
        if base_params is not None and not isinstance(base_params, Mapping):
            raise BadInput(f"base_params must be a mapping from name to value; got {base_params!r}")
        inner = {key.removeprefix(INNER): keywords.pop(key) for key in list(keywords) if key.startswith(INNER)}
        self.base_params = {**(base_params or {}), **inner}
        if "scale" in self.base_params:
            raise BadInput(f"the scale is dbm's own: give scale={self.base_params['scale']!r} outside base_params")
        super().__init__(counts, **keywords)

    @classmethod
    def controls(cls, given: Mapping[str, Any]) -> Mapping[str, Control]:
        """Return the parameters, and those of the base that is given."""
        control = cls.params["base"]
        assert isinstance(control, Choice)
        base = given.get("base", control.default)
        if base not in control.options:
            return cls.params  # what is wrong is said where the base is read
        inner = {INNER + key: control for key, control in Field()[base].params.items() if key != "scale"}
        return {**cls.params, **inner}

    @property
    def options(self) -> dict[str, Any]:
        """The values of the declared parameters, and those of the base that are not at their defaults."""
        declared, inner = Field()[self.base].params, self.plug.options
        changed = {key: value for key, value in inner.items() if key != "scale" and value != declared[key].default}
        return {**super().options, **{INNER + key: value for key, value in changed.items()}}

    def weight(self) -> Tensor:
        """Return the base's class weights (C,)."""
        if "plug" not in self._modules:  # the constructor asks for the weights once the parameters are checked
            self.plug = Field()[self.base](self.class_counts, **_base_options(self.base, self.base_params, self.scale))
        return self.plug.weight()

    def margins(self) -> Tensor:
        """Return m_C (C,), radians, float64."""
        counts = self.counts_wide
        return self.margin * (counts / counts.min()) ** -self.tau

    def margin_at(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return m (B,), radians, for cosines (B, C)."""
        own, margin = target(scores, labels), self.margins().to(scores.dtype)[labels]
        if self.instance == "none":
            return margin
        difficulty = (1 - own) / 2
        if self.instance == "hard":
            difficulty = difficulty * (rival(scores, labels) > own)
        return margin + margin * difficulty

    def margin_in_words(self) -> str:
        """Return K and tau, and which samples have an instance margin."""
        return f"K = {self.margin:g} rad, τ = {self.tau:g}; {WHOSE[self.instance]}"

    def adjust(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Turn the target away by its margin, then let the base adjust."""
        moved = self._moved(scores, labels)
        return self.plug.adjust(moved if self.plug.uses == "cosine" else self.scale * moved, labels)

    def _moved(self, cosine: Tensor, labels: Tensor) -> Tensor:
        """Return the cosines (B, C) with the target turned away by its margin."""
        away = turned(target(cosine, labels), self.margin_at(cosine, labels), wrap=not self.as_released)
        return replace_target(cosine, labels, away)

    def pointwise(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return the base's loss of each row (B,)."""
        return self.plug.pointwise(scores, labels)

    def extra(self, outputs: Outputs, labels: Tensor) -> Tensor | float:
        """Return the base's term on what else there is; cosines and logits, those of peers too, carry the margin."""
        if type(self.plug).extra is Loss.extra:
            return 0.0
        assert outputs.cosine is not None
        moved, peers = self._moved(outputs.cosine, labels), outputs.peers
        if peers is not None and "logits" in self.plug.needs():  # nets of the same kind, not scores of another one
            flat = (peers / self.scale).flatten(0, 1).clamp(-1, 1)
            peers = self.scale * self._moved(flat, labels.repeat_interleave(peers.shape[1])).view_as(peers)
        return self.plug.extra(replace(outputs, cosine=moved, logits=self.scale * moved, peers=peers), labels)

    def needs(self) -> tuple[str, ...]:
        """Return cosine, and what the base needs beside scores."""
        return ("cosine", *(field for field in self.plug.needs() if field not in ("logits", "cosine")))

    @classmethod
    def reference(cls, case: Case, **params: Any) -> np.ndarray:
        """Return the formula by hand."""
        cosine, lowest = np.array(case.cosine, np.float64), case.counts.min()
        base, peers, nets = params["base"], case.peers, []
        if peers is not None and "logits" in Field()[base].fields():  # logits of nets alike: cosines times the scale
            peers = np.clip(np.array(peers, np.float64) / params["scale"], -1, 1)
            nets = list(peers.swapaxes(0, 1))
        for scores in (cosine, *nets):
            for row, y in zip(scores, case.labels):
                class_margin = params["margin"] * (case.counts[y] / lowest) ** -params["tau"]
                hard = {"none": False, "all": True, "hard": row.max() > row[y]}[params["instance"]]
                angle = np.arccos(np.clip(row[y], -1, 1)) + class_margin * (1 + hard * (1 - row[y]) / 2)
                row[y] = np.cos(angle) if angle <= np.pi or params["as_released"] else -2 - np.cos(angle)
        peers = params["scale"] * peers if nets else peers
        moved = replace(case, cosine=cosine, logits=params["scale"] * cosine, peers=peers)
        inner = {key.removeprefix(INNER): value for key, value in params.items() if key.startswith(INNER)}
        options = _base_options(base, {**(params.get("base_params") or {}), **inner}, params["scale"])
        return Field()[base].reference(moved, **options)


def _base_options(base: str, given: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """Return the base's parameters; a base that has a scale gets DBM's."""
    declared = Field()[base].params
    return resolved(base, declared, {**given, **({"scale": scale} if "scale" in declared else {})})
