"""Officers of partners, who have no account: whom they are asked as, and what their links open."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from bitterroot.governance.domain.signature import OPEN, locked, must_be_open, set_state
from bitterroot.governance.enums import CaseState, SignatureState
from bitterroot.governance.models import SignatureRequest
from bitterroot.governance.rules import authors_of, may_correct_officer, may_end_link
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.queries import find_by_address, normalize_address
from bitterroot.record.domain.events import record_event

UNANSWERED = (SignatureState.WAITING_TURN, *OPEN)


@transaction.atomic
def correct_officer(
    *, by: Actor, signature: SignatureRequest, name: str, email: str
) -> SignatureRequest:
    """Put right the name or the address of a partner's officer who has not answered yet.

    The link that they had ends; whoever is asked now gets a new one. The frozen version stays as
    it is, and what was written of the officer there still counts as this signature.
    Raises NotPossible for an answered request, and for an address that another, or an author, has.
    """
    signature = locked(signature)
    answer = may_correct_officer(by, signature).require()
    if signature.state not in UNANSWERED or signature.case.state == CaseState.CLOSED:
        raise NotPossible("They have answered, or are not asked any more.")
    name, email = " ".join(name.split()), email.strip()
    _check(signature, name, email)
    before = signature.partner_name
    if email != signature.partner_email:
        signature.partner_asked = signature.partner_asked or signature.partner_email
    said = f"{before} is {name}" if before != name else name
    said += ", at another address" if email != signature.partner_email else ""
    signature.partner_name, signature.partner_email = name, email
    _end(signature)
    state = SignatureState(signature.state)
    if state == SignatureState.VIEWED:
        state, signature.viewed_at = SignatureState.REQUESTED, None
    set_state(
        by, signature, state, "signature corrected", capacity=answer.capacity, data={"text": said}
    )
    return signature


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
    """Mail a partner's officer a new link to sign; the older one ends. For one that got lost."""
    signature = locked(signature)
    answer = may_correct_officer(by, signature).require()
    must_be_open(signature)
    _end(signature)
    state = SignatureState(signature.state)
    set_state(by, signature, state, "signature link renewed", capacity=answer.capacity)
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
