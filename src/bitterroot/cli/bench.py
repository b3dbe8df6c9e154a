"""`bitterroot bench`: the product's speed beside what the machine could do at best."""

import importlib
import resource
import sys
from typing import Any

import click

from bitterroot.cli.output import json_option, print_json
from bitterroot.conf.loading import load_django

#: What is measured -> where, and how many by default. Each gives a dict with at least
#: seconds, floor_seconds, ratio, peak_mb and compared.
BENCHES = {
    "bake": ("bitterroot.openbadges.bench:bench_bake", 20_000),
    "cohort": ("bitterroot.openbadges.bench_cohort:bench_cohort", 100_000),
    "issue": ("bitterroot.issuing.bench:bench_issue", 10_000),
    "lists": ("bitterroot.learning.bench:bench_lists", 10_000),
    "serve": ("bitterroot.cli.bench_serve:bench_serve", 20_000),
    "status": ("bitterroot.openbadges.bench:bench_status", 100),
    "verify": ("bitterroot.openbadges.bench:bench_verify", 1_000),
}


@click.command("bench")
@click.argument("name", type=click.Choice([*BENCHES, "governance"]))
@click.option(
    "--count",
    type=click.IntRange(1, 1_000_000),
    help="How many awards, pictures, rows, lists or requests.",
)
@click.option("--proposals", default=5_000, show_default=True, help="governance: under way.")
@click.option("--bodies", default=60, show_default=True, help="governance: that decide.")
@click.option("--people", default=20_000, show_default=True, help="governance: known.")
@click.option("--times", default=5, show_default=True, help="governance: each page is timed.")
@json_option
def command(
    name: str,
    count: int | None,
    proposals: int,
    bodies: int,
    people: int,
    times: int,
    as_json: bool,
) -> None:
    """Measure one part of the product on this machine, in a database of its own."""
    load_django()
    if name == "governance":
        _governance((proposals, bodies, people), times, as_json)
        return
    place, usual = BENCHES[name]
    module, function = place.split(":")
    result: dict[str, Any] = getattr(importlib.import_module(module), function)(count or usual)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kB on Linux
    result.setdefault("peak_mb", round(peak, 1))
    result.setdefault("compared", {"the floor": result["floor_seconds"]})
    if as_json:
        print_json(result)
        return
    for key, value in result.items():
        if isinstance(value, dict):
            click.echo(f"{key}:")
            for what, seconds in value.items():
                click.echo(f"  {what}: {seconds}")
        else:
            click.echo(f"{key}: {value}")


def _governance(size: tuple[int, int, int], times: int, as_json: bool) -> None:
    """Pages and sweeps at scale; exit status 1 where a goal is missed."""
    from bitterroot.cli.bench_governance import bench_governance, show

    found = bench_governance(*size, times=times, say=lambda text: click.echo(f"  {text}", err=True))
    if as_json:
        print_json(found)
    else:
        show(found)
    sys.exit(1 if found["missed"] else 0)
