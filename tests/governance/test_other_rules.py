"""Rules of bodies that the shipped institution does not use: results held back, periods, quorums."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from bitterroot.governance import policies
from bitterroot.governance.body_rules import may_see_result
from bitterroot.governance.domain.acts import override
from bitterroot.governance.domain.agenda import put_on_agenda
from bitterroot.governance.domain.ballot import (
    cast_vote,
    close_ballot,
    open_ballot,
    release_result,
)
from bitterroot.governance.domain.body_sweep import run_due
from bitterroot.governance.domain.meeting import end_meeting, open_meeting
from bitterroot.governance.domain.motion import withdraw_motion
from bitterroot.governance.models import Ballot, Decision, StepRun
from bitterroot.governance.queries import approval_chain
from bitterroot.governance.queries.body_duties import waiting_for
from bitterroot.governance.queries.minutes import drafted
from bitterroot.people.actor import person
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.policy import Policy
from bitterroot.record import clock
from bitterroot.record.models import Event

from .bodies_kit import BODY, SET_UP, SINCE, later, make_body, matter, moved, on_the_day, planned

Rule = Callable[..., None]


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> Rule:
    """Let the institution's policy say something else of the subcommittee."""

    def _rule(**changed: Any) -> None:
        document = policies.current().document()
        body = next(each for each in document["bodies"] if each["key"] == BODY)
        body |= changed
        policy = Policy.from_document(document)
        monkeypatch.setattr(policies, "current", lambda: policy)

    return _rule


def all_vote(house: SimpleNamespace, run: StepRun, *choices: str) -> Ballot:
    ballot = open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    keys = ("chandra", "ada", "ben", "cyd", "dov", "eli")
    for key, choice in zip(keys, choices, strict=False):
        cast_vote(by=house.by(key), ballot=ballot, choice=choice)
    return ballot


def test_a_result_that_is_held_back_decides_nothing_until_it_is_released(
    db: None, rule: Rule
) -> None:
    rule(**{"holds back": True})
    house = make_body()
    run = matter(house)
    ballot = all_vote(house, run, *["yes"] * 6)
    ballot = close_ballot(by=house.by("chandra"), ballot=ballot)
    run.refresh_from_db()
    assert (ballot.state, run.state, Decision.objects.count()) == ("closed", "open", 0)
    told = Event.objects.get(verb="ballot closed")
    assert '"yes"' not in told.data
    assert (may_see_result(house.ada, ballot), may_see_result(house.sven, ballot)) == (False, True)
    assert [d.button for d in waiting_for(house.sven) if d.button == "Release it"] == ["Release it"]
    with pytest.raises(Refused, match="for the chair or the secretary"):
        release_result(by=house.by("ada"), ballot=ballot)
    # Whoever knows the result, or moved it, does not do away with the vote.
    with pytest.raises(NotPossible, match="the result is held back: release it"):
        open_ballot(by=house.by("sven"), motion=ballot.motion, method="electronic")
    for who in ("sven", "ada"):
        with pytest.raises(NotPossible, match="the result is held back: release it"):
            withdraw_motion(by=house.by(who), motion=ballot.motion)
    assert [d.button for d in waiting_for(house.sven)] == ["Release it"]  # nor is a place asked for
    ballot = release_result(by=house.by("sven"), ballot=ballot)
    assert may_see_result(house.ada, ballot)
    assert Decision.objects.get().outcome == "approve"
    with pytest.raises(NotPossible, match="no result that is held back"):
        release_result(by=house.by("sven"), ballot=ballot)


def test_a_result_that_is_held_back_falls_away_where_the_office_decides_in_the_body_s_place(
    db: None, rule: Rule
) -> None:
    rule(**{"holds back": True})
    house = make_body()
    run = matter(house)
    ballot = close_ballot(by=house.by("chandra"), ballot=all_vote(house, run, *["no"] * 6))
    officer = create_person(by=SET_UP, display_name="Olive Crane")
    assign_role(by=SET_UP, person=officer, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    override(by=person(officer), run=run, outcome="approve", reason="It waits since May.")
    ballot.refresh_from_db()
    assert (ballot.state, ballot.released_at) == ("void", None)
    assert [d.button for d in waiting_for(house.sven) if d.button == "Release it"] == []
    with pytest.raises(NotPossible, match="no result that is held back"):
        release_result(by=house.by("sven"), ballot=ballot)
    told = approval_chain(Decision.objects.get())
    title = policies.current().bodies[BODY].title
    office = policies.current().institution.program_office.name
    assert told["body"] == f"{office}, in place of {title}"
    assert [(each["body"], each["vote"]) for each in told["bodies"]] == [
        (f"{office}, in place of {title}", "Decided in the body's place")
    ]


@pytest.mark.parametrize(
    ("public", "vote"),
    [
        ("tally", "4 yes, 1 no, 1 abstained; 6 of 6 took part, quorum 3"),
        ("decision", "The count is not public"),
    ],
)
def test_strangers_read_a_body_s_count_where_its_rule_says_so_and_never_before_release(
    db: None, rule: Rule, public: str, vote: str
) -> None:
    rule(**{"holds back": True, "public": public})
    house = make_body()
    run = matter(house)
    votes = ["yes"] * 4 + ["no", "abstain"]
    ballot = close_ballot(by=house.by("chandra"), ballot=all_vote(house, run, *votes))
    assert Decision.objects.count() == 0  # nothing that a page could show
    release_result(by=house.by("sven"), ballot=ballot)
    decision = Decision.objects.get()
    title = policies.current().bodies[BODY].title
    assert approval_chain(decision)["bodies"] == [
        {
            "body": title,
            "outcome": "Approved",
            "decided_on": clock.today().isoformat(),
            "vote": vote,
        }
    ]


def test_a_tie_in_an_electronic_ballot_waits_for_the_chair(db: None, rule: Rule) -> None:
    rule(tie="chair decides", **{"chair votes": False})
    house = make_body()
    run = matter(house)
    ballot = open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    for key, choice in [("ada", "yes"), ("ben", "yes"), ("cyd", "no"), ("dov", "no")]:
        cast_vote(by=house.by(key), ballot=ballot, choice=choice)
    with later(days=9):
        assert run_due() == 0
        assert "Decide" in [d.button for d in waiting_for(house.chandra)]
        ballot = close_ballot(by=house.by("chandra"), ballot=ballot, casting="no")
    assert (ballot.result["passed"], ballot.motion.state) == (False, "failed")


def test_two_thirds_with_abstentions_counted(db: None, rule: Rule) -> None:
    rule(passes="two thirds", **{"abstentions count": True})
    house = make_body()
    first = close_ballot(
        by=house.by("sven"),
        ballot=all_vote(house, matter(house), "yes", "yes", "yes", "yes", "no", "abstain"),
    )
    second = close_ballot(
        by=house.by("sven"),
        ballot=all_vote(house, matter(house, "Other"), "yes", "yes", "yes", "no", "no", "abstain"),
    )
    assert [b.result["passed"] for b in (first, second)] == [True, False]
    assert [b.result["yes_needed"] for b in (first, second)] == [4, 4]


def test_the_names_are_kept_to_the_body_that_shows_them(db: None, rule: Rule) -> None:
    rule(shows="counts")
    house = make_body()
    ballot = close_ballot(by=house.by("sven"), ballot=all_vote(house, matter(house), *["yes"] * 6))
    assert ballot.result["names"] is None
    said = "".join(Event.objects.filter(verb="vote cast").values_list("data", flat=True))
    assert "yes" not in said
    assert date(2026, 11, 18) == Decision.objects.get().decided_on


def test_minutes_say_what_the_office_decided_in_the_body_s_place(db: None) -> None:
    house = make_body()
    run = matter(house)
    meeting = planned(house)
    put_on_agenda(by=house.by("sven"), meeting=meeting, run=run)
    officer = create_person(by=SET_UP, display_name="Olive Crane")
    assign_role(by=SET_UP, person=officer, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    override(by=person(officer), run=run, outcome="approve", reason="It waits since May.")
    with on_the_day():
        open_meeting(by=house.by("sven"), meeting=meeting)
        end_meeting(by=house.by("sven"), meeting=meeting)
    meeting.refresh_from_db()
    office = policies.current().institution.program_office.name
    title = policies.current().bodies[BODY].title
    said = f"Not decided here. {office}, in place of {title}: approved. It waits since May."
    assert said in drafted(meeting)
