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
from governance import invariants
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


def to_the_office(uni: SimpleNamespace, proposal: Proposal) -> None:
    """Signed by all three, found complete: it waits for the decision."""
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    for _ in range(3):
        sign_next(uni, fresh(proposal))
    verbs.accept_complete(by=uni.by("olive"), proposal=fresh(proposal))


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


def test_it_is_signed_while_the_lead_takes_it_back_changes_it_and_sends_it_again(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    """A signature counts for what was signed, or its giver is told; never for other words."""

    def mend(n: int) -> None:
        verbs.take_back(by=uni.by("dana"), proposal=proposal)
        write(uni.by("dana"), proposal, n)
        verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))

    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    for n in range(ROUNDS):
        signature = asked(fresh(proposal))
        assert signature.person == uni.sam
        said = together(
            lambda s=signature: verbs.sign(by=uni.by("sam"), signature=s, typed_name="Sam Stokes"),  # type: ignore[misc]
            lambda n=n: mend(n),  # type: ignore[misc]
            at=clock.now(),
        )
        assert said[-1] == "done"
        invariants.a_signature_binds_to_a_snapshot(fresh(proposal).case)
        given = fresh(proposal).case.signatures.get(pk=signature.pk)
        assert given.state == "void"  # what he covers was changed, whichever came first
        assert bool(given.typed_name) == (said == ["done", "done"])
    assert asked(fresh(proposal)).person == uni.sam


def test_a_double_click_on_signing_signs_once(uni: SimpleNamespace, proposal: Proposal) -> None:
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    signature = asked(fresh(proposal))
    once = lambda: verbs.sign(by=uni.by("sam"), signature=signature, typed_name="Sam Stokes")  # noqa: E731
    said = together(once, once, at=clock.now())
    assert (said[1], len(said)) == ("done", 2)
    assert said[0] != "done"
    assert Event.objects.filter(verb="signature signed").count() == 1
    assert asked(fresh(proposal)).person == uni.hale


def test_an_office_that_decides_in_two_tabs_decides_once(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    to_the_office(uni, proposal)
    said = together(
        lambda: verbs.decide(by=uni.by("olive"), proposal=proposal, outcome="approve"),
        lambda: verbs.decide(
            by=uni.by("olive"), proposal=proposal, outcome="decline", reason="No."
        ),
        at=clock.now(),
    )
    row = fresh(proposal)
    assert (said.count("done"), row.case.decisions.count()) == (1, 1)
    declined = row.case.decisions.get().outcome == "decline"
    assert row.state == ("declined" if declined else "approved")
    assert row.program is not None
    assert row.program.versions.count() == (0 if declined else 1)


def test_it_is_withdrawn_while_the_office_approves_it(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    to_the_office(uni, proposal)
    said = together(
        lambda: verbs.decide(by=uni.by("olive"), proposal=proposal, outcome="approve"),
        lambda: verbs.withdraw(by=uni.by("dana"), proposal=proposal, reason="No time."),
        at=clock.now(),
    )
    row = fresh(proposal)
    assert said.count("done") == 1
    assert row.program is not None
    gate = {"approved": "pilot_approved", "withdrawn": "declined"}
    assert row.program.state == gate[row.state]
