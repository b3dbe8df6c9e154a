"""What all tests share: the home folder of their process goes away with it."""

import shutil
import sys
from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings

import schema
from bitterroot.conf.home import home

# How long a machine needs says nothing about what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """The tables of the test database on SQLite come ready-made."""
    if connection.vendor != "sqlite":
        yield
        return
    with schema.copied():
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests begin first: nobody waits for one that began last."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the files, keys and heads that the tests of this process wrote."""
    shutil.rmtree(home(), ignore_errors=True)


@pytest.fixture(autouse=True)
def _the_catalog_is_read_anew() -> None:
    """Kept worlds are written, and a test's rows taken back, without a word in the record."""
    if finding := sys.modules.get("bitterroot.web.public.finding"):
        finding.forget()


@pytest.fixture(autouse=True)
def _signed_tails_go_with_their_rows(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test really commits, or runs as if it had, leaves signed tails; they go with its rows."""
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = marker and marker.kwargs.get("transaction")
    if commits or "django_capture_on_commit_callbacks" in request.fixturenames:
        from bitterroot.record.domain.heads import tails_file

        tails_file().unlink(missing_ok=True)
