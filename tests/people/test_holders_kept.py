"""A round of letters asks once who holds a role, and the next round asks anew."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bitterroot.people.actor import system
from bitterroot.people.domain.person import add_address, assign_role, create_person
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.models import Person
from bitterroot.people.queries import contact_address, holders, holders_kept

pytestmark = pytest.mark.django_db
BY = system("test")


def officer(name: str) -> Person:
    person = create_person(by=BY, display_name=name)
    address = f"{name.lower()}@example.org"
    add_address(by=BY, person=person, address=address, kind=AddressKind.CAMPUS)
    assign_role(by=BY, person=person, role=Role.MARKETING)
    return person


def test_within_a_round_it_is_asked_once_with_addresses() -> None:
    ada, _ = officer("Ada"), officer("Ben")
    with holders_kept():
        first = holders(Role.MARKETING)
        first.clear()  # whoever changes the list has it to themselves
        with CaptureQueriesContext(connection) as asked:
            found = [contact_address(person) for person in holders(Role.MARKETING)]
        assert found == ["ada@example.org", "ben@example.org"]
        assert len(asked) == 0
        assert holders(Role.AUDITOR) == []  # another question
    cleo = officer("Cleo")
    assert cleo in holders(Role.MARKETING)  # no longer kept
    with holders_kept():
        assert holders(Role.MARKETING)[0] == ada
        assert len(holders(Role.MARKETING)) == 3
