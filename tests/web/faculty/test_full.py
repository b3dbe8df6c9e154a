"""The full proposal on screen: begun on the pilot's page, laid beside it, decided by the provost."""

from collections.abc import Callable
from types import SimpleNamespace

from django.test import Client
from django.urls import reverse

from bitterroot.programs.models import Program
from bitterroot.proposals.models import Proposal
from proposals.full_kit import (
    ANSWERS,
    begin,  # noqa: F401
    noticed,  # noqa: F401
    people,  # noqa: F401
    pilot,  # noqa: F401
    recommended,
    written,
)

As = Callable[[str], Client]


def test_the_lead_begins_it_on_the_pilot_s_page_and_nobody_else_can(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
    as_: As,
) -> None:
    page = reverse("faculty:pilot", args=[noticed.slug])
    dana = as_("dana")
    assert "Begin the full proposal" in dana.get(page).content.decode()
    assert "Begin the full proposal" not in as_("hale").get(page).content.decode()
    start = reverse("faculty:start_full", args=[noticed.slug])
    assert as_("stranger").post(start).status_code == 404
    as_("hale").post(start)
    assert not Proposal.objects.filter(program=noticed).exists()
    answer = dana.post(start)
    row = Proposal.objects.get(program=noticed)
    assert answer["Location"] == reverse("faculty:edit_proposal", args=[row.pk, "identity"])
    evidence = dana.get(reverse("faculty:edit_proposal", args=[row.pk, "evidence"]))
    text = evidence.content.decode()
    assert "On track" in text
    assert "See them side by side" in text
    assert 'value="36"' in text  # learners assessed in both years
    assert "Full proposal: draft" in dana.get(page).content.decode()


def test_what_differs_from_the_pilot_stands_side_by_side(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
    as_: As,
) -> None:
    row = written(people, noticed)
    page = as_("dana").get(reverse("faculty:difference", args=[row.pk]))
    text = page.content.decode()
    assert "Planners and students." in text
    assert ANSWERS["audience"] in text
    assert ANSWERS["benefit"] in text.partition("Asked only now")[2]
    assert as_("stranger").get(page.request["PATH_INFO"]).status_code == 404


def test_the_provost_decides_on_a_screen_and_the_catalog_says_established(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
    as_: As,
) -> None:
    row = recommended(people, noticed)
    desk = reverse("office:proposal", args=[row.pk])
    paula, olive = as_("paula"), as_("olive")
    assert desk in paula.get("/work").content.decode()
    text = paula.get(desk).content.decode()
    assert "Decision by the provost" in text
    assert "Where a return sends it" in text
    assert "Put it on hold" not in text
    assert "Decision by the provost</h2>" not in olive.get(desk).content.decode()
    assert "Pilot" in Client().get(f"/programs/{noticed.slug}").content.decode()
    answer = paula.post(desk, {"act": "decide", "outcome": "approve"})
    assert answer["Location"] == reverse("faculty:proposal", args=[row.pk])
    assert "Established" in Client().get(f"/programs/{noticed.slug}").content.decode()
    assert as_("deane").get(desk).status_code == 403
    assert paula.get(reverse("faculty:proposal", args=[row.pk])).status_code == 200
