"""`clausewatch memento`: the record, served to clients of the Memento protocol."""

import click

from clausewatch.opening import open_database

__all__ = ["memento"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve on.")
@click.option("--port", default=8089, show_default=True, type=click.IntRange(0, 65535))
@click.option("--base", default="", metavar="URL", help="How clients reach it, behind a proxy.")
@click.pass_context
def memento(ctx: click.Context, host: str, port: int, base: str) -> None:
    """Serve the history of all policies as a web archive does (RFC 7089), until Ctrl-C.

    Whoever can reach the address can read every text of every policy; nothing is written.
    """
    from clausewatch.memento_server import MementoServer

    with (
        open_database(ctx) as store,
        MementoServer(store, host=host, port=port, base=base) as server,
    ):
        click.echo(f"{server.base}/timegate/URL  {server.base}/timemap/link/URL", err=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
