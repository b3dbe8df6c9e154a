"""What members of a body are told: who gets which letter, and that none says too much."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.ballot import (
    cast_vote,
    close_ballot,
    open_ballot,
    release_result,
)
from bitterroot.governance.domain.bundle import bind
from bitterroot.governance.domain.conflict import (
    clear_flag,
    declare_conflict,
    detect_conflicts,
    recuse,
)
from bitterroot.governance.domain.meeting import cancel_meeting, end_meeting, publish_agenda
from bitterroot.governance.domain.minutes import approve_minutes, draft_minutes
from bitterroot.governance.domain.objection import raise_objection
from bitterroot.governance.domain.run import record_decision
from bitterroot.governance.domain.seat import delegate_seat, end_seat
from bitterroot.governance.models import Ballot, Decision, StepRun
from bitterroot.messages.domain import letters, writing
from bitterroot.messages.domain.body_letters import BODY_MAKERS
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.domain.letter import Letter
from bitterroot.messages.models import Mail
from bitterroot.messages.wording import filled
from bitterroot.people import actor
from bitterroot.people.domain.person import add_address, assign_role, create_person
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.models import Person, Unit
from bitterroot.policy import load_policy
from bitterroot.proposals.domain.draft import start_proposal
from bitterroot.record import clock
from bitterroot.record.models import Event, Outbox, OutboxState
from governance.bodies_kit import (
    NOW,
    SET_UP,
    SINCE,
    in_session,
    later,
    make_body,
    matter,
    moved,
    on_the_day,
    planned,
)
from governance.engine_kit import use
from governance.test_other_rules import Rule, all_vote, rule  # noqa: F401

EVERYONE = ["Ada Reyes", "Ben Reyes", "Chandra Okoye", "Cyd Reyes", "Dov Reyes", "Eli Reyes"]


@pytest.fixture(autouse=True)
def addresses() -> None:
    """Nobody of the road's house is here."""


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.standing_at(NOW):
        yield


def with_addresses(house: SimpleNamespace) -> SimpleNamespace:
    for key, person in vars(house).items():
        if hasattr(person, "display_name"):
            add_address(
                by=SET_UP,
                person=person,
                address=f"{key}@umontana.example.edu",
                kind=AddressKind.CAMPUS,
                primary=True,
            )
    return house


@pytest.fixture
def house(db: None) -> SimpleNamespace:
    made = with_addresses(make_body())
    told()
    Mail.objects.all().delete()
    return made


@pytest.fixture
def run(house: SimpleNamespace) -> StepRun:
    return matter(house)


def told(template: str = "") -> list[str]:
    """Who got this letter, by name; writes what waits."""
    while run_once():
        pass
    assert not Outbox.objects.filter(state=OutboxState.FAILED).exists()
    return sorted(Mail.objects.filter(template=template).values_list("to_name", flat=True))


def text(template: str) -> str:
    mail = Mail.objects.filter(template=template).order_by("to_name")[0]
    return f"{mail.subject}\n{mail.body}"


def electronic(house: SimpleNamespace, run: StepRun) -> Ballot:
    return open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")


def test_whoever_takes_a_seat_is_told_what_it_is(db: None) -> None:
    make_body()
    assert told("seat_taken") == []  # without an address nobody can be written to
    with_addresses(make_body("faculty-senate"))
    assert len(told("seat_taken")) == 7
    assert "You sit in Faculty Senate" in text("seat_taken")


def test_a_matter_arrives_and_the_keepers_place_it(house: SimpleNamespace, run: StepRun) -> None:
    assert told("body_matter") == ["Chandra Okoye", "Sven Lund"]
    assert "“Maps for Towns” now lies before Interdisciplinary subcommittee." in text("body_matter")
    assert f"/matters/{run.pk}" in text("body_matter")


def test_a_meeting_is_told_but_not_to_the_one_who_called_it(
    house: SimpleNamespace, run: StepRun
) -> None:
    meeting = planned(house)
    assert told("meeting_planned") == EVERYONE
    publish_agenda(by=house.by("sven"), meeting=meeting)
    assert told("agenda_published") == EVERYONE
    assert f"/meetings/{meeting.pk}/packet" in text("agenda_published")
    cancel_meeting(by=house.by("sven"), meeting=meeting, reason="Snow closes the campus.")
    assert told("meeting_cancelled") == EVERYONE
    assert "Snow closes the campus." in text("meeting_cancelled")


def test_one_that_was_called_off_at_once_is_only_called_off(house: SimpleNamespace) -> None:
    meeting = planned(house)
    cancel_meeting(by=house.by("sven"), meeting=meeting, reason="The wrong day.")
    assert told("meeting_planned") == []
    assert told("meeting_cancelled") == EVERYONE


def test_voters_are_asked_and_the_recused_are_not(house: SimpleNamespace, run: StepRun) -> None:
    declare_conflict(by=house.by("eli"), run=run, reason="I taught the course.")
    assert told("conflict_declared") == ["Chandra Okoye", "Sven Lund"]
    assert "I taught the course." not in text("conflict_declared")
    assert "Recuse them or clear it before a ballot opens" in text("conflict_declared")
    recuse(by=house.by("eli"), run=run)
    ballot = electronic(house, run)
    assert told("ballot_opened") == [name for name in EVERYONE if name != "Eli Reyes"]
    assert f"/ballots/{ballot.pk}" in text("ballot_opened")


def test_a_ballot_in_the_room_needs_no_letter(house: SimpleNamespace, run: StepRun) -> None:
    with on_the_day():
        in_session(house, "ada", "ben", "cyd", run=run)
        motion = moved(house, run, item=run.agenda_items.get())
        open_ballot(by=house.by("sven"), motion=motion)
        assert told("ballot_opened") == []


def test_a_ballot_that_closed_before_the_mail_was_written_asks_nobody(
    house: SimpleNamespace, run: StepRun
) -> None:
    ballot = electronic(house, run)
    for key in ("ada", "ben", "cyd", "dov"):
        cast_vote(by=house.by(key), ballot=ballot, choice="yes")
    with clock.standing_at(NOW + timedelta(days=30)):
        close_ballot(by=house.by("sven"), ballot=ballot)
    assert told("ballot_opened") == []


def test_a_result_that_is_held_back_stays_out_of_letters_until_released(
    house: SimpleNamespace,
    rule: Rule,  # noqa: F811
) -> None:
    rule(**{"holds back": True, "electronic": True})
    ballot = all_vote(house, matter(house), "yes", "yes", "yes", "yes")
    with later(days=30):
        close_ballot(by=house.by("sven"), ballot=ballot)
        assert told("result_released") == []
        released = release_result(by=house.by("sven"), ballot=ballot)
        assert released.released_at is not None
        assert told("result_released") == EVERYONE


def test_a_seat_is_lent_and_ended(house: SimpleNamespace) -> None:
    until = clock.today() + timedelta(days=30)
    delegate_seat(by=house.by("ada"), seat=house.seats["ada"], to=house.una, until=until)
    assert told("seat_delegated") == ["Una Moss"]
    assert "Una Moss acts for Ada Reyes" in text("seat_delegated")
    delegate_seat(by=house.by("ada"), seat=house.seats["ada"], to=None)
    assert told("seat_delegated") == ["Una Moss"]  # Ada did it herself, and Una acts no more
    end_seat(by=house.by("sven"), seat=house.seats["ben"], ends_on=clock.today(), reason="On leave")
    assert told("seat_ended") == ["Ben Reyes"]


def test_a_tie_that_was_found_is_told_and_so_is_its_clearing(house: SimpleNamespace) -> None:
    unit = Unit.objects.filter(kind="department").first()
    assert unit is not None
    assign_role(by=SET_UP, person=house.wren, role=Role.PROPOSER, unit=unit, starts_on=SINCE)
    assign_role(by=SET_UP, person=house.ada, role=Role.INSTRUCTOR, unit=unit, starts_on=SINCE)
    proposal = start_proposal(by=house.by("wren"), title="Maps for Towns", unit=unit)
    proposal.co_authors.add(house.cyd)
    run = matter(house, "Another")
    run.case = proposal.case
    run.save()
    ada, cyd = sorted(detect_conflicts(run=run), key=lambda c: c.person.display_name)
    assert told("conflict_found") == ["Ada Reyes", "Cyd Reyes"]
    assert "Until that is settled you do not vote on it." in text("conflict_found")
    mail = Mail.objects.get(template="conflict_found", to_name="Cyd Reyes")
    assert "So you stay out of it" in mail.body
    clear_flag(by=house.by("chandra"), conflict=ada, reason="She teaches elsewhere now.")
    assert told("conflict_cleared") == ["Ada Reyes"]
    assert cyd.state == "recused"


def officers(*names: str) -> list[Person]:
    """Of the program office, with addresses."""
    found = [create_person(by=SET_UP, display_name=name) for name in names]
    for person in found:
        assign_role(by=SET_UP, person=person, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
        add_address(
            by=SET_UP, person=person, address=f"{person.display_name[:4]}@umontana.example.edu",
            kind=AddressKind.CAMPUS, primary=True,
        )  # fmt: skip
    return found


def test_authors_are_told_what_a_body_decided(house: SimpleNamespace) -> None:
    unit = Unit.objects.filter(kind="department").first()
    assert unit is not None
    assign_role(by=SET_UP, person=house.wren, role=Role.PROPOSER, unit=unit, starts_on=SINCE)
    proposal = start_proposal(by=house.by("wren"), title="Maps for Towns", unit=unit)
    run = matter(house)
    decision = Decision.objects.create(
        case=proposal.case,
        subject="proposal",
        run=run,
        step=run.path,
        outcome="approve",
        body="Interdisciplinary subcommittee",
        person_name="Sven Lund",
        capacity="Secretary",
        reason="Well thought through.",
        decided_on=clock.today(),
        recorded_at=clock.now(),
    )
    proposal.case.process = "full-proposal"  # as the step that was decided is one of it
    proposal.case.save()
    run.case, run.state, run.outcome = proposal.case, "done", "approve"
    run.save()
    olive, alto = officers("Olive Crane", "Alto Reed")
    record_decision(house.by("sven"), decision)
    assert told("body_decided") == ["Wren Two-Bulls"]
    assert "has decided on “Maps for Towns”: Approved." in text("body_decided")
    assert "Well thought through." in text("body_decided")
    assert told("result_told") == ["Alto Reed", "Olive Crane"]
    assert "decided on “Maps for Towns” of Wren Two-Bulls: Approved." in text("result_told")
    Mail.objects.all().delete()
    decision.pk, decision.outcome = None, "decline"
    decision.save(force_insert=True)
    record_decision(actor.person(olive), decision)  # in the body's place
    assert told("result_told") == ["Alto Reed"]
    decision.pk, decision.outcome = None, "noted"
    decision.save(force_insert=True)
    record_decision(house.by("sven"), decision)
    assert told("result_told") == ["Alto Reed"]
    assert alto.pk != olive.pk


def test_minutes(house: SimpleNamespace, run: StepRun) -> None:
    with on_the_day():
        meeting = in_session(house, "ada", "ben", "cyd", run=run)
        end_meeting(by=house.by("sven"), meeting=meeting)
        draft_minutes(by=house.by("sven"), meeting=meeting)
        approve_minutes(by=house.by("chandra"), meeting=meeting)
        others = [name for name in EVERYONE if name != "Chandra Okoye"]
        assert told("minutes_approved") == sorted([*others, "Sven Lund"])


def test_each_letter_is_written_once(house: SimpleNamespace, run: StepRun) -> None:
    planned(house)
    told()
    Outbox.objects.update(state=OutboxState.WAITING)
    told()
    assert max(Counter(Mail.objects.values_list("key", flat=True)).values()) == 1


def test_members_who_read_the_same_cost_one_reading_and_one_writing_of_its_words(
    house: SimpleNamespace, run: StepRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    told()
    for _ in range(3):
        planned(house)
    writings = []
    monkeypatch.setattr(writing, "filled", lambda *said: writings.append(said) or filled(*said))
    with CaptureQueriesContext(connection) as asked:
        assert told("meeting_planned") == sorted(EVERYONE * 3)
    assert len(writings) == 3  # not 18
    assert sum('FROM "people_address"' in each["sql"] for each in asked) == 1
    assert sum('INTO "mail_mail"' in each["sql"] for each in asked) == 1
    greeted = [m.body.splitlines()[0] for m in Mail.objects.filter(template="meeting_planned")]
    assert sorted(greeted) == sorted(f"Hello {name}," for name in EVERYONE * 3)


def test_one_event_that_fails_leaves_the_others_of_its_round_written_once(
    house: SimpleNamespace, run: StepRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    told()
    first, second = planned(house), planned(house)
    makes = BODY_MAKERS["meeting planned"]

    def fails(key: str, event: Event, data: dict[str, object]) -> list[Letter]:
        if key == str(first.pk):
            raise ValueError("no such word")
        return makes(key, event, data)

    monkeypatch.setitem(letters._MAKERS, "meeting planned", fails)
    assert told("meeting_planned") == EVERYONE
    assert {str(second.pk) in m.body for m in Mail.objects.filter(template="meeting_planned")} == {
        True
    }
    row = Outbox.objects.exclude(state=OutboxState.DONE).get()
    assert (row.tries, row.last_error) == (1, "ValueError: no such word")


def test_the_keepers_are_told_that_a_matter_waits_for_what_it_was_bound_with(
    house: SimpleNamespace, run: StepRun
) -> None:
    olive = create_person(by=SET_UP, display_name="Olive Crane")
    assign_role(by=SET_UP, person=olive, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    wren = house.by("wren")
    with transaction.atomic():
        other = cases.open_case(
            by=wren, process="full-proposal", subject="matter:counties", title="Maps for Counties"
        )
    there = matter(house, "Maps for Cities")  # it lies before the body too: nobody waits for it
    bind(by=actor.person(olive), cases_=[run.case, other, there.case], title="Maps")
    assert told("body_matter_waits") == ["Chandra Okoye", "Chandra Okoye", "Sven Lund", "Sven Lund"]
    for mail in Mail.objects.filter(template="body_matter_waits"):
        assert "so it waits for:\n\n- Maps for Counties\n\n" in mail.body


class TestNoObjection:
    """The executive committee of an institution whose decisions stand unless it objects."""

    @pytest.fixture
    def committee(self, db: None, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
        use(monkeypatch, load_policy("hudson-valley"))
        return with_addresses(make_body("senate-executive"))

    def test_members_are_told_that_nobody_objected(self, committee: SimpleNamespace) -> None:
        posted = matter(committee, step="posted")
        assert told("no_objection_ended") == []
        decision = Decision.objects.create(
            case=posted.case, subject="matter", run=posted, step=posted.path, outcome="passed",
            body="Senate Executive Committee", capacity="end of the period",
            decided_on=clock.today(), recorded_at=clock.now(),
        )  # fmt: skip
        record_decision(actor.system("end of the period"), decision)
        assert told("no_objection_ended") == sorted([*EVERYONE, "Sven Lund"])
        said = text("no_objection_ended")
        assert "Passed without objection: Maps for Towns" in said
        assert f"/matters/{posted.pk}" in said

    def test_of_an_objection_each_member_is_told_once(self, committee: SimpleNamespace) -> None:
        posted = matter(committee, step="posted")
        raise_objection(by=committee.by("ada"), run=posted, reason="Two libraries do it.")
        assert told("no_objection_ended") == ["Ben Reyes", "Cyd Reyes", "Dov Reyes", "Eli Reyes"]
        assert told("objection_raised") == ["Chandra Okoye", "Sven Lund"]
        assert "Ada Reyes objected" in text("no_objection_ended")
        assert "Two libraries do it." in text("no_objection_ended")

    def test_an_officer_who_is_a_member_too_reads_of_an_objection_once(
        self, committee: SimpleNamespace
    ) -> None:
        assign_role(by=SET_UP, person=committee.cyd, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
        posted = matter(committee, step="posted")
        raise_objection(by=committee.by("ada"), run=posted, reason="Two libraries do it.")
        assert told("objection_raised") == ["Chandra Okoye", "Cyd Reyes", "Sven Lund"]
        assert told("no_objection_ended") == ["Ben Reyes", "Dov Reyes", "Eli Reyes"]
        assert Mail.objects.filter(to_name="Cyd Reyes", template__contains="objection").count() == 1
