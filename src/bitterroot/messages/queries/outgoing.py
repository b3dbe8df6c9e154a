"""Outgoing mail as those see it who look after it: no text, no links, no learner by name."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from bitterroot.messages.domain.again import may_go_again
from bitterroot.messages.domain.dispatch import TRIES
from bitterroot.messages.domain.secrets import without_secrets
from bitterroot.messages.models import Mail, MailState
from bitterroot.messages.notices import TO_LEARNERS
from bitterroot.people.queries import masked
from bitterroot.record.models import Outbox, OutboxState

MOST = 10_000  # mails of a state that are paged through
_WHY = {
    MailState.DRAFT: "The program office reads it first.",
    MailState.KEPT: "Its reader switched it off, and reads it here.",
    MailState.DROPPED: "The program office discarded it.",
}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One mail: receiver, subject, where it stands, why not further. `again`: it can be resent."""

    pk: int
    to: str
    address: str
    subject: str
    state: str
    said: str  # the state in words
    tries: int
    created_at: datetime
    sent_at: datetime | None
    reason: str
    again: bool


def counts() -> dict[str, int]:
    """How many mails are in each state, at most `MOST + 1`: nobody pages further. One query."""
    some = "(SELECT COUNT(*) FROM (SELECT 1 FROM mail_mail WHERE state = %s LIMIT %s) AS s)"
    asked = f"SELECT {', '.join([some] * len(MailState.values))}"
    with connection.cursor() as cursor:
        cursor.execute(asked, [said for state in MailState.values for said in (state, MOST + 1)])
        found = cursor.fetchone()
    return dict(zip(MailState.values, found, strict=True))


def to_write() -> int:
    """How many events have told nobody yet: the worker writes their mails, if it runs."""
    return Outbox.objects.filter(state=OutboxState.WAITING).count()


def mails(state: str) -> QuerySet[Mail]:
    """Mails in `state`: those that wait oldest first, others newest first."""
    order = ("created_at", "pk") if state == MailState.QUEUED else ("-created_at", "-pk")
    return Mail.objects.filter(state=state).defer("attachment").order_by(*order)


def outgoing(mail: Mail) -> Outgoing:
    """What may be shown of it. The address is whole only where someone must mend it."""
    learner = mail.template in TO_LEARNERS
    failed = mail.state in (MailState.FAILED, MailState.BOUNCED)
    return Outgoing(
        pk=mail.pk,
        to="A learner" if learner else mail.to_name,
        address=mail.to_address if failed else masked(mail.to_address),
        subject=without_secrets(mail.subject),
        state=mail.state,
        said=mail.get_state_display(),
        tries=mail.tries,
        created_at=mail.created_at,
        sent_at=mail.sent_at,
        reason=_WHY.get(MailState(mail.state)) or without_secrets(mail.last_error),
        again=may_go_again(mail),
    )


def unwritten() -> QuerySet[Outbox]:
    """Events whose mails could not be written, newest first."""
    failed = Outbox.objects.filter(state=OutboxState.FAILED)
    return failed.select_related("event").order_by("-event__at", "-pk")


__all__ = ["MOST", "TRIES", "Outgoing", "counts", "mails", "outgoing", "unwritten"]
