"""The demo university's programs, made once by the verbs that make the demo."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bitterroot.demo import programs
from bitterroot.demo.people import make_people
from bitterroot.demo.road import publish_pages
from bitterroot.demo.world import START, World
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.enums import Visibility
from bitterroot.issuing.models import Award
from bitterroot.people.actor import person
from bitterroot.record import clock
from issuing.conftest import house, issued, sent  # noqa: F401
from proposals.conftest import proposal, uni  # noqa: F401


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.standing_at(START):
        yield


@pytest.fixture
def world(db: None, tmp_path_factory: pytest.TempPathFactory) -> World:
    """People, pages, three programs from before, and GIS, which waits for its dean."""
    made = World()
    make_people(made)
    publish_pages(made)
    programs.record_earlier(made)
    programs.walk_gis(made)
    return made


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMO = True


@pytest.fixture
def award(issued: Callable[..., object]) -> Award:  # noqa: F811
    """José's award, not claimed yet."""
    issued(["José Núñez"])
    return Award.objects.select_related("learner", "request").get()


@pytest.fixture
def shown(award: Award) -> Award:
    """José claimed it and gives out the link."""
    holder = person(award.learner)
    awards.claim(by=holder, award=award)
    return awards.set_visibility(by=holder, award=award, visibility=Visibility.LINK)
