"""One thread for linear algebra that is small."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep the linear algebra of a block to one thread: what is this small loses time to a second one.

    Inside of another such block it costs nothing, outside a tenth of a millisecond: put it around many evaluations.
    """
    if _inside.now:
        yield
        return
    _inside.now = True
    try:
        with _pools().limit(limits=1):
            yield
    finally:
        _inside.now = False


class _Inside(threading.local):
    now = False


_inside = _Inside()


@cache
def _pools() -> ThreadpoolController:
    """Find the thread pools once: it takes milliseconds."""
    return ThreadpoolController()
