"""Dana sends again what came back: the page says who is asked anew, and who is not."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.draft import save_values
from bitterroot.proposals.models import Proposal
from proposals.test_road import sign_next

As = Callable[[str], Client]
ASKED = "These people are asked to sign"


@pytest.fixture
def signed_once(uni: SimpleNamespace, proposal: Proposal) -> Proposal:
    """Sam signed; then Dana took it back."""
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    sign_next(uni, proposal)
    verbs.take_back(by=uni.by("dana"), proposal=Proposal.objects.get(pk=proposal.pk))
    return Proposal.objects.get(pk=proposal.pk)


def asked_on(as_: As, row: Proposal) -> str:
    page = as_("dana").get(reverse("faculty:submit_proposal", args=[row.pk])).content.decode()
    return page.partition(ASKED)[2].partition("</section>")[0]


def test_whose_signature_stands_is_not_asked_again(
    uni: SimpleNamespace, signed_once: Proposal, as_: As
) -> None:
    said = asked_on(as_, signed_once)
    assert uni.hale.display_name in said
    assert uni.sam.display_name not in said


def test_where_all_stand_nobody_signs_again(
    uni: SimpleNamespace, proposal: Proposal, as_: As
) -> None:
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    for _ in range(3):
        sign_next(uni, proposal)
    row = Proposal.objects.get(pk=proposal.pk)
    verbs.decide(by=uni.by("olive"), proposal=row, outcome="return", reason="A phone number.")
    row.refresh_from_db()
    values = {**row.values, "contact_phone": "406 555 0107"}
    save_values(by=uni.by("dana"), proposal=row, values=values, revision=row.revision)
    page = as_("dana").get(reverse("faculty:submit_proposal", args=[row.pk])).content.decode()
    assert ASKED not in page
    assert "Nobody needs to sign again." in page
