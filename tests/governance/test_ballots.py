"""Ballots in the room and electronic: who is counted, what passes, and what goes wrong."""

from types import SimpleNamespace

import pytest

from bitterroot.governance.body_seals import ballot_seal
from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.body_sweep import run_due
from bitterroot.governance.domain.conflict import clear_flag, declare_conflict, recuse
from bitterroot.governance.domain.meeting import end_meeting, leave
from bitterroot.governance.domain.motion import move_motion, second
from bitterroot.governance.models import AgendaItem, Ballot, Decision, Meeting, StepRun, Vote
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record.models import Event

from .bodies_kit import in_session, later, matter, moved, on_the_day


def votes(house: SimpleNamespace, ballot: Ballot, **said: str) -> None:
    for key, choice in said.items():
        cast_vote(by=house.by(key), ballot=ballot, choice=choice)


@pytest.fixture
def run(house: SimpleNamespace) -> StepRun:
    return matter(house)


def ballot_in_room(house: SimpleNamespace, run: StepRun, *present: str) -> Ballot:
    """Opened on Ada's motion, with those in the room; call it `on_the_day`."""
    in_session(house, *present, run=run)
    motion = moved(house, run, item=AgendaItem.objects.get(run=run))
    return open_ballot(by=house.by("sven"), motion=motion)


def test_a_carried_motion_decides_the_matter(house: SimpleNamespace, run: StepRun) -> None:
    with on_the_day():
        ballot = ballot_in_room(house, run, "ada", "ben", "cyd", "dov")
        votes(house, ballot, ada="yes", ben="yes", cyd="no", dov="abstain")
        close_ballot(by=house.by("sven"), ballot=ballot)
    decision = Decision.objects.get(run=run)
    assert decision.outcome == "approve"
    assert (decision.body, decision.person_name) == ("Interdisciplinary subcommittee", "Sven Lund")
    assert decision.capacity == "Secretary, Interdisciplinary subcommittee"
    assert decision.tally == {
        "yes": 2,
        "no": 1,
        "abstain": 1,
        "recused": 0,
        "eligible": 6,
        "present": 4,
        "quorum": 3,
        "yes_needed": 2,
        "passed": True,
        "names": {"yes": ["Ada Reyes", "Ben Reyes"], "no": ["Cyd Reyes"], "abstain": ["Dov Reyes"]},
    }
    run.refresh_from_db()
    item = AgendaItem.objects.get(run=run)
    motion = ballot.motion
    motion.refresh_from_db()
    assert (run.state, run.outcome, item.state, motion.state) == (
        "done",
        "approve",
        "decided",
        "carried",
    )


def test_a_second_close_finds_it_closed(house: SimpleNamespace, run: StepRun) -> None:
    with on_the_day():
        ballot = ballot_in_room(house, run, "ada", "ben", "cyd")
        votes(house, ballot, ada="yes", ben="yes")
        close_ballot(by=house.by("sven"), ballot=ballot)
        with pytest.raises(NotPossible, match="This ballot is closed already"):
            close_ballot(by=house.by("chandra"), ballot=ballot)
        with pytest.raises(Refused, match="This ballot is closed"):
            votes(house, ballot, cyd="no")
    assert Decision.objects.count() == 1


def test_a_tie_fails_and_the_matter_stays_before_the_body(
    house: SimpleNamespace, run: StepRun
) -> None:
    with on_the_day():
        ballot = ballot_in_room(house, run, "ada", "ben", "cyd", "dov")
        votes(house, ballot, ada="yes", ben="yes", cyd="no", dov="no")
        ballot = close_ballot(by=house.by("sven"), ballot=ballot)
        run.refresh_from_db()
        assert (ballot.result["passed"], ballot.motion.state, run.state) == (
            False,
            "failed",
            "open",
        )
        assert Decision.objects.count() == 0
        again = moved(house, run, "decline", reason="Too close.", item=ballot.motion.item)
        assert again.state == "seconded"


def test_a_vote_can_be_changed_while_the_ballot_is_open(
    house: SimpleNamespace, run: StepRun
) -> None:
    with on_the_day():
        ballot = ballot_in_room(house, run, "ada", "ben", "cyd")
        votes(house, ballot, ada="yes", ben="yes", cyd="yes")
        votes(house, ballot, cyd="no", ben="no")
        ballot = close_ballot(by=house.by("sven"), ballot=ballot)
    assert [ballot.result[key] for key in ("yes", "no", "passed")] == [1, 2, False]
    assert Vote.objects.count() == 3


def test_without_a_quorum_in_the_room_no_ballot_opens(house: SimpleNamespace, run: StepRun) -> None:
    with on_the_day():
        in_session(house, "ada", "ben", run=run)
        motion = moved(house, run, item=AgendaItem.objects.get(run=run))
        with pytest.raises(NotPossible, match="no quorum: 2 of the 3 needed"):
            open_ballot(by=house.by("sven"), motion=motion)


def test_a_recusal_lowers_the_base_before_the_ballot(house: SimpleNamespace, run: StepRun) -> None:
    """Six may vote, three are needed; when two who are away step aside, two of four are enough."""
    for key in ("dov", "eli"):
        recuse(by=house.by(key), run=run)
    with on_the_day():
        ballot = ballot_in_room(house, run, "ada", "ben")
        votes(house, ballot, ada="yes", ben="yes")
        ballot = close_ballot(by=house.by("sven"), ballot=ballot)
    told = [ballot.result[key] for key in ("eligible", "present", "quorum", "recused", "passed")]
    assert told == [4, 2, 2, 2, True]


def test_a_recusal_in_an_open_ballot_can_lose_the_quorum(
    house: SimpleNamespace, run: StepRun
) -> None:
    with on_the_day():
        ballot = ballot_in_room(house, run, "ada", "ben", "cyd")
        votes(house, ballot, ada="yes", ben="yes", cyd="yes")
        recuse(by=house.by("cyd"), run=run, reason="My sister teaches in it.")
        ballot.refresh_from_db()
        assert (ballot.state, ballot.note) == (
            "void",
            "The quorum was lost when Cyd Reyes was recused.",
        )
        assert (len(ballot.eligible), len(ballot.present), ballot.recused) == (5, 2, ["Cyd Reyes"])
        with pytest.raises(NotPossible, match="void already"):
            close_ballot(by=house.by("sven"), ballot=ballot)
        with pytest.raises(Refused, match="void"):
            votes(house, ballot, ada="no")
    assert Decision.objects.count() == 0


def test_a_recused_members_vote_is_not_counted(house: SimpleNamespace, run: StepRun) -> None:
    with on_the_day():
        ballot = ballot_in_room(house, run, "ada", "ben", "cyd", "dov", "eli")
        votes(house, ballot, ada="yes", ben="yes", cyd="no", dov="no", eli="no")
        recuse(by=house.by("eli"), run=run)
        recuse(by=house.by("sven"), run=run, person=house.dov)
        with pytest.raises(Refused, match="not among those"):
            votes(house, ballot, eli="yes")
        ballot = close_ballot(by=house.by("sven"), ballot=ballot)
    told = [ballot.result[key] for key in ("yes", "no", "recused", "eligible", "passed")]
    assert told == [2, 1, 2, 4, True]


def test_a_meeting_that_ends_voids_the_ballot_in_its_room(
    house: SimpleNamespace, run: StepRun
) -> None:
    with on_the_day():
        ballot = ballot_in_room(house, run, "ada", "ben", "cyd")
        votes(house, ballot, ada="yes")
        void = end_meeting(by=house.by("sven"), meeting=Meeting.objects.get())
        ballot.refresh_from_db()
        assert [each.pk for each in void] == [ballot.pk]
        assert (ballot.state, ballot.note) == (
            "void",
            "The meeting ended while this ballot was open.",
        )
        with pytest.raises(NotPossible, match="void already"):
            close_ballot(by=house.by("sven"), ballot=ballot)
    run.refresh_from_db()
    assert (run.state, AgendaItem.objects.get().state) == ("open", "postponed")
    assert Decision.objects.count() == 0


def test_an_electronic_ballot_outlives_the_meeting_and_closes_with_its_window(
    house: SimpleNamespace, run: StepRun
) -> None:
    with on_the_day():
        meeting = in_session(house, "ada", "ben", "cyd", run=run)
        motion = moved(house, run, item=AgendaItem.objects.get(run=run))
        ballot = open_ballot(by=house.by("sven"), motion=motion, method="electronic")
        assert end_meeting(by=house.by("sven"), meeting=meeting) == []
        votes(house, ballot, ada="yes", ben="yes", chandra="yes")
        with pytest.raises(NotPossible, match="still open, and 3 have not voted"):
            close_ballot(by=house.by("sven"), ballot=ballot)
        assert run_due() == 0
        with later(days=8):
            with pytest.raises(NotPossible, match="has closed"):
                votes(house, ballot, dov="no")
            assert (run_due(), run_due()) == (1, 0)
    decision = Decision.objects.get(run=run)
    assert (decision.outcome, decision.person, decision.capacity) == (
        "approve",
        None,
        "end of the window",
    )
    assert [decision.tally[key] for key in ("yes", "eligible", "present", "quorum")] == [3, 6, 3, 3]


def test_an_electronic_ballot_closes_early_when_all_have_voted(
    house: SimpleNamespace, run: StepRun
) -> None:
    ballot = open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    votes(house, ballot, **dict.fromkeys(("ada", "ben", "cyd", "dov", "eli", "chandra"), "yes"))
    assert close_ballot(by=house.by("sven"), ballot=ballot).result["yes"] == 6


def test_an_open_ballot_is_sealed_as_its_row_is_read_again(
    house: SimpleNamespace, run: StepRun
) -> None:
    ballot = open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    last = Event.objects.get(about=f"ballot:{ballot.pk}")
    assert last.seal == ballot_seal(Ballot.objects.get(pk=ballot.pk))


def test_an_electronic_ballot_without_a_quorum_is_void(
    house: SimpleNamespace, run: StepRun
) -> None:
    motion = moved(house, run)
    ballot = open_ballot(by=house.by("sven"), motion=motion, method="electronic")
    votes(house, ballot, ada="yes", ben="yes")
    with later(days=9):
        assert run_due() == 1
        ballot.refresh_from_db()
        assert (ballot.state, ballot.note) == (
            "void",
            "There was no quorum: 2 of the 3 needed voted.",
        )
        again = open_ballot(by=house.by("sven"), motion=motion, method="electronic")
    assert (again.state, Decision.objects.count()) == ("open", 0)


def test_the_author_never_votes(house: SimpleNamespace) -> None:
    """Wren sits in the body in Eli's place, and is recused from what she wrote."""
    from datetime import date

    from bitterroot.governance.domain.seat import delegate_seat

    delegate_seat(
        by=house.by("eli"), seat=house.seats["eli"], to=house.wren, until=date(2026, 12, 31)
    )
    run = matter(house)
    motion = moved(house, run)
    assert [(c.person, c.kind, c.state) for c in run.conflicts.all()] == [
        (house.wren, "co_author", "recused")
    ]
    ballot = open_ballot(by=house.by("sven"), motion=motion, method="electronic")
    assert (len(ballot.eligible), ballot.recused) == (5, ["Wren Two-Bulls"])
    with pytest.raises(Refused, match="not among those"):
        votes(house, ballot, wren="yes")
    with pytest.raises(Refused, match="not among those"):
        votes(house, ballot, eli="yes")  # the seat is lent


def test_a_flagged_conflict_is_settled_before_the_ballot(
    house: SimpleNamespace, run: StepRun
) -> None:
    motion = moved(house, run)
    conflict = declare_conflict(by=house.by("dov"), run=run, reason="I once taught with Wren.")
    with pytest.raises(NotPossible, match="Settle these conflicts first: Dov Reyes"):
        open_ballot(by=house.by("sven"), motion=motion, method="electronic")
    with pytest.raises(Refused, match="for the chair"):
        clear_flag(by=house.by("sven"), conflict=conflict, reason="Long ago.")
    clear_flag(by=house.by("chandra"), conflict=conflict, reason="Ten years ago.")
    assert len(open_ballot(by=house.by("sven"), motion=motion, method="electronic").eligible) == 6


def test_who_may_move_second_open_and_close(house: SimpleNamespace, run: StepRun) -> None:
    with pytest.raises(Refused, match="for members"):
        move_motion(by=house.by("una"), run=run, outcome="approve")
    with pytest.raises(Refused, match="has no vote"):
        move_motion(by=house.by("sven"), run=run, outcome="approve")
    motion = move_motion(by=house.by("ada"), run=run, outcome="approve")
    with pytest.raises(NotPossible, match="Another motion"):
        move_motion(by=house.by("ben"), run=run, outcome="decline", reason="No.")
    with pytest.raises(NotPossible, match="waits for a second"):
        open_ballot(by=house.by("sven"), motion=motion, method="electronic")
    with pytest.raises(NotPossible, match="other than the mover"):
        second(by=house.by("ada"), motion=motion)
    motion = second(by=house.by("ben"), motion=motion)
    with pytest.raises(Refused, match="for the chair or the secretary"):
        open_ballot(by=house.by("ada"), motion=motion, method="electronic")
    ballot = open_ballot(by=house.by("chandra"), motion=motion, method="electronic")
    with pytest.raises(Refused, match="for the chair or the secretary"):
        close_ballot(by=house.by("ada"), ballot=ballot)
    with pytest.raises(Refused, match="votes for themselves"):
        cast_vote(by=house.by("sven"), ballot=ballot, choice="yes", person=house.ada)


def test_whoever_came_later_does_not_vote_and_whoever_left_has_voted(
    house: SimpleNamespace, run: StepRun
) -> None:
    with on_the_day():
        ballot = ballot_in_room(house, run, "ada", "ben", "cyd")
        votes(house, ballot, ada="yes", ben="yes")
        leave(by=house.by("ada"), meeting=Meeting.objects.get(), person=house.ada)
        with pytest.raises(Refused, match="not in the room when"):
            votes(house, ballot, dov="no")
        cast_vote(by=house.by("sven"), ballot=ballot, choice="no", person=house.cyd)  # called out
        ballot = close_ballot(by=house.by("sven"), ballot=ballot)
    assert [ballot.result[key] for key in ("yes", "no", "present")] == [2, 1, 3]


def test_nothing_is_moved_or_put_to_the_vote_while_a_case_is_on_hold(
    house: SimpleNamespace, run: StepRun
) -> None:
    motion = moved(house, run)
    run.case.state = "on_hold"
    run.case.save()
    with pytest.raises(NotPossible, match="It is on hold"):
        open_ballot(by=house.by("sven"), motion=motion, method="electronic")
    with pytest.raises(NotPossible, match="It is on hold"):
        recuse(by=house.by("dov"), run=run)
