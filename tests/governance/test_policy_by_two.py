"""Changed rules wait until one has put them forward and a second has confirmed them, and for their day."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bitterroot.governance import policies
from bitterroot.governance.domain.policy_change import confirm_policy, put_forward
from bitterroot.governance.models import CalendarChange, PolicyVersion
from bitterroot.people.actor import person
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
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
    assert list(told) == [("policy put forward", "Sol Reed"), ("policy confirmed", "Ada Reed")]
    with pytest.raises(NotPossible, match="in force already"):
        put_forward(by=people.sol)


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
    confirm_policy(by=people.sol, sha256=FILES.sha256)
    assert policies.current().sha256 == FILES.sha256


def test_without_the_setting_the_files_hold(
    people: SimpleNamespace, lay_down: Lay, settings: Any
) -> None:
    settings.POLICY_BY_TWO = False
    policies.adopt()
    new = lay_down(changed())
    assert policies.current().sha256 == new.sha256
