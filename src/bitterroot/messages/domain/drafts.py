"""Mails that an office reads before they go out: changed, sent, or discarded with a reason."""

import hashlib

from django.db import transaction

from bitterroot.messages.domain.rewording import MOST_BODY, MOST_SUBJECT
from bitterroot.messages.models import Mail, MailState
from bitterroot.messages.rules import may_read_drafts
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event


def seen(mail: Mail) -> str:
    """What a screen showed of a draft; two who change it at once are told by it."""
    return hashlib.sha256(f"{mail.subject}\n{mail.body}".encode()).hexdigest()[:16]


@transaction.atomic
def change_draft(*, by: Actor, mail: Mail, subject: str, body: str, was: str) -> Mail:
    """Change the words of this one mail. `was`: what `seen` said when it was opened.

    Raises NotPossible once it is sent or discarded, and where somebody changed it meanwhile.
    """
    answer = may_read_drafts(by).require()
    row = _draft(mail)
    if seen(row) != was:
        raise NotPossible("Somebody changed this draft after you opened it. Read it once more.")
    subject, body = " ".join(subject.split()), body.replace("\r\n", "\n").strip() + "\n"
    problems = []
    if not subject or len(subject) > MOST_SUBJECT:
        problems.append(("subject", f"Write a subject of at most {MOST_SUBJECT} characters."))
    if not body.strip() or len(body) > MOST_BODY:
        problems.append(("body", f"Write a text of at most {MOST_BODY:,} characters."))
    if problems:
        raise NotPossible("This draft cannot be kept so.", problems)
    fields = [f for f, new in (("subject", subject), ("body", body)) if getattr(row, f) != new]
    if fields:
        row.subject, row.body = subject, body
        row.save(update_fields=["subject", "body"])
        _note(by, row, "draft changed", answer.capacity, fields=fields)
    return row


@transaction.atomic
def send_draft(*, by: Actor, mail: Mail, was: str) -> Mail:
    """Let it go out as it stands. Raises NotPossible where somebody changed it meanwhile."""
    answer = may_read_drafts(by).require()
    row = _draft(mail)
    if seen(row) != was:
        raise NotPossible("Somebody changed this draft after you opened it. Read it once more.")
    _end(by, row, MailState.QUEUED)
    _note(by, row, "draft sent", answer.capacity)
    return row


@transaction.atomic
def discard_draft(*, by: Actor, mail: Mail, reason: str) -> Mail:
    """Do not send it; the reason stays with it. Nobody is told."""
    answer = may_read_drafts(by).require()
    row = _draft(mail)
    if not reason.strip():
        raise NotPossible("Say why it is not sent.", [("reason", "Write a reason.")])
    row.discarded = reason.strip()[:2000]
    _end(by, row, MailState.DROPPED)
    _note(by, row, "draft discarded", answer.capacity, reason=row.discarded)
    return row


def _draft(mail: Mail) -> Mail:
    row = Mail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if row.state != MailState.DRAFT:
        raise NotPossible(f"This is no draft any more: {row.get_state_display().lower()}.")
    return row


def _end(by: Actor, row: Mail, state: MailState) -> None:
    row.state, row.read_by, row.read_at = state, by.person, clock.now()
    row.save(update_fields=["state", "read_by", "read_at", "discarded"])


def _note(by: Actor, row: Mail, verb: str, capacity: str, **data: object) -> None:
    about = f"mail:{row.pk}"
    record_event(
        by=by, stream=about, verb=verb, about=about, capacity=capacity, tell=False, data=data
    )
