"""Dov stepped aside by mistake: he, the chair or the secretary take it back before the body votes."""

from types import SimpleNamespace

import pytest

from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.conflict import (
    clear_flag,
    declare_conflict,
    detect_conflicts,
    recuse,
    withdraw_recusal,
)
from bitterroot.governance.models import AgendaItem, Ballot, Conflict, StepRun
from bitterroot.governance.queries.ballots import room
from bitterroot.people.actor import person
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event

from .bodies_kit import in_session, matter, moved, on_the_day

WHY = "I pressed the wrong button."


@pytest.fixture
def run(house: SimpleNamespace) -> StepRun:
    return matter(house)


def of(run: StepRun, who: object) -> Conflict:
    return Conflict.objects.get(run=run, person=who)


def test_who_stepped_aside_by_mistake_takes_part_again(
    house: SimpleNamespace, run: StepRun
) -> None:
    recuse(by=house.by("dov"), run=run)
    assert len(room(run, None).eligible) == 5
    with pytest.raises(NotPossible, match="Say why it was a mistake"):
        withdraw_recusal(by=house.by("dov"), conflict=of(run, house.dov), reason=" ")
    back = withdraw_recusal(by=house.by("dov"), conflict=of(run, house.dov), reason=WHY)
    assert (back.state, back.reason) == ("cleared", f"Recusal withdrawn: {WHY}")
    assert len(room(run, None).eligible) == 6
    event = Event.objects.filter(verb="recusal withdrawn").get()
    assert (event.about, event.capacity) == (
        f"conflict:{back.pk}",
        "Member, Interdisciplinary subcommittee",
    )
    with pytest.raises(NotPossible, match="Dov Reyes is not recused"):
        withdraw_recusal(by=house.by("dov"), conflict=back, reason=WHY)
    recuse(by=house.by("dov"), run=run)  # and the other way again
    assert of(run, house.dov).stood == "cleared"
    Conflict.objects.filter(person=house.dov).update(recused_by=house.sven)
    wrong = [each.where for each in verify_record().broken if each.where.startswith("conflict:")]
    assert wrong == [f"conflict:{back.pk}"]


def test_a_tie_that_the_chair_had_not_settled_waits_for_the_chair_again(
    house: SimpleNamespace, run: StepRun
) -> None:
    declare_conflict(by=house.by("eli"), run=run, reason="An old friend wrote it.")
    recuse(by=house.by("sven"), run=run, person=house.eli)
    back = withdraw_recusal(by=house.by("sven"), conflict=of(run, house.eli), reason="Too early.")
    assert (back.state, back.reason) == (
        "flagged",
        "An old friend wrote it. · Recusal withdrawn: Too early.",
    )
    assert room(run, None).flagged == ["Eli Reyes"]
    assert clear_flag(by=house.by("chandra"), conflict=back, reason="Long ago.").state == "cleared"


def test_nobody_takes_back_what_another_laid_on_them_or_what_they_wrote(
    house: SimpleNamespace, run: StepRun
) -> None:
    recuse(by=house.by("chandra"), run=run, person=house.cyd)
    recuse(by=house.by("chandra"), run=run, person=house.sven)
    recuse(by=house.by("dov"), run=run)
    for key, who, why in [
        ("cyd", "cyd", "Someone else recused you; ask the chair or the secretary."),
        ("sven", "sven", "Someone else recused you; ask the chair or the secretary."),
        ("ada", "dov", "for the chair or the secretary"),
        ("wren", "dov", "for the chair or the secretary"),
    ]:
        with pytest.raises(Refused, match=why):
            withdraw_recusal(
                by=house.by(key), conflict=of(run, getattr(house, who)), reason="Let me in."
            )
    assert not Conflict.objects.exclude(state="recused").exists()


def test_authors_stay_out_whoever_asks(house: SimpleNamespace, run: StepRun) -> None:
    seat = house.seats["eli"]
    seat.person = house.wren  # the author sits in the body
    seat.save()
    detect_conflicts(run=run)
    for key in ("wren", "chandra", "sven"):
        with pytest.raises(Refused, match="Nobody decides on their own proposal"):
            withdraw_recusal(by=house.by(key), conflict=of(run, house.wren), reason="Let her in.")


def test_a_ballot_without_the_member_settles_it(house: SimpleNamespace, run: StepRun) -> None:
    with on_the_day():
        in_session(house, "ada", "ben", "cyd", "dov", run=run)
        ballot = open_ballot(
            by=house.by("sven"), motion=moved(house, run, item=AgendaItem.objects.get())
        )
        recuse(by=house.by("dov"), run=run)
        with pytest.raises(NotPossible, match="A ballot is open"):
            withdraw_recusal(by=house.by("dov"), conflict=of(run, house.dov), reason=WHY)
        for key in ("ada", "ben", "cyd"):
            cast_vote(by=house.by(key), ballot=ballot, choice="no")
        close_ballot(by=house.by("sven"), ballot=ballot)
        run.refresh_from_db()
        assert run.state == "open"  # the motion failed, and another may be made
        with pytest.raises(NotPossible, match="has voted without this member since"):
            withdraw_recusal(by=house.by("sven"), conflict=of(run, house.dov), reason=WHY)


def test_a_ballot_that_the_mistake_made_void_is_held_again(
    house: SimpleNamespace, run: StepRun
) -> None:
    with on_the_day():
        in_session(house, "ada", "ben", "cyd", run=run)
        motion = moved(house, run, item=AgendaItem.objects.get())
        open_ballot(by=house.by("sven"), motion=motion)
        recuse(by=person(house.cyd), run=run)
        assert Ballot.objects.get().state == "void"
        withdraw_recusal(by=house.by("cyd"), conflict=of(run, house.cyd), reason=WHY)
        again = open_ballot(by=house.by("sven"), motion=motion)
        for key in ("ada", "ben", "cyd"):
            cast_vote(by=house.by(key), ballot=again, choice="yes")
        closed = close_ballot(by=house.by("sven"), ballot=again)
        assert (closed.result["passed"], closed.result["recused"]) == (True, 0)
        run.refresh_from_db()
        with pytest.raises(NotPossible, match="not before"):
            withdraw_recusal(by=house.by("cyd"), conflict=of(run, house.cyd), reason=WHY)
