"""What was set as a condition, and who signed for whom, cannot be changed behind the record's back."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from bitterroot.governance.domain.signature import delegate
from bitterroot.governance.models import Condition, Decision, SignatureRequest
from bitterroot.people.domain.person import assign_role
from bitterroot.people.enums import Role
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.mou import draft_mou, execute_mou
from bitterroot.proposals.models import Mou, Proposal
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record

from .conftest import SET_UP, SINCE
from .test_road import asked, sign_next
from .test_signatures import fresh


def found() -> list[str]:
    """Rows that do not fit the record; that no tail is signed within a test is not asked."""
    return [
        str(each)
        for each in verify_record().broken
        if each.where.partition(":")[0] in ("signature", "condition", "decision", "mou")
    ]


@pytest.fixture
def conditions(uni: SimpleNamespace, proposal: Proposal) -> list[Condition]:
    """Sam let Stan sign for him; Olive approved with two conditions and closed the first."""
    assign_role(by=SET_UP, person=uni.stranger, role=Role.SUPERVISOR, starts_on=SINCE)
    mou = draft_mou(by=uni.by("dana"), proposal=proposal, values={"title": "Agreement"})
    execute_mou(
        by=uni.by("olive"),
        mou=mou,
        file_name="a.pdf",
        data=b"%PDF-1.7 signed",
        executed_on=date(2026, 11, 1),
    )
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    let = delegate(
        by=uni.by("sam"), signature=asked(fresh(proposal)), to=uni.stranger, reason="Away."
    )
    verbs.sign(by=uni.by("stranger"), signature=let, typed_name="Stan Finley")
    for _ in range(2):
        sign_next(uni, fresh(proposal))
    verbs.accept_complete(by=uni.by("olive"), proposal=fresh(proposal))
    verbs.decide(
        by=uni.by("olive"),
        proposal=fresh(proposal),
        outcome="approve with conditions",
        conditions=[("Add a rubric.", date(2026, 12, 1)), ("Name a second instructor.", None)],
    )
    first, second = Condition.objects.order_by("pk")
    verbs.close_condition(by=uni.by("olive"), condition=first, evidence="It is attached.")
    return [first, second]


def test_an_untouched_record_fits(conditions: list[Condition]) -> None:
    assert (found(), Condition.objects.count(), Decision.objects.count()) == ([], 2, 1)


@pytest.mark.parametrize(
    ("which", "change"),
    [
        (0, {"text": "Add nothing."}),
        (0, {"due_on": date(2027, 12, 1)}),
        (0, {"evidence": "Trust me."}),
        (0, {"closed_at": None}),
        (0, {"closed_by": None}),
        (1, {"text": "Name nobody."}),
        (1, {"due_on": date(2030, 1, 1)}),
    ],
)
def test_a_changed_condition_is_found(
    conditions: list[Condition], which: int, change: dict[str, Any]
) -> None:
    pk = conditions[which].pk
    Condition.objects.filter(pk=pk).update(**change)
    assert found() == [f"condition:{pk}: does not match its last event"]


def test_a_condition_that_was_closed_or_removed_or_added_by_nobody_is_found(
    conditions: list[Condition],
) -> None:
    first, second = conditions
    Condition.objects.filter(pk=second.pk).update(closed_at=clock.now())
    Condition.objects.filter(pk=first.pk).delete()
    added = Condition.objects.create(decision=second.decision, text="Pay me.")
    assert found() == [
        f"condition:{second.pk}: does not match its last event",
        f"condition:{added.pk}: no event speaks of it",
        f"condition:{first.pk}: its row is gone",
    ]


def test_that_someone_signed_for_another_cannot_be_hidden(conditions: list[Condition]) -> None:
    signature = SignatureRequest.objects.get(typed_name="Stan Finley")
    SignatureRequest.objects.filter(pk=signature.pk).update(delegated_from=None)
    assert found() == [f"signature:{signature.pk}: does not match its last event"]


def test_an_agreement_s_file_cannot_be_taken_away(conditions: list[Condition]) -> None:
    mou = Mou.objects.get()
    Mou.objects.filter(pk=mou.pk).update(file=None)
    assert found() == [f"mou:{mou.pk}: does not match its last event"]
