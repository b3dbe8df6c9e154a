"""The demo university's programs, made once by the verbs that make the demo."""

from collections.abc import Iterator
from typing import Any

import pytest

from bitterroot.demo import programs
from bitterroot.demo.people import make_people
from bitterroot.demo.road import publish_pages
from bitterroot.demo.world import START, World
from bitterroot.record import clock


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
