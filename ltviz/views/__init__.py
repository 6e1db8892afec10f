"""The table of views, and the doors to it: one entry serves notebook, slider, command line, site and tests.

A view's state is a dict of its controls' values. Losses are given by their spelling, ``"ldam(max_margin=0.3)"``;
a keyword that is a parameter of the loss, ``show("loss_anatomy", loss="ldam", max_margin=0.3)``, means the same.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shlex
import typing
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ltviz.core.checks import did_you_mean, finite
from ltviz.core.counts import ClassCounts
from ltviz.core.errors import BadInput, DataError
from ltviz.core.fresh import versions
from ltviz.core.params import Instead, resolve
from ltviz.losses import LossSpec
from ltviz.views._table import SLOTS, Override, View, found

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = [
    "SLOTS",
    "VIEWS",
    "Override",
    "View",
    "command",
    "compute",
    "draw",
    "numbers",
    "restore",
    "show",
    "state",
    "view",
]

VIEWS: dict[str, View] = found()


def view(name: str) -> View:
    """Return the view of that name.

    Raises
    ------
    BadInput
        For an unknown name.
    """
    if name not in VIEWS:
        raise BadInput(f"unknown view {name!r}; there are {', '.join(VIEWS)}.{did_you_mean(name, VIEWS)}")
    return VIEWS[name]


def state(name: str, given: Mapping[str, Any], *, strict: bool = False) -> dict[str, Any]:
    """Return the full state of a view: defaults merged, values checked, loss parameters folded into the loss.

    Parameters
    ----------
    name : str
        A view.
    given : mapping
        Controls; ``loss`` stands for ``losses`` where a view takes several; parameters of the view's losses. A list
        of losses or methods, or a `LossSpec`, means the same as its text, with commas.
    strict : bool
        Whether what does nothing at this state may not be given at all; otherwise its default may.

    Raises
    ------
    BadInput
        For an unknown view or keyword, a value outside its range, or one that does nothing at this state.
    """
    controls = view(name).controls
    texts = {
        key: ", ".join(map(str, [value] if isinstance(value, LossSpec) else value))
        for key, value in given.items()
        if isinstance(value, (list, tuple, LossSpec)) and not isinstance(controls.get(key), Instead)
    }
    values = {**given, **texts}
    if "loss" in values and "losses" in controls:
        if "losses" in values:
            raise BadInput(f"loss means the same as losses; got both, {values['loss']!r} and {values['losses']!r}")
        values["losses"] = values.pop("loss")
    slot = next((key for key in ("loss", "losses") if key in controls), None)
    extra = {key: values.pop(key) for key in list(values) if key not in controls}
    full = resolve(name, controls, values)
    if extra:
        if slot is None:
            resolve(name, controls, extra)  # says which controls there are
            raise AssertionError
        full[slot] = _folded(name, full[slot], extra)
    for each in view(name).overrides:
        for key in each.idle(full) if strict or not each.typed else ():
            said = strict and key in given
            if said or (full[key] != controls[key].default if key in controls else key in _spelled(full[str(slot)])):
                raise BadInput(
                    f"{key} does nothing here: {each.by} is {full[each.by]!r}, and {each.why}; leave {key} out"
                    + f", or {each.by}" * (each.by in given)
                )
    return full


def _spelled(spelled: str) -> set[str]:
    """Return the parameters that stand in a spelling of losses."""
    return {key for spec in LossSpec.many(spelled) for key in spec.params}


def _folded(name: str, spelled: str, extra: Mapping[str, Any]) -> str:
    """Put parameters into the spelling of every loss that has them."""
    used, parts = set(), []
    for spec in LossSpec.many(spelled):
        declared = spec.loss.params
        mine = {key: declared[key].check(key, value) for key, value in extra.items() if key in declared}
        used |= set(mine)
        parts.append(spec.given(**mine).text)
    for key in extra:
        if key not in used:
            known = [*VIEWS[name].controls, *declared]
            raise BadInput(
                f"unknown keyword {key!r} ({extra[key]!r}); {name} has {', '.join(VIEWS[name].controls)}, and "
                f"{spelled} has {', '.join(declared) or 'no parameters'}.{did_you_mean(key, known)}"
            )
    return ", ".join(parts)


def compute(name: str, **given: Any) -> Any:
    """Return a view's numbers: a frozen dataclass of arrays.

    Raises
    ------
    BadInput
        For a bad name or value.
    LtvizError
        If the study gave NaN or infinity, which a picture would show as a hole.
    """
    result = view(name).study()(**state(name, given))
    _check_finite(name, result)
    return result


def _check_finite(owner: str, result: Any, place: str = "") -> None:
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        for each in dataclasses.fields(result):
            _check_finite(owner, getattr(result, each.name), f"{place}.{each.name}".lstrip("."))
    elif isinstance(result, (list, tuple)):
        for i, item in enumerate(result):
            _check_finite(owner, item, f"{place}[{i}]")
    elif isinstance(result, (np.ndarray, float)):
        finite(owner, **{place: result})


def draw(
    name: str,
    result: Any,
    *,
    theme: Any = "light",
    width: float | None = None,
    height: float | None = None,
    font: float | None = None,
    title: str | None = None,
) -> go.Figure:
    """Return the figure of a view's numbers.

    Parameters
    ----------
    name : str
        A view.
    result : dataclass
        What `compute` or `restore` returned.
    theme : str or Theme
        The look.
    width, height, font : float, optional
        Width and height of the figure and font size in pixels. By default the height keeps the view's proportion,
        unless the text is so large that the plots would have no room.
    title : str, optional
        In place of the figure's own; empty for none, which leaves out the subtitle too.

    Raises
    ------
    BadInput
        For a height that leaves the plots no room.
    """
    size = view(name).size
    figure = _low(name, result, theme, width or float(size[0]), font, title=title)
    least = figure.layout.height
    if height is not None and not least <= height:
        raise BadInput(
            f"height must be at least {least:.0f} px ({least / 96 * 25.4:.0f} mm) for {name} at this width and font "
            f"size; got {height:.0f} px. A smaller font, a larger width or no title needs less"
        )
    high = max(least, size[1] * figure.layout.width / size[0]) if height is None else height
    return figure.update_layout(height=round(high))


def _low(name: str, result: Any, theme: Any, width: float, font: float | None = None, **look: Any) -> go.Figure:
    """Return the figure of a view's numbers, as wide as asked for and only as high as it must be."""
    from ltviz.figures.themes import theme as named

    sized = dataclasses.replace(named(theme).sized(font or named(theme).size, width), **look)
    figure: go.Figure = view(name).figure()(result, sized)
    return figure.update_layout(width=width)


def _on_slide(name: str, result: Any, wide: float, high: float) -> go.Figure:
    """Return the figure for a room of this size, as wide as lets its letters be largest there; its caption is said."""
    drawn = [_low(name, result, "projector", share * wide, caption=False) for share in (1.0, 0.85)]
    best = min(drawn, key=lambda each: max(each.layout.width / wide, each.layout.height / high))
    return best.update_layout(height=max(best.layout.height, high * best.layout.width / wide))


def show(name: str, *, theme: Any = "light", **given: Any) -> go.Figure:
    """Return the figure of a view, its controls and its loss's parameters given as keywords.

    Parameters
    ----------
    name : str
        A view; ``ltviz list views`` prints them.
    theme : str or Theme
        ``"light"``, ``"dark"``, ``"projector"`` or ``"paper"``.
    **given
        Values of the view's controls, or of parameters of the view's loss.

    Returns
    -------
    plotly Figure
        As wide and high as the view says; no wider than a page's column where ``LTVIZ_FIGURE_WIDTH`` has its pixels.
        ``layout.meta`` holds it for a phone ("narrow", by ``LTVIZ_FIGURE_NARROW``) and for a projector ("slide", by
        ``LTVIZ_FIGURE_SLIDE``, "1150x550") where the environment has these.

    Examples
    --------
    >>> figure = show("margin_curve", loss="ldam", max_margin=0.3)
    >>> figure.write_html("margins.html")                                     # doctest: +SKIP
    """
    from ltviz.figures.themes import theme as look

    chosen = look(theme)  # a wrong name is said before the work, not after
    widest = float(os.environ.get("LTVIZ_FIGURE_WIDTH") or "inf")
    result = compute(name, **given)
    figure = draw(name, result, theme=chosen, width=min(widest, view(name).size[0]))
    others: dict[str, go.Figure] = {}
    if narrow := os.environ.get("LTVIZ_FIGURE_NARROW"):
        others["narrow"] = draw(name, result, theme=chosen, width=float(narrow))
    if slide := os.environ.get("LTVIZ_FIGURE_SLIDE"):
        others["slide"] = _on_slide(name, result, *map(float, slide.split("x")))
    figure.layout.meta = {kind: json.loads(other.to_json()) for kind, other in others.items()} or None
    return figure


def command(name: str, full: Mapping[str, Any], loss_file: str | os.PathLike[str] | None = None) -> str:
    """Return the command line that redraws a view at this state, with the file of a loss of one's own."""
    words = [f"ltviz figure {name}"]
    if loss_file is not None:
        words.append(f'--loss-file "{loss_file}"')
    for key, control in view(name).controls.items():
        value = full.get(key, control.default)
        if value != control.default:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            quoted = f'"{text}"' if any(c in text for c in " (),") else text
            quoted = shlex.quote(text) if set(text) & set('"$`\\!\n') else quoted
            words.append(f"--{key.replace('_', '-')} {quoted}")
    return " ".join(words)


def numbers(name: str, result: Any, full: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in a figure's JSON: its numbers, and all that redraws them; no dates, no times."""
    return {
        "view": name,
        "question": view(name).question,
        "command": command(name, full),
        "state": dict(full),
        "seed": full.get("seed"),
        "versions": versions(),
        "numbers": result,
    }


def restore(name: str, content: Mapping[str, Any]) -> Any:
    """Return a view's numbers from its JSON (as `numbers` made it), ready for `draw`.

    Raises
    ------
    DataError
        If the JSON is of another view, or of other fields.
    """
    hint = typing.get_type_hints(view(name).study())["return"]
    try:
        if content["view"] != name:
            raise DataError(f"these are the numbers of {content['view']!r}, not of {name!r}")
        return _built(hint, content["numbers"])
    except (KeyError, TypeError) as error:
        raise DataError(f"these are no numbers of {name!r}: {error}; draw the figure anew") from error


def _built(hint: Any, value: Any) -> Any:
    """Turn plain JSON back into what the type says."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint) and hint is not ClassCounts:
        hints = typing.get_type_hints(hint)
        return hint(**{f.name: _built(hints[f.name], value[f.name]) for f in dataclasses.fields(hint)})
    if hint is ClassCounts:
        return ClassCounts.from_plain(value)
    if hint is np.ndarray:
        return np.asarray(value)
    if origin is tuple:
        kinds = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_built(kind, item) for kind, item in zip(kinds, value, strict=True))
    if origin is list:
        return [_built(inner[0], item) for item in value]
    if origin is dict:
        return {key: _built(inner[1], item) for key, item in value.items()}
    if type(None) in inner and value is not None:  # X | None
        return _built(next(kind for kind in inner if kind is not type(None)), value)
    return value
