"""The way around: what fits one line stands in it, the rest under “More”."""

import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

from django.test import Client

from bitterroot.people.domain.person import assign_role
from bitterroot.people.enums import Role
from web.road_people import SET_UP, _now, as_, proposal, uni  # noqa: F401


def _navigation(client: Client, path: str) -> tuple[list[str], list[str]]:
    """Labels in the line, and labels under “More”."""
    page = client.get(path).content.decode()
    nav = page[page.index('<nav aria-label="Main">') : page.index("</nav>")]
    line, _, more = nav.partition("<details")
    labels = re.compile(r"<a [^>]*>([^<]+)</a>")
    return labels.findall(line), labels.findall(more)


def test_a_stranger_has_no_menu() -> None:
    line, more = _navigation(Client(), "/sign-in")
    assert (line, more) == (["Catalog", "Verify a badge", "Questions"], [])


def test_who_has_many_offices_has_one_line_and_a_menu(
    uni: SimpleNamespace,  # noqa: F811
    as_: Callable[[str], Client],  # noqa: F811
) -> None:
    for role in (Role.ISSUING_OFFICER, Role.INSTRUCTOR):
        assign_role(
            by=SET_UP, person=uni.olive, role=role, unit=uni.unit, starts_on=date(2026, 1, 1)
        )
    line, more = _navigation(as_("olive"), "/office")
    assert line[:4] == ["My work", "Proposals", "Lists", "Office"]
    assert more[-3:] == ["Catalog", "Verify a badge", "Questions"]
    assert sum(len(label) + 3 for label in line) <= 66


def test_a_longer_name_leaves_room_for_fewer(
    uni: SimpleNamespace,  # noqa: F811
    as_: Callable[[str], Client],  # noqa: F811
) -> None:
    for role in (Role.MARKETING, Role.INSTRUCTOR):
        assign_role(
            by=SET_UP, person=uni.dana, role=role, unit=uni.unit, starts_on=date(2026, 1, 1)
        )
    short, _ = _navigation(as_("dana"), "/work")
    uni.dana.display_name = "Dana Fairweather-Kipp"
    uni.dana.save()
    long, more = _navigation(as_("dana"), "/work")
    assert (short[: len(long)], short[len(long)]) == (long, more[0])


def test_the_menu_tells_that_the_page_is_in_it(
    uni: SimpleNamespace,  # noqa: F811
    as_: Callable[[str], Client],  # noqa: F811
) -> None:
    for role in (Role.ISSUING_OFFICER, Role.INSTRUCTOR):
        assign_role(
            by=SET_UP, person=uni.olive, role=role, unit=uni.unit, starts_on=date(2026, 1, 1)
        )
    page = as_("olive").get("/verify").content.decode()
    assert '<summary class="present">More</summary>' in page
    assert '<a href="/verify" aria-current="page">' in page
    assert "<summary>More</summary>" in as_("olive").get("/office").content.decode()
