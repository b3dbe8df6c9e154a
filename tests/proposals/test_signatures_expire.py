"""Where the policy says so, a request to sign that nobody answers expires, and goes back to its lead."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.domain import link as links
from bitterroot.governance.domain.due import count_again, signature_due
from bitterroot.governance.domain.signature import delegate, expires_on
from bitterroot.governance.models import Decision
from bitterroot.governance.queries import waiting_for
from bitterroot.messages.domain import dispatch
from bitterroot.messages.models import Mail
from bitterroot.people.domain.person import add_address
from bitterroot.people.enums import AddressKind
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.policy import Policy
from bitterroot.policy.drawing import outline, svg
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.sign_sweep import run_due
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries import waiting_for as duties_of
from bitterroot.record import clock

from .conftest import SET_UP
from .test_road import asked, sign_next, state_of, states
from .test_signatures import fresh, signing  # noqa: F401


def with_an_end(days: int | None) -> Policy:
    document: dict[str, Any] = policies.current().document()
    for process in document["processes"]:
        if process["key"] == "pilot-proposal":
            [step] = [each for each in process["steps"] if each["kind"] == "sign"]
            step["expires"] = days
    return Policy.from_document(document)


@pytest.fixture(autouse=True)
def expiring(monkeypatch: pytest.MonkeyPatch) -> Policy:
    policy = with_an_end(5)
    monkeypatch.setattr(policies, "laid_down", lambda: policy)
    return policy


def test_what_nobody_answers_expires_after_its_days_and_can_be_sent_again(
    uni: SimpleNamespace,
    signing: Proposal,  # noqa: F811
) -> None:
    add_address(
        by=SET_UP,
        person=uni.dana,
        address="dana@umt.example",
        kind=AddressKind.CAMPUS,
        verified=True,
    )
    sign_next(uni, signing)
    late = asked(fresh(signing))
    last = expires_on(late)
    assert last is not None
    assert late.due_on is not None
    assert last == policies.current().calendar.add_business_days(late.due_on, 5)
    until = clock.now() + (last - clock.today())
    with clock.standing_at(until):
        assert run_due() == 0
        with pytest.raises(NotPossible, match="can still be answered"):
            verbs.expire(signature=late)
        assert state_of(signing) == ProposalState.SIGNING
    with clock.standing_at(until + timedelta(days=1)):
        assert (run_due(), run_due()) == (1, 0)
        assert state_of(signing) == ProposalState.RETURNED
        [duty] = [each for each in duties_of(uni.dana) if each.title == signing.title]
        assert duty.why == "Nobody signed in time: send it again to ask anew"
        assert states(fresh(signing))[late.capacity] == "expired"
        with transaction.atomic():  # what an office says of it afterwards is why it is back then
            decision = Decision.objects.create(
                case=signing.case, subject=signing.case.subject, step="office", outcome="return",
                body="UMOnline", capacity="Program officer", reason="No syllabus.",
                decided_on=clock.today(), recorded_at=clock.now() + timedelta(minutes=1),
            )  # fmt: skip
            [duty] = [each for each in duties_of(uni.dana) if each.title == signing.title]
            assert duty.why == "Returned to you with reasons"
            Decision.objects.filter(pk=decision.pk).delete()
        assert "signed" in states(fresh(signing)).values()  # what was given stands
        assert waiting_for(uni.hale) == []
        with pytest.raises(Refused, match="expired unanswered"):
            verbs.sign(by=uni.by("hale"), signature=late, typed_name="Hale Yellowtail")
        while dispatch.run_once():
            pass
        told = Mail.objects.filter(template="signature_expired")
        assert [mail.to_name for mail in told] == ["Dana Kipp"]
        assert "did not answer the request to sign" in told[0].body
        verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(signing))
        again = asked(fresh(signing))
        assert (again.capacity, again.state) == (late.capacity, "requested")
        assert again != late


def test_who_is_asked_instead_on_the_last_day_has_all_the_days(
    uni: SimpleNamespace,
    signing: Proposal,  # noqa: F811
) -> None:
    late = asked(fresh(signing))
    last = expires_on(late)
    assert last is not None
    with clock.standing_at(clock.now() + (last - clock.today())):
        done = delegate(by=uni.by("sam"), signature=late, to=uni.stranger, reason="Away.")
        assert done.due_on == signature_due(done)
        follow = expires_on(done)
        assert follow is not None
        assert follow > last + timedelta(days=10)
        with transaction.atomic():
            assert count_again(by=SET_UP, case=done.case) == []  # nor does the calendar undo it
    with clock.standing_at(clock.now() + (last - clock.today()) + timedelta(days=1)):
        assert run_due() == 0
        assert state_of(signing) == ProposalState.SIGNING


def test_the_clock_of_a_proposal_on_hold_stands(uni: SimpleNamespace, signing: Proposal) -> None:  # noqa: F811
    verbs.put_on_hold(by=uni.by("olive"), proposal=signing, reason="The catalog is reworked.")
    with clock.standing_at(clock.now() + timedelta(days=90)):
        assert run_due() == 0


def test_without_the_word_nothing_expires(
    signing: Proposal,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = asked(fresh(signing))
    plain = with_an_end(None)
    monkeypatch.setattr(policies, "of", lambda case: plain)
    assert expires_on(row) is None
    with clock.standing_at(clock.now() + timedelta(days=120)):
        assert run_due() == 0


def test_an_expired_link_of_a_partner_opens_nothing(
    uni: SimpleNamespace,
    signing: Proposal,  # noqa: F811
) -> None:
    row = asked(fresh(signing))
    row.person, row.partner_name, row.partner_email = None, "Pat Rivers", "pat@city.example"
    row.save()
    last = expires_on(row)
    assert last is not None
    with clock.standing_at(clock.now() + (last - clock.today()) + timedelta(days=1)):
        token = links.mint_link(by=verbs.system("a late mail"), signature=row)
        assert run_due() == 1
        assert links.signature_for_token(token) is None


def test_the_drawing_says_so(expiring: Policy) -> None:
    said = "what nobody answers goes there too, 5 business days after it was due"
    process = expiring.processes["pilot-proposal"]
    assert said in outline(expiring, process)
    assert "later" in svg(expiring, process)
    plain = with_an_end(None)
    assert said not in outline(plain, plain.processes["pilot-proposal"])
