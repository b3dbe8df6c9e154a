"""Chandra, who chairs, wrote what lies before her own body: she does not settle who votes on it."""

from types import SimpleNamespace

import pytest

from bitterroot.governance.body_rules import reads_as_member
from bitterroot.governance.domain.ballot import cast_vote, open_ballot
from bitterroot.governance.domain.conflict import (
    clear_flag,
    declare_conflict,
    recuse,
    withdraw_recusal,
)
from bitterroot.governance.models import AgendaItem, StepRun
from bitterroot.people.errors import Refused

from .bodies_kit import _now, house, in_session, matter, moved, on_the_day  # noqa: F401


@pytest.fixture
def hers(house: SimpleNamespace) -> StepRun:  # noqa: F811
    run = matter(house)
    run.case.snapshots.update(created_by=house.chandra)
    return run


def test_she_neither_recuses_others_nor_lets_them_vote(
    house: SimpleNamespace,  # noqa: F811
    hers: StepRun,
) -> None:
    chandra, sven = house.by("chandra"), house.by("sven")
    tie = declare_conflict(by=house.by("ada"), run=hers, reason="My sister teaches in it.")
    own = "decides who votes on their own proposal"
    with pytest.raises(Refused, match=own):
        recuse(by=chandra, run=hers, person=house.ben)
    with pytest.raises(Refused, match=own):
        clear_flag(by=chandra, conflict=tie, reason="I do not mind.")
    laid = recuse(by=sven, run=hers, person=house.ben)
    with pytest.raises(Refused, match=own):
        withdraw_recusal(by=chandra, conflict=laid, reason="He may.")
    # The secretary does it in her place; where the chair wrote none of it, the chair alone clears.
    assert clear_flag(by=sven, conflict=tie, reason="The sister left.").state == "cleared"
    other = matter(house, "Another")
    tie = declare_conflict(by=house.by("ada"), run=other, reason="My sister teaches in it.")
    with pytest.raises(Refused, match="This is for the chair of"):
        clear_flag(by=sven, conflict=tie, reason="The sister left.")
    assert clear_flag(by=chandra, conflict=tie, reason="The sister left.").state == "cleared"


def test_she_reads_as_an_author_what_members_say_among_themselves(
    house: SimpleNamespace,  # noqa: F811
    hers: StepRun,
) -> None:
    who = (house.chandra, house.ada, house.wren)
    assert [reads_as_member(each, hers) for each in who] == [False, True, False]


def test_she_notes_no_vote_that_another_called_out(
    house: SimpleNamespace,  # noqa: F811
    hers: StepRun,
) -> None:
    with on_the_day():
        in_session(house, "ada", "ben", "cyd", run=hers)
        motion = moved(house, hers, item=AgendaItem.objects.get(run=hers))
        ballot = open_ballot(by=house.by("sven"), motion=motion)
        with pytest.raises(Refused, match="decides who votes on their own proposal"):
            cast_vote(by=house.by("chandra"), ballot=ballot, choice="yes", person=house.cyd)
        vote = cast_vote(by=house.by("sven"), ballot=ballot, choice="no", person=house.cyd)
    assert (vote.person, vote.choice) == (house.cyd, "no")
