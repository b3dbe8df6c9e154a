"""`bench governance`: every page and every sweep at the size of a large system, beside the demo.

All in a database of its own: the demo university is made by its verbs, each page is measured, the
university grows to thousands of proposals, and each page and sweep is measured again.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from django.db import connection
from django.test.utils import override_settings

from bitterroot.cli.scale.apart import demo_apart
from bitterroot.cli.scale.campuses import adopt_campuses, write_policy
from bitterroot.cli.scale.growing import Growth, analyze
from bitterroot.cli.scale.measuring import Measured, Visitor
from bitterroot.cli.scale.pages import Page, pages_of, unlisted
from bitterroot.cli.scale.sweeps import Swept, sweep_all
from bitterroot.cli.scale.things import Things
from bitterroot.demo.world import START
from bitterroot.governance import policies
from bitterroot.governance.models import Case, Meeting
from bitterroot.people.actor import system
from bitterroot.people.domain.unit import adopt_units
from bitterroot.people.models import Person
from bitterroot.proposals.enums import UNDER_WAY
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from bitterroot.record.models import Event

SLOWER = 3.0  # times as long as on the demo's data
SWEEPS = 60.0  # seconds of one core for all of them
AGAIN = 3  # a page that misses is measured so often again: machines are noisy
Say = Callable[[str], None]


def bench_governance(
    proposals: int = 5_000, bodies: int = 60, people: int = 20_000, *, times: int = 5,
    say: Say = lambda text: None,
) -> dict[str, Any]:  # fmt: skip
    """Measure pages and sweeps on demo data and at scale; see `report` for what is found."""
    with demo_apart(say) as home, clock.standing_at(START):
        things, visitor = Things(), Visitor()
        pages = pages_of(things)
        missing = unlisted(pages)
        analyze()
        say(f"{len(pages)} pages on demo data")
        small = visitor.measure_all(pages, times)
        say("growing")
        started = time.perf_counter()
        with _grown(home / "policy", max(bodies // len(policies.current().bodies), 1)) as growth:
            grown = growth.grow(proposals, people)
            size = {**_size(), "rows written": grown.rows,
                    "seconds to grow": round(time.perf_counter() - started, 1)}  # fmt: skip
            say(", ".join(f"{value:,} {name}" for name, value in size.items()))
            large = visitor.measure_all(pages, times)
            for page in pages:
                if large[page].seconds > SLOWER * small[page].seconds:
                    best = min((visitor.measure(page, times) for _ in range(AGAIN)),
                               key=lambda found: found.seconds)  # fmt: skip
                    large[page] = min(best, large[page], key=lambda found: found.seconds)
            say("sweeps")
            swept = sweep_all(rounds=200)
        return report(size, small, large, swept, missing)


def _size() -> dict[str, Any]:
    return {
        "proposals under way": Proposal.objects.filter(state__in=UNDER_WAY).count(),
        "proposals": Proposal.objects.count(),
        "cases": Case.objects.count(),
        "bodies": len(policies.current().bodies),
        "meetings": Meeting.objects.count(),
        "people": Person.objects.count(),
        "events": Event.objects.count(),
    }


@contextmanager
def _grown(folder: Path, campuses: int) -> Iterator[Growth]:
    """The database under a policy with more bodies and units, ready to grow."""
    demo = policies.current().sha256
    write_policy(folder, campuses)
    with override_settings(POLICY_DIR=str(folder)):
        policies.laid_down.cache_clear()
        try:
            found = adopt_campuses(folder, campuses, demo)
            policies.adopt()
            adopt_units(by=system("bench"), policy=policies.current())
            yield Growth(found)
        finally:
            policies.laid_down.cache_clear()


def report(
    size: dict[str, Any],
    small: dict[Page, Measured],
    large: dict[Page, Measured],
    swept: Sequence[Swept],
    missing: Sequence[str],
) -> dict[str, Any]:
    """Plain values: every page worst first, every sweep, and what misses a goal."""
    rows: list[dict[str, Any]] = []
    for page, before in small.items():
        after = large[page]
        ratio = after.seconds / before.seconds if before.seconds else 0.0
        rows.append({
            "page": page.title, "expected": page.status, "address": page.address, "status": after.status,
            "demo_ms": round(before.seconds * 1000, 1), "ms": round(after.seconds * 1000, 1),
            "ratio": round(ratio, 2), "demo_queries": before.queries, "queries": after.queries,
            "same": before.queries == after.queries, "kb": round(after.bytes / 1000),
        })  # fmt: skip
    rows.sort(key=lambda row: (row["same"], -row["ratio"]))
    seconds = sum(
        each.seconds for each in swept
    )  # the night; `again` shows that it does nothing twice
    again = sum(each.again for each in swept)
    missed = [f"{name} is in no list of the bench" for name in missing]
    missed += [
        f"{row['page']}: answered {row['status']}"
        for row in rows
        if row["status"] != row["expected"]
    ]
    missed += [f"{row['page']}: {row['demo_queries']} queries, then {row['queries']}"
               for row in rows if not row["same"]]  # fmt: skip
    missed += [f"{row['page']}: {row['ratio']} times as long"
               for row in rows if row["ratio"] > SLOWER]  # fmt: skip
    if seconds > SWEEPS:
        missed.append(f"the sweeps took {seconds:.1f} s")
    return {
        "database": connection.vendor, "size": size, "pages": rows,
        "sweeps": [asdict(each) for each in swept], "sweep_seconds": round(seconds, 2),
        "again_seconds": round(again, 2), "missed": missed,
    }  # fmt: skip


def show(found: dict[str, Any]) -> None:
    """The tables, worst first."""
    click.echo(f"{'page':58} {'demo ms':>8} {'ms':>9} {'ratio':>6} {'queries':>9} same kB")
    for row in found["pages"]:
        queries = f"{row['demo_queries']}→{row['queries']}"
        click.echo(
            f"{row['page'][:58]:58} {row['demo_ms']:8} {row['ms']:9} {row['ratio']:6} {queries:>9}"
            f" {'yes' if row['same'] else 'NO':4} {row['kb']}"
        )
    click.echo(f"\n{'sweep':58} {'done':>8} {'seconds':>9} {'again':>9}")
    for each in found["sweeps"]:
        click.echo(f"{each['name']:58} {each['done']:8} {each['seconds']:9} {each['again']:9}")
    night, again = found["sweep_seconds"], found["again_seconds"]
    click.echo(f"all sweeps: {night} s on {found['database']}, and {again} s a second time")
    for name, value in found["size"].items():
        click.echo(f"{name}: {value:,}")
    click.echo(f"\n{len(found['missed'])} goals missed" if found["missed"] else "\nEvery goal met")
    for line in found["missed"]:
        click.echo(f"  {line}")
