"""A show of hands: chair or secretary counts it in the room, where a body shows counts alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from bitterroot.governance.counting import Hands
from bitterroot.governance.domain.agenda import put_on_agenda
from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.conflict import recuse
from bitterroot.governance.domain.meeting import arrive, open_meeting
from bitterroot.governance.models import Ballot, Decision, Vote
from bitterroot.governance.queries.minutes import tally_in_words
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record import clock

from .bodies_kit import in_session, later, make_body, matter, moved, on_the_day, planned

IN_FEBRUARY = datetime(2027, 2, 3, 21, tzinfo=UTC)


@pytest.fixture
def senate(db: None) -> Iterator[SimpleNamespace]:
    """A small senate in session, four of its five voters there; a ballot in the room is open."""
    people = make_body("faculty-senate")
    people.run = matter(people, step="senate")
    meeting = planned(people, IN_FEBRUARY)
    item = put_on_agenda(by=people.by("sven"), meeting=meeting, run=people.run, section="action")
    with clock.standing_at(meeting.starts_at):
        open_meeting(by=people.by("chandra"), meeting=meeting)
        for key in ("ada", "ben", "cyd", "dov"):
            arrive(by=people.by("sven"), meeting=meeting, person=getattr(people, key))
        motion = moved(people, people.run, item=item)
        people.ballot = open_ballot(by=people.by("sven"), motion=motion)
        yield people


def close(senate: SimpleNamespace, *hands: int, by: str = "sven", casting: str = "") -> Ballot:
    return close_ballot(
        by=senate.by(by), ballot=senate.ballot, hands=Hands(*hands), casting=casting
    )


def test_the_secretary_counts_hands_and_the_matter_is_decided(senate: SimpleNamespace) -> None:
    ballot = close(senate, 2, 1, 1)
    said = "2 yes, 1 no, 1 abstained, by a show of hands; 4 of 5 took part, quorum 3"
    assert tally_in_words(ballot.result) == said
    assert (ballot.result["passed"], ballot.result["names"]) == (True, None)
    assert Decision.objects.get(run=senate.run).tally == ballot.result
    assert not Vote.objects.exists()
    with pytest.raises(NotPossible, match="closed already"):
        close(senate, 1, 2, 1)
    with pytest.raises((NotPossible, Refused)):
        cast_vote(by=senate.by("ada"), ballot=ballot, choice="no")


@pytest.mark.parametrize(
    ("hands", "why"),
    [
        ((4, 1, 0), "Of the 4 who may vote and were in the room, 5 hands rose"),
        ((0, 0, 0), "Count the hands"),
        ((3, -1, 0), "Count the hands"),
    ],
)
def test_hands_that_cannot_be_are_refused(
    senate: SimpleNamespace, hands: tuple[int, int, int], why: str
) -> None:
    with pytest.raises(NotPossible, match=why):
        close(senate, *hands)
    assert Ballot.objects.get().state == "open"


def test_whoever_is_recused_raises_no_hand(senate: SimpleNamespace) -> None:
    recuse(by=senate.by("dov"), run=senate.run, reason="My brother teaches in it.")
    with pytest.raises(NotPossible, match="Of the 3 who may vote"):
        close(senate, 3, 1, 0)
    assert close(senate, 2, 1, 0).result["eligible"] == 4


def test_votes_and_hands_are_not_mixed(senate: SimpleNamespace) -> None:
    cast_vote(by=senate.by("ada"), ballot=senate.ballot, choice="no")
    with pytest.raises(NotPossible, match="A member has voted already"):
        close(senate, 3, 0, 0)
    assert close_ballot(by=senate.by("sven"), ballot=senate.ballot).result["no"] == 1


def test_the_chair_decides_when_as_many_hands_rise_for_no(senate: SimpleNamespace) -> None:
    with pytest.raises(NotPossible, match="The chair decides it"):
        close(senate, 2, 2, 0)
    with pytest.raises(Refused, match="for the chair"):
        close(senate, 2, 2, 0, casting="yes")
    with pytest.raises(NotPossible, match="You decide it"):
        close(senate, 2, 2, 0, by="chandra")
    assert close(senate, 2, 2, 0, by="chandra", casting="no").result["passed"] is False
    assert not Decision.objects.filter(run=senate.run).exists()


@pytest.mark.parametrize("who", ["ada", "ben"])
def test_members_count_no_hands(senate: SimpleNamespace, who: str) -> None:
    with pytest.raises(Refused):
        close(senate, 3, 1, 0, by=who)


def test_where_names_are_shown_each_is_called(house: SimpleNamespace) -> None:
    run = matter(house)
    with on_the_day():
        meeting = in_session(house, "ada", "ben", "cyd", "dov", run=run)
        motion = moved(house, run, item=meeting.items.get())
        ballot = open_ballot(by=house.by("sven"), motion=motion)
        with pytest.raises(Refused, match="bodies that show counts alone"):
            close_ballot(by=house.by("sven"), ballot=ballot, hands=Hands(3, 1, 0))
    assert Ballot.objects.get().state == "open"


def test_no_hands_rise_in_an_electronic_ballot(db: None) -> None:
    committee = make_body("faculty-senate")
    run = matter(committee, step="senate")
    ballot = Ballot.objects.create(
        motion=moved(committee, run),
        method="electronic",
        eligible=[{"person": str(committee.ada.pk), "seat": "", "name": "Ada"}],
        opens_at=clock.now(),
        closes_at=clock.now(),
    )
    with later(days=20), pytest.raises(Refused, match="counted in the room"):
        close_ballot(by=committee.by("sven"), ballot=ballot, hands=Hands(1, 0, 0))
