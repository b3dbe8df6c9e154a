"""Hale, who heads Geography, is away for two weeks, and Nora acts for him; and what is refused in words."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bitterroot.people.actor import person, system
from bitterroot.people.domain.absence import announce_absence, end_absence
from bitterroot.people.domain.account import close_account
from bitterroot.people.domain.person import assign_role, create_account, create_person, delegate
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Absence, Person, RoleAssignment
from bitterroot.people.queries import holders, holds, roles_of
from bitterroot.people.queries.absences import in_place_of, reached
from bitterroot.people.rules import as_role
from bitterroot.record import clock
from bitterroot.record.models import Event

pytestmark = pytest.mark.django_db
SET_UP = system("set-up of the test")
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 14)
Announce = Callable[..., Absence]


def on(day: date) -> Any:
    return clock.standing_at(datetime(day.year, day.month, day.day, 16, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _now() -> Any:
    with on(date(2026, 11, 18)):
        yield


def someone(name: str, *roles: Role, account: bool = True) -> Person:
    who = create_person(by=SET_UP, display_name=name)
    if account:
        create_account(by=SET_UP, person=who, username=name.split()[0].lower(), password=None)
    for role in roles:
        assign_role(by=SET_UP, person=who, role=role, starts_on=date(2026, 1, 1))
    return who


@pytest.fixture
def hale() -> Person:
    return someone("Hale Yellowtail", Role.HEAD, Role.INSTRUCTOR)


@pytest.fixture
def nora() -> Person:
    return someone("Nora Crane", Role.PROPOSER)


def away(
    who: Person, deputy: Person, first: date = FIRST, last: date = LAST, **more: Any
) -> Absence:
    return announce_absence(
        by=person(who), person=who, deputy=deputy, starts_on=first, ends_on=last, **more
    )


def test_the_deputy_acts_on_those_days_alone_and_the_holder_too(hale: Person, nora: Person) -> None:
    away(hale, nora)
    said = {}
    for day in (FIRST - timedelta(days=1), FIRST, LAST, LAST + timedelta(days=1)):
        with on(day):
            said[day.isoformat()] = (
                [p.display_name for p in holders(Role.HEAD)],
                as_role(person(nora), Role.HEAD).capacity,
                as_role(person(hale), Role.HEAD).capacity,
            )
    before, during = (["Hale Yellowtail"], "", "Head of unit"), ["Nora Crane"]
    stands_in = (during, "Head of unit, as deputy of Hale Yellowtail", "Head of unit")
    assert said == {
        "2026-11-30": before,
        "2026-12-01": stands_in,
        "2026-12-14": stands_in,
        "2026-12-15": before,
    }


def test_nobody_teaches_or_runs_the_system_for_another(nora: Person) -> None:
    sol = someone("Sol Reed", Role.SYSTEM_ADMIN, Role.INSTRUCTOR)
    away(sol, nora)
    with on(FIRST):
        assert roles_of(nora) == {"proposer"}


def test_letters_reach_the_deputy_and_say_for_whom(hale: Person, nora: Person) -> None:
    row = away(hale, nora)
    with on(FIRST):
        [reader] = reached([hale])
        assert (reader, in_place_of(reader)) == (nora, row)
    [reader] = reached([hale])
    assert (reader, in_place_of(reader)) == (hale, None)


def test_whoever_comes_back_earlier_acts_alone_from_that_minute(hale: Person, nora: Person) -> None:
    row = away(hale, nora)
    with on(date(2026, 12, 3)):
        with pytest.raises(Refused):
            end_absence(by=person(nora), absence=row)
        end_absence(by=person(hale), absence=row)
        assert (holders(Role.HEAD), holds(nora, Role.HEAD)) == ([hale], False)
        with pytest.raises(NotPossible, match="over already"):
            end_absence(by=person(hale), absence=row)
        away(hale, nora, date(2026, 12, 5))  # he may go again


def test_a_deputy_acts_for_nobody_who_is_named(hale: Person, nora: Person) -> None:
    away(hale, nora)
    with on(FIRST):
        assert holds(nora, Role.HEAD, not_for=[hale.pk]) is False
        assert as_role(person(nora), Role.HEAD, not_for=[hale.pk]).why == (
            "This is for the head of unit."
        )
        assert holds(hale, Role.HEAD, not_for=[hale.pk]) is True


def test_what_does_not_fit_is_refused_in_words(hale: Person, nora: Person) -> None:
    sol = someone("Sol Reed", Role.SYSTEM_ADMIN)
    una = someone("Una Moss", account=False)
    ben = someone("Ben Stone")
    away(hale, nora)
    cases: list[tuple[Callable[[], object], str]] = [
        (lambda: away(hale, ben, LAST, LAST), "Hale Yellowtail is away from 1 Dec 2026 to 14 Dec"),
        (lambda: away(nora, ben, FIRST, FIRST), "Nora Crane stands in for Hale Yellowtail from"),
        (lambda: away(nora, hale, FIRST, FIRST), "two cannot stand in for each other"),
        (lambda: away(ben, hale, FIRST, FIRST), "Hale Yellowtail is away from 1 Dec 2026 to"),
        (lambda: away(ben, ben), "Choose someone else to act"),
        (lambda: away(ben, una), "Una Moss cannot sign in here"),
        (lambda: away(ben, nora, FIRST, date(2026, 11, 30)), "These days do not do"),
        (lambda: away(ben, nora, date(2026, 11, 17)), "These days do not do"),
        (lambda: away(ben, nora, FIRST, date(2028, 1, 1)), "These days do not do"),
        (lambda: away(hale, sol, date(2027, 1, 4), date(2027, 1, 8)), "These are kept apart"),
    ]
    for act, why in cases:
        with pytest.raises(NotPossible, match=why):
            act()
    with pytest.raises(Refused):
        announce_absence(by=person(ben), person=nora, deputy=hale, starts_on=FIRST, ends_on=FIRST)
    assert Absence.objects.count() == 1
    away(hale, ben, LAST + timedelta(days=1), date(2026, 12, 18))  # the next one begins after it
    away(nora, ben, LAST + timedelta(days=1), date(2026, 12, 18))


def test_who_stands_in_later_is_not_made_to_run_the_system(hale: Person, nora: Person) -> None:
    away(hale, nora)
    with pytest.raises(Refused, match="kept apart"):
        assign_role(by=SET_UP, person=nora, role=Role.SYSTEM_ADMIN)


def test_whose_account_is_closed_acts_for_nobody_and_gets_none_of_their_letters(
    hale: Person, nora: Person
) -> None:
    row = away(hale, nora)
    head = RoleAssignment.objects.get(person=hale, role=Role.HEAD)
    delegate(by=person(hale), assignment=head, to=nora, until=LAST)
    with on(FIRST):
        assert reached([hale]) == [nora]
        close_account(by=SET_UP, account=nora.account)
        assert (reached([hale]), holders(Role.HEAD)) == ([hale], [hale])
    row.refresh_from_db()
    assert row.ended_at is not None


def test_an_office_writes_down_that_someone_fell_ill(hale: Person, nora: Person) -> None:
    """For a reason that both are told; it names nobody but another, and ends it too."""
    ada, olive = someone("Ada Reed", Role.SYSTEM_ADMIN), someone("Olive Moss", Role.PROGRAM_OFFICER)
    una = someone("Una Stone")

    def ill(by: Person, deputy: Person, reason: str = "Cannot be reached.") -> Absence:
        return announce_absence(
            by=person(by), person=hale, deputy=deputy, starts_on=FIRST, ends_on=LAST, reason=reason
        )

    with pytest.raises(Refused):
        ill(una, nora)
    with pytest.raises(NotPossible, match="Say why; both read it"):
        ill(olive, nora, " ")
    with pytest.raises(NotPossible, match="Name someone other than yourself"):
        ill(olive, olive)
    row = ill(olive, nora)
    assert (row.recorded_by, row.reason) == (olive, "Cannot be reached.")
    with on(FIRST):
        assert holds(nora, Role.HEAD)
        end_absence(by=person(ada), absence=row)
        assert not holds(nora, Role.HEAD)
    events = Event.objects.filter(about=f"absence:{row.pk}").order_by("seq")
    assert [(e.verb, e.actor_name) for e in events] == [
        ("absence announced", "Olive Moss"),
        ("absence ended", "Ada Reed"),
    ]
