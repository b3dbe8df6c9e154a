"""Who may do what in a body: the table of permissions, one row an act, as the rules answer it.

X may, · may not. Member: Ada Reyes. Recused: Dov Reyes, a member who stepped aside. Chair: Chandra
Okoye. Secretary: Sven Lund, without a vote. Author: Wren Two-Bulls, who sits in Eli's place and
wrote what lies before the body. Office: Olive Crane. Auditor: Vera Stone. Admin: Sol Reed.
Stranger: Una Moss.
"""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest

from bitterroot.governance import body_rules as rules
from bitterroot.governance.domain.ballot import open_ballot
from bitterroot.governance.domain.conflict import recuse
from bitterroot.governance.domain.seat import delegate_seat
from bitterroot.governance.rules import may_close_condition, may_override, may_rule
from bitterroot.people.actor import Actor
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from governance.bodies_kit import BODY, SET_UP, SINCE, _now, house, matter, moved  # noqa: F401

from .table import rows_of, silent_refusals, wrong_answers

WHO = [
    "member",
    "recused",
    "chair",
    "secretary",
    "author",
    "office",
    "auditor",
    "admin",
    "stranger",
]
TABLE = """
                         member recused chair secretary author office auditor admin stranger
see the body's pages        X      X      X       X       X      X       X      X      ·
read the papers             X      X      X       X       X      X       X      ·      ·
name who sits               ·      ·      X       X       ·      ·       ·      X      ·
plan, open, end a meeting   ·      ·      X       X       ·      ·       ·      ·      ·
keep the agenda             ·      ·      X       X       ·      ·       ·      ·      ·
rule on a late item         ·      ·      X       ·       ·      ·       ·      ·      ·
clear a conflict            ·      ·      X       ·       ·      ·       ·      ·      ·
recuse another              ·      ·      X       X       ·      ·       ·      ·      ·
approve the minutes         ·      ·      X       ·       ·      ·       ·      ·      ·
declare, step aside         X      X      X       X       X      ·       ·      ·      ·
take back Dov's recusal     ·      X      X       X       ·      ·       ·      ·      ·
take back one laid on Dov   ·      ·      X       X       ·      ·       ·      ·      ·
pull from consent           X      ·      X       ·       ·      ·       ·      ·      ·
review                      X      ·      X       ·       ·      ·       ·      ·      ·
move, second                X      ·      X       ·       ·      ·       ·      ·      ·
object in a period          X      ·      X       ·       ·      ·       ·      ·      ·
open, close a ballot        ·      ·      X       X       ·      ·       ·      ·      ·
vote                        X      ·      X       ·       ·      ·       ·      ·      ·
lend Eli's seat             ·      ·      X       X       ·      ·       ·      X      ·
see a held-back result      ·      ·      X       X       ·      ·       ·      ·      ·
decide in its place         ·      ·      ·       ·       ·      X       ·      ·      ·
rule that it falls          ·      ·      X       X       ·      X       ·      ·      ·
close its conditions        ·      ·      X       X       ·      X       ·      ·      ·
the same, chair recused     ·      ·      ·       X       ·      X       ·      ·      ·
"""
ROWS = rows_of(TABLE)


@pytest.fixture
def cast(house: SimpleNamespace) -> tuple[dict[str, Person], dict[str, Callable[[Actor], object]]]:  # noqa: F811
    """Everyone of the table, and what its rows ask of the rules."""
    who = {
        "member": house.ada,
        "recused": house.dov,
        "chair": house.chandra,
        "secretary": house.sven,
        "author": house.wren,
        "stranger": house.una,
    }
    for key, name, role in [
        ("office", "Olive Crane", Role.PROGRAM_OFFICER),
        ("auditor", "Vera Stone", Role.AUDITOR),
        ("admin", "Sol Reed", Role.SYSTEM_ADMIN),
    ]:
        who[key] = create_person(by=SET_UP, display_name=name)
        assign_role(by=SET_UP, person=who[key], role=role, starts_on=SINCE)
    until = date(2026, 12, 31)
    delegate_seat(by=house.by("eli"), seat=house.seats["eli"], to=house.wren, until=until)
    run = matter(house)
    stepped_aside = recuse(by=house.by("dov"), run=run)
    laid = recuse(by=house.by("sven"), run=matter(house, "Third"), person=house.dov)
    of_the_chair = matter(house, "Fourth")
    recuse(by=house.by("chandra"), run=of_the_chair)
    ballot = open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    held = open_ballot(
        by=house.by("sven"), motion=moved(house, matter(house, "Other")), method="electronic"
    )
    held.state = "closed"  # as a body leaves it that holds results back
    seat = house.seats["eli"]
    return who, {
        "see the body's pages": lambda by: rules.may_see_body(by.person, BODY),
        "read the papers": lambda by: rules.may_see_papers(by.person, run),
        "name who sits": lambda by: rules.may_seat(by, BODY),
        "plan, open, end a meeting": lambda by: rules.may_keep(by, BODY),
        "keep the agenda": lambda by: rules.may_keep(by, BODY),
        "rule on a late item": lambda by: rules.may_preside(by, BODY),
        "clear a conflict": lambda by: rules.may_settle(by, run, presiding=True),
        "recuse another": lambda by: rules.may_settle(by, run),
        "approve the minutes": lambda by: rules.may_preside(by, BODY),
        "declare, step aside": lambda by: rules.may_sit(by, BODY),
        "take back Dov's recusal": lambda by: rules.may_withdraw_recusal(by, stepped_aside),
        "take back one laid on Dov": lambda by: rules.may_withdraw_recusal(by, laid),
        "pull from consent": lambda by: rules.may_take_part(by, run),
        "review": lambda by: rules.may_take_part(by, run),
        "move, second": lambda by: rules.may_take_part(by, run),
        "object in a period": lambda by: rules.may_object(by, run),
        "open, close a ballot": lambda by: rules.may_keep(by, BODY),
        "vote": lambda by: rules.may_cast(by, ballot),
        "lend Eli's seat": lambda by: rules.may_delegate(by, seat),
        "decide in its place": lambda by: may_override(by, run),
        "rule that it falls": lambda by: may_rule(by, run),
        "close its conditions": lambda by: may_close_condition(by, run),
        "the same, chair recused": lambda by: may_close_condition(by, of_the_chair),
        "see a held-back result": lambda by: rules.may_see_result(by.person, held),
    }


def test_the_rules_of_a_body_answer_as_the_table_says(
    cast: tuple[dict[str, Person], dict[str, Callable[[Actor], object]]],
) -> None:
    who, acts = cast
    assert wrong_answers(ROWS, WHO, who, acts) == []


def test_whoever_may_not_act_in_a_body_is_told_why(
    cast: tuple[dict[str, Person], dict[str, Callable[[Actor], object]]],
) -> None:
    who, acts = cast
    assert silent_refusals(who["stranger"], acts) == [
        "see the body's pages",
        "read the papers",
        "see a held-back result",
    ]
