"""A proposal that came back because nobody signed in time says who, and what its lead can do."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bitterroot.governance import policies
from bitterroot.governance.domain.signature import expires_on
from bitterroot.governance.models import SignatureRequest
from bitterroot.policy import Policy
from bitterroot.proposals.domain.proposal import object_to, submit_for_signatures
from bitterroot.proposals.domain.sign_sweep import run_due
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock

As = Callable[[str], Client]


@pytest.fixture(autouse=True)
def expiring(monkeypatch: pytest.MonkeyPatch) -> None:
    document: dict[str, Any] = policies.current().document()
    for process in document["processes"]:
        for step in process["steps"]:
            if step["kind"] == "sign":
                step["expires"] = 5
    policy = Policy.from_document(document)
    monkeypatch.setattr(policies, "laid_down", lambda: policy)


def asked(row: Proposal) -> SignatureRequest:
    return SignatureRequest.objects.get(case=row.case, state="requested")


def test_the_lead_reads_who_did_not_sign_and_asks_anew(
    uni: SimpleNamespace, as_: As, proposal: Proposal
) -> None:
    row = submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    page = reverse("faculty:proposal", args=[row.pk])
    late = asked(row)
    last = expires_on(late)
    assert last is not None
    assert late.person is not None
    with clock.standing_at(clock.now() + (last - clock.today()) + timedelta(days=1)):
        assert run_due() == 1
        said = as_("dana").get(page).content.decode()
        assert "<strong>Nobody signed in time</strong>" in said
        assert f"{late.person.display_name} ({late.capacity_title}) was asked on" in said
        assert "whoever holds that office then is asked anew" in said
        assert f"{late.capacity_title}: no answer in time." in said  # in the history
        assert "is asked anew" not in as_("olive").get(page).content.decode()
        row.refresh_from_db()
        submit_for_signatures(by=uni.by("dana"), proposal=row)
        assert "Nobody signed in time<" not in as_("dana").get(page).content.decode()
        object_to(by=uni.by("sam"), signature=asked(row), comment="The price is missing.")
        assert "Nobody signed in time<" not in as_("dana").get(page).content.decode()
