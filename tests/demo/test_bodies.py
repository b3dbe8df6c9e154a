"""The bodies of the demo university stand where its screens and stories expect them."""

import pytest

from bitterroot.demo import bodies
from bitterroot.demo.full import before_the_proposals
from bitterroot.demo.people import make_people
from bitterroot.demo.pilots import live_through
from bitterroot.demo.programs import record_earlier
from bitterroot.demo.road import publish_pages
from bitterroot.demo.world import START, World
from bitterroot.governance.models import Ballot, Decision, Meeting, StepRun
from bitterroot.governance.queries.body_duties import waiting_for
from bitterroot.record import clock


@pytest.mark.django_db
def test_bodies_meet_and_vote() -> None:
    world = World()
    make_people(world)
    publish_pages(world)
    record_earlier(world)
    bodies.seat_everyone(world)
    live_through(before_the_proposals(world))
    bodies.supply_chain_walks(world)
    bodies.tribal_data_waits(world)
    told = [
        (d.case.title, d.body, d.outcome)
        for d in Decision.objects.order_by("recorded_at")
        if d.case
    ]
    supply = "Supply-Chain Analytics with Python"
    assert told == [
        (supply, "UMOnline", "confirmed"),
        (supply, "Interdisciplinary subcommittee", "approve"),
        (supply, "Graduate Council", "approve"),
        ("Tribal Data Sovereignty and Research Ethics", "UMOnline", "confirmed"),
    ]
    open_runs = StepRun.objects.filter(state="open", kind="vote")
    assert dict(open_runs.values_list("body", "case__title")) == {
        "faculty-senate": supply,
        "interdisciplinary-subcommittee": "Tribal Data Sovereignty and Research Ethics",
    }
    states = list(Meeting.objects.order_by("starts_at").values_list("body", "state"))
    assert states == [
        ("interdisciplinary-subcommittee", "minutes_approved"),
        ("faculty-senate", "agenda_published"),
        ("interdisciplinary-subcommittee", "agenda_published"),
    ]
    ballot = Ballot.objects.get(state="open")
    assert (ballot.method, ballot.votes.count(), len(ballot.eligible)) == ("electronic", 2, 7)
    with clock.standing_at(START):
        assert [duty.button for duty in waiting_for(world.people["peter"])] == ["Vote", "Review"]
