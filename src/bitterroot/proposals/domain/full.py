"""The second proposal of a program: begun from its pilot's version and record."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.domain.case import open_case
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.policy.models.forms import Form
from bitterroot.programs.domain.state import locked
from bitterroot.programs.enums import IntentState, ProgramState
from bitterroot.programs.models import Program, ProgramReview, ProgramVersion
from bitterroot.programs.rules import is_lead
from bitterroot.proposals.domain.draft import note
from bitterroot.proposals.models import Attachment, Proposal
from bitterroot.proposals.queries.pilot_record import conditions_of, version_in_force
from bitterroot.proposals.queries.process import FULL, open_proposal, why_it_waits_for
from bitterroot.record import clock

#: What is declared anew, whatever was declared for the pilot.
ANEW = ("conflict", "conflict_note")
BUDGET_YEARS = 3


@transaction.atomic
def start_full_proposal(*, by: Actor, program: Program) -> Proposal:
    """Begin the draft that proposes a pilot for good, in a case under the policy now in force.

    It starts with every answer and file of the version in force, with the outcomes as the
    yearly reviews counted them and with the conditions as they were met. What is attested is
    attested anew. Co-leads may write along. Raises NotPossible with what stands in the way.
    """
    answer = is_lead(by, program).require()
    program = locked(program)
    if why := why_not_started(program):
        raise NotPossible(why)
    assert by.person is not None
    form = policies.current().forms[policies.current().processes[FULL].form]
    row = Proposal(
        title=program.title,
        program=program,
        process=FULL,
        lead=by.person,
        owner_unit=program.owner_unit,
        created_at=clock.now(),
    )
    row.values = prefilled(program, form)
    row.case = open_case(by=by, process=FULL, subject=f"proposal:{row.pk}", title=program.title)
    row.save(force_insert=True)
    row.co_authors.set(program.co_leads.all())
    carry_files(by, row, form, version_in_force(program))
    note(by, row, "full proposal started", answer.capacity, tell=False)
    return row


def why_not_started(program: Program) -> str:
    """What stands in the way of beginning a full proposal, in a sentence; empty if nothing does."""
    if FULL not in policies.current().processes:
        return "The policy of this institution knows no full proposal."
    if (row := open_proposal(program)) is not None:
        if row.process == FULL:
            return "A full proposal of this program is under way."
        return why_it_waits_for(row)
    if program.state != ProgramState.INTENT_CONTINUE:
        return "A full proposal needs a notice to continue that lead and head have signed."
    last = program.pilot.intents.order_by("-n").first()
    if last is None or last.state != IntentState.ACKNOWLEDGED:
        return "The program office has not acknowledged the notice to continue yet."
    return ""


def taken_over(
    program: Program, content: Mapping[str, Any], form: Form, anew: Collection[str]
) -> dict[str, Any]:
    """Of a version's content what `form` asks too, but for files, attestations and what is `anew`.

    Who leads it is said as it is now.
    """
    values = {
        key: value
        for key, value in content.items()
        if key in form.fields
        and form.fields[key].type not in ("files", "attest", "computed")
        and key not in anew
    }
    if "lead" in form.fields:
        values["lead"] = str(program.lead_id)
        values["co_leads"] = [str(pk) for pk in program.co_leads.values_list("pk", flat=True)]
    return values


def prefilled(program: Program, form: Form) -> dict[str, Any]:
    """Answers to begin with: the version in force, then what the pilot's record tells."""
    version = version_in_force(program)
    content: dict[str, Any] = dict(version.content) if version else {}
    values = taken_over(program, content, form, ANEW)
    values |= {
        "outcome_evidence": _outcomes(content.get("outcomes") or (), program),
        "condition_responses": [
            {"condition": each.text[:500], "response": each.evidence[:1000]}
            for each in conditions_of(program)
        ],
        "budget": [{"year": label} for label in _next_years()],
        "catalog_copy": content.get("description"),
        "transcript_title": str(content.get("short_title") or "")[:30],
    }
    return form.clean(values)


def _outcomes(outcomes: Iterable[Mapping[str, Any]], program: Program) -> list[dict[str, Any]]:
    """Each outcome with how many were assessed and met it in all yearly reviews together."""
    seen: dict[str, list[int]] = {}
    for review in ProgramReview.objects.filter(pilot__program=program):
        for row in review.values.get("outcomes") or ():
            counts = (row.get("assessed"), row.get("met"))
            if all(isinstance(count, int) for count in counts):
                pair = seen.setdefault(str(row.get("outcome")), [0, 0])
                pair[0], pair[1] = pair[0] + counts[0], pair[1] + counts[1]
    rows = []
    for each in outcomes:
        text = str(each.get("outcome") or "")
        assessed, met = seen.get(text, (0, 0))
        rows.append({"outcome": text[:300], "learners": assessed, "met": met})
    return rows


def _next_years() -> list[str]:
    """The academic years that follow on this one, as far as the calendar goes."""
    today = clock.today()
    years = policies.current().calendar.academic_years
    return [year.label for year in years if year.start > today][:BUDGET_YEARS]


def carry_files(by: Actor, row: Proposal, form: Form, version: ProgramVersion | None) -> None:
    """The files of that version are attached to the draft too, by the same content."""
    if version is None or by.person is None:
        return
    names = dict(
        Attachment.objects.filter(proposal__program=row.program)
        .order_by("id")
        .values_list("file_id", "name")
    )
    for key, field in form.fields.items():
        hashes = version.content.get(key) if field.type == "files" else None
        for sha256 in hashes or ():
            if sha256 in names:
                Attachment.objects.create(
                    proposal=row,
                    kind=key,
                    name=names[sha256],
                    file_id=sha256,
                    added_by=by.person,
                    added_at=clock.now(),
                )
                row.values.setdefault(key, []).append(sha256)
    row.save(update_fields=["values"])
