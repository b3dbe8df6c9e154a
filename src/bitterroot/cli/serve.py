"""`bitterroot serve`: granian in front of the product."""

import click

from bitterroot.cli.output import need_prepared, stop


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=0, type=click.IntRange(0, 256), help="Processes; 0: one a core.")
def command(host: str, port: int, workers: int) -> None:
    """Serve screens and public pages. Put a proxy that ends TLS in front of it."""
    need_prepared()
    from django.conf import settings

    if settings.DEMO and host not in ("127.0.0.1", "::1", "localhost"):
        stop("in a demo anyone signs in as anyone: it is served on 127.0.0.1 alone.", 1)
    from bitterroot.conf.serving import serve
    from bitterroot.governance.domain.policy_change import START, record_baseline

    record_baseline(by=START)
    serve(host=host, port=port, workers=workers)
