"""Olive enters a program that a body decided before Bitterroot."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bitterroot.programs.models import Program

As = Callable[[str], Client]
ADDRESS = "/office/programs/earlier"


def _said(uni: SimpleNamespace) -> dict[str, Any]:
    answers = {
        "title": "Climate Change Studies", "kind": "credit", "track": "micro-credential",
        "owner_unit": uni.unit.key, "lead": str(uni.dana.pk), "assessed": "assessed",
        "description": "Reads climate data and explains it to a council.",
    }  # fmt: skip
    decision = {"body": "Faculty Senate", "decided_on": "2024-04-16", "standing": "established"}
    return {**answers, **decision, "asked": list(answers)}


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
