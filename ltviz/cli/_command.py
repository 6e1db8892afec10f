"""Commands as ltviz has them: an option that takes one value is taken once, and what cannot act is not taken at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import click


class Command(click.Command):
    """A command that refuses an option given twice, of which click would take the last."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse repeated options, then read as click does."""
        said = Counter(self.make_parser(ctx).parse_args(list(args))[2])
        for option, times in said.items():
            if isinstance(option, click.Option) and times > 1 and not (option.multiple or option.count):
                flag = "/".join([max(option.opts, key=len), *option.secondary_opts])
                raise click.UsageError(
                    f"{flag} was given {times} times, and only the last would count: give it once. Where an option "
                    "takes several values, they stand in one text, with commas between them.",
                    ctx,
                )
        return super().parse_args(ctx, args)


class Group(click.Group):
    """A group of such commands."""

    command_class = Command


def typed(ctx: click.Context, names: Iterable[str]) -> list[str]:
    """Return the flags that stand in the command line, of the options that are stored under these names."""
    return [
        max(each.opts, key=len)
        for each in ctx.command.params
        if each.name in set(names) and ctx.get_parameter_source(each.name) is not click.core.ParameterSource.DEFAULT
    ]


def refuse(ctx: click.Context, names: Iterable[str], why: str) -> None:
    """End the command if options were given that do nothing here.

    Raises
    ------
    click.UsageError
        It names them, and why they would do nothing.
    """
    found = typed(ctx, names)
    if found:
        them = "them" if len(found) > 1 else "it"
        raise click.UsageError(f"{' and '.join(found)} would do nothing: {why}. Leave {them} out", ctx)
