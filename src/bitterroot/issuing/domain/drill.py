"""The rehearsal of everything that can happen to keys. It changes rows: run it on a copy alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any, TypedDict

import orjson

from bitterroot.issuing.domain import key_life, keys, signing_anew
from bitterroot.issuing.interfaces.own_resolver import own_bytes
from bitterroot.issuing.models import AwardDocument, KeptFile, SigningKey
from bitterroot.issuing.queries.keys import alive, kept_alive
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.openbadges import issue, proofs, text
from bitterroot.openbadges.resolver import HouseResolver
from bitterroot.openbadges.verification import Verification
from bitterroot.openbadges.verify import verify
from bitterroot.people.actor import system
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record

BY = system("key drill")
SAMPLE = 25  # badges that are followed through all steps


class Step(TypedDict):
    """One thing that was tried: what must be, what was found, and how long it took."""

    what: str
    ok: bool
    found: str
    seconds: float


def rehearse() -> list[Step]:
    """Rotate, retire and withdraw keys and look each time what verifiers say. Ends at a failure."""
    steps: list[Step] = []
    try:
        for what, found, ok, seconds in _timed(_acts()):
            steps.append(Step(what=what, ok=ok, found=found, seconds=seconds))
            if not ok:
                break
    except Exception as error:  # the report says what broke; the copy is thrown away
        steps.append(Step(what="The drill goes to its end", ok=False, found=repr(error), seconds=0))
    return steps


def _timed(
    acts: Iterator[tuple[str, str, bool]],
) -> Iterator[tuple[str, str, bool, float]]:
    began = perf_counter()
    for what, found, ok in acts:
        yield what, found, ok, perf_counter() - began
        began = perf_counter()


def _acts() -> Iterator[tuple[str, str, bool]]:
    start = clock.now()
    broken = len(verify_record().broken)
    old = keys.signing()
    if old is None:
        raise RuntimeError("there is no key that signs")
    keys.check_secret(old)
    yield "The secret half of the key that signs is here and is the right one", old.fragment, True
    count = alive(old).count()
    sample = [d.pk for d in alive(old)[:SAMPLE]]
    kept = [each.pk for each in kept_alive(old)[:SAMPLE]]
    yield _all_valid("Badges that it signed verify", sample + kept, _ours)

    new = key_life.rotate(by=BY, overlap=key_life.OVERLAP)
    yield (
        "A new key is listed and does not sign yet",
        f"{new.fragment} listed, {_signs()} signs",
        keys.signing() == old and new.fragment in _asserting(),
    )
    with _later(start, key_life.OVERLAP):
        yield "It signs once the overlap is over", f"{_signs()} signs", keys.signing() == new
        yield _all_valid("Badges of the old key still verify", sample + kept, _ours)
        if sample or kept:
            yield _refused("The old key cannot be retired while they live", old)
        unused = _unused_key()
        yield (
            "A key that signed nothing can be retired",
            unused.fragment,
            unused.fragment not in _asserting(),
        )
        yield from _compromise(old, sample, kept, count)
    after = len(verify_record().broken)
    yield "The record is as whole as before", f"{after} broken entries", after == broken


def _compromise(
    old: SigningKey, sample: list[Any], kept: list[Any], count: int
) -> Iterator[tuple[str, str, bool]]:
    since = clock.now()
    secret = keys.signer_of(old)
    key_life.declare_compromised(
        by=BY, key=old, since=since, reason="Drill: nothing happened.", sign_anew=True
    )
    yield (
        "A withdrawn key may assert no more, and another signs",
        f"{_signs()} signs",
        old.fragment not in _asserting() and keys.signing() not in (None, old),
    )
    if kept:  # nothing signs these anew, so this is all that is left of them
        yield _all_valid("Our verifier takes what was restored from an archive", kept, _ours)
    if not sample:
        return
    yield _all_valid("Our verifier takes what the record shows as signed before", sample, _ours)
    found = [_strangers(body).verdict for body in _bodies(sample)]
    yield (
        "Other verifiers take none of it",
        f"{found.count('invalid')} of {len(found)} refused",
        set(found) == {"invalid"},
    )
    forged = proofs.unsigned(orjson.loads(_bodies(sample)[0]))
    forged["credentialSubject"]["term"] = "Forged"
    result = _ours(issue.to_bytes(secret.sign(forged, text.timestamp(clock.now()))))
    proof = result.check("proof")
    yield (
        "A badge that a thief signs afterwards is refused, with the reason",
        proof.detail if proof else result.verdict,
        result.verdict == "invalid" and proof is not None and "withdrew the key" in proof.detail,
    )
    began, done = perf_counter(), 0
    while AwardDocument.objects.filter(pk__in=sample, key=old).exists():
        done += signing_anew.run_waiting(SAMPLE)
    rate = done / max(perf_counter() - began, 1e-6)
    yield (
        "The worker signs them anew",
        f"{rate:.0f} a second; all {count} would take {count / rate:.0f} s",
        True,
    )
    yield _all_valid("Signed anew, other verifiers take them again", sample, _strangers)


def _unused_key() -> SigningKey:
    """A key that signed nothing, retired; another one signs."""
    unused = key_life.rotate(by=BY, overlap=timedelta(0))
    key_life.rotate(by=BY, overlap=timedelta(0))
    return key_life.retire(by=BY, key=unused)


def _refused(what: str, key: SigningKey) -> tuple[str, str, bool]:
    try:
        key_life.retire(by=BY, key=key)
    except NotPossible as error:
        return what, str(error), True
    return what, "it was retired", False


def _ours(body: bytes) -> Verification:
    return verify_anything(body, online=False).result


def _strangers(body: bytes) -> Verification:
    """As a program elsewhere sees it: our public addresses, and not our record."""
    return verify(body, resolver=HouseResolver(own=own_bytes), now=clock.now())


def _all_valid(
    what: str, sample: list[Any], ask: Callable[[bytes], Verification]
) -> tuple[str, str, bool]:
    found = [ask(body).verdict for body in _bodies(sample)]
    valid = found.count("valid")
    return what, f"{valid} of {len(found)} valid", valid == len(found)


def _bodies(sample: list[Any]) -> list[bytes]:
    """Of awards by their key, and of kept files by their path."""
    awards = [pk for pk in sample if not isinstance(pk, str)]
    rows = AwardDocument.objects.filter(pk__in=awards).order_by("pk")
    kept = KeptFile.objects.filter(pk__in=[pk for pk in sample if isinstance(pk, str)])
    bodies = [*rows.values_list("body", flat=True)]
    return [bytes(b) for b in [*bodies, *kept.order_by("pk").values_list("body", flat=True)]]


def _asserting() -> set[str]:
    return {name.partition("#")[2] for name in keys.did_document()["assertionMethod"]}


def _signs() -> str:
    row = keys.signing()
    return row.fragment if row else "none"


@contextmanager
def _later(start: datetime, pause: timedelta) -> Iterator[None]:
    with clock.standing_at(start + pause + timedelta(minutes=1)):
        yield
