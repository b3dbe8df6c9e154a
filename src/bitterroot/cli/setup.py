"""`bitterroot setup`: the database and the keys of an installation."""

import click

from bitterroot.cli.output import load_django


@click.command("setup")
def command() -> None:
    """Make or update the database, the signing key and the lasting secret of sessions."""
    from bitterroot.conf import preparing

    preparing.write_secret()
    load_django()
    preparing.prepare()
    click.echo("The installation is up to date.")
