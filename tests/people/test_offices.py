"""Naming people for offices: where a role is held, what is kept apart, who is last to go."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bitterroot.governance import policies
from bitterroot.people.actor import person, system
from bitterroot.people.domain.account import (
    account_for_token,
    choose_password,
    close_account,
    mint_sign_in_link,
    offer_sign_in,
    reopen_account,
)
from bitterroot.people.domain.offices import add_person, end_role_now, grant_role
from bitterroot.people.domain.person import (
    assign_role,
    create_account,
    create_person,
    delegate,
    end_role,
)
from bitterroot.people.domain.unit import adopt_units
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Account, Person, RoleAssignment, Unit
from bitterroot.people.queries import holds
from bitterroot.record import clock
from bitterroot.record.models import Event

pytestmark = pytest.mark.django_db
SET_UP = system("set-up of the test")
GOOD = "a river runs through it"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.standing_at(datetime(2026, 11, 18, 16, 0, tzinfo=UTC)):
        yield


@pytest.fixture(autouse=True)
def _units(db: None) -> None:
    adopt_units(by=SET_UP, policy=policies.current())


def add(name: str, **more: Any) -> Account:
    mailbox = name.strip().partition(" ")[0].lower()
    given = {"email": f"{mailbox}@umontana.example.edu", **more}
    return add_person(by=SET_UP, policy=policies.current(), name=name, **given)


def grant(account: Account, role: str, unit: str = "", by: Any = SET_UP) -> RoleAssignment:
    where = Unit.objects.get(pk=unit) if unit else None
    who = account.person
    return grant_role(by=by, person=who, role=role, unit=where, policy=policies.current())


def administrator(name: str) -> Account:
    account = add(name, password=GOOD)
    grant(account, "system_admin")
    return account


def told_of(account: Account) -> list[str]:
    about = f"person:{account.person.pk}"
    return list(Event.objects.filter(about=about).order_by("seq").values_list("verb", flat=True))


def test_a_person_is_added_with_what_opens_the_account() -> None:
    nora = add("Nora  Two-Bulls", netid="NT101", title="Lecturer")
    who = nora.person
    assert (nora.username, nora.state) == ("nt101", "not opened yet")
    assert (who.display_name, who.family_name, who.given_name) == (
        "Nora Two-Bulls",
        "Two-Bulls",
        "Nora",
    )
    assert who.addresses.get().kind == AddressKind.CAMPUS
    elsewhere = add("Ed Crane", email="Ed@mail.example.org")
    assert elsewhere.username == "ed@mail.example.org"
    assert elsewhere.person.addresses.get().kind == AddressKind.PERSONAL


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "  ", "email": "una@umontana.example.edu"}, "name"),
        ({"email": "nora"}, "email"),
        ({"email": "NORA@umontana.example.edu"}, "email"),
        ({"netid": "NT101"}, "netid"),
        ({"password": "too short"}, "password"),
    ],
)
def test_what_nobody_could_have_is_said_at_its_field(given: dict[str, str], field: str) -> None:
    add("Nora Crane", netid="nt101", email="nora@umontana.example.edu")
    before = Person.objects.count()
    with pytest.raises(NotPossible) as refused:
        add(given.pop("name", "Una Moss"), **given)
    assert [name for name, _ in refused.value.problems] == [field]
    assert Person.objects.count() == before


def test_a_role_is_held_where_the_rules_say() -> None:
    nora = add("Nora Crane")
    with pytest.raises(NotPossible, match="held in a unit"):
        grant(nora, "head")
    with pytest.raises(NotPossible, match="whole institution"):
        grant(nora, "registrar", "geography")
    for no_role in ("chair", "emperor", "member"):
        with pytest.raises(NotPossible, match="no such role"):
            grant(nora, no_role)
    row = grant(nora, "head", "geography")
    assert (row.starts_on, row.ends_on) == (date(2026, 11, 18), None)
    with pytest.raises(NotPossible, match="already"):
        grant(nora, "head", "geography")
    grant(nora, "head", "psychology")


def test_whoever_runs_the_system_neither_signs_nor_decides_nor_issues() -> None:
    ada, nora = administrator("Ada Reed"), add("Nora Crane")
    by = person(ada.person)
    for role in ("registrar", "issuing_officer", "program_officer", "provost", "graduate_dean"):
        with pytest.raises(Refused, match="kept apart"):
            grant(ada, role, by=by)
    for role in ("head", "dean", "supervisor"):
        with pytest.raises(Refused, match="kept apart"):
            grant(ada, role, "geography", by=by)
    grant(ada, "auditor", by=by)
    grant(nora, "registrar", by=by)
    with pytest.raises(Refused, match="kept apart"):
        grant(nora, "system_admin", by=by)
    registrar = nora.person.assignments.get()
    with pytest.raises(NotPossible, match="kept apart"):
        delegate(by=SET_UP, assignment=registrar, to=ada.person, until=date(2026, 12, 1))


def test_a_role_ends_at_once_also_on_its_first_day() -> None:
    nora = add("Nora Crane")
    today = grant(nora, "marketing")
    old = assign_role(by=SET_UP, person=nora.person, role=Role.AUDITOR, starts_on=date(2026, 1, 1))
    for row in (today, old):
        end_role_now(by=SET_UP, assignment=row)
        with pytest.raises(NotPossible, match="has ended"):
            end_role_now(by=SET_UP, assignment=row)
    assert not holds(nora.person, Role.MARKETING)
    assert not holds(nora.person, Role.AUDITOR)
    assert holds(nora.person, Role.AUDITOR, on=date(2026, 11, 17))
    assert told_of(nora)[-2:] == ["role ended", "role ended"]


def test_the_last_administrator_who_can_sign_in_stays() -> None:
    ada = administrator("Ada Reed")
    invited = add("Ben Kipp")  # has not opened the account, so does not count
    grant(invited, "system_admin")
    adas = ada.person.assignments.get()
    leaving = [
        lambda: end_role_now(by=SET_UP, assignment=adas),
        lambda: end_role(by=SET_UP, assignment=adas, on=date(2027, 6, 30)),
        lambda: close_account(by=SET_UP, account=ada),
    ]
    for leave in leaving:
        with pytest.raises(NotPossible, match="last system administrator"):
            leave()
    choose_password(token=mint_sign_in_link(by=SET_UP, account=invited), password=GOOD)
    close_account(by=person(invited.person), account=ada)
    assert not holds(ada.person, Role.SYSTEM_ADMIN)
    with pytest.raises(NotPossible, match="last system administrator"):
        end_role_now(by=SET_UP, assignment=invited.person.assignments.get())


def test_nobody_closes_their_own_account() -> None:
    ada = administrator("Ada Reed")
    administrator("Ben Kipp")
    with pytest.raises(Refused, match="Another system administrator"):
        close_account(by=person(ada.person), account=ada)


def test_a_link_opens_once_until_it_is_old_or_another_is_made() -> None:
    nora = add("Nora Crane")
    first = mint_sign_in_link(by=SET_UP, account=nora)
    second = mint_sign_in_link(by=SET_UP, account=nora, mailed_to="Nora@umontana.example.edu")
    assert account_for_token(first) is None
    for guess in ("", "x" * 43, "\0" * 30, second + "x", second.lower()):
        assert account_for_token(guess) is None
    with clock.standing_at(clock.now() + timedelta(days=7, seconds=1)):
        assert account_for_token(second) is None
    with pytest.raises(NotPossible, match="another password"):
        choose_password(token=second, password="password1234")
    opened = choose_password(token=second, password=GOOD)
    assert opened.check_password(GOOD)
    assert nora.person.addresses.get().verified_at == clock.now()
    with pytest.raises(NotPossible, match="used or is too old"):
        choose_password(token=second, password="another river runs")
    assert told_of(nora)[-1] == "account opened"
    choose_password(token=mint_sign_in_link(by=SET_UP, account=nora), password="another river runs")
    assert told_of(nora)[-1] == "password chosen"


def test_a_link_from_the_terminal_proves_no_address() -> None:
    nora = add("Nora Crane")
    choose_password(token=mint_sign_in_link(by=SET_UP, account=nora), password=GOOD)
    assert nora.person.addresses.get().verified_at is None


def test_links_and_digests_stand_in_no_event() -> None:
    nora = add("Nora Crane")
    offer_sign_in(by=SET_UP, account=nora)
    token = mint_sign_in_link(by=SET_UP, account=nora)
    nora.refresh_from_db()
    kept = "".join(Event.objects.values_list("data", flat=True))
    assert token not in kept
    assert nora.link_digest
    assert nora.link_digest not in kept
    with pytest.raises(Refused):
        mint_sign_in_link(by=person(administrator("Ada Reed").person), account=nora)


def test_a_closed_account_opens_by_a_new_link_and_without_its_roles() -> None:
    administrator("Ada Reed")
    nora = add("Nora Crane", password=GOOD)
    grant(nora, "proposer", "geography")
    token = mint_sign_in_link(by=SET_UP, account=nora)
    nora = close_account(by=SET_UP, account=nora)
    assert (nora.state, account_for_token(token)) == ("closed", None)
    assert not holds(nora.person, Role.PROPOSER)
    for act in (offer_sign_in, close_account, mint_sign_in_link):
        with pytest.raises(NotPossible, match="closed"):
            act(by=SET_UP, account=nora)
    nora = reopen_account(by=SET_UP, account=nora)
    assert nora.state == "not opened yet"
    with pytest.raises(NotPossible, match="is open"):
        reopen_account(by=SET_UP, account=nora)


def test_a_second_account_is_refused_in_words_also_at_the_same_moment() -> None:
    nora = add("Nora Two-Bulls", netid="NT101")
    with pytest.raises(NotPossible, match="has an account already"):
        create_account(by=SET_UP, person=nora.person, username="other", password=None)
    abel = create_person(by=SET_UP, display_name="Abel Stone")
    with pytest.raises(NotPossible, match="has an account already"):
        create_account(by=SET_UP, person=abel, username="NT101", password=None)
    assert Account.objects.count() == 1
