"""`bitterroot scripts`: which scripts of names this machine can draw on a certificate."""

import click

from bitterroot.cli.output import json_option, print_json
from bitterroot.conf.loading import load_django


@click.command("scripts")
@json_option
def command(as_json: bool) -> None:
    """Tell in which scripts a learner's name can be drawn on a certificate here."""
    load_django()
    from bitterroot.issuing.interfaces.certificate import scripts_drawn

    found = scripts_drawn()
    if as_json:
        print_json(found)
        return
    for script, drawn in found.items():
        click.echo(f"{'yes' if drawn else 'no ':<4} {script}")
    if not all(drawn for script, drawn in found.items() if script != "Emoji"):
        click.echo("Install more fonts, such as fonts-noto-core and fonts-noto-cjk of Debian.")
