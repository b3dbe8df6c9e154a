"""Changes of an approved program: what is answered otherwise than now, and how heavy that is."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bitterroot.governance import policies
from bitterroot.policy import OutsideCalendar
from bitterroot.policy.models.process import CLASSES, ChangeClass
from bitterroot.programs.models import Program, ProgramVersion
from bitterroot.programs.queries.versions import version_on
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.process import form_of

#: What the end of a program takes from its version in force, so that signers can be found.
OF_THE_PROGRAM = (
    "title", "kind", "track", "levels", "owner_unit", "interdisciplinary", "partner_units",
    "third_party", "partner_organizations", "assessed",
)  # fmt: skip
#: What is declared anew, whatever was declared before.
ANEW = ("conflict", "conflict_note", "accurate", "procedures_attested")
#: Answered for the record alone; a difference in them is no change of the program.
NO_CHANGE = ("lead", "consultation", *ANEW)


def base_of(proposal: Proposal) -> ProgramVersion | None:
    """The version that the change starts from: the newest that was approved when it began.

    Of the others no content is read: a program may have many, each with a whole proposal in it.
    """
    assert proposal.program_id is not None
    versions = ProgramVersion.objects.filter(program=proposal.program_id).order_by("-n")
    earlier = versions.filter(approved_at__lte=proposal.created_at).first()
    return earlier or versions.first()


def bases_of(proposals: Iterable[Proposal]) -> dict[UUID, ProgramVersion]:
    """`base_of` for many changes, by the proposal's key; two queries, however many there are."""
    rows = list(proposals)
    versions = ProgramVersion.objects.filter(program__in={row.program_id for row in rows})
    newest_first: dict[object, list[tuple[object, datetime]]] = {}
    known = versions.order_by("-n").values_list("pk", "program", "approved_at")
    for pk, program, approved_at in known if rows else ():
        newest_first.setdefault(program, []).append((pk, approved_at))
    chosen = {}
    for row in rows:
        found = newest_first.get(row.program_id, [])
        earlier = [pk for pk, at in found if at <= row.created_at] or [pk for pk, _ in found]
        if earlier:
            chosen[row.pk] = earlier[0]
    whole = ProgramVersion.objects.in_bulk(set(chosen.values()))
    return {row: whole[pk] for row, pk in chosen.items()}


def asked_of_changes(proposal: Proposal) -> frozenset[str]:
    """The questions about the change itself, which are no part of what a program is."""
    form = form_of(proposal)
    section = form.section(form.section_of["change_reason"])
    return frozenset(field.key for field in section.fields)


def changed_keys(
    proposal: Proposal, values: dict[str, Any] | None = None, base: ProgramVersion | None = None
) -> dict[str, ChangeClass]:
    """Each answer that differs from the version it starts from, with how heavy that is.

    Of the answers as they are written now, or of a frozen version's `values`. `base` is that
    version, where it is known already.
    """
    base = base or base_of(proposal)
    form, rules = form_of(proposal), policies.of(proposal.case).changes
    before = form.filled(base.content if base else {})
    after = form.filled(proposal.values if values is None else values)
    apart = {*NO_CHANGE, *asked_of_changes(proposal)}
    return {
        key: rules.weight(key, before.get(key), after.get(key))
        for key, field in form.fields.items()
        if key not in apart and field.type != "computed" and before.get(key) != after.get(key)
    }


def class_of(proposal: Proposal) -> ChangeClass | None:
    """How heavy the change is: as its heaviest answer, or heavier where its author says so."""
    found = list(changed_keys(proposal).values())
    wanted = proposal.values.get("heavier")
    found += [word for word in CLASSES if word == wanted]
    return max(found, key=CLASSES.index, default=None)


def effective_day(proposal: Proposal, values: dict[str, Any] | None = None) -> date | None:
    """The first day of the term from which it is to hold; None where none is chosen.

    As it is written now, or as a frozen version's `values` say.
    """
    said = proposal.values if values is None else values
    try:
        term = policies.current().calendar.term(str(said.get("effective_term") or ""))
    except OutsideCalendar:
        return None
    return term.start


def new_content(proposal: Proposal, values: dict[str, Any]) -> dict[str, Any]:
    """The program's whole content after the change: `values` as decided on, and what no form asks."""
    base = base_of(proposal)
    apart = asked_of_changes(proposal)
    asked = form_of(proposal).fields.keys()
    kept = {key: value for key, value in (base.content if base else {}).items() if key not in asked}
    return kept | {key: value for key, value in values.items() if key not in apart}


def about_the_program(program: Program) -> dict[str, Any]:
    """What the version in force says of the program where only its end is asked for."""
    version = version_on(program)
    content: dict[str, Any] = dict(version.content) if version else {}
    found = {key: content[key] for key in OF_THE_PROGRAM if key in content}
    return found | {"title": program.title, "owner_unit": program.owner_unit_id}
