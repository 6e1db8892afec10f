"""A JupyterLab of one's own, driven in a headless Chromium: for the bench and for the tests."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

from ltviz.core.errors import LtvizError, MissingExtra
from ltviz.figures.export import chrome

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync")
_PATIENCE = 90.0  # seconds for a server to start, or a notebook to run, on a busy machine
_QUIET = ("@jupyterlab", "apputils-extension", "notification.jupyterlab-settings")  # asks nothing of the network

_TURN = """async (path) => {
  const {shell, commands} = window.jupyterapp;
  for (const each of [...shell.widgets("main")]) {
    await each.sessionContext?.shutdown();
    each.dispose();
  }
  const panel = await commands.execute("docmanager:open", {path});
  await panel.context.ready;
  await panel.sessionContext.ready;
}"""


def browser(driver: Any) -> Any:
    """Return a headless Chromium.

    Parameters
    ----------
    driver : Playwright
        What ``playwright.sync_api.sync_playwright()`` gives.

    Raises
    ------
    MissingExtra
        Without Chrome or Chromium.
    """
    found = chrome()
    if found is None:
        raise MissingExtra("this needs Chrome or Chromium; install one (Debian, Ubuntu: apt install chromium)")
    return driver.chromium.launch(executable_path=found, args=list(FLAGS))


def missing() -> str:
    """Say what a browser cannot be driven without; empty where nothing is missing."""
    if find_spec("playwright") is None:
        return "playwright is not installed: pip install playwright"
    return "" if chrome() else "Chrome or Chromium is not installed (Debian, Ubuntu: apt install chromium)"


class Lab:
    """A JupyterLab on this machine's own address, with a token and a folder of its own; ends with its block.

    Parameters
    ----------
    folder : Path
        Its files, settings and notes: an empty folder.
    environment : mapping, optional
        Further variables for its kernels.
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self._token = secrets.token_hex(16)
        self._opened = 0
        home = folder / ".jupyter"
        home.mkdir(parents=True)
        quiet = home.joinpath("settings", *_QUIET)
        quiet.parent.mkdir(parents=True)
        quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}', encoding="utf-8")
        own = {key: str(home / key.lower()) for key in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
        own |= {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "JUPYTERLAB_WORKSPACES_DIR": str(home / "spaces")}
        self._environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(home), **own, **environment}

    def __enter__(self) -> Lab:
        self._log = (self.folder / ".jupyter" / "log.txt").open("w", encoding="utf-8")
        options = ("--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--ServerApp.port_retries=0")
        command = [sys.executable, "-m", "jupyterlab", *options, "--LabApp.expose_app_in_browser=True"]
        command += [f"--IdentityProvider.token={self._token}", f"--ServerApp.root_dir={self.folder}"]
        self._process = subprocess.Popen(
            command, cwd=self.folder, env=self._environment, stdout=self._log, stderr=self._log
        )
        note = Path(self._environment["JUPYTER_RUNTIME_DIR"]) / f"jpserver-{self._process.pid}.json"
        begun = time.monotonic()
        while not note.is_file():
            if self._process.poll() is not None or time.monotonic() - begun > _PATIENCE:
                self.__exit__(None, None, None)
                raise LtvizError(f"JupyterLab did not start:\n{Path(self._log.name).read_text()[-2000:]}")
            time.sleep(0.1)
        self.url = json.loads(note.read_text(encoding="utf-8"))["url"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def open(self, context: Any, cells: Sequence[str]) -> Any:
        """Return a page in which a notebook of these cells has been opened and all of them are started.

        Parameters
        ----------
        context : BrowserContext
            Where the page opens; each notebook gets a workspace of its own.
        cells : sequence of str
            Code.
        """
        name = self._write(cells)
        page = context.new_page()
        page.set_default_timeout(1000 * _PATIENCE)
        page.goto(f"{self.url}lab/workspaces/{name}/tree/{name}.ipynb?token={self._token}")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        self._run(page)
        return page

    def turn(self, page: Any, cells: Sequence[str]) -> None:
        """Close the notebooks of a page, end their kernels, and open and start one of these cells: faster than `open`.

        Parameters
        ----------
        page : Page
            What `open` has returned.
        cells : sequence of str
            Code.
        """
        page.evaluate(_TURN, f"{self._write(cells)}.ipynb")
        self._run(page)

    def _write(self, cells: Sequence[str]) -> str:
        import nbformat
        from nbformat.v4 import new_code_cell, new_notebook

        self._opened += 1
        name = f"n{self._opened}"
        notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, self.folder / f"{name}.ipynb")
        return name

    @staticmethod
    def _run(page: Any) -> None:
        page.get_by_text("| Idle").wait_for()  # before, "Run" would ask which kernel
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
