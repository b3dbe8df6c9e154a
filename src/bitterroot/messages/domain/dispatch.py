"""From the outbox to mails, and from mails to the post. Both may be killed and run again.

Writing is exactly once: a mail and the mark on its outbox row commit together, and the mail's key
is unique. Sending is at least once: a mail is claimed before it is handed over, so that two
workers never send it together; only one killed between handing over and noting it sends again,
with the same Message-ID.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from bitterroot.messages.domain.agreement_letters import TAKEN_BACK
from bitterroot.messages.domain.bounce_letters import BOUNCE_MAKERS
from bitterroot.messages.domain.choices import choices_of, wanted
from bitterroot.messages.domain.letter import Letter
from bitterroot.messages.domain.letters import AWARD_ISSUED, award_letters, letters_for
from bitterroot.messages.domain.outside_letters import OUTSIDE_MAKERS
from bitterroot.messages.domain.secrets import without_secrets
from bitterroot.messages.domain.writing import Said, in_force, written
from bitterroot.messages.groups import ONE_TIME
from bitterroot.messages.models import LetterRule, Mail
from bitterroot.messages.models import MailState as State
from bitterroot.people.queries import holders_kept
from bitterroot.record import clock
from bitterroot.record.models import Event, Outbox, OutboxState

#: Events whose letters depend on mails of events before them, which must be saved by then.
READ_MAILS = frozenset({*OUTSIDE_MAKERS, *BOUNCE_MAKERS, TAKEN_BACK})
TRIES = 8  # the last one comes some four hours after the first
_METHOD = re.compile(rb"^METHOD:([A-Z]+)\r?$", re.M)  # said of the part too (RFC 6047)


def run_once(limit: int = 200) -> int:
    """Write the mails of up to `limit` waiting outbox rows; how many rows were done.

    A row that fails waits twice as long each time, and never holds up the others.
    """
    done: set[int] = set()
    with transaction.atomic(), holders_kept():
        rows = list(_waiting(limit))
        rules = in_force() if rows else {}
        for together, part in groupby(rows, _goes_with_others):
            found = list(part)
            done |= _in_bulk(found, rules) if together else set()
            done |= {row.pk for row in found if row.pk not in done and _one(row, rules)}
        Outbox.objects.filter(pk__in=done).update(
            state=OutboxState.DONE, tries=F("tries") + 1, last_error=""
        )
    return len(done)


def _goes_with_others(row: Outbox) -> bool:
    """Whether its letters may be made before those of the rows ahead of it are saved.

    What failed before is tried by itself, so that it does not hold up the others again.
    """
    return not row.tries and row.event.verb not in READ_MAILS


def _waiting(limit: int) -> QuerySet[Outbox]:
    found = Outbox.objects.filter(state=OutboxState.WAITING, run_after__lte=clock.now())
    found = found.select_for_update(
        of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked
    )
    return found.select_related("event").order_by("run_after", "pk")[:limit]


def _in_bulk(rows: Sequence[Outbox], rules: Mapping[str, LetterRule]) -> set[int]:
    """Write the mails of many events with few queries; the rows that are done. None if one fails."""
    try:
        with transaction.atomic():
            awards = _letters_of_awards([r.event for r in rows if r.event.verb == AWARD_ISSUED])
            pairs = [
                (row, letter)
                for row in rows
                for letter in awards.get(row.event_id) or _letters_of(row.event)
            ]
            _save(pairs, rules)
    except Exception:
        return set()  # each is tried by itself, and says what is wrong with it
    return {row.pk for row in rows}


def _letters_of(event: Event) -> list[Letter]:
    return [] if event.verb == AWARD_ISSUED else letters_for(event)


def _letters_of_awards(events: Sequence[Event]) -> dict[int, list[Letter]]:
    """By the event's key. A mail that is written holds a link, which a second one would end."""
    if not events:
        return {}
    have = set(Mail.objects.filter(event__in=events).values_list("event_id", flat=True))
    return award_letters([event for event in events if event.pk not in have])


def _one(row: Outbox, rules: Mapping[str, LetterRule]) -> bool:
    try:
        with transaction.atomic():
            _save([(row, letter) for letter in letters_for(row.event)], rules)
    except Exception as error:
        _wait_longer(row, error)
        return False
    return True


def _save(pairs: Sequence[tuple[Outbox, Letter]], rules: Mapping[str, LetterRule]) -> None:
    """The mails of these letters, in their order. Raises what a letter's template raises."""
    if not pairs:
        return
    choices = choices_of(letter.person for _, letter in pairs)
    said = Said()
    mails = []
    for row, letter in pairs:
        chosen = choices.get(letter.person.pk) if letter.person else None
        if wanted(letter, chosen) or letter.template not in ONE_TIME:
            about = str(row.event_id)
            mails.append(
                written(
                    letter, about=about, event=row.event, choices=chosen, rules=rules, said=said
                )
            )
    Mail.objects.bulk_create(mails, batch_size=500, ignore_conflicts=True)


def _wait_longer(row: Outbox, error: Exception) -> None:
    row.tries += 1
    row.last_error = without_secrets(f"{type(error).__name__}: {error}")[:500]
    row.run_after = clock.now() + _pause(row.tries)
    if row.tries >= TRIES:
        row.state = OutboxState.FAILED
    row.save(update_fields=["tries", "last_error", "run_after", "state"])


def _pause(tries: int) -> timedelta:
    return timedelta(minutes=2**tries) if tries else timedelta(0)


def send_waiting(limit: int = 100) -> int:
    """Hand over waiting mails; how many were sent. Without a mail server they wait.

    In the demo nothing leaves the machine.
    """
    now = clock.now()
    if settings.DEMO:
        return _awake(now).update(state=State.SENT, sent_at=now)
    if not has_post():
        return 0
    mails = list(_due(now)[:limit])
    if not mails:
        return 0
    post = get_connection()
    try:
        return sum(_send(mail, post) for mail in mails)
    finally:
        post.close()


def has_post() -> bool:
    """Whether mails can leave: a mail server is set (`EMAIL_URL`), or this is the demo."""
    unset = settings.EMAIL_BACKEND == "django.core.mail.backends.dummy.EmailBackend"
    return settings.DEMO or not unset


def _due(now: datetime) -> QuerySet[Mail]:
    """Mails whose pause, counted from their making, is over."""
    due = Q()
    for tries in range(TRIES):
        due |= Q(tries=tries, created_at__lte=now - _pause(tries))
    return _awake(now).filter(due).order_by("created_at", "pk")


def _awake(now: datetime) -> QuerySet[Mail]:
    """Waiting mails that no quiet hours hold."""
    held = Q(not_before__isnull=False, not_before__gt=now)
    return Mail.objects.filter(state=State.QUEUED).exclude(held)


def _send(mail: Mail, post: BaseEmailBackend) -> bool:
    claimed = Mail.objects.filter(pk=mail.pk, state=State.QUEUED, tries=mail.tries)
    if not claimed.update(tries=F("tries") + 1):
        return False  # another worker has it
    mine = Mail.objects.filter(pk=mail.pk)
    kept = without_secrets(mail.body)  # what opens a door is kept only while it waits
    try:
        _message(mail, post).send()
    except Exception as error:
        last = mail.tries + 1 >= TRIES
        mine.update(
            last_error=without_secrets(f"{type(error).__name__}: {error}")[:500],
            state=State.FAILED if last else State.QUEUED,
            body=kept if last else mail.body,
        )
        return False
    mine.update(
        state=State.SENT,
        sent_at=clock.now(),
        last_error="",
        body=kept,
        message_id=message_digest(mail),
    )
    return True


def message_digest(mail: Mail) -> str:
    """The left part of its Message-ID. Sent once more, it is another message to post boxes."""
    return hashlib.sha256(f"{mail.key}{mail.sent_at or ''}".encode()).hexdigest()[:40]


def _message(mail: Mail, post: BaseEmailBackend) -> EmailMessage:
    digest = message_digest(mail)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ") or "localhost"
    message = EmailMessage(
        mail.subject,
        mail.body,
        to=[mail.to_address],
        connection=post,
        headers={"Message-ID": f"<{digest}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    if mail.attachment_name:
        content = bytes(mail.attachment)
        if mail.attachment_name.endswith(".ics"):
            method = _METHOD.search(content)
            kind = f"text/calendar; method={method[1].decode()}" if method else "text/calendar"
            message.attach(mail.attachment_name, content.decode(), kind)
        else:
            message.attach(mail.attachment_name, content)
    return message
