"""A real kernel, asked as JupyterLab asks: input is allowed, and each request names its cell."""

from __future__ import annotations

import ast
import os
import queue
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from jupyter_client import KernelManager

PATIENCE = 120


class Notebook:
    """Runs cells, sends messages to widgets, and keeps what came back."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.opened: dict[str, dict[str, Any]] = {}  # comm -> state at its opening
        self.closed: list[str] = []
        self.custom: list[dict[str, Any]] = []
        self.errors: list[str] = []

    def run(self, code: str, cell: str = "cell") -> list[dict[str, Any]]:
        """Run a cell and return the data of its outputs."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": True, "stop_on_error": True}
        message = self._client.session.msg("execute_request", content, metadata={"cellId": cell})
        return self._ask(message)

    def value(self, expression: str) -> Any:
        """Return the value of an expression whose repr is a literal; it leaves nothing in the kernel's history."""
        (shown,) = self.run(f"display({{'text/plain': repr({expression})}}, raw=True)", "value")
        return ast.literal_eval(shown["text/plain"])

    def send(self, comm: str, content: dict[str, Any]) -> None:
        """Send a custom message to a widget and wait until the kernel is idle again."""
        data = {"method": "custom", "content": content}
        self._ask(self._client.session.msg("comm_msg", {"comm_id": comm, "data": data}))

    def post(self, comm: str, content: dict[str, Any]) -> None:
        """Send a custom message and go on."""
        data = {"method": "custom", "content": content}
        self._client.shell_channel.send(self._client.session.msg("comm_msg", {"comm_id": comm, "data": data}))

    def _ask(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        self._client.shell_channel.send(message)
        shown = []
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            told = self.next(PATIENCE)
            kind, content = told["msg_type"], told["content"]
            if kind in ("display_data", "execute_result"):
                shown.append(content["data"])
            mine = told["parent_header"].get("msg_id") == message["header"]["msg_id"]
            if kind == "status" and content["execution_state"] == "idle" and mine:
                return shown
        raise AssertionError("the kernel did not answer")

    def next(self, seconds: float) -> dict[str, Any]:
        """Return the next message of the kernel, noting what it says of widgets."""
        told = self._client.get_iopub_msg(timeout=seconds)
        kind, content = told["msg_type"], told["content"]
        if kind == "comm_open":
            self.opened[content["comm_id"]] = content["data"]["state"]
        elif kind == "comm_close":
            self.closed.append(content["comm_id"])
        elif kind == "comm_msg" and content["data"].get("method") == "custom":
            self.custom.append(content["data"]["content"])
        elif kind == "error":
            self.errors.append(f"{content['ename']}: {content['evalue']}")
        return told

    def explorers(self) -> list[str]:
        """Return the comms of explorers that are open, the oldest first."""
        return [each for each, state in self.opened.items() if "spec" in state and each not in self.closed]

    def rest(self, seconds: float = 0.5) -> None:
        """Read on until nothing has come for so long."""
        try:
            while True:
                self.next(seconds)
        except queue.Empty:
            return


@contextmanager
def _started(folder: Path, **environment: str) -> Iterator[Notebook]:
    manager = KernelManager(kernel_name="python3")
    manager.kernel_cmd = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    own = {"OMP_NUM_THREADS": "1", "IPYTHONDIR": str(folder), "JUPYTER_RUNTIME_DIR": str(folder)}
    manager.start_kernel(env={**os.environ, "PYTHONWARNINGS": "default", **own, **environment})
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=PATIENCE)
        yield Notebook(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Callable[..., Notebook]]:
    """Start a kernel with these further variables in its environment; it ends with the test."""
    with ExitStack() as open_:
        yield lambda **environment: open_.enter_context(_started(tmp_path, **environment))


@pytest.fixture(scope="module")
def one_notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    """One kernel for several tests of a file."""
    with _started(tmp_path_factory.mktemp("kernel")) as book:
        yield book
