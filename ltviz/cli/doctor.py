"""`ltviz doctor`."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys

import click

from ltviz.cli._command import Command
from ltviz.cli._text import table
from ltviz.core.errors import LtvizError

PACKAGES = (
    "torch",
    "numpy",
    "click",
    "tqdm",
    "safetensors",
    "pillow",
    "pooch",
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
    "tqdm": "ltviz train, data fetch, site and film",
    "safetensors": "ltviz train and data pack",
    "pillow": "ltviz data pack and show, site and film",
    "pooch": "ltviz data fetch",
    "plotly": "figures",
    "kaleido": "SVG, PNG and PDF",
    "ipywidgets": "sliders in a notebook",
    "anywidget": "sliders in a notebook",
    "jupyterlab": "ltviz lab",
    "papermill": "ltviz notebooks",
    "nbconvert": "ltviz notebooks",
}


@click.command(cls=Command)
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
    rows += [("Chrome", f"{browser} (does not start)" if browser and fault else browser or "missing")]
    rows += _device()
    cifar, wrong = _cifar()
    rows += cifar
    click.echo(table(rows))
    advice = [
        (name, f"{NEEDED_FOR.get(name, 'everything')} will not work: {sys.executable} -m pip install {name}")
        for name in PACKAGES
        if _version(name) is None
    ]
    if fault:
        advice.append(("Chrome", fault))
    if wrong:
        advice.append(("LTVIZ_CIFAR", wrong))
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


def _device() -> list[tuple[str, str]]:
    try:
        import torch

        from ltviz.training._place import device_of, has_bf16
    except ImportError as error:
        return [("GPU", f"unknown: {error.name} is missing")]
    gpu = "none that torch can use; every figure works without"
    if torch.cuda.is_available():
        gpu = f"{torch.cuda.get_device_name()} (CUDA {torch.version.cuda})"
    bf16 = "yes: training on CIFAR uses it" if has_bf16(device_of("auto")) else "no: training on CIFAR uses float32"
    return [("GPU", gpu), ("bf16", bf16), ("threads", f"{torch.get_num_threads()} of {os.cpu_count()} processors")]


def _cifar() -> tuple[list[tuple[str, str]], str]:
    """Say where CIFAR and its cache lie, and what is wrong with LTVIZ_CIFAR; no image is read."""
    try:
        from ltviz.datasets._cifar_cache import is_known
        from ltviz.datasets._cifar_files import PUBLISHED
        from ltviz.datasets._cifar_source import cache_folder, default_root, find, place_of
    except ImportError as error:
        return [("CIFAR", f"unknown: {error.name} is missing")], ""
    fault = ""
    try:
        place_of("cifar10")
    except LtvizError as error:
        fault = str(error)
    rows = [("LTVIZ_CIFAR", os.environ.get("LTVIZ_CIFAR") or "not set; it can name the folder in which you have CIFAR")]
    for name, published in PUBLISHED.items():
        try:
            source = find(name)
            state = "as published" if is_known(name, source) else "its hashes are checked when it is first read"
            rows.append((published.title, f"{source.path} ({state})"))
        except LtvizError:
            rows.append((published.title, f"not in {default_root()}; to download it: ltviz data fetch {name}"))
    sizes = [path.stat().st_size for path in cache_folder().rglob("*") if path.is_file()]
    rows.append(("CIFAR's cache", f"{cache_folder()} ({sum(sizes) / 1e6:.0f} MB; to clear it, delete it)"))
    return rows, fault


COMMANDS = {"doctor": doctor}
