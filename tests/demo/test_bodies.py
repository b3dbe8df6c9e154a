"""The bodies of the demo university stand where its screens and stories expect them."""

import pytest

from bitterroot.demo import bodies, senate
from bitterroot.demo.full import before_the_proposals
from bitterroot.demo.people import make_people
from bitterroot.demo.pilots import live_through
from bitterroot.demo.programs import record_earlier
from bitterroot.demo.road import publish_pages
from bitterroot.demo.world import START, World
from bitterroot.governance import policies
from bitterroot.governance.models import AgendaItem, Ballot, Decision, Meeting, StepRun
from bitterroot.governance.queries.ballots import room
from bitterroot.governance.queries.body_duties import waiting_for
from bitterroot.governance.queries.chain import open_count
from bitterroot.people.models import Account
from bitterroot.record import clock


@pytest.mark.django_db
def test_its_bodiesmeet_and_vote() -> None:
    world = World()
    make_people(world)
    publish_pages(world)
    record_earlier(world)
    bodies.seat_everyone(world)
    senate.seat_senators(world)
    live_through(before_the_proposals(world))
    bodies.supply_chain_walks(world)
    senate.snow_walks(world)
    senate.senate_decides(world)
    senate.senate_meets_today(world)
    bodies.tribal_data_waits(world)
    told = [
        (d.case.title, d.body, d.outcome)
        for d in Decision.objects.order_by("recorded_at")
        if d.case
    ]
    supply, snow = "Supply-Chain Analytics with Python", "Snowpack and Avalanche Field Methods"
    assert told == [
        (supply, "UMOnline", "confirmed"),
        (snow, "UMOnline", "confirmed"),
        (snow, "Interdisciplinary subcommittee", "approve"),
        (supply, "Interdisciplinary subcommittee", "approve"),
        (supply, "Graduate Council", "approve"),
        ("Tribal Data Sovereignty and Research Ethics", "UMOnline", "confirmed"),
        (snow, "Graduate Council", "approve"),
        (supply, "Faculty Senate", "approve"),
    ]
    open_runs = StepRun.objects.filter(state="open", kind="vote")
    assert dict(open_runs.values_list("body", "case__title")) == {
        "faculty-senate": snow,
        "interdisciplinary-subcommittee": "Tribal Data Sovereignty and Research Ethics",
    }
    states = list(Meeting.objects.order_by("starts_at").values_list("body", "state"))
    assert states == [
        ("interdisciplinary-subcommittee", "minutes_approved"),
        ("faculty-senate", "minutes_approved"),
        ("faculty-senate", "agenda_published"),
        ("interdisciplinary-subcommittee", "agenda_published"),
    ]
    _the_senate_has_voted(supply)
    _the_senate_can_take_up(snow)
    ballot = Ballot.objects.get(state="open")
    assert (ballot.method, ballot.votes.count(), len(ballot.eligible)) == ("electronic", 2, 7)
    with clock.standing_at(START):
        assert [duty.button for duty in waiting_for(world.people["peter"])] == ["Vote", "Review"]


def _the_senate_has_voted(title: str) -> None:
    """31 to 2, one abstained, and the matter waits for the provost."""
    run = StepRun.objects.get(case__title=title, body="faculty-senate")
    result = Ballot.objects.get(motion__run=run).result
    assert [result[word] for word in ("yes", "no", "abstain", "recused")] == [31, 2, 1, 1]
    assert [result[word] for word in ("present", "eligible", "quorum")] == [34, 37, 19]
    assert (run.case.step, run.case.state) == ("provost", "open")
    its_bodies = policies.of(run.case).bodies
    told = {d.body: open_count(d, its_bodies) for d in run.case.decisions.select_related("run")}
    assert told == {
        "UMOnline": "",
        "Interdisciplinary subcommittee": "",  # whose votes are its own
        "Graduate Council": "3 yes, 0 no, 0 abstained, 1 recused; 3 of 3 took part, quorum 2",
        "Faculty Senate": "31 yes, 2 no, 1 abstained, by a show of hands, 1 recused; 34 of 37 took part, quorum 19",
    }


def _the_senate_can_take_up(title: str) -> None:
    """It stands on today's consent agenda; author and head are out of it, and no flag is open."""
    run = StepRun.objects.get(case__title=title, body="faculty-senate")
    item = AgendaItem.objects.get(run=run)
    assert (item.section, item.state, item.meeting.starts_at.date()) == (
        "consent", "listed", START.date(),
    )  # fmt: skip
    with clock.standing_at(START):
        seen = room(run, None)
    assert (seen.recused, seen.flagged) == (["Helen Strand", "Peter Lindqvist"], [])
    assert (len(seen.eligible), seen.needed) == (36, 19)
    assert not run.conflicts.exclude(state="recused").exists()  # the chair's tie is settled too
    assert not Account.objects.filter(person__display_name="Adrienne Boucher").exists()
