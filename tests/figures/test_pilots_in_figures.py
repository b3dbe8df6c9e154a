"""Pilots that are late or at risk stand in the figures, each with its page."""

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from bitterroot.figures.overdue import late_items
from bitterroot.figures.period import years
from bitterroot.figures.report import make_report
from bitterroot.figures.scope import Scope, scope_of
from bitterroot.people.domain.person import create_account
from bitterroot.people.models import Unit
from bitterroot.programs.domain import intent as intents
from bitterroot.programs.domain import review as reviews
from bitterroot.programs.models import Pilot
from programs.conftest import CONTINUE, begin, hand_in, on, people, sweep_on  # noqa: F401
from proposals.conftest import SET_UP

ALL = Scope("All units")


@pytest.fixture
def pilot(begin: Callable[..., Pilot]) -> Pilot:  # noqa: F811
    """Dana's pilot began in fall 2024: three reviews, and notice by 18 December 2026."""
    return begin("fall-2024")


def rows(pilot: Pilot, day: str) -> list[tuple[str, str, str, int, str, Any]]:
    with on(day):
        return [
            (x.what, x.who, x.due.isoformat(), x.days, x.url_name, x.url_args)
            for x in late_items(ALL)
        ]


def why(day: str) -> list[str]:
    with on(day):
        return [each.why for each in make_report(ALL, years()[0]).at_risk]


def test_a_review_and_a_notice_are_late_the_day_after(
    pilot: Pilot,
    people: SimpleNamespace,  # noqa: F811
) -> None:
    slug = pilot.program.slug
    sweep_on("2025-05-16")
    assert rows(pilot, "2025-05-16") == []
    sweep_on("2025-05-19")
    first = ("Yearly review of pilot year 1", "Dana Kipp", "2025-05-16", 1, "faculty:review")
    assert rows(pilot, "2025-05-19") == [(*first, (slug, 1))]
    assert why("2025-05-19") == ["1 overdue"]
    with on("2025-05-20"):
        hand_in(people.by("dana"), pilot.reviews.get(year=1))
    assert rows(pilot, "2025-05-20") == []
    sweep_on("2026-05-15")
    with on("2026-05-15"):
        hand_in(people.by("dana"), pilot.reviews.get(year=2))
    sweep_on("2026-12-21")
    notice = ("Notice to continue, last day", "Dana Kipp", "2026-12-18", 1, "faculty:notice")
    assert rows(pilot, "2026-12-21") == [(*notice, (slug,))]
    with on("2026-12-21"):
        by, intent = people.by("dana"), pilot.intents.get()
        intent = intents.save_intent(by=by, intent=intent, values=CONTINUE, revision=0)
        intents.sign_as_lead(by=by, intent=intent)
    [late] = rows(pilot, "2026-12-21")
    assert late[1] == f"Head, {people.unit.name}"


def test_a_pilot_rated_at_risk_is_one_to_look_at_and_a_lapsed_one_too(
    pilot: Pilot,
    people: SimpleNamespace,  # noqa: F811
) -> None:
    sweep_on("2025-05-12")
    with on("2025-05-12"):
        review = hand_in(people.by("dana"), pilot.reviews.get(year=1))
        review = reviews.acknowledge_review(by=people.by("hale"), review=review)
        said = {"rating": "at_risk", "comments": "Two of five outcomes were met."}
        reviews.accept_review(by=people.by("olive"), review=review, **said)
    assert why("2025-05-20") == ["at risk"]
    sweep_on("2027-09-01")
    assert why("2027-09-01") == ["lapsed"]


def test_the_page_and_the_workbook_name_it_and_lead_to_it(
    pilot: Pilot,
    people: SimpleNamespace,  # noqa: F811
    client: Client,
) -> None:
    account = create_account(by=SET_UP, person=people.olive, username="olive", password=None)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    sweep_on("2025-05-19")
    with on("2025-05-19"):
        page = client.get("/figures").content.decode()
        book = client.get("/figures/report.xlsx")
        there = client.get(reverse("faculty:review", args=(pilot.program.slug, 1)))
    assert page.count(pilot.program.title) == 3  # its row, what is late, what to look at
    assert "1 overdue" in page
    assert there.status_code == 200
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(book.content))
    assert sheets.get_sheet_by_name("Pilots to look at").to_python()[1] == [
        pilot.program.title, people.unit.name, "Dana Kipp", "1 overdue",
    ]  # fmt: skip


def test_a_head_of_another_unit_sees_nothing_of_it(
    pilot: Pilot,
    people: SimpleNamespace,  # noqa: F811
) -> None:
    sweep_on("2025-05-19")
    other = Unit.objects.exclude(pk=people.unit.pk).filter(kind="department").first()
    assert other is not None
    with on("2025-05-19"):
        assert len(late_items(scope_of(people.by("hale")))) == 1
        assert late_items(ALL.narrowed(other)) == []
        assert make_report(ALL.narrowed(other), years()[0]).at_risk == []
