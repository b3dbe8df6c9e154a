"""Who may name people for offices: system administrators, with what is kept apart.

Admin: Ada Reed, who runs the system. Other: Ben Kipp, who runs it too. Office: Olive Crane. The
registrar, an auditor, a head and someone without any office may nothing of it, for themselves
neither.
"""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from bitterroot.people import rules
from bitterroot.people.actor import Actor
from bitterroot.people.domain.person import assign_role, create_account, create_person
from bitterroot.people.enums import Role
from bitterroot.people.models import Account, Person
from proposals.conftest import SET_UP, SINCE

from .table import rows_of, silent_refusals, wrong_answers

WHO = ["admin", "other", "office", "registrar", "auditor", "head", "stranger"]
TABLE = """
                         admin other office registrar auditor head stranger
add a person               X     X     ·       ·        ·      ·     ·
grant a proposer           X     X     ·       ·        ·      ·     ·
grant a registrar          X     X     ·       ·        ·      ·     ·
grant myself marketing     X     X     ·       ·        ·      ·     ·
grant myself registrar     ·     ·     ·       ·        ·      ·     ·
grant myself the system    X     X     ·       ·        ·      ·     ·
grant the office a system  ·     ·     ·       ·        ·      ·     ·
close Ada's account        ·     X     ·       ·        ·      ·     ·
close Olive's account      X     X     ·       ·        ·      ·     ·
"""
ROWS = rows_of(TABLE)
Cast = tuple[dict[str, Person], dict[str, Callable[[Actor], object]]]


def _account(person: Person, name: str) -> Account:
    return create_account(by=SET_UP, person=person, username=name, password=None)


@pytest.fixture
def cast(uni: SimpleNamespace) -> Cast:
    who: dict[str, Person] = {
        "office": uni.olive,
        "head": uni.hale,
        "stranger": create_person(by=SET_UP, display_name="Una Moss"),
    }
    for key, name, role in [
        ("admin", "Ada Reed", Role.SYSTEM_ADMIN),
        ("other", "Ben Kipp", Role.SYSTEM_ADMIN),
        ("registrar", "Rita Finley", Role.REGISTRAR),
        ("auditor", "Ada Stone", Role.AUDITOR),
    ]:
        who[key] = create_person(by=SET_UP, display_name=name)
        assign_role(by=SET_UP, person=who[key], role=role, starts_on=SINCE)
    adas, olives = _account(who["admin"], "ada"), _account(uni.olive, "olive")

    def myself(role: Role) -> Callable[[Actor], object]:
        return lambda by: rules.may_grant(by, by.person or who["stranger"], role)

    return who, {
        "add a person": rules.may_manage_people,
        "grant a proposer": lambda by: rules.may_grant(by, who["stranger"], Role.PROPOSER),
        "grant a registrar": lambda by: rules.may_grant(by, who["stranger"], Role.REGISTRAR),
        "grant myself marketing": myself(Role.MARKETING),
        "grant myself registrar": myself(Role.REGISTRAR),
        "grant myself the system": myself(Role.SYSTEM_ADMIN),
        "grant the office a system": lambda by: rules.may_grant(by, uni.olive, Role.SYSTEM_ADMIN),
        "close Ada's account": lambda by: rules.may_close(by, adas),
        "close Olive's account": lambda by: rules.may_close(by, olives),
    }


def test_the_rules_answer_as_the_table_says(cast: Cast) -> None:
    who, acts = cast
    assert wrong_answers(ROWS, WHO, who, acts) == []


def test_whoever_may_not_is_told_why(cast: Cast) -> None:
    who, acts = cast
    for key in WHO:
        assert silent_refusals(who[key], acts) == []
