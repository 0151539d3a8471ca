"""A command group that lists when it is called bare, and just as well as `GROUP list`."""

import click

__all__ = ["ListingGroup"]


class ListingGroup(click.Group):
    """`alerts` and `alerts list` are one: nobody should have to know which of them it is."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Drop a leading `list`, unless there is a command of that name."""
        if args[:1] == ["list"] and "list" not in self.commands:
            args = args[1:]
        return super().parse_args(ctx, args)
