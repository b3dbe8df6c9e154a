"""A pilot with two accepted reviews and a notice, and how its full proposal comes before the provost."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from bitterroot.governance.domain.acts import override
from bitterroot.governance.models import SignatureRequest
from bitterroot.people.actor import person
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.programs.domain import intent as intents
from bitterroot.programs.domain import review as reviews
from bitterroot.programs.domain import sweep
from bitterroot.programs.models import Pilot, Program
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.full import start_full_proposal
from bitterroot.proposals.models import Proposal
from programs.conftest import SET_UP, SINCE, begin, give_notice, hand_in, on, people  # noqa: F401

BUDGET = [{"year": f"20{y}-{y + 1}", "income": "9000", "cost": "7000"} for y in (27, 28, 29)]
ANSWERS: dict[str, Any] = {
    "benefit": "Towns of the state plan with their own maps.",
    "budget": BUDGET,
    "staffing": "One instructor, permanent.",
    "system_level": "none",
    "accurate": True,
    "conflict": False,
    "audience": "Planners, students and county clerks.",
}


@pytest.fixture
def pilot(people: SimpleNamespace, begin: Callable[..., Pilot]) -> Pilot:  # noqa: F811
    """A pilot since fall 2024 with two accepted reviews; the provost is Paula."""
    row = begin("fall-2024")
    for year, rating in ((2025, "on_track"), (2026, "watch")):
        with on(f"{year}-05-02"):
            sweep.run_due()
            review = row.reviews.get(year=year - 2024)
            hand_in(people.by("dana"), review)
            reviews.acknowledge_review(by=people.by("hale"), review=review)
            reviews.accept_review(by=people.by("olive"), review=review, rating=rating)
    people.paula = create_person(by=SET_UP, display_name="Paula Provost")
    assign_role(by=SET_UP, person=people.paula, role=Role.PROVOST, starts_on=SINCE)
    with on("2026-09-02"):
        sweep.run_due()
    return Pilot.objects.get(pk=row.pk)


@pytest.fixture
def noticed(people: SimpleNamespace, pilot: Pilot) -> Program:  # noqa: F811
    """The notice to continue is given and acknowledged."""
    with on("2026-10-01"):
        intent = give_notice(people, pilot.intents.get())
        intents.acknowledge_intent(by=people.by("olive"), intent=intent)
    return Program.objects.get(pk=pilot.program_id)


def written(people: SimpleNamespace, program: Program, **changed: Any) -> Proposal:  # noqa: F811
    """Dana begins and completes the full proposal."""
    dana = people.by("dana")
    with on("2026-10-12"):
        row = start_full_proposal(by=dana, program=program)
        who = [str(people.dana.pk)]
        said = {**ANSWERS, "tracked_by": who, "issuance_requested_by": who, **changed}
        row = draft.save_values(by=dana, proposal=row, values=said, revision=row.revision)
        draft.attach_file(
            by=dana, proposal=row, field="syllabus", name="syllabus.pdf", data=b"%PDF-1.4 s"
        )
        draft.attest_procedures(by=dana, proposal=row)
    return Proposal.objects.get(pk=row.pk)


def sent(people: SimpleNamespace, program: Program, **changed: Any) -> Proposal:  # noqa: F811
    """Sent, and signed by everyone who is asked."""
    row = written(people, program, **changed)
    with on("2026-10-19"):
        verbs.submit_for_signatures(by=people.by("dana"), proposal=row)
        while asked := SignatureRequest.objects.filter(case=row.case, state="requested").first():
            assert asked.person is not None
            name = asked.person.display_name
            verbs.sign(by=person(asked.person), signature=asked, typed_name=name)
    return Proposal.objects.select_related("case").get(pk=row.pk)


def recommended(people: SimpleNamespace, program: Program, **changed: Any) -> Proposal:  # noqa: F811
    """Every body has recommended it: it is before the provost."""
    row = sent(people, program, **changed)
    with on("2026-11-02"):
        verbs.accept_complete(by=people.by("olive"), proposal=row)
        for path in ("subcommittee", "committees/ascrc", "senate"):
            run = row.case.runs.get(path=path, state="open")
            override(by=people.by("olive"), run=run, outcome="approve", reason="By its minutes.")
    return Proposal.objects.select_related("case").get(pk=row.pk)
