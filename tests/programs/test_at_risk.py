"""The pilots that someone should look at: the database finds those that each pilot says itself."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.test import Client

from bitterroot.programs.domain import review as reviews
from bitterroot.programs.domain.pilot import extend_pilot
from bitterroot.programs.models import Pilot
from bitterroot.programs.queries.pilots import standing, with_all
from bitterroot.programs.queries.risk import those_at_risk
from programs.conftest import begin, give_notice, hand_in, on, people, sweep_on  # noqa: F401
from web.pilot.conftest import at_desk  # noqa: F401

Begin = Callable[..., Pilot]


def found(day: str) -> dict[str, str]:
    """Titles and reasons on that day, which must be those of the pilots asked one by one."""
    with on(day):
        alone = {
            each.pilot.program.title: each.at_risk
            for each in map(standing, with_all(Pilot.objects.all()))
            if each.at_risk
        }
        together = those_at_risk(Pilot.objects.all())
        titles = sorted(together.values_list("program__title", flat=True))
        assert titles == sorted(alone), day
        assert together.count() == len(alone)
    return alone


def rate(people: SimpleNamespace, pilot: Pilot, year: int, rating: str) -> None:  # noqa: F811
    """Dana hands the review in, Hale has read it, Olive accepts it."""
    row = hand_in(people.by("dana"), pilot.reviews.get(year=year))
    row = reviews.acknowledge_review(by=people.by("hale"), review=row)
    reviews.accept_review(by=people.by("olive"), review=row, rating=rating, comments="As said.")


def test_a_pilot_is_looked_at_for_each_reason_in_turn(
    begin: Begin,  # noqa: F811
    people: SimpleNamespace,  # noqa: F811
) -> None:
    pilot = begin("fall-2024", title="Maps for Towns")
    sweep_on("2025-05-16")
    assert found("2025-05-16") == {}
    assert found("2025-05-17") == {"Maps for Towns": "1 overdue"}  # the first review
    with on("2025-05-20"):
        rate(people, pilot, 1, "watch")
    assert found("2025-05-20") == {"Maps for Towns": "watch"}
    sweep_on("2026-05-12")
    with on("2026-05-12"):
        rate(people, pilot, 2, "on_track")
    assert found("2026-05-20") == {}  # the last rating counts
    sweep_on("2026-12-18")
    assert found("2026-12-18") == {}
    assert found("2026-12-19") == {"Maps for Towns": "1 overdue"}  # the notice
    with on("2026-12-20"):
        give_notice(people, pilot.intents.get())
    assert found("2026-12-20") == {}
    sweep_on("2027-05-01")
    assert found("2027-05-01") == {"Maps for Towns": "1 overdue"}  # the full proposal
    sweep_on("2027-09-01")
    assert found("2027-09-01") == {"Maps for Towns": "lapsed"}


def test_whoever_is_to_be_removed_owes_no_full_proposal(
    begin: Begin,  # noqa: F811
    people: SimpleNamespace,  # noqa: F811
) -> None:
    stays, goes = begin("fall-2024", title="It stays"), begin("fall-2024", title="It goes")
    for day, year in (("2025-05-16", 1), ("2026-05-15", 2)):
        sweep_on(day)
        with on(day):
            for each in (stays, goes):
                rate(people, each, year, "on_track")
    sweep_on("2026-12-01")
    remove = {"choice": "remove", "reason": "Nobody comes.", "teach_out_term": "spring-2027"}
    with on("2026-12-01"):
        give_notice(people, stays.intents.get())
        give_notice(people, goes.intents.get(), remove)
    sweep_on("2027-05-01")
    assert found("2027-05-01") == {"It stays": "1 overdue"}


def test_pilots_of_other_terms_and_with_years_on_top_agree_on_every_day(
    begin: Begin,  # noqa: F811
    people: SimpleNamespace,  # noqa: F811
) -> None:
    for term in ("fall-2024", "spring-2025", "fall-2025"):
        begin(term, title=f"Maps of {term}")
    longer = begin("fall-2024", title="Maps with a year on top")
    with on("2025-02-03"):
        extend_pilot(by=people.by("olive"), pilot=longer, years=1, reason="Snow.")
    day, last, seen = date(2025, 3, 1), date(2028, 12, 1), set[str]()
    while day < last:
        sweep_on(day.isoformat())
        seen |= found(day.isoformat()).keys()
        day += timedelta(days=45)
    assert len(seen) == 4


def test_the_board_of_those_to_look_at_reads_no_other(
    begin: Begin,  # noqa: F811
    people: SimpleNamespace,  # noqa: F811
    at_desk: Callable[..., Client],  # noqa: F811
    django_assert_max_num_queries: Any,
) -> None:
    begin("fall-2024", title="Late maps")
    olive = at_desk(people.olive)
    with on("2024-09-20"):  # nothing is late yet
        assert "Late maps" not in olive.get("/office/pilots?show=risk").content.decode()
    sweep_on("2025-05-20")
    with on("2025-05-20"):
        begin("fall-2025", day="2025-05-20", title="Maps to come")
        with django_assert_max_num_queries(16):
            page = olive.get("/office/pilots?show=risk").content.decode()
        whole = olive.get("/office/pilots").content.decode()
    assert "1 pilot to look at." in page
    assert "Late maps" in page
    assert "Maps to come" not in page
    assert "Maps to come" in whole
