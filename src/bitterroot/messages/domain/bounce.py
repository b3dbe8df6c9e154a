"""Mails that came back: the address is marked, another of its owner's is tried, and it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from bitterroot.messages.domain.again import anew, opens_a_door
from bitterroot.messages.interfaces.bounces import Bounce
from bitterroot.messages.models import Mail, MailState
from bitterroot.messages.rules import may_note_bounces
from bitterroot.people.actor import Actor
from bitterroot.people.domain.person import mark_bounced
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Address
from bitterroot.people.queries import contact_address, normalize_address
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

RECENT = timedelta(days=30)
TELLS = "mail_bounced"  # what tells of it is told of no further


@dataclass(slots=True)
class Noted:
    """What came of a file: addresses marked, mails that came back, tried elsewhere, passed over."""

    marked: int = 0
    mails: int = 0
    elsewhere: int = 0
    unknown: int = 0


def note_bounces(*, by: Actor, found: Sequence[Bounce], only_ours: bool = False) -> Noted:
    """Note what came back, each in a transaction of its own; a file may be given twice.

    A report is believed only where it names a message that we sent to that address, for anybody can
    write one; a list of one's own always, unless `only_ours`. Events: mail bounced, address bounced. The requester
    of a badge and the office are told.
    """
    may_note_bounces(by).require()
    noted = Noted()
    for bounce in found:
        with transaction.atomic():
            _one(by, bounce, noted, only_ours)
    return noted


def _one(by: Actor, bounce: Bounce, noted: Noted, only_ours: bool) -> None:
    only_ours = only_ours or bounce.report
    mail = _mail_of(bounce)
    address = Address.objects.filter(normalized=normalize_address(bounce.address)).first()
    if (mail is None and (only_ours or address is None)) or (only_ours and not bounce.message):
        noted.unknown += 1
        return
    if address is not None and address.bounced_at is None:
        mark_bounced(by=by, address=address)
        noted.marked += 1
    if mail is None or mail.state != MailState.SENT:
        return
    noted.mails += 1
    other = _elsewhere(mail)
    noted.elsewhere += other is not None
    mail.state, mail.bounced_at, mail.last_error = MailState.BOUNCED, clock.now(), bounce.reason
    mail.save(update_fields=["state", "bounced_at", "last_error"])
    record_event(
        by=by,
        stream=f"mail:{mail.pk}",
        verb="mail bounced",
        about=f"mail:{mail.pk}",
        capacity=may_note_bounces(by).capacity,
        tell=mail.template != TELLS,
        data={"elsewhere": other is not None},
    )


def _mail_of(bounce: Bounce) -> Mail | None:
    """The mail that came back, held: the one that is named, else the last one to the address."""
    rows = Mail.objects.select_for_update(of=("self",)).filter(to_address__iexact=bounce.address)
    if bounce.message:
        return rows.filter(message_id=bounce.message).first()
    since = clock.now() - RECENT
    return rows.filter(state=MailState.SENT, sent_at__gte=since).order_by("-sent_at").first()


def _elsewhere(mail: Mail) -> Mail | None:
    """The same letter to another address of its reader, in the queue; None where there is none."""
    if mail.person is None:
        return None
    other = contact_address(mail.person)
    if not other or normalize_address(other) == normalize_address(mail.to_address):
        return None
    subject, body = mail.subject, mail.body
    if opens_a_door(mail):
        try:
            fresh = anew(mail)
        except NotPossible:
            return None  # settled, or a code that whoever needs it asks for again
        subject, body = fresh.subject, fresh.body
    return Mail.objects.create(
        key=f"{mail.key[:170]}:after:{mail.pk}",
        event=mail.event,
        template=mail.template,
        person=mail.person,
        to_name=mail.to_name,
        to_address=other,
        subject=subject,
        body=body,
        attachment_name=mail.attachment_name,
        attachment=mail.attachment,
        wording=mail.wording,
        stream=mail.stream,
        created_at=clock.now(),
    )
