"""Dana and a neighbor have one section open: nobody takes back what the other wrote."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from bitterroot.proposals.domain.draft import invite_co_author, save_values
from bitterroot.proposals.models import Proposal

As = Callable[[str], Client]


@pytest.fixture
def shared(uni: SimpleNamespace, proposal: Proposal) -> Proposal:
    """A neighbor writes along."""
    return invite_co_author(by=uni.by("dana"), proposal=proposal, person=uni.stranger)


def purpose(row: Proposal) -> str:
    return reverse("faculty:edit_proposal", args=[row.pk, "purpose"])


def opened(client: Client, row: Proposal) -> dict[str, str]:
    """What the open page carries: its revision and its marks."""
    text = client.get(purpose(row)).content.decode()
    return {
        name: re.search(rf'name="{name}" id="{name}" value="([^"]*)"', text)[1]  # type: ignore[index]
        for name in ("revision", "was")
    }


def form(row: Proposal, page: dict[str, str], **typed: str) -> dict[str, object]:
    """The whole section as a browser sends it: what was typed, the rest as it was shown."""
    shown = {key: str(row.values.get(key, "")) for key in ("rationale", "audience")}
    return {**page, "asked": ["rationale", "audience"], **shown, **typed}


def test_answers_that_were_not_touched_are_left_as_the_other_wrote_them(
    as_: As, uni: SimpleNamespace, shared: Proposal
) -> None:
    page = opened(as_("stranger"), shared)
    shared.refresh_from_db()
    save_values(
        by=uni.by("dana"),
        proposal=shared,
        values={"rationale": "Counties ask."},
        revision=shared.revision,
    )
    sent = form(shared, page, audience="Planners.")
    answer = as_("stranger").post(purpose(shared), sent, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "Saved." in text
    assert "Counties ask." in text  # put into the open page
    shared.refresh_from_db()
    assert shared.values["rationale"] == "Counties ask."
    assert shared.values["audience"] == "Planners."


def test_who_changes_the_same_answer_is_told_who_saved_it(
    as_: As, uni: SimpleNamespace, shared: Proposal
) -> None:
    page = opened(as_("stranger"), shared)
    shared.refresh_from_db()
    save_values(
        by=uni.by("dana"),
        proposal=shared,
        values={"rationale": "Counties ask."},
        revision=shared.revision,
    )
    sent = form(shared, page, rationale="Towns ask.")
    answer = as_("stranger").post(purpose(shared), sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert f"{uni.dana.display_name} saved this meanwhile." in text
    assert "Now saved: Counties ask." in text
    assert "Towns ask.</textarea>" in text
    mine = as_("dana").post(purpose(shared), form(shared, page, rationale="Towns ask."))
    assert "You saved this meanwhile." in mine.content.decode()


def test_a_co_author_finds_the_proposal_at_home(
    as_: As, uni: SimpleNamespace, shared: Proposal
) -> None:
    home = as_("stranger").get("/work").content.decode()
    assert reverse("faculty:proposal", args=[shared.pk]) in home
