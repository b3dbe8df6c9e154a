"""Files of a yearly review, and what an instructor says beside it."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bitterroot.learning.domain.offering import create_offering
from bitterroot.messages.duties import duties_of
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.programs.domain.review import return_review
from bitterroot.programs.models import Pilot, ProgramReview
from programs.conftest import SET_UP, SINCE, hand_in, misfits, on, sweep_on

Begin = Callable[..., Pilot]
Desk = Callable[[Person], Client]
SURVEY = b"%PDF-1.4 what 18 learners said"


@pytest.fixture
def review(begin: Begin, people: SimpleNamespace) -> ProgramReview:
    """Open in April 2025. Ines taught the fall's offering with Dana."""
    pilot = begin("fall-2024")
    people.ines = create_person(by=SET_UP, display_name="Ines Blackwood")
    assign_role(by=SET_UP, person=people.ines, role=Role.INSTRUCTOR, starts_on=SINCE)
    with on("2024-08-25"):
        create_offering(
            by=people.by("dana"),
            program=pilot.program,
            term="fall-2024",
            instructors=[people.ines, people.dana],
            starts_on=date(2024, 8, 26),
            ends_on=date(2024, 12, 6),
        )
    sweep_on("2025-04-01")
    return pilot.reviews.get(year=1)


def address(review: ProgramReview, rest: str = "") -> str:
    return f"/work/programs/{review.pilot.program.slug}/reviews/1{rest}"


def survey(data: bytes = SURVEY) -> dict[str, object]:
    file = SimpleUploadedFile("survey.pdf", data, "application/pdf")
    return {"attach": "files", "file-files": file}


def test_the_leads_attach_files_that_are_frozen_with_the_review(
    review: ProgramReview, people: SimpleNamespace, at_desk: Desk
) -> None:
    here = address(review)
    dana, hale, stranger = (at_desk(getattr(people, key)) for key in ("dana", "hale", "stranger"))
    with on("2025-05-01"):
        assert 'name="file-files"' in dana.get(here).content.decode()
        assert dana.post(address(review, "/files"), {"attach": "files"}).status_code == 409
        assert dana.post(address(review, "/files"), survey(b"")).status_code == 409
        assert dana.post(address(review, "/files"), survey()).status_code == 302
        assert dana.post(address(review, "/files"), survey()).status_code == 302  # once more
        kept = review.files.get()
        assert "survey.pdf" in dana.get(here).content.decode()
        there = address(review, f"/files/{kept.pk}")
        assert hale.get(there).content == SURVEY
        assert stranger.get(there).status_code == 404
        assert hale.post(address(review, "/files"), survey()).status_code == 403
        dana.post(address(review, "/files"), survey(b"%PDF-1.4 another"))
        other = review.files.exclude(pk=kept.pk).get()
        assert dana.post(address(review, "/files"), {"remove": other.pk}).status_code == 302
        assert dana.get(address(review, f"/files/{other.pk}")).status_code == 404
        hand_in(people.by("dana"), review)
        assert "survey.pdf" in hale.get(here).content.decode()
        assert dana.post(address(review, "/files"), {"remove": kept.pk}).status_code == 409
        assert dana.post(address(review, "/files"), survey(b"%PDF-1.4 late")).status_code == 409
    assert misfits() == []
    type(kept).objects.filter(pk=kept.pk).update(name="other.pdf")
    assert len(misfits()) == 1  # what was handed in is protected


def test_an_instructor_says_what_she_saw_and_the_lead_reads_it_as_she_writes(
    review: ProgramReview, people: SimpleNamespace, at_desk: Desk
) -> None:
    here = address(review)
    ines, dana, hale = (at_desk(getattr(people, key)) for key in ("ines", "dana", "hale"))
    with on("2025-04-20"):
        [duty] = duties_of(people.ines)
        assert (duty.title, duty.button) == (
            "Yearly review, pilot year 1: GIS for Community Planning",
            "Add to the review",
        )
        page = ines.get(here).content.decode()
        assert "What did you see this year?" in page
        assert "Submit the review" not in page
        assert ines.get(f"/work/programs/{review.pilot.program.slug}").status_code == 404
        assert f'href="/work/programs/{review.pilot.program.slug}"' not in page
        assert ines.post(here, {"act": "contribute", "contribution": " "}).status_code == 409
        first = {"act": "contribute", "contribution": "The lab was too small."}
        assert ines.post(here, first).status_code == 302
        assert duties_of(people.ines) == []
        again = {"act": "contribute", "contribution": "The lab was too small for eighteen."}
        assert ines.post(here, again).status_code == 302
        for desk in (dana, hale):  # the lead writes the review herself, the head taught nothing
            assert desk.post(here, first).status_code == 403
        assert at_desk(people.stranger).get(here).status_code == 404
        assert (
            ines.post(here, {"act": "save", "asked": ["issues"], "issues": "X"}).status_code == 403
        )
        assert "The lab was too small for eighteen." in dana.get(here).content.decode()
        hand_in(people.by("dana"), review)
        assert ines.post(here, first).status_code == 409
        shown = hale.get(here).content.decode()
        assert "The lab was too small for eighteen." in shown
        assert "Ines Blackwood" in shown
    assert misfits() == []
    review.contributions.update(text="All was well.")
    assert len(misfits()) == 1


def test_one_instructor_reads_neither_another_s_words_nor_the_draft_nor_what_the_office_says(
    review: ProgramReview, people: SimpleNamespace, at_desk: Desk
) -> None:
    ivan = create_person(by=SET_UP, display_name="Ivan Stroud")
    assign_role(by=SET_UP, person=ivan, role=Role.INSTRUCTOR, starts_on=SINCE)
    review.pilot.program.offerings.get().instructors.add(ivan)
    here = address(review)
    ines, dana = at_desk(people.ines), at_desk(people.dana)
    with on("2025-04-20"):
        at_desk(ivan).post(here, {"act": "contribute", "contribution": "Ines was never there."})
        dana.post(here, {"act": "save", "asked": ["issues"], "issues": "A half sentence"})
        dana.post(address(review, "/files"), survey())
        kept = review.files.get()
        page = ines.get(here).content.decode()
        assert "never there" not in page
        assert "A half sentence" not in page
        assert "survey.pdf" not in page
        assert ines.get(address(review, f"/files/{kept.pk}")).status_code == 404
        assert "never there" in dana.get(here).content.decode()
        hand_in(people.by("dana"), review)
        return_review(by=people.by("olive"), review=review, reason="Ask Dana why so few passed.")
        assert "so few passed" not in ines.get(here).content.decode()
        hand_in(people.by("dana"), review)
        page = ines.get(here).content.decode()
        assert "never there" not in page
        assert "survey.pdf" in page
        assert ines.get(address(review, f"/files/{kept.pk}")).content == SURVEY


def test_who_taught_in_another_year_neither_adds_to_it_nor_reads_it(
    review: ProgramReview, people: SimpleNamespace, at_desk: Desk
) -> None:
    taught = review.pilot.program.offerings.get()
    ines = at_desk(people.ines)
    for first, last, status in [
        (date(2025, 8, 25), date(2025, 12, 5), 404),  # the year after
        (date(2025, 5, 26), date(2025, 8, 1), 200),  # its summer
        (date(2024, 8, 26), date(2024, 12, 6), 200),
    ]:
        type(taught).objects.filter(pk=taught.pk).update(starts_on=first, ends_on=last)
        with on("2025-04-20"):
            assert ines.get(address(review)).status_code == status
            said = {"act": "contribute", "contribution": f"Seen until {last}."}
            assert len(duties_of(people.ines)) == (status == 200)
            sent = ines.post(address(review), said).status_code
            assert sent == (404 if status == 404 else 302)
            review.contributions.all().delete()
