"""`bitterroot audit verify`: was anything in the record changed behind its back?"""

import sys

import click

from bitterroot.cli.output import json_option, need_prepared, print_json


@click.group("audit", help="Check that the record was not tampered with.")
def command() -> None:
    """The group."""


@command.command("verify")
@json_option
def verify(as_json: bool) -> None:
    """Check every event, what it speaks of, and the signed tails outside the database.

    Exit status 0 if all is whole, 1 if anything is broken.
    """
    need_prepared()
    from bitterroot.record.domain.audit import verify_record

    report = verify_record()
    broken = [str(item) for item in report.broken]
    if as_json:
        print_json({"events": report.events, "broken": broken})
    else:
        click.echo(f"{report.events} events checked; {len(broken)} broken.")
        for line in broken:
            click.echo(f"  {line}")
    sys.exit(1 if broken else 0)
