"""`bitterroot serve`: granian in front of the product."""

import click

from bitterroot.cli.output import need_prepared


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=0, type=click.IntRange(0, 256), help="Processes; 0: one a core.")
def command(host: str, port: int, workers: int) -> None:
    """Serve screens and public pages. Put a proxy that ends TLS in front of it."""
    need_prepared()
    from bitterroot.conf.serving import serve

    serve(host=host, port=port, workers=workers)
