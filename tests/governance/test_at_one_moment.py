"""Several people act at the same moment: nothing is lost, and there is one result."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection

from bitterroot.governance.domain import sweep
from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.conflict import recuse
from bitterroot.governance.domain.meeting import end_meeting
from bitterroot.governance.models import AgendaItem, Ballot, Decision, StepRun, Vote

from .bodies_kit import NOW, in_session, make_body, matter, moved, on_the_day
from .threads_kit import together

pytestmark = [
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite in memory has one writer, one connection"
    ),
    pytest.mark.django_db(transaction=True),
]


def test_two_members_vote_at_the_same_moment() -> None:
    house = make_body()
    run = matter(house)
    ballot = open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    keys = ("ada", "ben", "cyd", "dov", "eli", "chandra")
    said = together(
        *[lambda key=key: cast_vote(by=house.by(key), ballot=ballot, choice="yes") for key in keys],  # type: ignore[misc]
        at=NOW,
    )
    assert (said, Vote.objects.count()) == (["done"] * 6, 6)
    assert close_ballot(by=house.by("sven"), ballot=ballot).result["yes"] == 6


def two_have_voted(house: SimpleNamespace, run: StepRun) -> Ballot:
    """A ballot in the room: Ada and Ben have voted yes, Cyd has not voted."""
    with on_the_day():
        in_session(house, "ada", "ben", "cyd", run=run)
        motion = moved(house, run, item=AgendaItem.objects.get())
        ballot = open_ballot(by=house.by("sven"), motion=motion)
        for key in ("ada", "ben"):
            cast_vote(by=house.by(key), ballot=ballot, choice="yes")
    return ballot


def test_one_member_votes_twice_at_the_same_moment() -> None:
    house = make_body()
    run = matter(house)
    ballot = open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    said = together(
        lambda: cast_vote(by=house.by("ada"), ballot=ballot, choice="yes"),
        lambda: cast_vote(by=house.by("ada"), ballot=ballot, choice="no"),
        at=NOW,
    )
    assert (said, Vote.objects.count()) == (["done", "done"], 1)


def test_of_two_who_close_a_ballot_one_closes_it() -> None:
    house = make_body()
    run = matter(house)
    ballot = two_have_voted(house, run)
    said = together(
        lambda: close_ballot(by=house.by("sven"), ballot=ballot),
        lambda: close_ballot(by=house.by("chandra"), ballot=ballot),
    )
    assert said == ["This ballot is closed already.", "done"]
    assert Decision.objects.count() == 1


def test_a_vote_and_the_closing_never_miss_each_other() -> None:
    """Either the vote is in the tally, or its member is told that the ballot is closed."""
    house = make_body()
    run = matter(house)
    ballot = two_have_voted(house, run)
    said = together(
        lambda: cast_vote(by=house.by("cyd"), ballot=ballot, choice="no"),
        lambda: close_ballot(by=house.by("sven"), ballot=ballot),
    )
    ballot.refresh_from_db()
    counted = ballot.result["no"] == 1
    assert said == (["done", "done"] if counted else ["This ballot is closed.", "done"])
    assert Vote.objects.filter(person=house.cyd).exists() == counted


def test_a_meeting_ends_while_its_ballot_is_closed() -> None:
    house = make_body()
    run = matter(house)
    with on_the_day():
        meeting = in_session(house, "ada", "ben", "cyd", run=run)
        motion = moved(house, run, item=AgendaItem.objects.get())
        ballot = open_ballot(by=house.by("sven"), motion=motion)
        for key in ("ada", "ben"):
            cast_vote(by=house.by(key), ballot=ballot, choice="yes")
    said = together(
        lambda: end_meeting(by=house.by("sven"), meeting=meeting),
        lambda: close_ballot(by=house.by("chandra"), ballot=ballot),
    )
    ballot.refresh_from_db()
    run.refresh_from_db()
    assert (ballot.state, run.state, said) in [
        ("closed", "done", ["done", "done"]),
        ("void", "open", ["This ballot is void already.", "done"]),
    ]
    assert Decision.objects.count() == (1 if ballot.state == "closed" else 0)


def test_a_vote_comes_while_the_meeting_ends_with_the_ballot_open() -> None:
    """The ballot is void once, with every vote that came before; nothing is decided."""
    house = make_body()
    run = matter(house)
    with on_the_day():
        meeting = in_session(house, "ada", "ben", "cyd", run=run)
        motion = moved(house, run, item=AgendaItem.objects.get())
        ballot = open_ballot(by=house.by("sven"), motion=motion)
        cast_vote(by=house.by("ada"), ballot=ballot, choice="yes")
    said = together(
        lambda: cast_vote(by=house.by("ben"), ballot=ballot, choice="yes"),
        lambda: cast_vote(by=house.by("cyd"), ballot=ballot, choice="no"),
        lambda: end_meeting(by=house.by("sven"), meeting=meeting),
        lambda: end_meeting(by=house.by("chandra"), meeting=meeting),
    )
    ballot.refresh_from_db()
    run.refresh_from_db()
    over = "That is not possible with this meeting now (ended)."
    late = [each for each in said if each not in ("done", over)]
    assert said.count(over) == 1
    assert set(late) <= {"This ballot is void."}
    assert Vote.objects.count() == 3 - len(late)
    assert (ballot.state, run.state, Decision.objects.count()) == ("void", "open", 0)
    assert AgendaItem.objects.get().state == "postponed"


def test_an_electronic_ballot_outlives_the_meeting_and_its_end_is_found_once() -> None:
    """Two workers come when the window is over: the ballot is closed by one, with every vote."""
    house = make_body()
    run = matter(house)
    ballot = open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    for key in ("ada", "ben", "cyd", "dov"):
        cast_vote(by=house.by(key), ballot=ballot, choice="yes")
    ballot.refresh_from_db()
    assert ballot.closes_at is not None
    after = ballot.closes_at + timedelta(minutes=1)
    said = together(sweep.run_due, sweep.run_due, at=after)
    ballot.refresh_from_db()
    assert (said, ballot.state, ballot.result["yes"]) == (["done", "done"], "closed", 4)
    assert Decision.objects.count() == 1


def test_a_recusal_and_the_closing_never_miss_each_other() -> None:
    house = make_body()
    run = matter(house)
    with on_the_day():
        in_session(house, "ada", "ben", "cyd", "dov", run=run)
        motion = moved(house, run, item=AgendaItem.objects.get())
        ballot = open_ballot(by=house.by("sven"), motion=motion)
        for key, choice in [("ada", "yes"), ("ben", "no"), ("dov", "yes")]:
            cast_vote(by=house.by(key), ballot=ballot, choice=choice)
    said = together(
        lambda: recuse(by=house.by("dov"), run=run),
        lambda: close_ballot(by=house.by("sven"), ballot=ballot),
    )
    ballot = Ballot.objects.get()
    recused = "Dov Reyes" in ballot.recused
    assert ballot.result["passed"] is not recused
    late = "This is not before Interdisciplinary subcommittee any more."
    assert said == (["done", "done"] if recused else [late, "done"])
