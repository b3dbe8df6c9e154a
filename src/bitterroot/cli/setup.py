"""`bitterroot setup`: the database and the keys of an installation."""

import click

from bitterroot.conf.loading import load_django


@click.command("setup")
def command() -> None:
    """Make or update the database and the lasting secret of sessions."""
    from bitterroot.conf import preparing

    preparing.write_secret()
    load_django()
    preparing.migrate()
    click.echo("The installation is up to date.")
