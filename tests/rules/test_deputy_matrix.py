"""Who may do what while others are away: one row an act, as the rules answer it.

X may, · may not. Hale: head of the unit, away, and asked to sign; Kim acts for him. Olive: program
officer, away; Otto acts for her. She writes along on "hers", Dana leads it. Una holds no office.
"""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest

from bitterroot.governance import rules as governance
from bitterroot.governance.domain.away import go_away
from bitterroot.people import rules as people
from bitterroot.people.actor import Actor
from bitterroot.people.domain.person import create_account, create_person
from bitterroot.people.models import Person
from bitterroot.proposals import rules as proposals
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.draft import invite_co_author, start_proposal
from bitterroot.proposals.models import Proposal
from proposals.conftest import SET_UP, proposal, uni  # noqa: F401
from proposals.test_road import asked, sign_next

from .table import rows_of, silent_refusals, wrong_answers

WHO = ["hale", "kim", "olive", "otto", "una"]
TABLE = """
                         hale kim olive otto una
sign as head               X   X    ·    ·    ·
see what Hale is asked     X   X    X    X    ·
check Dana's               ·   ·    X    X    ·
check what Olive writes    ·   ·    ·    ·    ·
waive, enter earlier ones  ·   ·    X    X    ·
begin a proposal           X   X    ·    ·    ·
end Hale's absence         X   ·    X    X    ·
write another's down       ·   ·    X    X    ·
"""
ROWS = rows_of(TABLE)
Cast = tuple[dict[str, Person], dict[str, Callable[[Actor], object]]]


@pytest.fixture
def cast(uni: SimpleNamespace, proposal: Proposal) -> Cast:  # noqa: F811
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    sign_next(uni, proposal)
    request = asked(Proposal.objects.get(pk=proposal.pk))
    hers = start_proposal(by=uni.by("dana"), title="Hers", unit=uni.unit)
    invite_co_author(by=uni.by("dana"), proposal=hers, person=uni.olive)
    who = {"hale": uni.hale, "olive": uni.olive}
    for key, name in (("kim", "Kim Crow"), ("otto", "Otto Finley"), ("una", "Una Moss")):
        who[key] = create_person(by=SET_UP, display_name=name)
        create_account(by=SET_UP, person=who[key], username=key, password=None)
    for absent, deputy in (("hale", "kim"), ("olive", "otto")):
        go_away(
            by=uni.by(absent), person=who[absent], deputy=who[deputy],
            starts_on=date(2026, 11, 18), ends_on=date(2026, 11, 30),
        )  # fmt: skip
    return who, {
        "sign as head": lambda by: governance.may_sign(by, request),
        "see what Hale is asked": lambda by: proposals.may_see(by.person, request.case.proposal),
        "check Dana's": lambda by: proposals.may_check(by, request.case.proposal),
        "check what Olive writes": lambda by: proposals.may_check(by, hers),
        "waive, enter earlier ones": proposals.is_office,
        "begin a proposal": proposals.may_begin,
        "end Hale's absence": lambda by: people.may_say_away(by, uni.hale),
        "write another's down": people.may_record_absences,
    }


def test_the_rules_answer_as_the_table_says(cast: Cast) -> None:
    who, acts = cast
    assert wrong_answers(ROWS, WHO, who, acts) == []


def test_whoever_may_not_is_told_why(cast: Cast) -> None:
    who, acts = cast
    assert silent_refusals(who["una"], acts) == ["see what Hale is asked"]
