"""`bitterroot verify`: is this badge real? Works without a database."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from bitterroot.cli.output import json_option, print_json, read_file, stop
from bitterroot.conf.loading import is_prepared, load_django

if TYPE_CHECKING:
    from bitterroot.openbadges.verify import Endorsement, Verification

LIMIT = 20_000_000  # bytes of one badge
BUDGET = 30.0  # seconds that whatever a badge points at may take, all together


@click.command("verify")
@click.argument("source", metavar="FILE|URL")
@click.option("--offline", is_flag=True, help="Fetch nothing: what is not here stays unknown.")
@json_option
def command(source: str, offline: bool, as_json: bool) -> None:
    """Check the badge in FILE (PNG, SVG, JSON or JWT; “-” reads standard input) or at URL.

    Exit status 0 valid, 1 not valid or no badge at all, 2 unknown, or nothing there to read.
    """
    load_django()
    what = source if "://" in source else read_file(source, LIMIT)
    found, known = _with_rows(what, offline) if is_prepared() else _alone(what, offline)
    result = {
        "verdict": found.verdict,
        "issuer_known": known,
        "issuer": found.issuer_name or found.issuer_id,
        "issuer_id": found.issuer_id,
        "name": found.name,
        "recipient": found.recipient,
        "valid_from": found.valid_from,
        "valid_until": found.valid_until,
        "checks": [{"name": c.name, "ok": c.ok, "detail": c.detail} for c in found.checks],
        "endorsements": [_endorsement(e) for e in found.endorsements],
        "contained": [{"name": c.name, "verdict": c.verdict} for c in found.contained],
    }
    if as_json:
        print_json(result)
    else:
        _say(result)
    sys.exit({"valid": 0, "unknown": 2}.get(found.verdict, 1))


def _with_rows(what: bytes | str, offline: bool) -> tuple[Verification, bool]:
    """What has our own origin is answered from our own rows, wherever it is served."""
    from django.conf import settings

    from bitterroot.issuing.queries.verification import verify_anything

    if isinstance(what, str):
        what = re.sub(r"^http://(127\.0\.0\.1|localhost)(:\d+)?(?=/)", settings.ORIGIN, what)
    found = verify_anything(what, online=not offline)
    return found.result, found.issuer_known


def _alone(what: bytes | str, offline: bool) -> tuple[Verification, bool]:
    """Without a database: the badge, and the web unless offline. No issuer is known here."""
    from bitterroot.openbadges.errors import FetchError
    from bitterroot.openbadges.fetch import Fetcher
    from bitterroot.openbadges.resolver import HouseResolver
    from bitterroot.openbadges.verify import verify

    resolver = HouseResolver(fetch=None if offline else Fetcher(budget=BUDGET))
    if isinstance(what, str):
        try:
            what = resolver.get(what)
        except FetchError as error:
            stop(str(error))
    return verify(what, resolver=resolver, now=datetime.now(UTC)), False


def _endorsement(said: Endorsement) -> dict[str, Any]:
    return {
        "by": said.issuer_name,
        "by_id": said.issuer_id,
        "on": said.said_on,
        "of": said.endorsed,
        "comment": said.comment,
        "ok": said.ok,
        "detail": said.detail,
    }


def _say(result: dict[str, Any]) -> None:
    colors = {"valid": "green", "unknown": "yellow"}
    color = colors.get(result["verdict"], "red")
    if result["verdict"] == "valid" and not result["issuer_known"]:
        color = "yellow"
    name, issuer = result["name"] or "this badge", result["issuer"] or "an unnamed issuer"
    click.secho(f"{result['verdict'].capitalize()}: {name}, from {issuer}.", fg=color, bold=True)
    if result["verdict"] == "valid" and not result["issuer_known"]:
        click.echo("The issuer is not known here; make sure that you know who it is.")
    for check in result["checks"]:
        mark = {True: "✓", False: "✗", None: "?"}[check["ok"]]
        click.echo(f"  {mark} {check['name']}: {check['detail']}")
    for said in result["endorsements"]:
        if said["ok"] and said["on"]:
            click.echo(f"  Endorsed by {said['by'] or said['by_id']} on {said['on']:%d %b %Y}.")
    for inner in result["contained"]:
        click.echo(f"  Contains {inner['name'] or 'a credential'}: {inner['verdict']}.")
