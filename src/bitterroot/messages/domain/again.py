"""Sending again: what could not be sent, and what could not even be written."""

from django.db import transaction

from bitterroot.messages.models import Mail, MailState
from bitterroot.messages.rules import may_tend_mail
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event
from bitterroot.record.models import Outbox, OutboxState

STOOD_IN_FOR = (
    "/sign/…",
    "/claim/…",
    "/open/…",
    "······",
)  # what replaced a link or a code once it was sent


@transaction.atomic
def send_again(*, by: Actor, mail: Mail) -> Mail:
    """Put a mail in the queue again, with all its tries.

    Raises NotPossible while it waits, and for a mail that was sent with a one-time link or code:
    these are not kept, so it could only go out without them.
    """
    answer = may_tend_mail(by).require()
    row = Mail.objects.select_for_update().get(pk=mail.pk)
    if row.state == MailState.QUEUED:
        raise NotPossible("It is waiting to be sent already.")
    if any(mark in row.body for mark in STOOD_IN_FOR):
        raise NotPossible("Its one-time link or code is not kept, so it cannot be sent again.")
    before = row.state
    row.state, row.tries, row.last_error = MailState.QUEUED, 0, ""
    row.save(update_fields=["state", "tries", "last_error"])
    _note(by, f"mail:{row.pk}", "mail queued again", answer.capacity, before)
    return row


@transaction.atomic
def write_again(*, by: Actor, waiting: Outbox) -> Outbox:
    """Try once more to write the mails of an event that failed. Raises NotPossible otherwise."""
    answer = may_tend_mail(by).require()
    row = Outbox.objects.select_for_update().get(pk=waiting.pk)
    if row.state != OutboxState.FAILED:
        raise NotPossible("Its mails are written, or will be.")
    row.state, row.tries, row.last_error = OutboxState.WAITING, 0, ""
    row.run_after = clock.now()
    row.save(update_fields=["state", "tries", "last_error", "run_after"])
    _note(by, f"outbox:{row.pk}", "letters tried again", answer.capacity, OutboxState.FAILED)
    return row


def _note(by: Actor, about: str, verb: str, capacity: str, before: str) -> None:
    record_event(
        by=by,
        stream=about,
        verb=verb,
        about=about,
        capacity=capacity,
        tell=False,
        data={"before": before},
    )
