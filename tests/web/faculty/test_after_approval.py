"""Dana's program changes and ends: what whoever decides, and she herself, read of it on their pages."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from bitterroot.learning.domain.offering import create_offering
from bitterroot.learning.models import Enrollment
from bitterroot.programs.domain import marketing
from bitterroot.programs.models import Program
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.change import start_change, start_termination
from bitterroot.proposals.domain.draft import attest_procedures
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from bitterroot.record.errors import NotPossible
from proposals.test_changes import WHY
from proposals.test_road import sign_and_approve, sign_next

As = Callable[[str], Client]
ENDING = {
    "reason": "Nobody asks for it any more.",
    "teach_out_term": "spring-2027",
    "effect_on_learners": "They finish in spring.",
    "notices": "By mail.",
    "materials": "In the library.",
    "final_review": "Maps moved into other courses.",
}


@pytest.fixture
def program(uni: SimpleNamespace, proposal: Proposal) -> Program:
    """Dana's pilot, approved."""
    sign_and_approve(uni, proposal)
    return Program.objects.get()


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def ending(uni: SimpleNamespace, program: Program, change: Callable[..., Proposal]) -> Proposal:
    """Asked for, signed, and with the office that decides on it."""
    row = change(start_termination(by=uni.by("dana"), program=program), **ENDING)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    for _ in range(2):
        sign_next(uni, row)
    verbs.accept_complete(by=uni.by("olive"), proposal=row)
    row.refresh_from_db()
    return row


def test_whoever_decides_on_an_end_reads_why_and_whom_it_touches(
    uni: SimpleNamespace, program: Program, change: Callable[..., Proposal], as_: As
) -> None:
    offering = create_offering(
        by=uni.by("dana"), program=program, term="spring-2027", instructors=[uni.dana]
    )
    Enrollment.objects.create(
        offering=offering,
        identity="ann@x.example",
        email="ann@x.example",
        family_name="Lee",
        given_name="Ann",
        added_by=uni.dana,
        added_at=clock.now(),
    )
    row = ending(uni, program, change)
    desk = text(as_("olive"), reverse("office:proposal", args=[row.pk]))
    assert "1 offering runs for 1 learner yet. No badge of it is in force." in desk
    for said in (ENDING["reason"], ENDING["effect_on_learners"], ENDING["materials"]):
        assert said in desk.partition("Decision by the program office")[0]
    page = text(as_("dana"), reverse("faculty:pilot", args=[program.slug]))
    assert f'href="{reverse("faculty:proposal", args=[row.pk])}"' in page
    assert "End of a program: in review" in page


def test_a_program_that_ends_is_not_advertised_and_its_lead_is_not_asked_to(
    uni: SimpleNamespace, program: Program, change: Callable[..., Proposal], as_: As
) -> None:
    ask = reverse("faculty:new_marketing", args=[program.slug])
    assert ask in text(as_("dana"), reverse("faculty:work"))
    verbs.decide(by=uni.by("olive"), proposal=ending(uni, program, change), outcome="approve")
    work = text(as_("dana"), reverse("faculty:work"))
    assert "Not listed:" in work
    assert "Not listed yet" not in work
    assert ask not in work
    assert "Write the request" not in text(as_("dana"), ask)
    assert as_("dana").post(ask).status_code == 200  # nothing is begun
    program.refresh_from_db()
    with pytest.raises(NotPossible, match="no new learners any more"):
        marketing.draft_marketing(by=uni.by("dana"), program=program)
    assert not program.marketing_requests.exists()


def test_a_change_says_why_where_it_is_decided_and_from_when_on_the_program_s_page(
    uni: SimpleNamespace, program: Program, change: Callable[..., Proposal], as_: As
) -> None:
    begun = attest_procedures(
        by=uni.by("dana"), proposal=start_change(by=uni.by("dana"), program=program)
    )
    row = change(begun, **WHY, title="Maps for Towns")
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    for _ in range(3):
        sign_next(uni, row)
    desk = text(as_("olive"), reverse("office:proposal", args=[row.pk]))
    assert "The town asked for it." in desk
    assert WHY["effect_on_learners"] in desk
    assert "Decided so far" not in desk
    verbs.accept_complete(by=uni.by("olive"), proposal=row)
    verbs.decide(by=uni.by("olive"), proposal=row, outcome="approve", reason="Well thought out.")
    assert "<strong>Approved</strong> by" in text(
        as_("olive"), reverse("office:proposal", args=[row.pk])
    )
    page = text(as_("dana"), reverse("faculty:pilot", args=[program.slug]))
    assert "Version 2 is approved and holds from" in page
