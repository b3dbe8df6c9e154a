"""`bitterroot verify`: is this badge real? Works without a database."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

import click

from bitterroot.cli.output import json_option, print_json, read_file, stop
from bitterroot.conf.loading import is_prepared, load_django

LIMIT = 20_000_000  # bytes of one badge


@click.command("verify")
@click.argument("source", metavar="FILE|URL")
@click.option("--offline", is_flag=True, help="Fetch nothing: what is not here stays unknown.")
@json_option
def command(source: str, offline: bool, as_json: bool) -> None:
    """Check the badge in FILE (PNG, SVG, JSON or JWT; “-” reads standard input) or at URL.

    Exit status 0 valid, 1 not valid, 2 unknown or not readable.
    """
    load_django()
    data = _data(source, offline)
    result = _result(data, offline)
    if as_json:
        print_json(result)
    else:
        _say(result)
    sys.exit({"valid": 0, "unknown": 2}.get(result["verdict"], 1))


def _data(source: str, offline: bool) -> bytes:
    """The bytes of a file, or what stands at an address."""
    if "://" not in source:
        return read_file(source, LIMIT)
    from bitterroot.openbadges.errors import FetchError

    try:
        return _resolver(offline).get(source)
    except FetchError as error:
        stop(str(error))


def _resolver(offline: bool) -> Any:
    """Our own rows first, where there are any; then the web, unless offline."""
    from bitterroot.openbadges.fetch import Fetcher
    from bitterroot.openbadges.resolver import HouseResolver

    own = None
    if is_prepared():
        from bitterroot.issuing.interfaces import own_resolver

        own = own_resolver.own_bytes
    return HouseResolver(own=own, fetch=None if offline else Fetcher())


def _result(data: bytes, offline: bool) -> dict[str, Any]:
    from bitterroot.openbadges.verify import verify

    now = datetime.now(UTC)
    if is_prepared():
        from bitterroot.record import clock

        now = clock.now()
    found = verify(data, resolver=_resolver(offline), now=now)
    return {
        "verdict": found.verdict,
        "issuer_known": is_known_issuer(found.issuer_id),
        "issuer": found.issuer_name or found.issuer_id,
        "issuer_id": found.issuer_id,
        "name": found.name,
        "recipient": found.recipient,
        "valid_from": found.valid_from,
        "valid_until": found.valid_until,
        "checks": [{"name": c.name, "ok": c.ok, "detail": c.detail} for c in found.checks],
    }


def is_known_issuer(identity: str | None) -> bool:
    """Whether this installation knows who stands behind an issuer's id: itself, so far."""
    from django.conf import settings

    from bitterroot.openbadges.did import web_did

    return identity in {web_did(settings.ORIGIN), settings.ORIGIN}


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
