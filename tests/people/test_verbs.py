"""Verbs about persons act on the row as it stands now, not on what a page still shows."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bitterroot.people.actor import system
from bitterroot.people.domain.person import (
    add_address,
    assign_role,
    create_person,
    delegate,
    end_role,
    place_hold,
    verify_address,
)
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person, RoleAssignment
from bitterroot.record import clock

pytestmark = pytest.mark.django_db
SET_UP = system("set-up of the test")


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.standing_at(datetime(2026, 11, 18, 16, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def hale() -> Person:
    return create_person(by=SET_UP, display_name="Hale Yellowtail")


@pytest.fixture
def headship(hale: Person) -> RoleAssignment:
    return assign_role(by=SET_UP, person=hale, role=Role.HEAD, starts_on=date(2026, 1, 1))


def test_a_role_that_has_ended_meanwhile_is_not_delegated(headship: RoleAssignment) -> None:
    nora = create_person(by=SET_UP, display_name="Nora Crane")
    seen_before = RoleAssignment.objects.get(pk=headship.pk)
    end_role(by=SET_UP, assignment=headship, on=date(2026, 11, 17))
    with pytest.raises(NotPossible, match="has ended"):
        delegate(by=SET_UP, assignment=seen_before, to=nora, until=date(2026, 12, 1))
    row = RoleAssignment.objects.get(pk=headship.pk)
    assert (row.ends_on, row.delegate) == (date(2026, 11, 17), None)


def test_a_role_does_not_end_before_it_begins(headship: RoleAssignment) -> None:
    with pytest.raises(NotPossible, match="before it begins"):
        end_role(by=SET_UP, assignment=headship, on=date(2025, 12, 31))
    assert RoleAssignment.objects.get(pk=headship.pk).ends_on is None


def test_the_rows_that_change_are_held(hale: Person, headship: RoleAssignment) -> None:
    """Where the database has row locks, each verb takes one; SQLite locks the whole file."""
    address = add_address(
        by=SET_UP, person=hale, address="hale@umontana.example.edu", kind=AddressKind.CAMPUS
    )
    nora = create_person(by=SET_UP, display_name="Nora Crane")
    acts = [
        lambda: verify_address(by=SET_UP, address=address),
        lambda: delegate(by=SET_UP, assignment=headship, to=nora, until=date(2026, 12, 1)),
        lambda: end_role(by=SET_UP, assignment=headship, on=date(2026, 12, 31)),
        lambda: place_hold(by=SET_UP, person=hale, hold=True),
    ]
    for act in acts:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            act()
        reads = [q["sql"] for q in asked if q["sql"].startswith("SELECT")]
        if connection.features.has_select_for_update:
            assert any("FOR UPDATE" in sql for sql in reads)
        assert reads  # the row was read anew
    hale.refresh_from_db()
    address.refresh_from_db()
    headship.refresh_from_db()
    assert hale.directory_hold
    assert address.verified_at == clock.now()
    assert (headship.delegate, headship.ends_on) == (nora, date(2026, 12, 31))
