"""`ltviz doctor`."""

from __future__ import annotations

import importlib.metadata
import platform
import sys

import click

from ltviz.cli._text import table
from ltviz.core.errors import LtvizError

PACKAGES = (
    "torch",
    "numpy",
    "scikit-learn",
    "plotly",
    "kaleido",
    "ipywidgets",
    "anywidget",
    "jupyterlab",
    "papermill",
    "nbconvert",
)
NEEDED_FOR = {
    "plotly": "figures",
    "kaleido": "SVG, PNG and PDF",
    "ipywidgets": "sliders in a notebook",
    "anywidget": "sliders in a notebook",
    "jupyterlab": "ltviz lab",
    "papermill": "ltviz notebooks",
    "nbconvert": "ltviz notebooks",
}


@click.command()
@click.option("--has-browser", is_flag=True, help="Only say whether Chrome or Chromium starts (exit code 0 or 1).")
def doctor(has_browser: bool) -> int:
    """Say what works on this machine, and what to install for the rest."""
    browser = find_browser()
    fault = (
        browser_fault()
        if browser
        else f"SVG, PNG and PDF will not be written (HTML and JSON will): {install_browser()}"
    )
    if has_browser:
        return 1 if fault else 0
    rows = [
        ("Python", f"{platform.python_version()} ({platform.system()} {platform.machine()})"),
        ("ltviz", _version("ltviz") or "from the checkout"),
    ]
    rows += [(name, _version(name) or "missing") for name in PACKAGES]
    rows += [("Chrome", f"{browser} (does not start)" if browser and fault else browser or "missing"), ("GPU", _gpu())]
    click.echo(table(rows))
    advice = [
        (name, f"{NEEDED_FOR.get(name, 'everything')} will not work: {sys.executable} -m pip install {name}")
        for name in PACKAGES
        if _version(name) is None
    ]
    if fault:
        advice.append(("Chrome", fault))
    click.echo("\nEverything works." if not advice else "\nWhat is missing or does not work:\n" + table(advice))
    return 0


def find_browser() -> str | None:
    """Path of the Chrome or Chromium that kaleido will use, or None."""
    try:
        from ltviz.figures.export import chrome
    except ImportError:
        return None
    return chrome()


def browser_fault() -> str:
    """Start the browser once and end it; return what is wrong, an empty string if nothing is."""
    from ltviz.figures.export import Camera

    try:
        with Camera() as camera:
            camera.start(60)
    except LtvizError as error:
        return str(error)
    return ""


def install_browser() -> str:
    """How to get a browser on this kind of system."""
    return {
        "Darwin": "brew install --cask chromium",
        "Windows": "winget install Google.Chrome",
    }.get(platform.system(), "sudo apt install chromium (or your system's package)")


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _gpu() -> str:
    try:
        import torch
    except ImportError:
        return "unknown: torch is missing"
    if torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()} (CUDA {torch.version.cuda})"
    return "none that torch can use; every figure works without"


COMMANDS = {"doctor": doctor}
