"""Writing a proposal: values, co-authors, files, attestation. Drafts and returned ones only."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction

from bitterroot.files.domain import DOCUMENTS, PNG, SVG, shown_name, sniff, store
from bitterroot.files.domain.svg import require_still
from bitterroot.governance import policies
from bitterroot.governance.answers import keep
from bitterroot.governance.domain.case import open_case
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person, Unit
from bitterroot.programs.interfaces import badge_image
from bitterroot.proposals.domain.holding import hold
from bitterroot.proposals.domain.pages import current_page
from bitterroot.proposals.domain.road import follow_class
from bitterroot.proposals.models import Attachment, Consultation, Proposal
from bitterroot.proposals.queries.process import form_of
from bitterroot.proposals.queries.tracks import beginning, settle, track_of
from bitterroot.proposals.rules import EDITABLE, is_author, may_begin, may_check, may_edit
from bitterroot.proposals.seals import proposal_seal
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event


@transaction.atomic
def start_proposal(
    *,
    by: Actor,
    title: str,
    unit: Unit | None = None,
    consultation: Consultation | None = None,
    track: str = "",
) -> Proposal:
    """Begin a draft on a track, under the policy now in force.

    Without a `track` it is the one that the consultation came to, or else the first.
    """
    answer = may_begin(by).require()
    assert by.person is not None
    policy = policies.current()
    track = track or track_of(consultation, policy)
    process = beginning(policy, track)
    proposal = Proposal(
        title=title.strip()[:200],
        lead=by.person,
        owner_unit=unit,
        process=process.key,
        consultation=consultation,
        created_at=clock.now(),
    )
    proposal.values = {"title": title.strip(), "lead": str(by.person.pk)}
    if unit is not None:
        proposal.values["owner_unit"] = unit.key
    settle(proposal, policy, track)
    proposal.case = open_case(
        by=by,
        process=process.key,
        subject=f"proposal:{proposal.pk}",
        title=proposal.title or "Untitled proposal",
    )
    proposal.save(force_insert=True)
    note(by, proposal, "proposal started", answer.capacity, tell=False, track=track)
    return proposal


@transaction.atomic
def save_values(
    *, by: Actor, proposal: Proposal, values: Mapping[str, Any], revision: int
) -> Proposal:
    """Keep answers as they are typed, complete or not.

    `revision` is the one that the answers were written on. Raises NotPossible when someone
    saved in between and changed the very fields; other fields are merged. Whoever is named as
    co-lead becomes a co-author and is told.
    """
    row, _ = _to_edit(by, proposal)
    form = form_of(row)
    named = row.values.get("co_leads")
    changed = keep(
        row,
        form,
        values,
        revision,
        fixed=("procedures_attested", "lead", "track"),
        who_saved=lambda keys: _writers(by, row, keys),
    )
    if not changed:
        return row
    row.field_writers |= dict.fromkeys(changed, by.name)
    wrote(by, row)
    if "title" in form.fields:
        row.title = str(row.values.get("title") or "")[:200]
    if "owner_unit" in form.fields:
        row.owner_unit = Unit.objects.filter(pk=row.values.get("owner_unit") or "").first()
    row.save()
    follow_class(by, row)
    if row.case.title != row.title and row.title:
        row.case.title = row.title
        row.case.save(update_fields=["title"])
    if row.values.get("co_leads") != named:
        _invite_named(by, row)
    return row


def wrote(by: Actor, row: Proposal) -> None:
    """An author who wrote in it stays one when they are removed: they do not sign or decide it."""
    if by.person is not None and is_author(by.person, row):
        row.written_by.add(by.person)


def _writers(by: Actor, proposal: Proposal, keys: Collection[str]) -> str:
    """Who last changed these answers, as the person who meets them reads it."""
    names = {proposal.field_writers.get(key, "Someone") for key in keys}
    return " and ".join("You" if name == by.name else name for name in sorted(names))


def _invite_named(by: Actor, proposal: Proposal) -> None:
    """Whom the form names as co-lead may write too; the form says so."""
    already = {proposal.lead_id, *proposal.co_authors.values_list("pk", flat=True)}
    for key in proposal.values.get("co_leads") or ():
        with suppress(ValueError, Person.DoesNotExist):  # a name that was typed is nobody yet
            person = Person.objects.get(pk=UUID(str(key)))
            if person.pk not in already:
                invite_co_author(by=by, proposal=proposal, person=person)


@transaction.atomic
def invite_co_author(*, by: Actor, proposal: Proposal, person: Person) -> Proposal:
    """Let `person` edit the draft too. They are told. Only the lead submits."""
    row, capacity = _to_edit(by, proposal)
    if person == row.lead:
        raise NotPossible("The lead is already its author.")
    row.co_authors.add(person)
    note(by, row, "co-author invited", capacity, person=str(person.pk))
    return row


@transaction.atomic
def remove_co_author(*, by: Actor, proposal: Proposal, person: Person) -> Proposal:
    """Take the draft back from a co-author; what they wrote stays, and they do not sign it."""
    row, capacity = _to_edit(by, proposal)
    row.co_authors.remove(person)
    note(by, row, "co-author removed", capacity, tell=False, person=str(person.pk))
    return row


@transaction.atomic
def attach_file(*, by: Actor, proposal: Proposal, field: str, name: str, data: bytes) -> Attachment:
    """Attach a file to a field of the form; kept by the hash of its content."""
    row, capacity = _to_edit(by, proposal)
    form = form_of(row)
    if field not in form.fields or form.fields[field].type != "files":
        raise NotPossible("Files cannot be attached there.")
    assert by.person is not None
    allowed = frozenset({PNG, SVG}) if field == "badge_image" else DOCUMENTS
    if field == "badge_image":
        _require_picture(data)
    stored = store(data, allowed=allowed)
    attached, made = Attachment.objects.get_or_create(
        proposal=row,
        kind=field,
        file=stored,
        removed_at=None,
        defaults={
            "name": shown_name(name),
            "added_by": by.person,
            "added_at": clock.now(),
        },
    )
    if made:
        wrote(by, row)
        _follow_files(row, field)
        note(
            by,
            row,
            "file attached",
            capacity,
            tell=False,
            field=field,
            sha256=stored.sha256,
        )
        proposal.values, proposal.revision = row.values, row.revision
    return attached


def _require_picture(data: bytes) -> None:
    if sniff(data) == PNG and min(badge_image.png_size(data)) < badge_image.SIZE:
        raise NotPossible(
            f"The badge's image needs at least {badge_image.SIZE} × {badge_image.SIZE} pixels."
        )
    if sniff(data) == SVG:
        require_still(data)
        try:
            badge_image.to_png(data)
        except ValueError:
            raise NotPossible("This SVG cannot be drawn.") from None


@transaction.atomic
def remove_file(*, by: Actor, attachment: Attachment) -> None:
    """Take a file out of the draft; what was signed with it stays in its snapshot."""
    row, capacity = _to_edit(by, attachment.proposal)
    attachment.removed_at = clock.now()
    attachment.save(update_fields=["removed_at"])
    _follow_files(row, attachment.kind)
    note(by, row, "file removed", capacity, tell=False, field=attachment.kind)


def _follow_files(row: Proposal, field: str) -> None:
    hashes = list(
        row.attachments.filter(kind=field, removed_at__isnull=True)
        .order_by("id")
        .values_list("file_id", flat=True)
    )
    if hashes:
        row.values[field] = hashes
    else:
        row.values.pop(field, None)
    row.revision += 1
    row.save(update_fields=["values", "revision"])


@transaction.atomic
def attest_procedures(*, by: Actor, proposal: Proposal) -> Proposal:
    """The author has read the procedures; the version in force is kept with the proposal."""
    row, capacity = _to_edit(by, proposal)
    page = current_page("procedures")
    if page is None:
        raise NotPossible("There is no procedures page yet.")
    row.procedures = page
    row.values["procedures_attested"] = str(page.n)
    row.revision += 1
    row.save(update_fields=["procedures", "values", "revision"])
    note(by, row, "procedures attested", capacity, tell=False, version=page.n)
    return row


def _to_edit(by: Actor, proposal: Proposal) -> tuple[Proposal, str]:
    """The row as it stands now, held until the transaction ends, and the capacity of who edits it.

    What is signed must not change under the signers: a page that was opened before the proposal
    was sent still holds the older state, so the row that is held here is asked.
    """
    row = hold(proposal)
    return row, may_edit(by, row).require().capacity


@transaction.atomic
def waive_consultation(*, by: Actor, proposal: Proposal, reason: str) -> Proposal:
    """The office lets a proposal go without a consultation, for a reason that is kept."""
    row = hold(proposal)
    answer = may_check(by, row).require()
    if row.state not in EDITABLE:
        raise NotPossible("It is on its way already: there is nothing to waive.")
    if not reason.strip():
        raise NotPossible("A waiver needs a reason.", [("reason", "Write a reason.")])
    row.consultation_waiver = reason.strip()
    row.save(update_fields=["consultation_waiver"])
    note(by, row, "consultation waived", answer.capacity, reason=reason.strip())
    return row


def note(
    by: Actor,
    proposal: Proposal,
    verb: str,
    capacity: str = "",
    *,
    tell: bool = True,
    **data: object,
) -> None:
    """Record an act about the proposal on its case's chain."""
    record_event(
        by=by,
        stream=f"case:{proposal.case_id}",
        verb=verb,
        about=f"proposal:{proposal.pk}",
        capacity=capacity,
        seal=proposal_seal(proposal),
        data=dict(data),
        tell=tell,
    )
