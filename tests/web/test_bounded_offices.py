"""Offices' lists ask the database as often for many pilots, pages, matters or mails as for few."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.governance.domain.meeting import plan_meeting
from bitterroot.governance.models import Meeting
from bitterroot.issuing.models import Award
from bitterroot.learning.models import IssuanceRequest, StudentRecord
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail
from bitterroot.programs.models import Pilot
from bitterroot.proposals.domain.pages import current_page, publish_page
from bitterroot.proposals.models import Page
from bitterroot.record import clock
from governance.bodies_kit import BODY, make_body, matter
from programs.conftest import begin, on, people  # noqa: F401
from web.pilot.conftest import at_desk  # noqa: F401
from web.registrar.conftest import _now, house, issued, proposal, sent, signed_in, uni  # noqa: F401
from web.test_bounded_pages import NAMES, SignedIn, asked


@pytest.fixture
def subcommittee(db: None) -> SimpleNamespace:
    return make_body()


def test_pilots_and_figures(
    people: SimpleNamespace,  # noqa: F811
    begin: Callable[..., Pilot],  # noqa: F811
    at_desk: Callable[..., Client],  # noqa: F811
) -> None:
    olive, addresses = at_desk(people.olive), ("/office/pilots", "/office/programs", "/figures")
    begin("fall-2024", title="Maps for Towns")
    few = [asked(olive, each) for each in addresses]
    for n, term in enumerate(("fall-2024", "spring-2025", "fall-2025", "spring-2026")):
        begin(term, title=f"Maps for Town {n}")
    page = olive.get("/office/pilots").content.decode()
    assert page.count("Maps for Town") >= 5
    assert [asked(olive, each) for each in addresses] == few
    assert max(few) <= 24


def test_pages_and_their_versions(
    people: SimpleNamespace,  # noqa: F811
    at_desk: Callable[..., Client],  # noqa: F811
) -> None:
    olive = at_desk(people.olive)
    keys = list(Page.objects.values_list("key", flat=True).distinct())
    few = asked(olive, "/office/pages")
    for n in range(5):
        for key in keys:
            page = current_page(key)
            assert page is not None
            publish_page(
                by=people.by("olive"),
                key=key,
                title=page.title,
                markdown=f"{page.markdown}\n\nWord {n}.",
                based_on=page.n,
            )
    assert Page.objects.count() >= 5 * len(keys) > 0
    assert asked(olive, "/office/pages") == few <= 8


def test_the_list_of_bodies(
    subcommittee: SimpleNamespace,
    at_desk: Callable[..., Client],  # noqa: F811
) -> None:
    addresses = ["/bodies", f"/bodies/{BODY}"]
    readers = [at_desk(subcommittee.ada), at_desk(subcommittee.sven)]

    def counts() -> list[int]:
        return [asked(reader, each) for reader in readers for each in addresses]

    def add(n: int) -> None:
        matter(subcommittee, f"Matter {n}")
        plan_meeting(
            by=subcommittee.by("sven"),
            body=BODY,
            starts_at=datetime(2026, 12, 2, 15 + n, 0, tzinfo=UTC),
            place="Main Hall 202",
        )

    add(0)
    few = counts()
    for n in range(1, 7):
        add(n)
    assert Meeting.objects.count() == 7
    assert counts() == few
    assert max(few) <= 24


def test_the_outgoing_mail_and_what_one_wants_of_it(
    signed_in: SignedIn,  # noqa: F811
    issued: Callable[..., IssuanceRequest],  # noqa: F811
) -> None:
    olive, addresses = signed_in("olive"), ("/office/mail", "/my/mails")

    def counts() -> list[int]:
        while run_once():
            pass
        return [asked(olive, each) for each in addresses]

    issued(NAMES[:1])
    few, before = counts(), Mail.objects.count()
    Award.objects.update(state="declined")  # so that the same learner may come again
    issued(NAMES)
    assert counts() == few
    assert Mail.objects.count() >= before + len(NAMES) > len(NAMES)
    assert max(few) <= 12


def test_the_extract_of_students(signed_in: SignedIn) -> None:  # noqa: F811
    rita = signed_in("rita")
    few = asked(rita, "/queue/students")
    StudentRecord.objects.bulk_create(
        StudentRecord(student_id=f"79{n:07}", family_name="Crow", imported_at=clock.now())
        for n in range(40)
    )
    assert "40 students are known." in rita.get("/queue/students").content.decode()
    assert asked(rita, "/queue/students") == few <= 8
