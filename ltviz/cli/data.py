"""`ltviz data`: fetch, check, look at and pack CIFAR."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from ltviz import datasets
from ltviz.cli._choosing import DATA, OWN, WHERE, WORDS, chosen, default, told_by
from ltviz.cli._command import Group, refuse
from ltviz.cli._text import File, Folder, table
from ltviz.core.errors import DataError, LtvizError
from ltviz.datasets.cifar.published import PUBLISHED

NAMES = click.Choice(list(PUBLISHED))
PLACES = "torchvision's root, the binary version's; or the archive.  [default: LTVIZ_CIFAR, or ltviz's own]"
PLACE = click.option(
    "--data",
    type=click.Path(exists=True, path_type=Path),
    help=f"Folder that holds CIFAR: {PLACES}",
)
EITHER = click.option(
    "--data",
    type=click.Path(exists=True, path_type=Path),
    help=f"A file of ltviz data pack; or the folder that holds CIFAR: {PLACES}",
)


def choosing(names: Sequence[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the flags that choose a training set from one of these."""

    def with_flags(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option("--no-verify", is_flag=True, help="Use files although they are not the published ones."),
            click.option("--order", help="Class ids from the head to the tail: 9,8,7,6,5,4,3,2,1,0."),
            click.option("--seed", type=int, help=f"Of the choice of images.  {default('seed', names)}"),
            click.option("--profile", help=f"exp, step or pareto.  {default('profile', names)}"),
            click.option(
                "--imbalance", type=float, help=f"Largest class / smallest class.  {default('imbalance', names)}"
            ),
        ):
            command = option(command)
        return command

    return with_flags


@click.group(cls=Group)
def data() -> None:
    """Fetch, check and pack CIFAR-10 and CIFAR-100; look at any data set.

    They are read from the folder or archive given by --data, else from the one in LTVIZ_CIFAR, else from cifar in
    ltviz's cache, into which fetch downloads them (186 MB each).

    What reads them, training too, keeps the parsed images in that cache (185 MB each): ~/.cache/ltviz, on macOS
    ~/Library/Caches/ltviz, on Windows ltviz in %LOCALAPPDATA%; XDG_CACHE_HOME moves it. ltviz doctor says where it is
    and how large. To clear it, delete it: parsed images are made again when they are needed.
    """


@data.command()
@click.argument("names", nargs=-1, required=True, type=NAMES)
@click.option(
    "--to",
    type=Folder(),
    help="Folder to write into (torchvision's root).  [default: LTVIZ_CIFAR, or cifar in ltviz's cache]",
)
def fetch(names: tuple[str, ...], to: Path | None) -> int:
    """Download the official files, check and unpack them.

    Over https, 163 MiB each.
    """
    from tqdm import tqdm

    from ltviz.datasets.cifar import fetch

    failed = 0
    for name in dict.fromkeys(names):
        with tqdm(desc=name, unit="B", unit_scale=True, unit_divisor=1024, leave=False, disable=None) as bar:

            def step(done: int, total: int, bar: Any = bar) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                place = fetch.fetch(name, to, step)
            except LtvizError as error:
                failed += 1
                bar.close()
                click.echo(f"Error: {name}: {error}", err=True)
                continue
        click.echo(f"{name}: {place}, every file as published")
    return 1 if failed else 0


@data.command()
@click.argument("name", type=NAMES)
@PLACE
@choosing(tuple(PUBLISHED))
@click.option("--out", type=File(), required=True, help="The file to write.")
@click.option("--overwrite", is_flag=True, help="Replace the file if it is there.")
@click.pass_context
def pack(ctx: click.Context, /, name: str, out: Path, overwrite: bool, **choice: Any) -> None:
    """Write one portable file, for a machine without a network.

    ltviz train --data reads it; its images are lossless WebP. Of a folder with cifar10.pack and cifar100.pack, --data
    reads the one that is asked for: a sweep of both takes it.
    """
    from ltviz.datasets import cifar

    check_free(out, overwrite)
    content = load(ctx, name)
    cifar.write_pack(content, out)
    click.echo(
        f"{out}: {content.counts.total} training, {len(content.labels('val'))} validation and "
        f"{len(content.labels('test'))} test images, {out.stat().st_size / 2**20:.1f} MiB"
    )


@data.command()
@click.argument("name", type=click.Choice(datasets.names()), required=False)
@click.option("--data", type=DATA, help=WHERE)
@choosing(datasets.names())
@OWN[0]
@OWN[1]
@click.option("--out", type=Folder(), default=Path("figures"), show_default=True, help="Folder of the pictures.")
@click.pass_context
def show(ctx: click.Context, /, name: str | None, data: Path | None, out: Path, **choice: Any) -> None:
    """Draw contact sheets of the head and of the tail (PNG).

    Of the data set that is named, or of a file of ltviz data pack.
    """
    import io

    from ltviz.core.files import write_bytes
    from ltviz.datasets import contact_sheets

    says = any(datasets.source(each).says(data) for each in ([name] if name else datasets.recorded()) if data)
    if (name is None) != says:
        raise click.UsageError(
            f"name one thing to show: {', '.join(datasets.names())}, or --data with a file of ltviz data pack"
        )
    if says:
        refuse(ctx, set(WORDS) - {"data"}, f"{data} says itself what it holds")
    content = load(ctx, name or told_by(data))
    for part, picture in zip(("head", "tail"), contact_sheets(content), strict=True):
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        file = out / f"{content.name}-{content.profile}{content.imbalance:g}-{part}.png"
        click.echo(write_bytes(file, buffer.getvalue()))


@data.command()
@click.argument("names", nargs=-1, type=NAMES)
@EITHER
def verify(names: tuple[str, ...], data: Path | None) -> int:
    """Check every file against the published hashes.

    Of the data sets that are named; without a name, of whatever is there.
    """
    from ltviz.datasets import cifar
    from ltviz.datasets.cifar import read, source

    if data and cifar.is_pack(data):
        if names:
            raise click.UsageError(f"{data} says itself what it holds: leave {' '.join(names)} out")
        content = cifar.read_pack(data)
        origin = "published images" if content.verified else "NOT VERIFIED when it was packed"
        click.echo(table([(str(data), f"whole; {content.name} {content.profile} {content.imbalance:g}, {origin}")]))
        return 0
    place = source.place_of("cifar10", data)
    rows, faults = [], []
    for name in dict.fromkeys(names or cifar.NAMES):
        try:
            found = source.find(name, data)
            read.read(name, found)
            rows.append((name, f"{found.path}: every file as published"))
        except source.Absent as error:
            faults += [(name, str(error))] if names else []
        except LtvizError as error:
            faults.append((name, str(error)))
    if rows:
        click.echo(table(rows))
    if not rows and not faults:
        faults = [("data", f"no CIFAR in {place}; fetch it (ltviz data fetch cifar10), or name its folder by --data")]
    for name, reason in faults:
        click.echo(f"Error: {name}: {reason}", err=True)
    return 1 if faults else 0


def check_free(out: Path, overwrite: bool) -> None:
    """Refuse a file that cannot be written, or that is there already, before any work."""
    from ltviz.core.files import usable_folder
    from ltviz.datasets.cifar.pack import what_is

    try:
        usable_folder(out.parent)
        if out.is_dir():
            raise DataError(f"{out} is a folder; name a file")
        there = out.exists()  # an OSError where there can be no such name
    except (DataError, OSError) as error:
        raise click.BadParameter(str(error), param_hint="--out") from error
    if there and not overwrite:
        raise DataError(f"{out} exists ({what_is(out)}): --overwrite replaces it, or choose another file")


def load(ctx: click.Context, name: str) -> Any:
    """Load a data set as the flags say; what is to be known of it is said on the terminal, in red."""
    selection = chosen(ctx, name)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", UserWarning)
        content = selection.read()
    for each in said:
        click.secho(f"WARNING: {each.message}", fg="red", bold=True, err=True)
    return content


COMMANDS = {"data": data}
