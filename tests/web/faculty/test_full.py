"""The full proposal on screen: begun on the pilot's page, laid beside it, decided by the provost."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bitterroot.programs.models import Program
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from bitterroot.web.faculty import unit_review
from programs.conftest import on
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


def test_an_established_program_takes_its_record_to_the_review_of_its_unit(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
    as_: As,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Versions with who decided, figures of each year, outcomes, what the pilot showed."""
    row = recommended(people, noticed)
    said: list[dict[str, Any]] = []
    real = unit_review.document_pdf
    monkeypatch.setattr(unit_review, "document_pdf", lambda data: said.append(data) or real(data))
    with on("2027-03-02"):
        verbs.decide(by=people.by("paula"), proposal=row, outcome="approve", reason="Well kept.")
        page = reverse("faculty:pilot", args=[noticed.slug])
        there = reverse("faculty:unit_review", args=[noticed.slug])
        assert there in as_("hale").get(page).content.decode()
        made = as_("hale").get(there)
        assert made["Content-Type"] == "application/pdf"
        assert made.content.startswith(b"%PDF-")
        assert as_("stranger").get(there).status_code == 404
    [data] = said
    assert data["title"] == "Record of GIS for Community Planning"
    assert "Its assessment is part of the unit's review by 30 Jun 2034" in data["facts"]
    parts = {part["title"]: dict(part["rows"]) for part in data["parts"]}
    assert list(parts) == ["Versions", "Figures by academic year", "Outcomes", "The pilot"]
    assert parts["Versions"]["Version 2"].endswith("Well kept.")
    assert "holds from" in parts["Versions"]["Version 1"]
    assert list(parts["Figures by academic year"]) == ["2024-25", "2025-26", "2026-27"]
    assert parts["The pilot"]["Year 2, 2025-26"].startswith("Rated: watch.")
    assert len(parts["Outcomes"]) == 3
