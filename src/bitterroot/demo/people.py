"""The staff and sixty learners, among them those whose case is unusual."""

import re
import unicodedata
from datetime import date
from typing import Any

from bitterroot.demo.content import load
from bitterroot.demo.world import SET_UP, World, at
from bitterroot.governance import policies
from bitterroot.governance.domain.calendar import follow_calendar
from bitterroot.people.domain.person import (
    add_address,
    assign_role,
    create_account,
    create_person,
    place_hold,
)
from bitterroot.people.domain.unit import adopt_units
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.models import Unit

LEARNERS = 60
SINCE = date(2024, 7, 1)
CAMPUS = "umontana.example.edu"


def make_people(world: World) -> None:
    """Units of the policy, then everyone, with addresses, accounts and roles."""
    with at("2025-02-03 09:00"):
        adopt_units(by=SET_UP, policy=policies.current())
        follow_calendar(by=SET_UP)
        staff = load("people")["staff"]
        for key in staff:
            make_staff(world, key, staff, CAMPUS)
        for key, said in _learners().items():
            _make_learner(world, key, said)
        administrators = load("people")["administrators"]
        for key in administrators:
            make_staff(world, key, administrators, CAMPUS)


def make_staff(world: World, key: str, staff: dict[str, dict[str, Any]], domain: str) -> None:
    """The member `key` of the staff, after whoever they report to; `domain` is of their mail."""
    if key in world.people:
        return
    said = staff[key]
    *given, family = said["name"].split()
    boss = said.get("supervisor")
    if boss:
        make_staff(world, boss, staff, domain)
    who = create_person(
        by=SET_UP,
        display_name=said["name"],
        family_name=family,
        given_name=" ".join(given),
        title=said["title"],
        netid=key,
        supervisor=world.people[boss] if boss else None,
    )
    world.people[key] = who
    mail = f"{key}.{plain(family)}@{domain}"
    add_address(by=SET_UP, person=who, address=mail, kind=AddressKind.CAMPUS, verified=True)
    create_account(by=SET_UP, person=who, username=key, password=None)
    for role in said["roles"]:
        name, _, unit = role.partition(" ")
        assign_role(
            by=SET_UP,
            person=who,
            role=Role(name),
            unit=Unit.objects.get(key=unit) if unit else None,
            starts_on=SINCE,
        )


def _learners() -> dict[str, dict[str, Any]]:
    """The unusual ones of the file, then as many more as make sixty."""
    content = load("people")
    learners: dict[str, dict[str, Any]] = dict(content["learners"])
    given, family = content["given names"], content["family names"]
    n = 0
    while len(learners) < LEARNERS:
        first, last = given[n % len(given)], family[(n * 7 + n // len(given)) % len(family)]
        learners.setdefault(f"{plain(first)}.{plain(last)}", {"given": first, "family": last})
        n += 1
    return learners


def _make_learner(world: World, key: str, said: dict[str, Any]) -> None:
    """One learner; two of three are students, who have an id and a campus address."""
    number = len(world.people)
    student = number % 3 != 2 or said.get("campus_only", False)
    name = said.get("display", f"{said['given']} {said['family']}")
    who = create_person(
        by=SET_UP,
        display_name=name,
        family_name=said["family"],
        given_name=said["given"],
        netid=key,
        student_id=f"790{100000 + number * 137}" if student else None,
    )
    world.people[key] = who
    mailbox = f"{plain(said['given'])}.{plain(said['family'])}"
    if student:
        campus = f"{mailbox}@umconnect.example.edu"
        add_address(by=SET_UP, person=who, address=campus, kind=AddressKind.CAMPUS, verified=True)
    if not student or "personal" in said:
        other = said.get("personal", f"{mailbox}@mail.example.org")
        add_address(by=SET_UP, person=who, address=other, kind=AddressKind.PERSONAL, verified=True)
    if said.get("directory_hold"):
        place_hold(by=SET_UP, person=who, hold=True)
    if key in load("people")["learners"]:  # the others have no account, and need none to claim
        create_account(by=SET_UP, person=who, username=key, password=None)


def plain(text: str) -> str:
    """ASCII letters of a name, as mailboxes have them: "Çelik" gives "celik"."""
    bare = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("Ł", "L").replace("ł", "l"))
    return re.sub(r"[^a-z]", "", bare.encode("ascii", "ignore").decode().lower())
