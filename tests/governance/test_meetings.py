"""Meetings, agendas and minutes: cut-offs, late items, consent, and what the record tells."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from bitterroot.governance.domain.agenda import (
    approve_consent_items,
    postpone_item,
    pull_from_consent,
    put_on_agenda,
    reorder,
    rule_on_late,
)
from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.conflict import recuse
from bitterroot.governance.domain.meeting import (
    arrive,
    cancel_meeting,
    end_meeting,
    leave,
    open_meeting,
    plan_meeting,
    publish_agenda,
)
from bitterroot.governance.domain.minutes import approve_minutes, draft_minutes
from bitterroot.governance.domain.review import submit_review, write_review
from bitterroot.governance.models import Decision, Meeting, StepRun
from bitterroot.governance.queries import track
from bitterroot.governance.queries.reviews import rubric_of, submitted
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record import clock

from .bodies_kit import in_session, later, make_body, matter, moved, on_the_day, planned


@pytest.fixture
def senate(db: None) -> SimpleNamespace:
    """A small senate: consent items, the chair decides a tie, and only counts are shown."""
    return make_body("faculty-senate")


def test_the_cut_off_is_counted_back_over_closures(house: SimpleNamespace) -> None:
    meeting = planned(house)  # on 2 December; Thanksgiving is 26 and 27 November
    assert meeting.cut_off == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("when", "why"),
    [
        (datetime(2026, 11, 17, 21, tzinfo=UTC), "still to come"),
        (datetime(2026, 11, 26, 21, tzinfo=UTC), "closed on that day"),
        (datetime(2026, 12, 5, 21, tzinfo=UTC), "closed on that day"),
        (datetime(2026, 12, 17, 21, tzinfo=UTC), "does not sit"),
        (datetime(2027, 7, 7, 21, tzinfo=UTC), "does not sit"),
    ],
)
def test_a_body_meets_only_on_its_days(house: SimpleNamespace, when: datetime, why: str) -> None:
    with pytest.raises(NotPossible, match=why):
        planned(house, when)


def test_only_chair_and_secretary_keep_meetings(house: SimpleNamespace) -> None:
    meeting = planned(house)
    for key in ("ada", "una", "wren"):
        with pytest.raises(Refused, match="for the chair or the secretary"):
            cancel_meeting(by=house.by(key), meeting=meeting, reason="Snow.")
    assert cancel_meeting(by=house.by("chandra"), meeting=meeting, reason="Snow.").state == (
        "cancelled"
    )
    with pytest.raises(NotPossible, match="cancelled"):
        open_meeting(by=house.by("sven"), meeting=meeting)


def test_a_late_item_needs_a_reason_and_the_chairs_ruling(house: SimpleNamespace) -> None:
    meeting, run = planned(house), matter(house)
    with later(days=6):
        with pytest.raises(NotPossible, match="cut-off is past"):
            put_on_agenda(by=house.by("sven"), meeting=meeting, run=run)
        item = put_on_agenda(
            by=house.by("sven"), meeting=meeting, run=run, reason="The pilot ends in May."
        )
        assert (item.section, item.state) == ("late", "late_needs_ruling")
        with pytest.raises(NotPossible, match="Rule on the late items first"):
            publish_agenda(by=house.by("sven"), meeting=meeting)
        with pytest.raises(Refused, match="for the chair"):
            rule_on_late(by=house.by("sven"), item=item, take_up=True, reason="Urgent.")
        item = rule_on_late(by=house.by("chandra"), item=item, take_up=True, reason="Urgent.")
        assert (item.section, item.state, item.ruling) == ("action", "listed", "Urgent.")
        assert publish_agenda(by=house.by("sven"), meeting=meeting).state == "agenda_published"


def test_a_late_item_that_is_refused_waits_for_another_meeting(house: SimpleNamespace) -> None:
    meeting, run = planned(house), matter(house)
    with later(days=6):
        item = put_on_agenda(by=house.by("sven"), meeting=meeting, run=run, reason="Now.")
        item = rule_on_late(by=house.by("chandra"), item=item, take_up=False, reason="It can wait.")
        other = planned(house, datetime(2026, 12, 9, 21, tzinfo=UTC))
        assert item.state == "refused"
        assert _told(run) == "It came late for 2 Dec 2026 and was not taken up: It can wait."
        assert put_on_agenda(
            by=house.by("sven"), meeting=other, run=run, reason="As ruled."
        ).state == ("listed")


def _told(run: StepRun) -> str:
    """What the proposers read of it on the way of their proposal."""
    return next(step.note for step in track(run.case) if step.key == run.path)


def test_items_change_places_and_are_put_off(house: SimpleNamespace) -> None:
    meeting = planned(house)
    runs = [matter(house, title) for title in ("One", "Two", "Three")]
    items = [put_on_agenda(by=house.by("sven"), meeting=meeting, run=run) for run in runs]
    reorder(by=house.by("sven"), item=items[2], up=True)
    with pytest.raises(NotPossible, match="stands first"):
        reorder(by=house.by("sven"), item=items[0], up=True)
    titles = [each.run.case.title for each in meeting.items.order_by("position")]
    assert titles == ["One", "Three", "Two"]
    with pytest.raises(NotPossible, match="on an agenda already"):
        put_on_agenda(by=house.by("sven"), meeting=meeting, run=runs[0])
    other = planned(house, datetime(2026, 12, 9, 21, tzinfo=UTC))
    moved_on = postpone_item(
        by=house.by("sven"), item=items[0], reason="The lead is away.", to=other
    )
    items[0].refresh_from_db()
    assert (items[0].state, items[0].ruling) == ("postponed", "The lead is away.")
    why = "Taken off the agenda of 2 Dec 2026: The lead is away."
    assert _told(runs[0]) == why  # the other agenda is not published yet
    Meeting.objects.filter(pk=other.pk).update(published_at=clock.now())
    assert _told(runs[0]) == f"{why} It is on the agenda of 9 Dec 2026."
    assert (moved_on.meeting, moved_on.state) == (other, "listed")


def test_one_motion_approves_the_consent_agenda(senate: SimpleNamespace) -> None:
    runs = [matter(senate, title, step="senate") for title in ("Maps", "Trails", "Care")]
    meeting = planned(senate, datetime(2027, 2, 3, 21, tzinfo=UTC))
    items = [put_on_agenda(by=senate.by("sven"), meeting=meeting, run=run) for run in runs]
    assert {item.section for item in items} == {"consent"}
    recuse(by=senate.by("eli"), run=runs[0])
    with pytest.raises(Refused, match="for members"):
        pull_from_consent(by=senate.by("una"), item=items[2])
    pulled = pull_from_consent(by=senate.by("dov"), item=items[2])
    assert (pulled.section, pulled.pulled_by) == ("action", senate.dov)
    with clock.standing_at(meeting.starts_at):
        open_meeting(by=senate.by("sven"), meeting=meeting)
        for key in ("ada", "ben"):
            arrive(by=senate.by("sven"), meeting=meeting, person=getattr(senate, key))
        consent = {"meeting": meeting, "mover": senate.ada, "seconder": senate.ben}
        with pytest.raises(NotPossible, match="no quorum: 2 of the 3 needed are here"):
            approve_consent_items(by=senate.by("sven"), **consent)
        assert Decision.objects.count() == 0
        arrive(by=senate.by("cyd"), meeting=meeting, person=senate.cyd)
        made = approve_consent_items(by=senate.by("sven"), **consent)
    told = {
        d.case.title: (d.outcome, d.tally["eligible"], d.tally["recused"]) for d in made if d.case
    }
    assert told == {"Maps": ("approve", 4, 1), "Trails": ("approve", 5, 0)}
    runs[2].refresh_from_db()
    assert runs[2].state == "open"


def test_the_chair_of_the_senate_breaks_a_tie(senate: SimpleNamespace) -> None:
    run = matter(senate, step="senate")
    meeting = planned(senate, datetime(2027, 2, 3, 21, tzinfo=UTC))
    item = put_on_agenda(by=senate.by("sven"), meeting=meeting, run=run, section="action")
    with clock.standing_at(meeting.starts_at):
        open_meeting(by=senate.by("chandra"), meeting=meeting)
        for key in ("ada", "ben", "cyd", "dov"):
            arrive(by=senate.by("sven"), meeting=meeting, person=getattr(senate, key))
        ballot = open_ballot(by=senate.by("sven"), motion=moved(senate, run, item=item))
        with pytest.raises(Refused, match="not among those"):
            cast_vote(by=senate.by("chandra"), ballot=ballot, choice="yes")
        with pytest.raises(Refused, match="votes for themselves"):
            cast_vote(by=senate.by("sven"), ballot=ballot, choice="yes", person=senate.ada)
        for key, choice in [("ada", "yes"), ("ben", "yes"), ("cyd", "no"), ("dov", "no")]:
            cast_vote(by=senate.by(key), ballot=ballot, choice=choice)
        with pytest.raises(NotPossible, match="The chair decides it"):
            close_ballot(by=senate.by("sven"), ballot=ballot)
        with pytest.raises(Refused, match="for the chair"):
            close_ballot(by=senate.by("sven"), ballot=ballot, casting="yes")
        with pytest.raises(NotPossible, match="You decide it"):
            close_ballot(by=senate.by("chandra"), ballot=ballot)
        ballot = close_ballot(by=senate.by("chandra"), ballot=ballot, casting="yes")
    assert (ballot.result["passed"], ballot.result["names"]) == (True, None)
    assert Decision.objects.get().capacity == "Chair, Faculty Senate"


def test_minutes_are_drafted_from_the_record_and_approved_once(house: SimpleNamespace) -> None:
    run, other = matter(house), matter(house, "Trail *Care*")
    with on_the_day():
        meeting = in_session(house, "ada", "ben", "cyd", "dov", run=run)
        recuse(by=house.by("dov"), run=run)
        ballot = open_ballot(
            by=house.by("sven"), motion=moved(house, run, item=meeting.items.get())
        )
        for key, choice in [("ada", "yes"), ("ben", "yes"), ("cyd", "no")]:
            cast_vote(by=house.by(key), ballot=ballot, choice=choice)
        close_ballot(by=house.by("sven"), ballot=ballot)
        item = put_on_agenda(by=house.by("sven"), meeting=meeting, run=other, reason="Urgent.")
        rule_on_late(by=house.by("chandra"), item=item, take_up=False, reason="It can wait.")
        with later(hours=1):
            leave(by=house.by("cyd"), meeting=meeting, person=house.cyd)
        with later(hours=2):
            end_meeting(by=house.by("sven"), meeting=meeting)
            minutes = draft_minutes(by=house.by("sven"), meeting=meeting)
    assert minutes.text.split("\n\n") == [
        "# Interdisciplinary subcommittee: minutes of 2 December 2026",
        "Main Hall 202. Called to order at 14:00, ended at 16:00.",
        "## Attendance",
        "Present: Sven Lund (secretary), Ada Reyes, Ben Reyes, Cyd Reyes, Dov Reyes.",
        "Absent: Chandra Okoye (chair), Eli Reyes.",
        "Cyd Reyes left at 15:00.",
        "## Action items",
        "### Maps for Towns",
        "Recused: Dov Reyes.",
        "Moved by Ada Reyes, seconded by Ben Reyes: Recommend: Maps for Towns",
        "**Carried**: 2 yes, 1 no, 0 abstained, 1 recused; 3 of 5 took part, quorum 3. "
        "(yes: Ada Reyes, Ben Reyes; no: Cyd Reyes)",
        "## Late items",
        "### Trail \\*Care\\*",
        "Late item. Ruling of the chair: It can wait.",
        "Not taken up.\n",
    ]
    with pytest.raises(Refused, match="for the chair"):
        approve_minutes(by=house.by("sven"), meeting=meeting)
    draft_minutes(by=house.by("sven"), meeting=meeting, text=minutes.text + "Adjourned.")
    approved = approve_minutes(by=house.by("chandra"), meeting=meeting)
    assert (approved.n, approved.state, approved.approved_by) == (2, "approved", house.chandra)
    assert Meeting.objects.get().state == "minutes_approved"
    with pytest.raises(NotPossible, match="minutes approved"):
        draft_minutes(by=house.by("sven"), meeting=meeting, text="Another story.")


def test_only_members_come_and_only_in_session(house: SimpleNamespace) -> None:
    meeting = planned(house)
    with pytest.raises(NotPossible, match="later day"):
        open_meeting(by=house.by("sven"), meeting=meeting)
    with pytest.raises(NotPossible, match="not in session"):
        arrive(by=house.by("ada"), meeting=meeting, person=house.ada)
    with on_the_day():
        meeting = open_meeting(by=house.by("sven"), meeting=meeting)
        with pytest.raises(Refused, match="no seat"):
            arrive(by=house.by("una"), meeting=meeting, person=house.una)
        with pytest.raises(Refused, match="for the chair or the secretary"):
            arrive(by=house.by("ada"), meeting=meeting, person=house.ben)
        arrive(by=house.by("ada"), meeting=meeting, person=house.ada)
        arrive(by=house.by("ada"), meeting=meeting, person=house.ada)
        assert meeting.attendance.filter(person=house.ada).count() == 1


def test_a_body_needs_to_be_one_of_the_policy(house: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="chair or the secretary of chess-club"):
        plan_meeting(
            by=house.by("sven"),
            body="chess-club",
            starts_at=datetime(2026, 12, 2, 21, tzinfo=UTC),
            place="Anywhere",
        )


def test_a_matter_that_is_postponed_keeps_its_recusals_and_reviews(house: SimpleNamespace) -> None:
    run = matter(house)
    scores = {c.key: {"score": 3, "comment": ""} for c in rubric_of(run).criteria}
    write_review(
        by=house.by("ada"), run=run, scores=scores, recommendation="approve", no_conflict=True
    )
    submit_review(by=house.by("ada"), run=run)
    with on_the_day():
        meeting = in_session(house, "ada", "ben", "cyd", "dov", run=run)
        recuse(by=house.by("dov"), run=run, reason="My sister teaches in it.")
        item = meeting.items.get()
        motion = moved(house, run, "postpone", item=item, reason="The lead is away.")
        ballot = open_ballot(by=house.by("sven"), motion=motion)
        for key in ("ada", "ben"):
            cast_vote(by=house.by(key), ballot=ballot, choice="yes")
        close_ballot(by=house.by("sven"), ballot=ballot)
        item.refresh_from_db()
        again = run.case.runs.get(body=house.body, state="open")
        assert (item.state, again == run) == ("postponed", False)
        moved(house, again)
        kept = [(c.person, c.state, c.reason) for c in again.conflicts.filter(state="recused")]
        assert (house.dov, "recused", "My sister teaches in it.") in kept
        assert [sheet.reviewer for sheet in submitted(again)] == [house.ada]
