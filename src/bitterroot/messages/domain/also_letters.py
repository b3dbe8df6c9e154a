"""Further letters of events whose first letters go to those who are nearest.

A decision is told to its authors first, an ending to its leads; here are the others of whom
domain.md 5.5 speaks: who signed, the registrar, learners who are enrolled, a partner's officer.
"""

from collections.abc import Callable, Sequence
from typing import Any

from bitterroot.governance import policies
from bitterroot.governance.enums import SignatureState
from bitterroot.governance.models import Condition, Decision
from bitterroot.issuing.enums import HELD
from bitterroot.issuing.models import Award, TranscriptNotation
from bitterroot.learning.enums import EnrollmentState
from bitterroot.learning.models import Enrollment, IssuanceRequest
from bitterroot.messages.domain.body_letters import members
from bitterroot.messages.domain.letter import Letter, address, to_people
from bitterroot.messages.domain.outside_letters import OUTSIDE_MAKERS
from bitterroot.messages.domain.result_letters import RESULTS
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import head_of, holders, normalize_address
from bitterroot.programs.domain.reminders import still_wanted
from bitterroot.programs.enums import Kind, ProgramState
from bitterroot.programs.models import BadgeTemplate, Program, Reminder, TeachOut
from bitterroot.proposals.enums import IN_FORCE
from bitterroot.proposals.models import Mou, Proposal
from bitterroot.proposals.queries.agreements import officers_of
from bitterroot.proposals.rules import may_see
from bitterroot.record import clock
from bitterroot.record.models import Event

CREDIT = (Kind.CREDIT, Kind.HYBRID)


def _decision(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To who signed and the head; once approved to who will issue, for credit to the registrar."""
    row = Proposal.objects.select_related("lead", "case", "owner_unit", "program").get(pk=key)
    signed = Person.objects.filter(
        signature_requests__case=row.case, signature_requests__state=SignatureState.SIGNED
    ).distinct()
    head = head_of(row.owner_unit) if row.owner_unit else None
    told = [*signed.order_by("display_name"), *([head] if head else [])]
    if event.verb != "proposal declined":
        told += holders(Role.ISSUING_OFFICER)
        if row.program is not None and row.program.kind in CREDIT:
            told += holders(Role.REGISTRAR)
    authors = {row.lead_id, *row.co_authors.values_list("pk", flat=True)}
    words = {
        "proposal": row,
        "outcome": event.verb.removeprefix("proposal "),
        "decision": row.case.decisions.order_by("-recorded_at", "-run__n").first(),
    }
    page = address("faculty:proposal", row.pk)
    inside = [
        letter
        for person in {each.pk: each for each in told if each.pk not in authors}.values()
        for letter in to_people(
            [person], "decision_told", **words, link=page if may_see(person, row) else ""
        )
    ]
    return inside + _to_partners_who_signed(row, words)


def _to_partners_who_signed(row: Proposal, words: dict[str, Any]) -> list[Letter]:
    """To officers outside who signed by link: they have no account, and no page to open."""
    signed = row.case.signatures.filter(state=SignatureState.SIGNED, person=None)
    found = {normalize_address(each.partner_email): each for each in signed.order_by("order")}
    return [
        Letter("decision_told", each.partner_name, each.partner_email, None, {**words, "link": ""})
        for each in found.values()
    ]


def _condition(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = Condition.objects.select_related("decision__run__case").get(pk=key)
    decision: Decision = row.decision
    keepers = members(decision.run.body, keepers_only=True) if decision.run else []
    told = [
        person
        for person in keepers or holders(Role.PROGRAM_OFFICER)
        if f"person:{person.pk}" != event.actor
    ]
    left = decision.conditions.filter(closed_at=None).count()
    link = address("bodies:bodies") if keepers else address("office:board", otherwise="/office")
    return to_people(
        told, "condition_closed", condition=row, case=decision.case, left=left, link=link
    )


def _established(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    program = Program.objects.get(pk=key)
    told = [
        person
        for role in (Role.MARKETING, Role.REGISTRAR, Role.PROGRAM_OFFICER)
        for person in holders(role)
        if f"person:{person.pk}" != event.actor
    ]
    link = address("public:program", program.slug)
    return to_people(told, "program_established", program=program, link=link)


def _earners(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To who holds an earlier version, where the policy wants them told. Theirs stays as it is."""
    row = BadgeTemplate.objects.select_related("program_version__program").get(pk=key)
    if row.n < 2 or not policies.current().awards.tells_earners_of_new_versions:
        return []
    program = row.program_version.program
    held = Award.objects.filter(
        template__program_version__program=program, template__n__lt=row.n, state__in=HELD
    )
    earners = Person.objects.filter(pk__in=held.values("learner")).order_by("pk")
    link = address("public:program", program.slug)
    return to_people(
        earners.prefetch_related("addresses"),
        "earner_new_version",
        badge=row,
        program=program,
        link=link,
    )


def _on_transcript(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To each learner of whom the registrar has just recorded a credential in the student system."""
    recorded = Event.objects.filter(
        stream=event.stream,
        seq__gte=event.seq - data["lines"],
        seq__lt=event.seq,
        verb="notation recorded",
    )
    keys = [int(about.partition(":")[2]) for about in recorded.values_list("about", flat=True)]
    found: list[Letter] = []
    for n in range(0, len(keys), 500):
        notations = TranscriptNotation.objects.filter(
            pk__in=keys[n : n + 500], line__learner__isnull=False
        ).select_related("line__learner", "line__tracking_list__offering__program")
        for row in notations.prefetch_related("line__learner__addresses").order_by("pk"):
            program, learner = row.line.tracking_list.offering.program, row.line.learner
            words = {"notation": row, "program": program, "opted_out": row.line.opted_out}
            found += to_people([learner] if learner else [], "transcript_learner", **words)
    return found


def _template(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """Of a further version. Badges of earlier ones stay as they were awarded."""
    row = BadgeTemplate.objects.select_related("program_version__program__lead").get(pk=key)
    if row.n < 2:
        return []
    program = row.program_version.program
    earlier = Award.objects.filter(
        template__program_version__program=program, template__n__lt=row.n
    ).count()
    told = [program.lead, *program.co_leads.all(), *holders(Role.PROGRAM_OFFICER)]
    link = address("public:program", program.slug)
    return to_people(
        told, "template_new_version", badge=row, program=program, earlier=earlier, link=link
    )


def _transcript(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = IssuanceRequest.objects.select_related("offering__program", "requested_by").get(pk=key)
    told = [row.requested_by, *holders(Role.ISSUING_OFFICER)]
    return to_people(
        told,
        "transcript_recorded",
        request=row,
        program=row.offering.program,
        lines=data["lines"],
        link=address("faculty:list", row.tracking_list_id),
    )


def _ending(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To learners who are enrolled now, and to officers of a partner, who have no account here."""
    program, teach_out = _what_ends(key, event)
    if program is None:
        return []
    words: dict[str, Any] = {"program": program, "teach_out": teach_out, "verb": event.verb}
    outside = _partners(program, words) if event.verb != "program resumed" else []
    if event.verb in ("program suspended", "program resumed"):
        words |= {"resumed": event.verb == "program resumed"}
        return outside + _learners(program, "learner_program_suspended", words)
    if event.verb == "program closed":
        return outside  # nobody is enrolled any more, or it would not close
    return outside + _learners(program, "learner_program_ends", words)


def _what_ends(key: str, event: Event) -> tuple[Program | None, TeachOut | None]:
    if event.verb.startswith("reminded"):
        reminder = Reminder.objects.select_related("program__lead").get(pk=key)
        if not still_wanted(reminder):
            return None, None
        program = reminder.program
    elif event.verb == "teach-out planned":
        program = TeachOut.objects.select_related("program__lead").get(pk=key).program
    else:
        program = Program.objects.select_related("lead").get(pk=key)
    teach_out = TeachOut.objects.filter(program=program).first()
    if event.verb == "program suspended" and program.state != ProgramState.SUSPENDED:
        return None, None  # it goes on already
    return program, teach_out


def _learners(program: Program, template: str, words: dict[str, Any]) -> list[Letter]:
    """Those enrolled in an offering that is not over, each address once."""
    rows = Enrollment.objects.filter(
        offering__program=program,
        offering__ends_on__gte=clock.today(),
        state=EnrollmentState.ENROLLED,
    ).exclude(email="")
    link = address("public:program", program.slug)
    found = {normalize_address(row.email): row for row in rows.order_by("pk")}
    return [
        Letter(template, f"{row.given_name} {row.family_name}".strip() or "learner", row.email,
               None, {**words, "link": link})
        for row in found.values()
    ]  # fmt: skip


def _partners(program: Program, words: dict[str, Any]) -> list[Letter]:
    agreements = Mou.objects.filter(proposal__program=program, state__in=IN_FORCE)
    found = {
        normalize_address(each.address): each
        for mou in agreements.order_by("pk")
        for each in officers_of(mou)
        if each.person is None and each.address
    }
    return [
        Letter("partner_program_ends", each.name, each.address, None, dict(words))
        for each in found.values()
    ]


Maker = Callable[[str, Event, dict[str, Any]], Sequence[Letter]]
#: These come beside the letters that the event's own maker gives, where it has one.
ALSO: dict[str, Maker] = {
    **OUTSIDE_MAKERS,
    "proposal approved": _decision,
    "proposal approved with conditions": _decision,
    "proposal declined": _decision,
    "condition closed": _condition,
    "program established": _established,
    "template approved": lambda *said: [*_template(*said), *_earners(*said)],
    "transcript recorded": lambda *said: [*_transcript(*said), *_on_transcript(*said)],
    "teach-out planned": _ending,
    "program suspended": _ending,
    "program resumed": _ending,
    "program closed": _ending,
    "reminded: teach-out ends": _ending,
    **RESULTS,
}
