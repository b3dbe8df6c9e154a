"""A new draft from an earlier proposal: its answers, without what must be said or proved anew."""

from collections.abc import Collection

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.policy.models.forms import Form
from bitterroot.proposals.domain.draft import note, start_proposal
from bitterroot.proposals.models import Attachment, Proposal
from bitterroot.proposals.queries.process import form_of, process_of
from bitterroot.proposals.rules import may_copy
from bitterroot.record import clock

#: Answers of these types are given anew: what is attested, computed, attached, or has a day.
ANEW_TYPES = ("attest", "computed", "files", "date", "term")
#: So are these: who writes it, what is declared of oneself, and what was found about other units.
ANEW = (
    "title", "short_title", "acronym", "lead", "co_leads", "conflict", "conflict_note",
    "overlap_found", "overlap", "affected_units_notified", "mou_state",
)  # fmt: skip


@transaction.atomic
def copy_proposal(
    *, by: Actor, proposal: Proposal, title: str, files: Collection[int] = ()
) -> Proposal:
    """Begin a draft of one's own with the answers of `proposal` and the chosen ones of its files.

    It is on the same track. Signatures, consultation, co-authors, comments and concurrences stay with the origin, which
    the record of the new draft names. Raises Refused for one that `by` may not read, NotPossible
    without a title of its own and for what does not begin a program.
    """
    answer = may_copy(by, proposal).require()
    assert by.person is not None
    if not title.strip() or title.strip() == proposal.title.strip():
        why = "Give the new proposal a title of its own."
        raise NotPossible(why, [("title", why)])
    if process_of(proposal).begins != "program":
        raise NotPossible("Only a proposal of a new program is copied.")
    known = {track.key for track in policies.current().taxonomy.tracks}
    track = str(proposal.values.get("track") or "")
    row = start_proposal(
        by=by, title=title, unit=proposal.owner_unit, track=track if track in known else ""
    )
    form = form_of(row)
    taken = {k: proposal.values[k] for k in copied_keys(form) if k in proposal.values}
    row.values = {**taken, **row.values}
    row.values = form.clean(row.values)
    row.origin = proposal
    for each in proposal.attachments.filter(pk__in=list(files), removed_at=None).order_by("pk"):
        if each.kind in form.fields and form.fields[each.kind].type == "files":
            Attachment.objects.create(
                proposal=row,
                kind=each.kind,
                name=each.name,
                file_id=each.file_id,
                added_by=by.person,
                added_at=clock.now(),
            )
            row.values.setdefault(each.kind, []).append(each.file_id)
    row.revision = 1
    row.save()
    note(
        by,
        row,
        "proposal copied",
        answer.capacity,
        tell=False,
        origin=str(proposal.pk),
        text=f"From “{proposal.title}” of {proposal.lead}.",
    )
    return row


def copied_keys(form: Form) -> list[str]:
    """The questions whose answers a copy takes over."""
    return [
        key
        for key, field in form.fields.items()
        if field.type not in ANEW_TYPES and key not in ANEW
    ]


def said_anew(form: Form) -> list[str]:
    """Labels of the questions that must be answered anew in a copy."""
    kept = set(copied_keys(form))
    return [
        field.label
        for key, field in form.fields.items()
        if key not in kept and field.type not in ("computed", "files") and key != "lead"
    ]
