"""`ltviz data`: fetch, check, look at and pack CIFAR."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ltviz.cli._text import Folder, table
from ltviz.core.errors import BadInput, LtvizError

if TYPE_CHECKING:
    from ltviz.datasets.cifar import Cifar

NAMES = click.Choice(["cifar10", "cifar100"])
ROOT = click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="Folder that has the data: torchvision's root or the binary version.  [default: LTVIZ_CIFAR, or ltviz's own]",
)
PACK = click.Path(exists=True, dir_okay=False, path_type=Path)


def chosen(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the flags that choose a training set."""
    for option in (
        click.option("--no-verify", is_flag=True, help="Use files although they are not the published ones."),
        ROOT,
        click.option("--order", help="Class ids from the head to the tail: 9,8,7,6,5,4,3,2,1,0."),
        click.option("--seed", default=0, show_default=True, help="Of the choice of images; the papers have 0."),
        click.option("--profile", default="exp", show_default=True, help="exp, step or pareto."),
        click.option(
            "--imbalance", type=float, default=100.0, show_default=True, help="Largest class / smallest class."
        ),
    ):
        command = option(command)
    return command


@click.group()
def data() -> None:
    """Fetch, check, look at and pack CIFAR-10 and CIFAR-100."""


@data.command()
@click.argument("names", nargs=-1, required=True, type=NAMES)
@click.option(
    "--to", type=Folder(), help="Folder to write into (torchvision's root).  [default: LTVIZ_CIFAR, or ltviz's own]"
)
def fetch(names: tuple[str, ...], to: Path | None) -> int:
    """Download the official files over https (163 MiB each), check and unpack them."""
    from tqdm import tqdm

    from ltviz.datasets import _cifar_fetch

    failed = 0
    for name in dict.fromkeys(names):
        with tqdm(desc=name, unit="B", unit_scale=True, unit_divisor=1024, leave=False, disable=None) as bar:

            def step(done: int, total: int, bar: Any = bar) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                place = _cifar_fetch.fetch(name, to, step)
            except LtvizError as error:
                failed += 1
                bar.close()
                click.echo(f"Error: {name}: {error}", err=True)
                continue
        click.echo(f"{name}: {place}, every file as published")
    return 1 if failed else 0


@data.command()
@click.argument("name", type=NAMES)
@chosen
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
def pack(name: str, out: Path, **choice: Any) -> None:
    """Write one portable file (lossless WebP) for `ltviz train --data` on a machine without a network."""
    from ltviz.datasets import cifar

    content = load(name, **choice)
    cifar.write_pack(content, out)
    click.echo(
        f"{out}: {content.counts.total} training, {len(content.val_labels)} validation and "
        f"{len(content.test_labels)} test images, {out.stat().st_size / 2**20:.1f} MiB"
    )


@data.command()
@click.argument("name", type=NAMES, required=False)
@click.option("--data", "packed", type=PACK, help="A file that ltviz data pack wrote, instead of NAME.")
@chosen
@click.option("--out", type=Folder(), default=Path("figures"), show_default=True, help="Folder of the pictures.")
def show(name: str | None, packed: Path | None, out: Path, **choice: Any) -> None:
    """Draw contact sheets of the head and of the tail (PNG)."""
    import io

    from ltviz.core.files import write_bytes
    from ltviz.datasets import cifar
    from ltviz.datasets._contact_sheet import head_and_tail

    if (name is None) == (packed is None):
        raise click.UsageError("name one thing to show: cifar10, cifar100, or --data FILE")
    content = cifar.read_pack(packed) if packed else load(str(name), **choice)
    for part, picture in zip(("head", "tail"), head_and_tail(content), strict=True):
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        file = out / f"{content.name}-{content.profile}{content.imbalance:g}-{part}.png"
        click.echo(write_bytes(file, buffer.getvalue()))


@data.command()
@click.argument("names", nargs=-1, type=NAMES)
@click.option("--data", "packed", type=PACK, help="A file that ltviz data pack wrote.")
@ROOT
def verify(names: tuple[str, ...], packed: Path | None, root: Path | None) -> int:
    """Check every file against the published hashes; without NAMES, whatever is there."""
    from ltviz.datasets import _cifar_read, _cifar_source, cifar

    rows, faults = [], []
    if packed:
        content = cifar.read_pack(packed)
        origin = "published images" if content.verified else "NOT VERIFIED when it was packed"
        rows.append((str(packed), f"whole; {content.name} {content.profile} {content.imbalance:g}, {origin}"))
    for name in dict.fromkeys(names or (() if packed else cifar.NAMES)):
        try:
            found = _cifar_source.find(name, root)
        except LtvizError as error:
            faults += [(name, str(error))] if names else []
            continue
        try:
            _cifar_read.read(name, found)
            rows.append((name, f"{found.path}: every file as published"))
        except LtvizError as error:
            faults.append((name, str(error)))
    if rows:
        click.echo(table(rows))
    if not rows and not faults:
        faults = [("data", f"no CIFAR in {root or _cifar_source.default_root()}; fetch it: ltviz data fetch cifar10")]
    for name, reason in faults:
        click.echo(f"Error: {name}: {reason}", err=True)
    return 1 if faults else 0


def load(
    name: str, imbalance: float, profile: str, seed: int, order: str | None, root: Path | None, no_verify: bool
) -> Cifar:
    """Load a data set as the flags say; what is not verified is said on the terminal, in red."""
    from ltviz.datasets import cifar

    try:
        ids = [int(each) for each in order.split(",")] if order else None
    except ValueError as error:
        raise BadInput(f"--order must be class ids with commas between them; got {order!r}") from error
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", UserWarning)
        content = cifar.load(name, imbalance, profile, seed, root, order=ids, verify=not no_verify)
    for each in said:
        click.secho(f"WARNING: {each.message}", fg="red", bold=True, err=True)
    return content


COMMANDS = {"data": data}
