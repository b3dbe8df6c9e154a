"""A year's review begins with what rosters tell; who signs a notice reads the pilot's record there."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.learning.domain.enrollment import enroll_one, withdraw
from bitterroot.learning.domain.offering import create_offering
from bitterroot.learning.models import Enrollment, Offering
from bitterroot.people.models import Person
from bitterroot.programs.domain import review as reviews
from bitterroot.programs.domain.review import figures_of
from bitterroot.programs.models import Pilot
from bitterroot.proposals.queries.pilot_record import pilot_record
from programs.conftest import complete, on, sweep_on

Desk = Callable[[Person], Client]


@pytest.fixture
def pilot(begin: Callable[..., Pilot]) -> Pilot:
    return begin("fall-2024")


def offered(people: SimpleNamespace, pilot: Pilot, term: str, day: str, learners: int) -> Offering:
    """Dana offers it and enrolls so many learners, of whom the first leaves."""
    dana = people.by("dana")
    with on(day):
        offering = create_offering(
            by=dana, program=pilot.program, term=term, instructors=[people.dana]
        )
        for n in range(learners):
            enroll_one(
                by=dana,
                offering=offering,
                given_name="Lin",
                family_name=f"Number {n}",
                email=f"lin{n}@example.org",
            )
        if learners:
            first = Enrollment.objects.filter(offering=offering).order_by("pk")[0]
            withdraw(by=dana, enrollment=first)
    return offering


def test_enrolled_and_left_early_are_counted_where_every_offering_has_a_roster(
    people: SimpleNamespace, pilot: Pilot, at_desk: Desk
) -> None:
    offered(people, pilot, "fall-2024", "2024-08-21", 5)
    sweep_on("2025-04-10")
    review = pilot.reviews.get(year=1)
    here = f"/work/programs/{pilot.program.slug}/reviews/1"
    with on("2025-04-10"):
        counted = figures_of(review)
        assert (counted.offerings, counted.enrolled, counted.withdrawn) == (1, 5, 1)
        dana = at_desk(people.dana)
        page = dana.get(here).content.decode()
        assert "<dt>Enrolled</dt><dd>5</dd>" in page
        assert 'name="enrolled" value="5"' in page
        assert 'name="withdrawn" value="1"' in page
        review.values = {"enrolled": 7}  # what the lead has said stands
        review.save()
        page = dana.get(here).content.decode()
        assert 'name="enrolled" value="7"' in page
        assert 'name="withdrawn" value="1"' in page
        assert "Rosters now say" in page
        assert ": 5 (the review says 7)." in page
        review.values = {"enrolled": 5, "withdrawn": 1}  # kept as rosters had them
        review.save()
        assert "Rosters now say" not in dana.get(here).content.decode()
        withdraw(by=people.by("dana"), enrollment=Enrollment.objects.order_by("pk")[1])
        page = dana.get(here).content.decode()
        assert ": 2 (the review says 1)." in page
        assert "(the review says 5)" not in page


def test_half_of_the_learners_are_no_figure_of_the_year(
    people: SimpleNamespace, pilot: Pilot, at_desk: Desk
) -> None:
    offered(people, pilot, "fall-2024", "2024-08-21", 5)
    offered(people, pilot, "spring-2025", "2025-01-10", 0)
    sweep_on("2025-04-10")
    review = pilot.reviews.get(year=1)
    with on("2025-04-10"):
        counted = figures_of(review)
        assert (counted.offerings, counted.enrolled, counted.withdrawn) == (2, None, None)
        page = at_desk(people.dana).get(f"/work/programs/{pilot.program.slug}/reviews/1")
        assert "<dt>Enrolled</dt>" not in page.content.decode()
        assert 'name="enrolled" value=""' in page.content.decode()


def test_lead_and_head_read_the_record_where_they_sign_that_they_have_read_it(
    people: SimpleNamespace, pilot: Pilot, at_desk: Desk
) -> None:
    sweep_on("2025-04-10")
    review = pilot.reviews.get(year=1)
    dana, hale, olive = (people.by(key) for key in ("dana", "hale", "olive"))
    with on("2025-05-02"):
        said = {**complete(review), "issues": "Snow closed the road."}
        review = reviews.save_review(by=dana, review=review, values=said, revision=review.revision)
        reviews.submit_review(by=dana, review=review)
        reviews.acknowledge_review(by=hale, review=review)
        reviews.accept_review(by=olive, review=review, rating="watch")
    offered(people, pilot, "fall-2026", "2026-08-20", 4)
    sweep_on("2026-10-01")
    with on("2026-10-01"):
        for who in ("dana", "hale"):
            page = at_desk(getattr(people, who)).get(f"/work/programs/{pilot.program.slug}/notice")
            text = page.content.decode()
            assert "What the pilot showed" in text
            assert "Snow closed the road." in text
            assert ">Watch<" in text
            assert "1 offering runs for 3 learners yet." in text


def test_a_review_that_came_back_shows_figures_of_today_in_the_record(
    people: SimpleNamespace, pilot: Pilot
) -> None:
    sweep_on("2025-04-10")
    review = pilot.reviews.get(year=1)
    dana, hale, olive = (people.by(key) for key in ("dana", "hale", "olive"))
    with on("2025-05-02"):
        said = complete(review)
        review = reviews.save_review(by=dana, review=review, values=said, revision=review.revision)
        reviews.submit_review(by=dana, review=review)
        reviews.acknowledge_review(by=hale, review=review)
    offered(people, pilot, "spring-2025", "2025-05-03", 0)
    with on("2025-05-05"):
        [year, *_] = pilot_record(pilot.program)["years"]
        assert year["figures"]["offerings"] == 0  # as it was handed in
        reviews.return_review(by=olive, review=review, reason="And the cost?")
        [year, *_] = pilot_record(pilot.program)["years"]
        assert year["figures"]["offerings"] == 1


def test_what_the_proposal_expected_stands_beside_what_came(
    people: SimpleNamespace, begin: Callable[..., Pilot], at_desk: Desk
) -> None:
    pilot = begin("fall-2024", price="395.00", delivery_cost="4200.00")
    for year, learners in ((1, 10), (2, 12)):
        day = f"{2024 + year}-04-10"
        sweep_on(day)
        with on(day):
            page = at_desk(people.dana).get(f"/work/programs/{pilot.program.slug}/reviews/{year}")
            text = page.content.decode()
            assert f"<dt>Learners expected</dt><dd>{learners}</dd>" in text
            assert "<dt>Cost expected a year</dt><dd>$4,200.00</dd>" in text
            assert "<dt>Price to the learner</dt><dd>$395.00</dd>" in text


def test_what_a_later_version_expects_does_not_stand_beside_an_earlier_year(
    people: SimpleNamespace, begin: Callable[..., Pilot], at_desk: Desk
) -> None:
    pilot = begin("fall-2024", price="395.00")
    sweep_on("2025-04-10")
    [version] = pilot.program.versions.all()
    version.pk, version.n, version.effective_on = None, 2, date(2025, 8, 20)
    version.content = {**version.content, "price": "950.00", "enrollment_year_1": 99}
    version._state.adding = True
    version.save()
    with on("2025-09-10"):
        page = at_desk(people.dana).get(f"/work/programs/{pilot.program.slug}/reviews/1")
        text = page.content.decode()
        assert "<dt>Learners expected</dt><dd>10</dd>" in text
        assert "<dt>Price to the learner</dt><dd>$395.00</dd>" in text
