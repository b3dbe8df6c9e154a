"""Signatures: asked in order, given on a snapshot, void only when what they cover changes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.capacities import Asked, next_higher
from bitterroot.governance.domain.case import lock, stream_of
from bitterroot.governance.domain.due import signature_due
from bitterroot.governance.enums import Method, SignatureState
from bitterroot.governance.models import Case, SignatureRequest, Snapshot
from bitterroot.governance.rules import authors_of, may_sign, why_not_asked
from bitterroot.governance.seals import signature_seal
from bitterroot.people.actor import Actor, system
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.policy.models.process import SignStep
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event
from bitterroot.search.find import fold

OPEN = (SignatureState.REQUESTED, SignatureState.VIEWED)
UNGIVEN = (SignatureState.RETURNED, SignatureState.DECLINED, SignatureState.EXPIRED)
#: Words before and behind names that name nobody.
TITLES = frozenset({"dr", "prof", "professor", "dean", "mr", "mrs", "ms", "mx", "phd", "jr", "sr"})


@transaction.atomic
def request_signatures(
    *, by: Actor, case: Case, snapshot: Snapshot, asked: Sequence[Asked]
) -> None:
    """Ask all of `asked` in order on `snapshot`; those whose signature still stands are not asked again.

    Signatures whose covered material fields changed become void and their signers are told.
    Requests of people who need not sign any more become void too.
    """
    standing = _void_changed(by=by, case=case, snapshot=snapshot)
    for request in case.signatures.filter(
        state__in=[
            SignatureState.WAITING_TURN,
            *OPEN,
            *UNGIVEN,
        ]
    ):
        set_state(
            by,
            request,
            SignatureState.VOID,
            "signature superseded",
            tell=False,
            void_reason="Asked again on a newer version.",
        )
    wanted = {_who(a.signer.capacity, a.person, a.partner_email) for a in asked}
    for request in standing:
        if not who_is_asked(request) & wanted:
            set_state(
                by,
                request,
                SignatureState.VOID,
                "signature void",
                void_reason="Is not needed any more.",
            )
    have = {key for s in standing if s.state == SignatureState.SIGNED for key in who_is_asked(s)}
    for order, who in enumerate(asked, 1):
        if _who(who.signer.capacity, who.person, who.partner_email) in have:
            continue
        SignatureRequest.objects.create(
            case=case,
            order=order,
            capacity=who.signer.capacity,
            capacity_title=who.title,
            covers=[] if who.signer.covers == "all" else list(who.signer.covers),
            person=who.person,
            partner_name=who.partner_name,
            partner_email=who.partner_email,
        )
    ask_next(by=by, case=case)


def ask_next(*, by: Actor, case: Case) -> SignatureRequest | None:
    """Ask the next in order whose turn has come; None when nobody is left to ask."""
    if case.signatures.filter(state__in=OPEN).exists():
        return None
    request = case.signatures.filter(state=SignatureState.WAITING_TURN).order_by("order").first()
    if request is None:
        return None
    request.case = case
    request.requested_at = clock.now()
    request.due_on = signature_due(request)
    request.snapshot = case.snapshots.order_by("-n").first()
    if above := next_higher(request):
        _put_up(request, above)
    set_state(by, request, SignatureState.REQUESTED, "signature requested")
    return request


def hand_up(request: SignatureRequest, above: Person) -> None:
    """Ask the next higher instead of one who is away and whose deputy is an author; they are told."""
    why = f"{request.person} is away, and the deputy wrote it."
    _put_up(request, above)
    ask_anew(request)
    data = {"to": str(above.pk), "reason": why}
    by = system("deputy is an author")
    set_state(by, request, SignatureState.REQUESTED, "signature delegated", data=data)


def ask_anew(request: SignatureRequest) -> None:
    """Count the days of an open request from now on: another is asked, who knew nothing of it."""
    request.asked_at = clock.now()
    request.due_on = signature_due(request)


def _put_up(request: SignatureRequest, above: Person) -> None:
    request.delegated_from, request.person = request.delegated_from or request.person, above


def _void_changed(*, by: Actor, case: Case, snapshot: Snapshot) -> list[SignatureRequest]:
    """Void the signatures whose covered material fields differ in `snapshot`; the rest stands."""
    standing = []
    for request in case.signatures.filter(state=SignatureState.SIGNED).select_related("snapshot"):
        changed = covered_changes(case, request, orjson.loads(snapshot.content))
        if changed:
            names = ", ".join(sorted(changed))
            set_state(
                by,
                request,
                SignatureState.VOID,
                "signature void",
                void_reason=f"Changed since: {names}.",
            )
        else:
            standing.append(request)
    return standing


def covered_changes(
    case: Case, request: SignatureRequest, content: Mapping[str, Any]
) -> frozenset[str]:
    """Labels of the material fields that `request` covers and that differ from what was signed."""
    policy = policies.of(case)
    form = policy.forms[policy.processes[case.process].form]
    assert request.snapshot is not None
    signed = orjson.loads(request.snapshot.content)
    material = form.material_keys(request.covers or None)
    changed = form.changed(signed["values"], content["values"]) & material
    return frozenset(form.fields[key].label for key in changed)


@transaction.atomic
def view(*, by: Actor, signature: SignatureRequest) -> SignatureRequest:
    """Note that the signer opened the packet. Nobody is told."""
    signature = locked(signature)
    if signature.state == SignatureState.REQUESTED and may_sign(by, signature):
        signature.viewed_at = clock.now()
        set_state(by, signature, SignatureState.VIEWED, "signature viewed", tell=False)
    return signature


@transaction.atomic
def sign(*, by: Actor, signature: SignatureRequest, typed_name: str) -> SignatureRequest:
    """Sign the snapshot that was asked for. The next in order is asked.

    Raises Refused for anyone but the holder of the capacity; NotPossible when not their turn.
    """
    signature = locked(signature)
    answer = may_sign(by, signature).require()
    return note_signed(by, signature, typed_name, Method.ACCOUNT, answer.capacity)


def note_signed(
    by: Actor, signature: SignatureRequest, typed_name: str, method: Method, capacity: str
) -> SignatureRequest:
    """Write down a signature whose giver the caller has made sure of (this room's verbs only).

    The typed name must share a word with a name of the signer: people sign with a middle name, a
    title or an initial, or with their legal name, but with no name of somebody else.
    """
    must_be_open(signature)
    _as_deputy(by, signature)
    if not typed_name.strip():
        raise NotPossible("Type your name to sign.", [("typed_name", "Type your name.")])
    signer = by.person.display_name if by.person else signature.partner_name
    if not any(_is_name_of(typed_name, name) for name in _names(by, signature)):
        said = (
            f"This signature is asked of {signer}: sign with that name, or let someone else sign."
        )
        raise NotPossible(said, [("typed_name", f"Type your own name: {signer}.")])
    assert signature.snapshot is not None
    policy = policies.of(signature.case)
    signature.typed_name = typed_name.strip()[:200]
    signature.statement = policy.forms["signature"].statement
    signature.snapshot_sha256 = signature.snapshot.sha256
    signature.method = method
    signature.acted_at = clock.now()
    signature.link_digest = signature.code_digest = ""
    set_state(by, signature, SignatureState.SIGNED, "signature signed", capacity=capacity)
    ask_next(by=system("next signature"), case=signature.case)
    return signature


def _names(by: Actor, signature: SignatureRequest) -> list[str]:
    """Every name that the signer has here; the legal one may be unlike the one that is shown."""
    who = by.person
    if who is None:
        return [signature.partner_name]
    return [who.display_name, who.legal_name, f"{who.given_name} {who.family_name}"]


def _is_name_of(typed: str, name: str) -> bool:
    """Whether both share a word that names someone, or are one but for blanks and accents."""
    one, two = fold(typed).split(), fold(name).split()
    return bool(_naming(one) & _naming(two)) or (bool(two) and "".join(one) == "".join(two))


def _naming(words: Sequence[str]) -> frozenset[str]:
    """Words without titles and initials, which many share; all of them where nothing else is there."""
    return frozenset(w for w in words if len(w) > 1 and w not in TITLES) or frozenset(words)


@transaction.atomic
def object_to(
    *, by: Actor, signature: SignatureRequest, comment: str, decline: bool = False
) -> SignatureRequest:
    """Return with a comment, or decline. Signatures already given stand.

    The caller (proposals) sends the proposal back to its proposer in the same transaction.
    """
    signature = locked(signature)
    answer = may_sign(by, signature).require()
    return note_objection(by, signature, comment, decline, answer.capacity)


def note_objection(
    by: Actor, signature: SignatureRequest, comment: str, decline: bool, capacity: str
) -> SignatureRequest:
    """Write down an objection whose giver the caller has made sure of (this room's verbs only)."""
    must_be_open(signature)
    _as_deputy(by, signature)
    if not comment.strip():
        raise NotPossible(
            "Say why, so that the proposer can act on it.", [("comment", "Write a comment.")]
        )
    signature.comment = comment.strip()
    signature.acted_at = clock.now()
    signature.link_digest = signature.code_digest = ""
    state = SignatureState.DECLINED if decline else SignatureState.RETURNED
    set_state(by, signature, state, f"signature {state.value}", capacity=capacity)
    return signature


def expires_on(signature: SignatureRequest) -> date | None:
    """The last day on which an open request can be answered, where its process has one."""
    case, calendar = signature.case, policies.current().calendar
    step = policies.of(case).processes[case.process].step(case.step)
    if not isinstance(step, SignStep) or not step.expires_days or signature.due_on is None:
        return None
    if not calendar.covers(signature.due_on):
        return None
    return calendar.add_business_days(signature.due_on, step.expires_days)


def note_expired(signature: SignatureRequest) -> None:
    """Write down that nobody answered in time; the caller (proposals) has locked it and sends it back."""
    must_be_open(signature)
    last = expires_on(signature)
    if last is None or last >= clock.today():
        raise NotPossible("It can still be answered.")
    signature.acted_at = clock.now()
    signature.link_digest = signature.code_digest = ""
    by = system("end of the time to sign")
    said = {"reason": f"{signature.capacity_title}: no answer in time."}
    set_state(by, signature, SignatureState.EXPIRED, "signature expired", data=said)


def _as_deputy(by: Actor, signature: SignatureRequest) -> None:
    """Whoever answers for one who is away has answered; both names stand in the row."""
    if by.person is not None and signature.person != by.person:
        _put_up(signature, by.person)


@transaction.atomic
def delegate(
    *, by: Actor, signature: SignatureRequest, to: Person, reason: str
) -> SignatureRequest:
    """Let someone else sign in this capacity. Both names stand in the record; `to` is asked."""
    signature = locked(signature)
    answer = may_sign(by, signature).require()
    if answer.deputy:
        raise NotPossible("Who stands in for someone does not pass it on.")
    if to == signature.person or to.pk in authors_of(signature.case):
        raise NotPossible("Choose someone who is neither yourself nor an author.")
    signature.delegated_from = signature.delegated_from or signature.person
    signature.person = to
    ask_anew(signature)
    set_state(
        by,
        signature,
        SignatureState.REQUESTED,
        "signature delegated",
        capacity=answer.capacity,
        data={"to": str(to.pk), "reason": reason.strip()},
    )
    return signature


def all_signed(case: Case) -> bool:
    """Whether nobody is left to sign (and somebody has)."""
    open_states = [
        SignatureState.WAITING_TURN,
        *OPEN,
        *UNGIVEN,
    ]
    return (
        case.signatures.filter(state=SignatureState.SIGNED).exists()
        and not case.signatures.filter(state__in=open_states).exists()
    )


def locked(signature: SignatureRequest) -> SignatureRequest:
    """The request's row as it stands now; its case is held until the transaction ends."""
    lock(signature.case)  # one act at a time on a case
    return SignatureRequest.objects.select_related("case", "snapshot", "person").get(
        pk=signature.pk
    )


def must_be_open(signature: SignatureRequest) -> None:
    """Raise NotPossible, with the reason, where this signature is not asked for now."""
    if why := why_not_asked(signature):
        raise NotPossible(why)


def who_is_asked(request: SignatureRequest) -> set[tuple[str, object]]:
    """As whom a request counts when it is asked who is still to sign: of an officer outside whose
    address was put right, the one in the packet as well."""
    if person := request.delegated_from or request.person:
        return {(request.capacity, person.pk)}
    found = (request.partner_email, request.partner_asked)
    return {(request.capacity, email) for email in found if email}


def _who(capacity: str, person: Person | None, email: str) -> tuple[str, object]:
    return (capacity, person.pk if person else email)


def set_state(
    by: Actor,
    signature: SignatureRequest,
    state: SignatureState,
    verb: str,
    *,
    capacity: str = "",
    void_reason: str = "",
    tell: bool = True,
    data: Mapping[str, object] | None = None,
) -> None:
    """The one place that changes a signature's state."""
    signature.state = state
    signature.void_reason = void_reason
    signature.save()
    record_event(
        by=by,
        stream=stream_of(signature.case),
        verb=verb,
        about=f"signature:{signature.pk}",
        capacity=capacity,
        seal=signature_seal(signature),
        tell=tell,
        data={
            "capacity": signature.capacity,
            "snapshot": signature.snapshot_sha256,
            "void": void_reason,
            **(data or {}),
        },
    )
