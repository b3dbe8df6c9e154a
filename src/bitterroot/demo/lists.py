"""Tracking lists: those that were issued from, those that wait in both queues, one full of faults."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from bitterroot.demo.content import load
from bitterroot.demo.world import World, at
from bitterroot.issuing.domain import queue
from bitterroot.learning.domain.offering import create_offering
from bitterroot.learning.domain.tracking_list import acknowledge, submit_list, upload_list
from bitterroot.learning.enums import LineState, ListKind
from bitterroot.learning.models import IssuanceRequest, Offering, TrackingList
from bitterroot.people.actor import person
from bitterroot.people.models import Person

COLUMNS = (
    "Student ID", "Last name", "First name", "Display name", "Email", "Second email", "City",
    "Course numbers", "Grade", "Credits", "Hours", "Assessment result", "All requirements met",
    "Completion date", "Paid", "Consent on file", "Opt out of badge", "Credit or non-credit",
)  # fmt: skip


@dataclass(frozen=True)
class Round:
    """A run of a program: who finished it when, and the day its badges were issued.

    Learners are `credit` students and `noncredit` others, taken in turn from place `first` on.
    Without `issued` the list waits in its queue.
    """

    program: str
    term: str
    completed: str
    submitted: str
    first: int
    credit: int = 0
    noncredit: int = 0
    issued: str = ""
    session: str = ""


ISSUED = (
    Round("teaching", "summer-2025", "2025-08-01", "2025-08-06 10:00", 10, 0, 24, "2025-08-12 09:00"),
    Round("dental", "fall-2025", "2025-11-14", "2025-11-17 10:00", 3, 0, 26, "2025-11-20 14:00"),
    Round("rural", "fall-2025", "2025-12-12", "2025-12-15 10:00", 0, 18, 10, "2025-12-18 11:00"),
    Round("climate", "spring-2026", "2026-05-08", "2026-05-13 10:00", 4, 22, 0, "2026-05-20 13:00"),
    Round("rural", "spring-2026", "2026-05-08", "2026-05-14 10:00", 18, 14, 10, "2026-05-21 11:00"),
    Round("dental", "spring-2026", "2026-04-24", "2026-04-28 10:00", 34, 0, 20, "2026-05-04 14:00"),
    Round("wilderness", "summer-2026", "2026-07-10", "2026-07-14 10:00", 0, 0, 24, "2026-07-20 10:00"),
    Round("teaching", "fall-2026", "2026-11-06", "2026-11-09 10:00", 0, 0, 13, "2026-11-13 10:00"),
)  # fmt: skip
WAITING = (
    Round("climate", "fall-2026", "2026-11-13", "2026-11-16 09:30", 26, 14, session="Evening"),
    Round("dental", "fall-2026", "2026-11-10", "2026-11-12 11:20", 20, 0, 16, session="November"),
)


def issue_lists(world: World) -> None:
    """Eight lists that became 180 badges."""
    for run in ISSUED:
        issue_round(world, run)


def issue_round(world: World, run: Round) -> None:
    """Send the lists of a round and issue from them on its day."""
    for request in _submit(world, run):
        officer = "joan" if request.kind == ListKind.CREDIT else "samir"
        with at(run.issued):
            issue(world, request, officer)


def issue(world: World, request: IssuanceRequest, officer: str) -> None:
    """Check, record the notations of credit, issue."""
    by = world.by(officer)
    request = queue.check_request(by=by, request=request)
    if request.kind == ListKind.CREDIT:
        lines = list(request.lines.all())
        queue.record_notations(by=by, request=request, lines=lines, sis_reference="SIS demo")
    request = queue.issue(by=by, request=request)
    queue.run(by=by, request=request)


def lists_that_wait(world: World) -> None:
    """One in the registrar's queue, one in the program office's, and a draft with faults."""
    for run in WAITING:
        _submit(world, run)
    with at("2026-11-17 15:30"):
        ruth = world.by("ruth")
        offering = plan(world, Round("dental", "fall-2026", "", "", 0, session="Evening"))
        rows = _rows(world, Round("dental", "fall-2026", "2026-11-13", "", 45, 0, 12))
        upload_list(
            by=ruth,
            offering=offering,
            data=as_csv(_spoiled(rows)),
            filename="radiography evening.csv",
        )


def _spoiled(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The faults that people make: each row its own, some rows sound."""
    rows[1]["Email"] = "ruby.at.mail.example.org"
    rows[2]["Hours"] = "8"
    rows[3]["Assessment result"] = "Fail"
    rows[4]["Completion date"] = ""
    rows[5]["Consent on file"] = "N"
    rows[6]["Opt out of badge"] = "Y"
    rows[7] = dict(rows[0])
    rows[8]["Last name"] = rows[8]["Last name"].upper()
    rows[9]["Completion date"] = "2026-12-24"
    return rows


def issue_from(world: World, run: Round, offering: Offering) -> None:
    """Send the list of an offering that was planned before, and issue from it."""
    for request in _submit(world, run, offering):
        with at(run.issued):
            issue(world, request, "samir")


def _submit(world: World, run: Round, offering: Offering | None = None) -> list[IssuanceRequest]:
    """Plan the offering unless it is given, upload its list, acknowledge what it warns of, send it."""
    with at(run.submitted):
        offering = offering or plan(world, run)
        by = person(world.programs[run.program].lead)
        name = f"{run.program} {run.term}.csv"
        sent: TrackingList = upload_list(
            by=by, offering=offering, data=as_csv(_rows(world, run)), filename=name
        )
        warned = sent.lines.filter(state=LineState.WARNING).values_list("number", flat=True)
        acknowledge(by=by, tracking_list=sent, numbers=list(warned))
        return submit_list(by=by, tracking_list=sent, attest=True)


def plan(world: World, run: Round) -> Offering:
    """The offering of a round; for some the list comes later."""
    program = world.programs[run.program]
    return create_offering(
        by=person(program.lead),
        program=program,
        term=run.term,
        instructors=[program.lead],
        session=run.session,
    )


def _rows(world: World, run: Round) -> list[dict[str, str]]:
    """The rows of a list; credit wants students, the others may be anyone who has none yet."""
    staff = load("people")["staff"]
    earned = world.earned.setdefault(run.program, set())
    learners = [p for key, p in world.people.items() if key not in staff and p.pk not in earned]
    students = [p for p in learners if p.student_id]
    chosen = _turn(students, run.first, run.credit)
    others = _turn([p for p in learners if p not in chosen], run.first, run.noncredit)
    if not load("programs")[run.program].get("repeatable"):
        earned.update(p.pk for p in (*chosen, *others))
    return [_row(run, who, credit=who in chosen) for who in (*chosen, *others)]


def _turn(people: Sequence[Person], first: int, count: int) -> list[Person]:
    """`count` people in a row from place `first` on, going round."""
    return [people[(first + n) % len(people)] for n in range(count)]


def _row(run: Round, who: Person, *, credit: bool) -> dict[str, str]:
    said = load("programs")[run.program]
    addresses = [a.address for a in who.addresses.order_by("-primary", "id")]
    row = {
        "Last name": who.family_name,
        "First name": who.given_name,
        "Display name": who.display_name,
        "Email": addresses[0],
        "Second email": addresses[1] if len(addresses) > 1 else "",
        "City": "Missoula",
        "Completion date": run.completed,
        "Consent on file": "Y",
        "Opt out of badge": "Y" if who.netid == "priya" and run.term == "fall-2026" else "N",
    }
    if credit:
        row |= {
            "Student ID": who.student_id or "",
            "Course numbers": ", ".join(c["code"] for c in said["components"] if "code" in c),
            "Grade": ("A", "A-", "B+", "B")[len(who.family_name) % 4],
            "Credits": str(said["total_credits"]),
            "All requirements met": "Y",
        }
    else:
        row |= {"Hours": str(said["total_hours"]), "Paid": "Y"}
        if said.get("assessed") != "unassessed":
            row["Assessment result"] = "Pass"
    if said["kind"] == "hybrid":
        row["Credit or non-credit"] = "Credit" if credit else "Non-credit"
    return row


def as_csv(rows: list[dict[str, str]]) -> bytes:
    """The rows as a spreadsheet program saves them; columns that nobody fills are left out."""
    columns = [name for name in COLUMNS if any(row.get(name) for row in rows)]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")
