"""`ltviz doctor`."""

from __future__ import annotations

import contextlib
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
    advice += wrong
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

        from ltviz.training.device import device_of, has_bf16, precision_of
    except ImportError as error:
        return [("GPU", f"unknown: {error.name} is missing")]
    gpu = "none that torch can use; every figure works without"
    if torch.cuda.is_available():
        gpu = f"{torch.cuda.get_device_name()} (CUDA {torch.version.cuda})"
    device = device_of("auto")
    bf16 = "yes: training on CIFAR uses it" if has_bf16(device) else "no: training on CIFAR uses float32"
    rows = [("GPU", gpu), ("bf16", bf16), ("threads", f"{torch.get_num_threads()} of {os.cpu_count()} processors")]
    return rows + ([("training", _speed(precision_of("auto", device)))] if device.type == "cpu" else [])


def _speed(precision: str) -> str:
    """Say how fast this CPU trains, and how long the short recipe on CIFAR-10-LT takes here."""
    from ltviz import methods
    from ltviz.datasets import select
    from ltviz.runs.duration import expected, in_words
    from ltviz.training.probe import remembered

    measured = max(remembered(precision), key=lambda each: each.trained, default=None)
    if measured is None:
        return "not tried yet how fast: ltviz bench train, or the first long ltviz train, does it"
    erm, data = methods.by_recipe(methods.METHODS["erm"], "short"), select("cifar10")
    epochs = erm.recipe.epochs
    told = expected(erm, epochs * sum(data.counts), epochs * data.tested, precision, None, ())
    assert told is not None
    return f"{measured.trained:.0f} images/s ({measured.pace}); erm on CIFAR-10-LT, short: about {in_words(told)}"


def _cifar() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Say where CIFAR and its cache lie, and what is wrong with them; files are hashed, no image is parsed."""
    try:
        from ltviz.datasets.cifar.cache import is_known
        from ltviz.datasets.cifar.published import PUBLISHED
        from ltviz.datasets.cifar.read import check_files
        from ltviz.datasets.cifar.source import Absent, default_root, find, place_of
    except ImportError as error:
        return [("CIFAR", f"unknown: {error.name} is missing")], []
    rows = [("LTVIZ_CIFAR", os.environ.get("LTVIZ_CIFAR") or "not set; it can name the folder in which you have CIFAR")]
    faults = []
    try:
        place_of("cifar10")
    except LtvizError as error:
        faults.append(("LTVIZ_CIFAR", str(error)))
    usable = not faults
    for name, published in PUBLISHED.items():
        state = f"not in {default_root()}; to download it: ltviz data fetch {name}"
        try:
            source = find(name)
            if not is_known(name, source):
                check_files(source)
            state = f"{source.path} (as published)"
        except Absent:
            pass
        except LtvizError as error:
            if usable:
                state = "incomplete or damaged, see below"
                faults.append((published.title, str(error)))
        rows.append((published.title, state))
    return [*rows, ("CIFAR's cache", _cache())], faults


def _cache() -> str:
    from ltviz.core.cache import cache_folder
    from ltviz.core.files import usable_folder

    try:
        folder = usable_folder(cache_folder())
    except LtvizError as error:
        return f"{error}: XDG_CACHE_HOME names it. Without it CIFAR is parsed anew each time"
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # just removed
                size += os.stat(os.path.join(place, name)).st_size
    return f"{folder} ({size / 1e6:.0f} MB; to clear it, delete it)"


COMMANDS = {"doctor": doctor}
