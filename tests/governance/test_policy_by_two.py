"""Changed rules wait until one has put them forward and a second has confirmed them, and for their day."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from django.db import OperationalError

from bitterroot.conf import founding
from bitterroot.governance import policies
from bitterroot.governance.domain import policy_change
from bitterroot.governance.domain.policy_change import (
    confirm_policy,
    put_forward,
    record_baseline,
    take_back,
)
from bitterroot.governance.models import CalendarChange, PolicyVersion
from bitterroot.people.actor import Actor, person
from bitterroot.people.domain.person import assign_role, create_person, delegate
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person, RoleAssignment
from bitterroot.policy import Policy, load_policy
from bitterroot.record import clock
from bitterroot.record.models import Event
from governance.bodies_kit import SET_UP, SINCE

NOW = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
FILES = load_policy("montana")


@pytest.fixture(autouse=True)
def _now(settings: Any) -> Iterator[None]:
    settings.POLICY_BY_TWO = True
    policies.look_again()
    with clock.standing_at(NOW):
        yield
    policies.look_again()


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    found = SimpleNamespace()
    for key, name, role in [
        ("sol", "Sol Reed", Role.SYSTEM_ADMIN),
        ("ada", "Ada Reed", Role.SYSTEM_ADMIN),
        ("olive", "Olive Crane", Role.PROGRAM_OFFICER),
        ("dana", "Dana Kipp", Role.PROPOSER),
    ]:
        made = create_person(by=SET_UP, display_name=name)
        assign_role(by=SET_UP, person=made, role=role, starts_on=SINCE)
        setattr(found, key, person(made))
    return found


def changed(days: int = 20, effective: date = date(2026, 9, 1)) -> Policy:
    document = FILES.document()
    document["version"] = f"2026.{days}"
    document["effective from"] = effective.isoformat()
    for process in document["processes"]:
        if process["key"] == "pilot-proposal":
            process["about"] = f"Otherwise by {days}."
    return Policy.from_document(document)


@pytest.fixture
def lay_down(monkeypatch: pytest.MonkeyPatch) -> Callable[[Policy], Policy]:
    """Let the files say something else, as after a restart."""

    def _laid(policy: Policy) -> Policy:
        monkeypatch.setattr(policies, "laid_down", lambda: policy)
        policies.look_again()
        return policy

    return _laid


Lay = Callable[[Policy], Policy]


def test_what_an_installation_began_with_is_in_force(people: SimpleNamespace) -> None:
    assert policies.current().sha256 == FILES.sha256  # nothing was kept yet
    policies.adopt()
    policies.look_again()
    assert policies.current().sha256 == FILES.sha256


def test_a_change_waits_for_two_and_what_was_before_goes_on(
    people: SimpleNamespace, lay_down: Lay
) -> None:
    policies.adopt()
    new = lay_down(changed())
    assert policies.current().sha256 == FILES.sha256
    with pytest.raises(Refused):
        put_forward(by=people.dana)
    with pytest.raises(NotPossible, match="does not wait"):
        confirm_policy(by=people.ada, sha256=new.sha256)
    put_forward(by=people.sol)
    with pytest.raises(NotPossible, match="put forward already"):
        put_forward(by=people.ada)
    policies.look_again()
    assert policies.current().sha256 == FILES.sha256
    with pytest.raises(Refused, match="second administrator"):
        confirm_policy(by=people.sol, sha256=new.sha256)
    with pytest.raises(Refused):
        confirm_policy(by=people.olive, sha256=new.sha256)
    with pytest.raises(NotPossible, match="does not wait"):
        confirm_policy(by=people.ada, sha256=FILES.sha256)
    assert policies.current().sha256 == FILES.sha256
    confirm_policy(by=people.ada, sha256=new.sha256)
    assert policies.current().sha256 == new.sha256
    row = PolicyVersion.objects.get(pk=new.sha256)
    assert (row.put_forward_by, row.confirmed_by) == (people.sol.person, people.ada.person)
    assert CalendarChange.objects.get().policy_id == new.sha256
    told = Event.objects.filter(stream="policy").order_by("seq").values_list("verb", "actor_name")
    assert list(told) == [
        ("policy in force recorded", "Bitterroot (start of the installation)"),
        ("policy put forward", "Sol Reed"),
        ("policy confirmed", "Ada Reed"),
    ]
    with pytest.raises(NotPossible, match="in force already"):
        put_forward(by=people.sol)


def test_what_was_put_forward_is_taken_back_or_another_says_no_with_a_reason(
    people: SimpleNamespace, lay_down: Lay
) -> None:
    policies.adopt()
    new = lay_down(changed())
    with pytest.raises(NotPossible, match="does not wait"):
        take_back(by=people.sol, sha256=new.sha256)
    put_forward(by=people.sol)
    with pytest.raises(Refused):
        take_back(by=people.dana, sha256=new.sha256, reason="No.")
    take_back(by=people.sol, sha256=new.sha256)
    with pytest.raises(NotPossible, match="does not wait"):
        confirm_policy(by=people.ada, sha256=new.sha256)
    put_forward(by=people.sol)  # the same files, anew
    with pytest.raises(NotPossible, match="Say why"):
        take_back(by=people.ada, sha256=new.sha256, reason=" ")
    take_back(by=people.ada, sha256=new.sha256, reason="Twenty days are too few.")
    assert policies.current().sha256 == FILES.sha256
    said = Event.objects.filter(verb="policy taken back").order_by("seq")
    assert [(each.actor_name, orjson.loads(each.data).get("reason")) for each in said] == [
        ("Sol Reed", None),
        ("Ada Reed", "Twenty days are too few."),
    ]
    put_forward(by=people.olive)
    confirm_policy(by=people.ada, sha256=new.sha256)
    with pytest.raises(NotPossible, match="does not wait"):
        take_back(by=people.olive, sha256=new.sha256)  # two have put it in force


def test_what_is_taken_back_while_another_confirms_it_is_not_in_force_by_one(
    people: SimpleNamespace, lay_down: Lay, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies.adopt()
    new = lay_down(changed())
    put_forward(by=people.sol)
    read = policy_change.waiting

    def waited() -> PolicyVersion | None:
        found = read()
        take_back(by=people.sol, sha256=new.sha256)  # before the row is held
        return found

    monkeypatch.setattr(policy_change, "waiting", waited)
    with pytest.raises(NotPossible, match="taken back"):
        confirm_policy(by=people.ada, sha256=new.sha256)
    assert policies.current().sha256 == FILES.sha256


def test_the_office_may_propose_and_files_that_change_meanwhile_are_proposed_anew(
    people: SimpleNamespace, lay_down: Lay
) -> None:
    policies.adopt()
    first = lay_down(changed(20))
    put_forward(by=people.olive)
    second = lay_down(changed(25))
    for one in (first, second):
        with pytest.raises(NotPossible, match="does not wait"):
            confirm_policy(by=people.ada, sha256=one.sha256)
    put_forward(by=people.olive)
    confirm_policy(by=people.ada, sha256=second.sha256)
    assert policies.current().sha256 == second.sha256


def test_it_holds_from_its_day_and_not_before(people: SimpleNamespace, lay_down: Lay) -> None:
    policies.adopt()
    new = lay_down(changed(effective=date(2026, 12, 1)))
    put_forward(by=people.sol)
    confirm_policy(by=people.ada, sha256=new.sha256)
    assert policies.current().sha256 == FILES.sha256
    assert not CalendarChange.objects.exists()
    with clock.standing_at(NOW + timedelta(days=13)):
        policies.look_again()
        assert policies.current().sha256 == new.sha256


def test_who_goes_back_to_earlier_rules_needs_two_as_well(
    people: SimpleNamespace, lay_down: Lay
) -> None:
    policies.adopt()
    new = lay_down(changed())
    put_forward(by=people.sol)
    confirm_policy(by=people.ada, sha256=new.sha256)
    lay_down(FILES)
    assert policies.current().sha256 == new.sha256
    put_forward(by=people.ada)
    policies.look_again()
    assert policies.current().sha256 == new.sha256
    with clock.standing_at(NOW + timedelta(minutes=1)):  # the last one holds: never two at a moment
        confirm_policy(by=people.sol, sha256=FILES.sha256)
    assert policies.current().sha256 == FILES.sha256


def test_what_is_confirmed_for_a_day_to_come_is_not_put_forward_anew(
    people: SimpleNamespace, lay_down: Lay
) -> None:
    policies.adopt()
    later = lay_down(changed(20, effective=date(2026, 12, 1)))
    put_forward(by=people.sol)
    confirm_policy(by=people.ada, sha256=later.sha256)
    with pytest.raises(NotPossible, match="holds from 1 Dec 2026"):
        put_forward(by=people.olive)  # and so undo what two have done
    assert PolicyVersion.objects.get(pk=later.sha256).confirmed_by == people.ada.person


@pytest.mark.parametrize("days", [0, 13])
def test_what_came_into_force_a_moment_ago_is_not_put_forward_by_one_whose_process_does_not_know_yet(
    people: SimpleNamespace, lay_down: Lay, days: int
) -> None:
    policies.adopt()
    new = lay_down(changed(effective=date(2026, 12, 1) if days else date(2026, 9, 1)))
    put_forward(by=people.sol)
    confirm_policy(by=people.ada, sha256=new.sha256)
    with clock.standing_at(NOW + timedelta(days=days)):
        policies._looked[new.sha256] = (time.monotonic(), FILES.sha256)  # asked before that
        with pytest.raises(NotPossible, match="in force already"):
            put_forward(by=people.olive)
        assert policies.current().sha256 == new.sha256
    row = PolicyVersion.objects.get(pk=new.sha256)
    assert (row.put_forward_by, row.confirmed_by) == (people.sol.person, people.ada.person)


def test_what_another_confirms_while_the_row_is_waited_for_is_not_put_forward(
    people: SimpleNamespace, lay_down: Lay, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies.adopt()
    new = lay_down(changed())
    put_forward(by=people.sol)
    baseline = policy_change.record_baseline

    def meanwhile(*, by: Actor) -> None:
        """Another process confirms it once this one has looked."""
        baseline(by=by)
        confirm_policy(by=people.ada, sha256=new.sha256)
        policies._looked[new.sha256] = (time.monotonic(), FILES.sha256)

    monkeypatch.setattr(policy_change, "record_baseline", meanwhile)
    with pytest.raises(NotPossible, match="in force already"):
        put_forward(by=people.olive)


def lend(by: Actor, to: Person) -> None:
    [held] = RoleAssignment.objects.filter(person=by.person)
    delegate(by=by, assignment=held, to=to, until=NOW.date())


def test_who_acts_for_the_one_that_put_it_forward_does_not_confirm_it(
    people: SimpleNamespace, lay_down: Lay
) -> None:
    policies.adopt()
    new = lay_down(changed())
    put_forward(by=people.sol)
    lend(people.sol, people.dana.person)
    with pytest.raises(Refused, match="stand in for who put it forward"):
        confirm_policy(by=people.dana, sha256=new.sha256)
    lend(people.ada, people.dana.person)
    row = confirm_policy(by=people.dana, sha256=new.sha256)  # for the second one
    assert row.confirmed_by == people.dana.person


def test_one_confirmed_for_a_day_to_come_holds_from_then_whatever_is_confirmed_before(
    people: SimpleNamespace, lay_down: Lay
) -> None:
    policies.adopt()
    later = lay_down(changed(20, effective=date(2026, 12, 1)))
    put_forward(by=people.sol)
    confirm_policy(by=people.ada, sha256=later.sha256)
    now = lay_down(changed(25))
    with clock.standing_at(NOW + timedelta(hours=1)):
        put_forward(by=people.sol)
        confirm_policy(by=people.ada, sha256=now.sha256)
        assert policies.current().sha256 == now.sha256
        assert [(v.pk, v.holds_from) for v in policies.to_hold()] == [
            (later.sha256, date(2026, 12, 1))
        ]
        lay_down(later)
        with pytest.raises(NotPossible, match="holds from 1 Dec 2026"):
            put_forward(by=people.olive)
    with clock.standing_at(NOW + timedelta(days=13)):
        policies.look_again()
        assert policies.current().sha256 == later.sha256
        assert policies.to_hold() == []
        lay_down(now)  # and back again, by two
        put_forward(by=people.ada)
        confirm_policy(by=people.sol, sha256=now.sha256)
        assert policies.current().sha256 == now.sha256


def test_of_one_day_the_version_that_was_confirmed_last_holds(
    people: SimpleNamespace, lay_down: Lay
) -> None:
    policies.adopt()
    first = lay_down(changed(20, effective=date(2026, 12, 1)))
    put_forward(by=people.sol)
    confirm_policy(by=people.ada, sha256=first.sha256)
    second = lay_down(changed(25, effective=date(2026, 12, 1)))
    with clock.standing_at(NOW + timedelta(hours=1)):
        put_forward(by=people.sol)
        confirm_policy(by=people.ada, sha256=second.sha256)
        assert [v.pk for v in policies.to_hold()] == [second.sha256]
        lay_down(first)  # it would never hold, and may be put forward again
        put_forward(by=people.olive)
        assert [v.pk for v in policies.to_hold()] == [second.sha256]
    lay_down(second)
    with clock.standing_at(NOW + timedelta(days=20)):
        policies.look_again()
        assert policies.current().sha256 == second.sha256


def test_files_put_back_to_any_earlier_version_wait_for_two_from_the_first_start(
    people: SimpleNamespace, lay_down: Lay, settings: Any
) -> None:
    settings.POLICY_BY_TWO = False  # as the installation ran for some years
    old = lay_down(changed(15))
    policies.adopt()
    assert record_baseline(by=SET_UP) is None
    with clock.standing_at(NOW + timedelta(hours=1)):
        lay_down(FILES)
        policies.adopt()
        settings.POLICY_BY_TWO = True
        policies.look_again()
        row = record_baseline(by=SET_UP)
        assert row is not None
        assert (row.pk, row.holds_from, row.confirmed_by) == (FILES.sha256, NOW.date(), None)
        assert record_baseline(by=SET_UP) is None  # once
        told = Event.objects.get(verb="policy in force recorded")
        assert told.about == f"policy:{FILES.sha256}"
        lay_down(old)
        assert policies.current().sha256 == FILES.sha256
        put_forward(by=people.olive)
        policies.look_again()
        assert policies.current().sha256 == FILES.sha256
    with clock.standing_at(NOW + timedelta(hours=2)):
        confirm_policy(by=people.sol, sha256=old.sha256)
        assert policies.current().sha256 == old.sha256


def test_what_holds_is_known_before_the_first_is_put_forward(
    people: SimpleNamespace, lay_down: Lay
) -> None:
    policies.adopt()
    lay_down(changed(20, effective=date(2026, 12, 1)))
    put_forward(by=people.olive)  # on an installation that was not started anew
    assert PolicyVersion.objects.get(pk=FILES.sha256).holds_from == NOW.date()


def test_what_a_failure_takes_back_was_not_in_force(
    people: SimpleNamespace, lay_down: Lay, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies.adopt()
    new = lay_down(changed())
    put_forward(by=people.sol)

    def fails(**_: Any) -> None:
        raise RuntimeError("no room on the disk")

    monkeypatch.setattr(policy_change, "follow_calendar", fails)
    with pytest.raises(RuntimeError):
        confirm_policy(by=people.ada, sha256=new.sha256)
    assert policies.current().sha256 == FILES.sha256


def test_who_cannot_ask_does_not_run_what_the_files_say(
    people: SimpleNamespace, lay_down: Lay, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies.adopt()
    new = lay_down(changed())

    def locked(here: str) -> str:
        raise OperationalError("database is locked")

    monkeypatch.setattr(policies, "_in_force", locked)
    with pytest.raises(OperationalError):
        policies.adopt()
    assert not PolicyVersion.objects.filter(pk=new.sha256).exists()

    def without_tables(here: str) -> str:
        PolicyVersion.objects.extra(select={"n": "no_such_column"}).first()
        raise AssertionError

    monkeypatch.setattr(policies, "_in_force", without_tables)
    assert policies.current() == new
    assert PolicyVersion.objects.count() == 1  # the transaction goes on


def test_set_up_takes_no_units_from_files_that_wait(
    people: SimpleNamespace, lay_down: Lay, monkeypatch: pytest.MonkeyPatch, settings: Any,
    tmp_path: Path,
) -> None:  # fmt: skip
    settings.KEYS_ROOT = tmp_path  # without the keys that other tests made
    policies.adopt()
    lay_down(changed())

    def take(*, by: Actor, policy: Policy) -> int:
        raise RuntimeError(policy.version)  # nothing more of the set-up is asked here

    monkeypatch.setattr(founding, "adopt_units", take)
    monkeypatch.setattr(founding, "first_administrator", lambda: people.sol)
    with pytest.raises(RuntimeError, match=FILES.version):
        founding.found(None)


def test_without_the_setting_the_files_hold(
    people: SimpleNamespace, lay_down: Lay, settings: Any
) -> None:
    settings.POLICY_BY_TWO = False
    policies.adopt()
    new = lay_down(changed())
    assert policies.current().sha256 == new.sha256
