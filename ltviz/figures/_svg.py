"""A vector picture in fewer bytes: what plotly writes out for every point is written once."""

from __future__ import annotations

import re

_TAG = re.compile(r"<[^!?/][^>]*>")
_LONG = re.compile(r"(?<![\w#.])-?\d+\.\d{4,}(?![\w%])")
_COLOUR = re.compile(r"rgb\((\d+), (\d+), (\d+)\)")
_STYLE = re.compile(r' style="([^"]*)"')
_SPACED = re.compile(r"\s*([:;])\s*")
_TRACE = re.compile(r'<g class="trace scatter trace(\w+)"')
_POINT = re.compile(r'<path class="point" transform="translate\(([^,"]+),([^)"]+)\)"( d="[^"]*"(?: style="[^"]*")?)/>')


def compact(svg: str) -> str:
    """Return the same picture: places to a thousandth of a pixel, colours and styles short, each kind of point once."""
    svg = _TAG.sub(lambda tag: _short(tag[0]), svg)
    parts = _TRACE.split(svg)  # what is before the first trace; then each trace's name and what follows it
    whole = [parts[0]]
    for name, inside in zip(parts[1::2], parts[2::2], strict=True):
        whole.append(f'<g class="trace scatter trace{name}"{_once(name, inside)}')
    return "".join(whole)


def _short(tag: str) -> str:
    tag = _COLOUR.sub(lambda found: "#" + "".join(f"{int(each):02x}" for each in found.groups()), tag)
    tag = _STYLE.sub(_dense, tag)
    return _LONG.sub(lambda found: f"{float(found[0]):.3f}".rstrip("0").rstrip("."), tag)


def _dense(style: re.Match[str]) -> str:
    words = _SPACED.sub(r"\1", style[1]).strip("; ")
    return f' style="{words}"' if words else ""


def _once(trace: str, inside: str) -> str:
    """Return a trace whose points refer to the first of their kind."""
    names: dict[str, str] = {}

    def point(found: re.Match[str]) -> str:
        x, y, kind = found.groups()
        known = kind in names
        name = names.setdefault(kind, f"point{trace}-{len(names)}")
        drawn = "" if known else f'<defs><path id="{name}"{kind}/></defs>'
        return f'{drawn}<use xlink:href="#{name}" x="{x}" y="{y}"/>'

    return _POINT.sub(point, inside)
