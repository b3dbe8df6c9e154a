"""What the other demonstrations share: people, papers, ballots and lists, each by its verb."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bitterroot.demo.bodies import seat_bodies
from bitterroot.demo.content import load
from bitterroot.demo.forms import complete
from bitterroot.demo.lists import as_csv, issue
from bitterroot.demo.people import make_staff, plain
from bitterroot.demo.road import write_answers
from bitterroot.demo.world import SET_UP, World, at
from bitterroot.governance import policies
from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot, release_result
from bitterroot.governance.domain.calendar import follow_calendar
from bitterroot.governance.domain.motion import move_motion
from bitterroot.governance.models import StepRun
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.issuing.enums import KeyUse, Visibility
from bitterroot.issuing.models import Award
from bitterroot.learning.domain.offering import create_offering
from bitterroot.learning.domain.tracking_list import acknowledge, submit_list, upload_list
from bitterroot.learning.enums import LineState
from bitterroot.people.actor import person
from bitterroot.people.domain.person import add_address, create_account, create_person
from bitterroot.people.domain.unit import adopt_units
from bitterroot.people.enums import AddressKind
from bitterroot.proposals.domain.pages import adopt_pages
from bitterroot.proposals.models import Proposal

Chapter = tuple[str, Callable[["Campus"], None]]
BEGINNING = "2025-02-03"


@dataclass
class Campus:
    """A university of the content file `key`: its world, and what the file says."""

    key: str
    world: World

    @property
    def said(self) -> dict[str, Any]:
        return load(self.key)


def make_people(campus: Campus) -> None:
    """Units, staff, learners, administrators and seats; two of three learners are students."""
    world, said = campus.world, campus.said
    with at(f"{BEGINNING} 09:00"):
        adopt_units(by=SET_UP, policy=policies.current())
        follow_calendar(by=SET_UP)
        for group in ("staff", "administrators"):
            for key in said[group]:
                make_staff(world, key, said[group], said["mail"])
        for n, name in enumerate(said["learners"]):
            _make_learner(campus, n, name)
    seat_bodies(world, said["seats"])


def _make_learner(campus: Campus, n: int, name: str) -> None:
    given, family = name.split()
    key, ids = plain(given), campus.said["student ids"]
    student = n % 3 != 2
    who = create_person(
        by=SET_UP,
        display_name=name,
        family_name=family,
        given_name=given,
        netid=key,
        student_id=f"{ids['prefix']}{ids['first'] + n * 137}" if student else None,
    )
    campus.world.people[key] = who
    host, kind = (
        (campus.said["mail"], AddressKind.CAMPUS)
        if student
        else ("mail.example.org", AddressKind.PERSONAL)
    )
    address = f"{key}.{plain(family)}@{host}"
    add_address(by=SET_UP, person=who, address=address, kind=kind, verified=True)
    if n == 0:  # the others need none to claim
        create_account(by=SET_UP, person=who, username=key, password=None)


def publish(campus: Campus) -> None:
    """The procedures and the badge FAQ as the policy has them, and the key that signs badges."""
    with at(f"{BEGINNING} 10:00"):
        adopt_pages(by=SET_UP)
        for use in KeyUse:
            ensure_signing_key(by=SET_UP, use=use)


def answers(campus: Campus, key: str, **changed: Any) -> dict[str, Any]:
    """All answers about the program `key`, files aside."""
    said = campus.said
    return complete(
        said["programs"][key],
        campus.world.ids,
        mail=said["mail"],
        picture=said["picture"],
        **changed,
    )


def write(campus: Campus, key: str, when: str, **changed: Any) -> Proposal:
    """A proposal with every answer, ready to be sent."""
    row = write_answers(campus.world, answers(campus, key, **changed), when)
    campus.world.proposals[key] = row
    return row


def settle(campus: Campus, key: str) -> None:
    """Note the program that came of a proposal."""
    row = campus.world.proposals[key]
    row.refresh_from_db()
    assert row.program is not None
    campus.world.programs[key] = row.program


def open_run(row: Proposal, kind: str) -> StepRun:
    """The open step of that kind."""
    return StepRun.objects.get(case=row.case_id, kind=kind, state="open")


def vote(
    campus: Campus, row: Proposal, keeper: str, voters: tuple[str, ...], days: tuple[str, str]
) -> None:
    """A body approves by electronic ballot, opened and closed on `days`; the first two move it."""
    world, (opened, closed) = campus.world, days
    with at(opened):
        run = open_run(row, "vote")
        motion = move_motion(
            by=world.by(keeper), run=run, outcome="approve",
            mover=world.people[voters[0]], seconder=world.people[voters[1]],
        )  # fmt: skip
        ballot = open_ballot(by=world.by(keeper), motion=motion, method="electronic")
        for who in voters:
            cast_vote(by=world.by(who), ballot=ballot, choice="yes")
    with at(closed):
        ballot = close_ballot(by=world.by(keeper), ballot=ballot)
        if ballot.released_at is None:
            release_result(by=world.by(keeper), ballot=ballot)
    row.refresh_from_db()


def issue_to(
    campus: Campus,
    key: str,
    count: int,
    officer: str,
    *,
    term: str,
    completed: str,
    days: tuple[str, str],
) -> None:
    """A non-credit list of the last `count` learners and the first, sent and issued on `days`."""
    program, (sent, issued) = campus.world.programs[key], days
    with at(sent):
        by = person(program.lead)
        offering = create_offering(
            by=by, program=program, term=term, instructors=[program.lead], session=""
        )
        rows = [_row(campus, who, completed, key) for who in _learners(campus, count)]
        data, name = as_csv(rows), f"{key} {term}.csv"
        tracked = upload_list(by=by, offering=offering, data=data, filename=name)
        warned = tracked.lines.filter(state=LineState.WARNING).values_list("number", flat=True)
        acknowledge(by=by, tracking_list=tracked, numbers=list(warned))
        requests = submit_list(by=by, tracking_list=tracked, attest=True)
    for request in requests:
        with at(issued):
            issue(campus.world, request, officer)


def _learners(campus: Campus, count: int) -> list[str]:
    keys = [plain(name.split()[0]) for name in campus.said["learners"]]
    return [keys[0], *keys[-count:]]


def _row(campus: Campus, key: str, completed: str, program: str) -> dict[str, str]:
    who = campus.world.people[key]
    return {
        "Last name": who.family_name,
        "First name": who.given_name,
        "Display name": who.display_name,
        "Email": who.addresses.get().address,
        "City": campus.said["place"],
        "Completion date": completed,
        "Consent on file": "Y",
        "Opt out of badge": "N",
        "Hours": str(campus.said["programs"][program]["total_hours"]),
        "Paid": "Y",
        "Assessment result": "Pass",
    }


def claim_some(when: str) -> None:
    """Every other learner claims; whoever has an account shows it to everyone."""
    with at(when):
        for n, row in enumerate(Award.objects.select_related("learner").order_by("line__number")):
            if n % 2 == 0:
                by = person(row.learner)
                claimed = awards.claim(by=by, award=row)
                if n == 0:
                    awards.set_visibility(by=by, award=claimed, visibility=Visibility.PUBLIC)
