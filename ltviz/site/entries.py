"""Every entry that a page's dials can reach, computed once and found again in the page that holds them."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ltviz import web
from ltviz.core.checks import finite
from ltviz.core.files import to_json
from ltviz.core.fresh import HOME, computing, fingerprint, sources, versions
from ltviz.explorers import Card

Step = Callable[[int, int], None]
Packed = tuple[Any, bytes]  # what `ltviz.web.pack` returns


def entries(card: Card, step: Step | None = None) -> dict[str, dict[str, Any]]:
    """Return table -> key -> entry, for every combination of the dials of a page's card.

    Parameters
    ----------
    card : Card
        As `Card.fixed` gave it.
    step : callable, optional
        Called with (entries done, entries in all).
    """
    states = [(name, state) for name in card.tables for state in card.states(name)]
    found: dict[str, dict[str, Any]] = {name: {} for name in card.tables}
    for done, (name, state) in enumerate(states, 1):
        key = card.key(name, state)
        if key not in found[name]:  # dials that only switch others on lead to one entry more than once
            found[name][key] = card.tables[name].entry(state)
            _check(f"{card.name}, table {name}, entry {key}", found[name][key])
        if step is not None:
            step(done, len(states))
    return found


def _check(owner: str, tree: Any) -> None:
    """A hole in a picture is a mistake: entries are finite."""
    if isinstance(tree, dict):
        for key, each in tree.items():
            _check(f"{owner}: {key}", each)
    elif isinstance(tree, (list, tuple)):
        for each in tree:
            _check(owner, each)
    elif hasattr(tree, "dtype") or isinstance(tree, float):
        finite(owner, entry=tree)


def entries_key(card: Card) -> str:
    """Return a hash of all that a page's entries depend on."""
    files = [*computing(), *sorted((HOME / "studies").glob("[!_]*.py")), *sorted((HOME / "views").glob("*.py"))]
    files += sorted((HOME / "explorers").glob("_*.py"))
    files += HOME.glob(f"explorers/{card.name}.py")
    tables = {name: [card.key(name, state) for state in card.states(name)] for name in card.tables}
    stops = {name: (dial.values, dial.when) for name, dial in card.dials.items()}
    return fingerprint([tables, stops, versions(), sources(files)])


def opening(card: Card, content: Packed) -> Packed:
    """Return of a page's packed entries those with which it opens, as `Table.opening` has them."""
    tree, buffer = content
    state = card.start()[1]
    found = {}
    for name, table in card.tables.items():
        key = card.key(name, state)
        if not table.asked and key in tree[name]:
            found[name] = {key: table.opening(state) if table.opening else _unpacked(tree[name][key], buffer)}
    return web.pack(found)


def _unpacked(node: Any, buffer: bytes) -> Any:
    """Return a packed tree with its arrays put back."""
    if isinstance(node, list):
        return [_unpacked(each, buffer) for each in node]
    if not isinstance(node, dict):
        return node
    if "$" in node:
        kind, offset, shape = node["$"]
        return np.frombuffer(buffer, np.dtype(kind), int(np.prod(shape)), offset).reshape(shape)
    return {key: _unpacked(each, buffer) for key, each in node.items()}


def plain(content: Packed) -> str:
    """Return packed entries as text that a page can hold and read at once: base64 of [length of JSON, JSON, buffer]."""
    return base64.b64encode(joined(content)).decode("ascii")


def encoded(content: Packed) -> str:
    """Return packed entries as text that a page can hold: base64 of deflated [length of the JSON, JSON, buffer]."""
    return base64.b64encode(zlib.compress(joined(content), 9)).decode("ascii")


def joined(content: Packed) -> bytes:
    """Return packed entries as bytes: [length of the JSON, JSON, buffer]."""
    told = to_json(content[0]).encode()
    return struct.pack("<I", len(told)) + told + content[1]


def decoded(text: str) -> Packed:
    """Return what `encoded` was given."""
    return parted(zlib.decompress(base64.b64decode(text)))


def parted(whole: bytes) -> Packed:
    """Return what `joined` was given."""
    end = 4 + struct.unpack_from("<I", whole)[0]
    return json.loads(whole[4:end]), whole[end:]


def kept(page: Path, key: str) -> Packed | None:
    """Return the packed entries that a page holds, if they were computed from what is here now."""
    try:
        content = page.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    own = f'<meta name="ltviz-entries" content="{key}">' in content  # an explorer's page; a text has several blocks
    block = r'id="ltviz-data">' if own else rf'data-key="{re.escape(key)}">'
    found = re.search(rf"{block}([^<]*)</script>", content)
    return decoded(found[1]) if found else None
