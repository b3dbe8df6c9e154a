"""Authors, signers and the office act on one proposal at the same moment: all are answered."""

from types import SimpleNamespace

import pytest
from django.db import connection

from bitterroot.governance.domain.comment import write_comment
from bitterroot.governance.enums import Circle
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.draft import save_values
from bitterroot.proposals.domain.mou import draft_mou
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from bitterroot.record.models import Event
from governance.threads_kit import together

from .test_road import asked, sign_next
from .test_signatures import fresh

pytestmark = [
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite in memory has one writer, one connection"
    ),
    pytest.mark.django_db(transaction=True),
]
ROUNDS = 8


def write(by: Actor, proposal: Proposal, n: int) -> None:
    row = fresh(proposal)
    said = {"title": f"Maps {n}", "short_title": f"Maps {n}"}
    save_values(by=by, proposal=row, values=said, revision=row.revision)


def test_the_lead_writes_while_the_office_puts_it_on_hold(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    for n in range(ROUNDS):
        said = together(
            lambda n=n: write(uni.by("dana"), proposal, n),  # type: ignore[misc]
            lambda: verbs.put_on_hold(by=uni.by("olive"), proposal=proposal, reason="A question."),
            at=clock.now(),
        )
        too_late = "It cannot be edited now: on hold. Take it back to draft first."
        assert said in (["done", "done"], [too_late, "done"])
        verbs.resume(by=uni.by("olive"), proposal=proposal)


def test_it_is_signed_while_the_lead_takes_it_back(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    for _ in range(ROUNDS):
        verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
        signature = asked(fresh(proposal))
        by = uni.by(
            next(k for k in ("sam", "hale", "deane") if getattr(uni, k) == signature.person)
        )
        said = together(
            lambda by=by, s=signature: verbs.object_to(by=by, signature=s, comment="Wait."),  # type: ignore[misc]
            lambda: verbs.take_back(by=uni.by("dana"), proposal=proposal),
            at=clock.now(),
        )
        assert "done" in said
        assert len(said) == 2


def test_the_last_signature_comes_while_an_agreement_is_drafted_and_comments_are_written(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    for _ in range(2):
        sign_next(uni, fresh(proposal))
    signature = asked(fresh(proposal))

    def say(key: str) -> None:
        write_comment(
            by=uni.by(key), case=fresh(proposal).case, text="Good.", audience=Circle.EVERYONE
        )

    said = together(
        lambda: verbs.sign(by=uni.by("deane"), signature=signature, typed_name="Deane Larsen"),
        lambda: draft_mou(by=uni.by("dana"), proposal=proposal, values={"title": "Agreement"}),
        lambda: say("dana"),
        lambda: say("sam"),
        lambda: say("olive"),
        at=clock.now(),
    )
    assert said == ["done"] * 5
    assert fresh(proposal).state == "submitted"
    events = Event.objects.filter(stream=f"case:{proposal.case_id}").order_by("seq")
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


def test_of_two_who_send_it_one_sends_it(uni: SimpleNamespace, proposal: Proposal) -> None:
    send = lambda: verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))  # noqa: E731
    said = together(send, send, at=clock.now())
    assert len(said) == 2
    assert said[1] == "done"
    assert fresh(proposal).case.snapshots.count() == 1
    with pytest.raises((NotPossible, Refused)):
        verbs.accept_complete(by=uni.by("olive"), proposal=proposal)
