"""Olive enters a program that a body decided before Bitterroot."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bitterroot.governance import policies
from bitterroot.programs.models import Program
from bitterroot.proposals.queries.process import PILOT
from bitterroot.web.office.earlier import ASKED

As = Callable[[str], Client]
ADDRESS = "/office/programs/earlier"


def _said(uni: SimpleNamespace) -> dict[str, Any]:
    answers = {
        "title": "Climate Change Studies", "short_title": "Climate Studies", "kind": "credit",
        "track": "micro-credential", "levels": "undergraduate", "owner_unit": uni.unit.key,
        "lead": str(uni.dana.pk), "contact_email": "climate@umontana.example.edu",
        "description": "Reads climate data and explains it to a council.",
        "audience": "Planners and students.", "total_credits": "9", "modality": "online",
        "prerequisites": "none", "assessed": "assessed", "skills": "climate data, briefing",
        "completion_rule": "All courses passed.", "criteria_narrative": "Pass the courses.",
        "badge_alt_text": "Mountains and the words Climate Studies", "badge_language": "en",
        "badge_validity": "always",
    }  # fmt: skip
    outcome = {
        "outcome": "Read climate data", "method": "project", "evidence": "map", "threshold": "C",
    }  # fmt: skip
    rows = {f"outcomes-0-{key}": value for key, value in outcome.items()} | {"outcomes-rows": "1"}
    decision = {"body": "Faculty Senate", "decided_on": "2024-04-16", "standing": "established"}
    return {**answers, **rows, **decision, "asked": [*answers, "outcomes"]}


def test_only_the_office_gets_in(as_: As) -> None:
    assert as_("olive").get(ADDRESS).status_code == 200
    assert as_("dana").get(ADDRESS).status_code == 403


def test_without_its_document_nothing_is_entered_and_nothing_typed_is_lost(
    as_: As, uni: SimpleNamespace
) -> None:
    answer = as_("olive").post(ADDRESS, {**_said(uni), "decided_on": "long ago"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Attach the document that shows the decision." in page
    assert "Give the day of the decision." in page
    assert 'value="Climate Change Studies"' in page
    assert 'value="Faculty Senate"' in page
    assert not Program.objects.exists()


def test_with_its_document_it_is_public_as_established(as_: As, uni: SimpleNamespace) -> None:
    document = SimpleUploadedFile("minutes.pdf", b"%PDF-1.7 approved")
    answer = as_("olive").post(ADDRESS, {**_said(uni), "document": document})
    assert answer.status_code == 302, answer.content.decode()
    program = Program.objects.get()
    assert (program.state, program.lead) == ("established", uni.dana)
    assert program.versions.get().decision.document_name == "minutes.pdf"
    page = Client().get(reverse("public:program", args=[program.slug]))
    assert page.status_code == 200


def test_what_must_be_answered_is_what_the_policy_s_form_requires(
    as_: As, uni: SimpleNamespace
) -> None:
    form = policies.current().forms[PILOT]
    blank = as_("olive").post(ADDRESS, {"asked": list(ASKED), "body": "Faculty Senate"})
    page = blank.content.decode()
    required = [
        form.fields[k] for k in ASKED if k in form.fields and form.fields[k].is_required(())
    ]
    assert {"title", "contact_email", "outcomes"} <= {f.key for f in required}
    for field in required:
        assert f'<a href="#id_{field.key}">' in page, field.key
    assert '<a href="#id_total_hours">' not in page  # only non-credit ones have hours
    said = {k: v for k, v in _said(uni).items() if k != "contact_email"}
    without = as_("olive").post(
        ADDRESS, {**said, "document": SimpleUploadedFile("minutes.pdf", b"%PDF-1.7 approved")}
    )
    assert without.status_code == 409
    assert not Program.objects.exists()
