"""Officers of partners, who have no account: whom they are asked as, and what their links open."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from bitterroot.governance import policies
from bitterroot.governance.domain.case import stream_of
from bitterroot.governance.domain.signature import (
    OPEN,
    ask_anew,
    locked,
    must_be_open,
    set_state,
)
from bitterroot.governance.enums import CaseState, SignatureState
from bitterroot.governance.models import SignatureRequest
from bitterroot.governance.rules import authors_of, may_correct_officer, may_end_link, why_not_asked
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.queries import find_by_address, masked, normalize_address
from bitterroot.policy.models.process import SignStep
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event
from bitterroot.record.models import Event

UNANSWERED = (SignatureState.WAITING_TURN, *OPEN)
CORRECTED, RENEWED = "signature corrected", "signature link renewed"
MOST = 10  # mails within HOUR that a proposal lets be sent to officers outside
HOUR = timedelta(hours=1)


@transaction.atomic
def correct_officer(
    *, by: Actor, signature: SignatureRequest, name: str, email: str
) -> SignatureRequest:
    """Put right the name or the address of a partner's officer who has not answered yet.

    The link that they had ends; whoever is asked now gets a new one. The frozen version stays as
    it is, and what was written of the officer there still counts as this signature. At another
    address it is asked anew, with all the days that there are to sign; the office is told, and so is
    whoever was asked at the one before.
    Raises NotPossible for an answered request, while the authors have the proposal back, for an
    address that another, or an author, has, and after ten mails within an hour.
    """
    signature = locked(signature)
    answer = may_correct_officer(by, signature).require()
    if why := why_not_corrected(signature):
        raise NotPossible(why)
    name, email = " ".join(name.split()), email.strip()
    _check(signature, name, email)
    _not_too_many(signature)
    before, old = signature.partner_name, signature.partner_email
    data = {"text": f"{before} is {name}" if before != name else name}
    signature.partner_name, signature.partner_email = name, email
    if email != old:
        signature.partner_asked = signature.partner_asked or old
        data |= {"address": masked(email), "address_before": masked(old)}
        data["text"] += f", asked at {masked(email)} and not at {masked(old)}"
    _end(signature)
    state = SignatureState(signature.state)
    if email != old and state in OPEN:
        ask_anew(signature)
    if state == SignatureState.VIEWED:
        state, signature.viewed_at = SignatureState.REQUESTED, None
    set_state(by, signature, state, CORRECTED, capacity=answer.capacity, data=data)
    return signature


def why_not_corrected(signature: SignatureRequest) -> str:
    """Why an officer's name or address is not put right here now; empty where it may be."""
    case = signature.case
    if signature.state not in UNANSWERED or case.state == CaseState.CLOSED:
        return "They have answered, or are not asked any more."
    if not isinstance(policies.of(case).processes[case.process].step(case.step), SignStep):
        return (
            "The proposal is back with its authors: put the name and the address right in it. It asks"
            " for signatures by what it says then."
        )
    return why_not_asked(signature) if signature.state in OPEN else ""


def _not_too_many(signature: SignatureRequest) -> None:
    """Raise NotPossible where a proposal has had its mails of an hour; its case is held."""
    events = Event.objects.filter(
        stream=stream_of(signature.case), verb__in=(CORRECTED, RENEWED), at__gt=clock.now() - HOUR
    )
    if events.count() < MOST:
        return
    first = events.order_by("-seq")[MOST - 1]  # once that is an hour old, another may follow
    again = timezone.localtime(first.at + HOUR)
    raise NotPossible(
        f"Officers outside were corrected, or mailed a new link, {MOST} times within an hour; that is"
        f" the most for one proposal. Try again at {again:%H:%M}."
    )


def _check(signature: SignatureRequest, name: str, email: str) -> None:
    """Raise NotPossible where nobody can be asked by this name and address."""
    if (name, email) == (signature.partner_name, signature.partner_email):
        raise NotPossible("That is how it stands already.")
    if not name or len(name) > 200:
        raise NotPossible(
            "Name the officer.", [("name", "Name the officer, in at most 200 letters.")]
        )
    try:
        validate_email(email)
    except ValidationError:
        raise NotPossible("This is no address.", [("email", "Write an e-mail address.")]) from None
    known = find_by_address(email)
    if known is not None and known.pk in authors_of(signature.case):
        raise NotPossible(
            f"“{email}” is an address of {known.display_name}, who writes this proposal. Name an"
            " officer of the partner itself."
        )
    others = signature.case.signatures.exclude(pk=signature.pk).exclude(state=SignatureState.VOID)
    taken = {a for each in others for a in (each.partner_email, each.partner_asked) if a}
    if normalize_address(email) in {normalize_address(each) for each in taken}:
        raise NotPossible("Someone with this address is asked already.", [("email", "Is asked.")])


@transaction.atomic
def renew_link(*, by: Actor, signature: SignatureRequest) -> SignatureRequest:
    """Mail a partner's officer a new link to sign; the older one ends. For one that got lost.

    Raises NotPossible where nothing is asked now, and after ten mails within an hour.
    """
    signature = locked(signature)
    answer = may_correct_officer(by, signature).require()
    must_be_open(signature)
    _not_too_many(signature)
    _end(signature)
    state = SignatureState(signature.state)
    set_state(by, signature, state, RENEWED, capacity=answer.capacity)
    return signature


@transaction.atomic
def end_link(*, by: Actor, signature: SignatureRequest) -> SignatureRequest:
    """Take back every link that an officer outside has: to sign, and to read what they signed."""
    signature = locked(signature)
    answer = may_end_link(by, signature).require()
    _end(signature)
    signature.save()
    record_event(
        by=by,
        stream=f"case:{signature.case_id}",
        verb="signature link ended",
        about=f"signature:{signature.pk}",
        capacity=answer.capacity,
        data={},
        tell=False,
    )
    return signature


def _end(signature: SignatureRequest) -> None:
    """Let no link that was mailed until now open anything."""
    signature.turn += 1
    signature.link_digest = signature.code_digest = ""
    signature.link_expires_at = signature.code_expires_at = None
