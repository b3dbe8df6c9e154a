"""Lakeland State: what Mina wrote is posted to the campus from 18 November to 4 December."""

from types import SimpleNamespace
from typing import Any

import pytest

from bitterroot.files.domain import store
from bitterroot.governance import policies
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.comment import write_comment
from bitterroot.governance.domain.seat import seat_member
from bitterroot.governance.enums import Circle
from bitterroot.people.domain.person import add_address, assign_role, create_account, create_person
from bitterroot.people.domain.unit import adopt_units
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.models import Person
from bitterroot.policy import load_policy
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from governance.bodies_kit import SET_UP, SINCE
from governance.engine_kit import use
from kept import Cast

TITLE = "Winter Work on Ice"
#: Name and office of each; the fellow sits in a committee, the learner studies, the guest has neither.
PEOPLE: dict[str, tuple[str, Role | None]] = {
    "mina": ("Mina Ito", Role.PROPOSER),
    "corwin": ("Corwin Hale", Role.PROGRAM_OFFICER),
    "other": ("Otis Rain", Role.INSTRUCTOR),
    "fellow": ("Fay Lund", None),
    "learner": ("Leo Brandt", None),
    "guest": ("Gus Stone", None),
    "former": ("Fern Moss", Role.HEAD),
}


def make_posted(monkeypatch: pytest.MonkeyPatch, step: str = "campus") -> SimpleNamespace:
    """The people, the proposal and what others say of it. `former` has a closed account."""
    use(monkeypatch, load_policy("lakeland-state"))
    adopt_units(by=SET_UP, policy=policies.current())
    people: dict[str, Person] = {}
    for key, (name, role) in PEOPLE.items():
        student = "L1234567" if key == "learner" else None
        people[key] = create_person(by=SET_UP, display_name=name, student_id=student)
        account = create_account(by=SET_UP, person=people[key], username=key, password=None)
        if role:
            assign_role(by=SET_UP, person=people[key], role=role, starts_on=SINCE)
        if key == "former":
            account.is_active = False
            account.save()
    seat_member(
        by=SET_UP, body="graduate-curriculum", person=people["fellow"], title="At large",
        office="member", voting=True, starts_on=SINCE,
    )  # fmt: skip
    add_address(
        by=SET_UP,
        person=people["mina"],
        address="mina@lakeland.example",
        kind=AddressKind.CAMPUS,
        primary=True,
    )
    house = Cast(**people)
    row = _posted(house, step)
    say = {"case": row.case, "audience": Circle.OFFICE}
    write_comment(by=house.by("mina"), text="For the office: we lack a lecturer.", **say)  # type: ignore[arg-type]
    write_comment(
        by=house.by("corwin"), case=row.case, text="Said among us.", audience=Circle.EVERYONE
    )
    house.row = row
    return house


def _posted(house: SimpleNamespace, step: str) -> Proposal:
    mina = house.by("mina")
    case = cases.open_case(by=mina, process="proposal", subject="proposal:ice", title=TITLE)
    row = Proposal.objects.create(
        case=case, process="proposal", title=TITLE, lead=house.mina,
        state=ProposalState.IN_REVIEW, created_at=clock.now(), values={"rationale": "A later draft."},
    )  # fmt: skip
    kept = {key: store(f"%PDF-1.7 {key}".encode()) for key in ("syllabus", "mou_files")}
    values: dict[str, Any] = {
        "title": TITLE, "rationale": "Crews ask for it.", "conflict": True,
        "conflict_note": "A cousin sells the sledges.",
    }  # fmt: skip
    content = {
        "title": TITLE,
        "values": values,
        "files": [
            {"field": key, "name": f"{key}.pdf", "sha256": f.sha256} for key, f in kept.items()
        ],
    }
    cases.freeze(by=mina, case=case, content=content, person=house.mina)
    cases.move(by=mina, case=case, step=step)
    row.case.refresh_from_db()
    return row
