"""Sending again: what could not be sent, and what could not even be written."""

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from bitterroot.messages.domain.letters import letters_for
from bitterroot.messages.domain.secrets import without_secrets
from bitterroot.messages.domain.writing import written
from bitterroot.messages.models import Mail, MailState
from bitterroot.messages.rules import may_tend_mail
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.queries import contact_address
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event
from bitterroot.record.models import Outbox, OutboxState

# What replaced a link or a code once it was sent, or could not be.
STOOD_IN_FOR = ("/sign/…", "/claim/…", "/open/…", "?token=…", "······")
#: States from which a mail can be sent once more.
AGAIN = (MailState.SENT, MailState.FAILED, MailState.BOUNCED)
NOT_KEPT = "Its one-time link or code is not kept. Whoever needs it asks for a new one."
SETTLED = "What its one-time link was for is settled, so nothing is sent."


def opens_a_door(mail: Mail) -> bool:
    """Whether a one-time link or code stands, or stood, in its text."""
    return (
        any(mark in mail.body for mark in STOOD_IN_FOR) or without_secrets(mail.body) != mail.body
    )


def may_go_again(mail: Mail) -> bool:
    """Whether it can be sent again: a one-time link is made anew where its event is known."""
    done = mail.state in AGAIN
    return done and (mail.event_id is not None or not opens_a_door(mail))


@transaction.atomic
def send_again(*, by: Actor, mail: Mail) -> Mail:
    """Put a mail in the queue again, with all its tries.

    One with a one-time link is written anew from its event: with a fresh link, which ends the older
    one, to the address that its receiver has now. Raises NotPossible while it waits, where the link
    is not needed any more, and for codes and mails about no event, which nothing tells how to renew.
    """
    answer = may_tend_mail(by).require()
    row = Mail.objects.select_for_update().get(pk=mail.pk)
    if row.state == MailState.QUEUED:
        raise NotPossible("It is waiting to be sent already.")
    if row.state not in AGAIN:
        raise NotPossible(f"It cannot be sent: {row.get_state_display().lower()}.")
    before, changed = row.state, ["state", "tries", "last_error"]
    if opens_a_door(row):
        fresh = anew(row)
        row.to_name, row.to_address, row.subject = fresh.to_name, fresh.to_address, fresh.subject
        row.body, row.not_before = fresh.body, fresh.not_before
        changed += ["to_name", "to_address", "subject", "body", "not_before"]
    elif row.person is not None and (to := contact_address(row.person)):
        row.to_address = to  # one that works, where mail to the older came back
        changed.append("to_address")
    row.state, row.tries, row.last_error = MailState.QUEUED, 0, ""
    row.save(update_fields=changed)
    _note(by, f"mail:{row.pk}", "mail queued again", answer.capacity, before)
    return row


def anew(mail: Mail) -> Mail:
    """The mail as its event would have it written today, unsaved. Raises NotPossible."""
    if mail.event is None:
        raise NotPossible(NOT_KEPT)
    try:
        letters = letters_for(mail.event)
    except ObjectDoesNotExist:
        letters = []
    for letter in letters:
        person = letter.person.pk if letter.person else None
        outside = person is None and letter.to_address.lower() != mail.to_address.lower()
        if (letter.template, person) == (mail.template, mail.person_id) and not outside:
            return written(letter, about=str(mail.event_id), event=mail.event)
    raise NotPossible(SETTLED)


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
