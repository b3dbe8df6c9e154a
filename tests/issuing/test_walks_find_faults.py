"""A walk that breaks an invariant is caught: each fault is put in, and its number is told."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q

from bitterroot.governance import policies
from bitterroot.governance.models import Decision, SignatureRequest, Snapshot
from bitterroot.issuing.models import Award
from bitterroot.people.errors import Answer
from bitterroot.programs.enums import MarketingState
from bitterroot.programs.models import ProgramVersion
from bitterroot.record.models import Event, Outbox

from .awards_kit import AwardWalk, Broken
from .test_random_awards import AWARDED, begin, people, walked  # noqa: F401

Patch = pytest.MonkeyPatch
ISSUED = AWARDED[:-2]
REVOKED = (*AWARDED, ("ask_back", 0), ("answer_back", 0))
YES = Answer(True, capacity="anyone")


def nothing_is_unassessed(patch: Patch) -> None:
    patch.setattr("bitterroot.programs.domain.achievement.is_unassessed", lambda values: False)


def everything_is_listed(patch: Patch) -> None:
    patch.setattr("bitterroot.programs.queries._gate_is_open", lambda: Q(pk__isnull=False))


def marketing_needs_no_gate(patch: Patch) -> None:
    """What would wait for the gate goes on."""
    base = "bitterroot.programs.domain.marketing"
    patch.setattr(f"{base}.MarketingState", SimpleNamespace(**dict(
        MarketingState.__members__, BLOCKED=MarketingState.SUBMITTED)))  # fmt: skip


def changes_void_no_signature(patch: Patch) -> None:
    patch.setattr("bitterroot.governance.domain.signature.covered_changes", lambda *_: frozenset())


def a_learner_gets_two(patch: Patch) -> None:
    patch.setattr("bitterroot.issuing.domain.queue._require_first_badges", lambda request: None)


def changes_go_unrecorded(patch: Patch) -> None:
    patch.setattr("bitterroot.issuing.domain.award.record_of_award", lambda *_, **__: None)


def revoked_marks_are_not_set(patch: Patch) -> None:
    patch.setattr("bitterroot.issuing.domain.status.set_bit", lambda *_: None)


def pages_go_with_the_gate(patch: Patch) -> None:
    from bitterroot.programs.queries import gate_open

    patch.setattr("bitterroot.programs.queries.with_page", gate_open)


def holds_are_overlooked(patch: Patch) -> None:
    def visible(award: Award, viewer: object, *, hold: bool) -> bool:
        return award.visibility in ("link", "public")

    for place in ("issuing.queries", "web.public.awards"):
        patch.setattr(f"bitterroot.{place}.is_visible_to", visible)


def anyone_shows_it(patch: Patch) -> None:
    patch.setattr("bitterroot.issuing.domain.award.may_hold", lambda by, award: YES)


#: Faults of the code: the invariant, what is proposed, the acts, and what goes wrong in them.
FAULTS: list[tuple[int, str, Any, Callable[[Patch], None]]] = [
    (1, "taking part", (("propose", 0), ("sign", 0), ("sign", 0), ("decide", 0)), nothing_is_unassessed),
    (2, "credit", (("propose", 0),), everything_is_listed),
    (2, "credit", (("propose", 0), ("market", 0)), marketing_needs_no_gate),
    (3, "credit", (("propose", 0), ("sign", 0), ("sign", 6), ("propose", 1)), changes_void_no_signature),
    (6, "credit", AWARDED, changes_go_unrecorded),
    (7, "credit", (*ISSUED, ("issue", 1), ("issue", 1), ("issue", 1)), a_learner_gets_two),
    (8, "credit", REVOKED, revoked_marks_are_not_set),
    (8, "credit", (*AWARDED, ("ask_back", 2), ("answer_back", 0)), revoked_marks_are_not_set),
    (8, "credit", (*AWARDED, ("rest_or_end", 3)), pages_go_with_the_gate),
    (9, "credit", (*AWARDED, ("directory_hold", 0)), holds_are_overlooked),
    (9, "credit", (*AWARDED[:-1], ("hold", 34)), anyone_shows_it),
]  # fmt: skip


@pytest.mark.parametrize(
    ("n", "shape", "acts", "fault"), FAULTS, ids=lambda x: getattr(x, "__name__", None)
)
def test_a_fault_of_the_code_is_found(
    n: int,
    shape: str,
    acts: Any,
    fault: Callable[[Patch], None],
    people: SimpleNamespace,  # noqa: F811
    monkeypatch: Patch,
) -> None:
    fault(monkeypatch)
    walk = walked(begin(people, policies.current(), shape), acts, look=False)
    with pytest.raises(Broken) as found:
        walk.do("days_pass")
    assert (found.value.n, walk.said) == (
        n,
        [f"{act}: done" for act, _ in [*acts, ("days_pass", 0)]],
    )


def without_triggers() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER record_event_append_only ON record_event")
        else:
            for act in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER record_event_no_{act}")
    Outbox.objects.all().delete()


def last_entry_goes(walk: AwardWalk) -> None:
    without_triggers()
    last = Event.objects.order_by("-pk")[0]
    last.delete()


def outcomes_go(walk: AwardWalk) -> None:
    version = ProgramVersion.objects.get()
    version.content["outcomes"] = []
    version.save()


def lead_decides(walk: AwardWalk) -> None:
    Decision.objects.update(person=walk.house.dana)


def bytes_are_edited(walk: AwardWalk) -> None:
    document = Award.objects.all()[0].document
    document.body = bytes(document.body).replace(b"Jos", b"Jus")
    document.save()


#: Rows that are changed behind the record's back, and the invariant that this breaks.
TAMPERED: list[tuple[int, Callable[[AwardWalk], object]]] = [
    (1, outcomes_go),
    (2, lambda walk: Decision.objects.update(outcome="decline")),
    (2, lambda walk: SignatureRequest.objects.filter(order=1).update(state="requested")),
    (3, lambda walk: Snapshot.objects.update(content="{}")),
    (4, lambda walk: Decision.objects.update(capacity="")),
    (5, lead_decides),
    (6, bytes_are_edited),
    (6, lambda walk: Award.objects.update(state="declined")),
    (10, last_entry_goes),
]


@pytest.fixture
def awarded(people: SimpleNamespace) -> AwardWalk:  # noqa: F811
    """A walk to two badges, of which all holds."""
    walk = walked(begin(people, policies.current(), "credit"), AWARDED[:-2], look=False)
    walk.do("days_pass")
    return walk


def test_a_row_that_was_tampered_with_is_found(awarded: AwardWalk) -> None:
    for n, tamper in TAMPERED:
        with transaction.atomic():
            tamper(awarded)
            with pytest.raises(Broken) as found:
                awarded.do("days_pass")
            assert found.value.n == n
            transaction.set_rollback(True)
