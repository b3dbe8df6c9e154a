"""What holds of every case after every act, whatever the rules of the institution say.

Each function is named after one of the ten invariants of the domain and fails where it is broken.
Those of programs and awards (an assessed outcome, one award each, verification, visibility) speak
of other rooms: a second walk, in `tests/issuing`, goes from a proposal to its badges under all ten.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import orjson

from bitterroot.governance import policies
from bitterroot.governance.enums import OPENS_GATE, CaseState, SignatureState
from bitterroot.governance.models import Case, Decision, SignatureRequest
from bitterroot.people.models import Person
from bitterroot.policy.models.process import Deciding
from bitterroot.record.canonical import digest
from bitterroot.record.models import Event

#: Words with which a signer is told that a signature stands no more because of a change.
CHANGED = "Changed since: "
#: What no person decides: a period that is over.
BY_ITSELF = "end of the period"


def nothing_opens_the_gate_before_its_decisions(case: Case, effects: Iterable[Decision]) -> None:
    """2. What follows from a case follows from a passing decision, with every condition closed."""
    for decision in effects:
        assert decision.outcome in OPENS_GATE
        assert decision.run is not None
        assert not decision.conditions.filter(closed_at=None).exists()
        assert case.state == CaseState.CLOSED
        assert not case.signatures.exclude(
            state__in=[SignatureState.SIGNED, SignatureState.VOID]
        ).exists()


def a_signature_binds_to_a_snapshot(case: Case) -> None:
    """3. What was signed or decided on is frozen; only a material change to it makes it void.

    Whose signature fell was told why.
    """
    for snapshot in case.snapshots.all():
        assert digest(orjson.loads(snapshot.content)) == snapshot.sha256
    for decision in case.decisions.select_related("snapshot"):
        assert decision.snapshot is not None
        assert decision.snapshot_sha256 == decision.snapshot.sha256
    newest = case.snapshots.order_by("-n").first()
    for signature in case.signatures.exclude(typed_name="").select_related("snapshot"):
        assert signature.snapshot is not None
        assert signature.snapshot_sha256 == signature.snapshot.sha256
        assert newest is not None
        if signature.state == SignatureState.SIGNED:
            assert not _changed(case, signature, newest.content)
        elif signature.void_reason.startswith(CHANGED):
            later = case.snapshots.filter(n__gt=signature.snapshot.n).order_by("n")
            named = {", ".join(sorted(_changed(case, signature, s.content))) for s in later}
            assert signature.void_reason.removeprefix(CHANGED).rstrip(".") in named
            events = Event.objects.filter(
                about=f"signature:{signature.pk}", verb="signature void", outbox__isnull=False
            )
            assert events.count() == 1
        else:
            assert signature.void_reason == "Is not needed any more."


def _changed(case: Case, signature: SignatureRequest, content: str) -> set[str]:
    """Labels of material fields, of those that it covers, that differ from what was signed."""
    policy = policies.of(case)
    form = policy.forms[policy.processes[case.process].form]
    assert signature.snapshot is not None
    before = form.filled(orjson.loads(signature.snapshot.content)["values"])
    after = form.filled(orjson.loads(content)["values"])
    return {
        field.label
        for section in form.sections
        for field in section.fields
        if field.material
        and field.type != "computed"
        and (not signature.covers or section.key in signature.covers)
        and before.get(field.key) != after.get(field.key)
    }


def every_decision_says_who_in_which_capacity_when_and_why(case: Case) -> None:
    """4. Nobody decides namelessly; conditions hold the case until the last is closed."""
    process = policies.of(case).processes[case.process]
    for decision in case.decisions.select_related("run", "person"):
        assert decision.run is not None
        assert decision.capacity
        assert decision.body
        assert decision.decided_on is not None
        if decision.person is None:
            assert decision.capacity == BY_ITSELF
        step = process.step(decision.run.path)
        assert isinstance(step, Deciding)
        choice = step.outcomes[decision.run.outcome]
        if choice.reason:
            assert decision.reason or decision.field_reasons
        if choice.conditions:
            assert decision.conditions.exists()


def nobody_decides_on_their_own_proposal(case: Case, authors: set[Person]) -> None:
    """5. No author decides or signs."""
    assert not {decision.person for decision in case.decisions.all()} & authors
    assert not {signature.person for signature in case.signatures.all()} & authors


def the_record_only_grows(case: Case, past: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """10. What was recorded before is there as it was; each entry holds on to the one before it."""
    events = Event.objects.filter(stream=f"case:{case.pk}").order_by("seq")
    history = list(events.values_list("seq", "verb", "hash", "previous"))
    assert history[: len(past)] == past
    assert all(before[2] == after[3] for before, after in pairwise(history))
    return history
