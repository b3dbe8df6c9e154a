"""Dana Kipp's proposal waits with its signers; Olive Crane reads where and how long."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client
from python_calamine import CalamineWorkbook

from bitterroot.figures import keeping
from bitterroot.figures import report as reports
from bitterroot.figures.interfaces.pdf import pdf
from bitterroot.figures.interfaces.workbook import workbook
from bitterroot.figures.models import KeptFigures
from bitterroot.figures.overdue import late_items
from bitterroot.figures.period import years
from bitterroot.figures.report import make_report
from bitterroot.figures.scope import Scope, scope_of
from bitterroot.figures.steps import bottlenecks, step_times
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.enums import Visibility
from bitterroot.issuing.models import Award
from bitterroot.learning.models import IssuanceRequest
from bitterroot.people.actor import person
from bitterroot.people.domain.person import create_account, create_person
from bitterroot.people.errors import Refused
from bitterroot.people.models import Unit
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event
from bitterroot.record.models import Event
from proposals.conftest import SET_UP
from proposals.test_road import sign_next

On = Callable[[str], AbstractContextManager[object]]
ALL = Scope("All units")


@pytest.fixture
def slow(uni: SimpleNamespace, proposal: Proposal, on: On) -> Proposal:
    """Sent on 2 October; Sam signs after 3 business days, Hale after 19, Deane never does."""
    with on("2026-10-02"):
        verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    with on("2026-10-07"):
        sign_next(uni, proposal)
    with on("2026-11-03"):
        sign_next(uni, proposal)
    return proposal


def test_the_slowest_signer_is_found_in_business_days(slow: Proposal, on: On) -> None:
    with on("2026-11-18"):
        found = {s.who: s for s in step_times(ALL, years()[0]) if s.step == "Signature"}
    hale, sam = found["head of owner unit"], found["supervisor of lead"]
    # 7 October to 3 November without weekends and Indigenous Peoples' Day.
    assert (sam.median_days, sam.target, sam.late, sam.slow) == (3, 10, 0, False)
    assert (hale.median_days, hale.target, hale.late, hale.slow) == (18, 10, 1, True)
    deane = found["dean of owner unit"]
    assert (deane.done, deane.waiting, deane.oldest) == (0, 1, 10)
    with on("2026-11-19"):
        slowest = bottlenecks(step_times(ALL, years()[0]))
    assert slowest[0].who == "head of owner unit"


def test_what_is_late_says_with_whom_and_since_when(slow: Proposal, on: On) -> None:
    with on("2026-11-18"):
        assert late_items(ALL) == []
    with on("2026-11-20"):
        late = late_items(ALL)
    assert [(x.what, x.who, x.due.isoformat(), x.days) for x in late] == [
        ("Signature", "Deane Larsen (Dean of the college)", "2026-11-18", 2)
    ]
    assert late[0].url_args == (slow.pk,)


def test_heads_read_their_own_units_and_strangers_nothing(
    slow: Proposal, uni: SimpleNamespace, on: On
) -> None:
    other = Unit.objects.exclude(pk=uni.unit.pk).filter(kind="department").first()
    assert other is not None
    with on("2026-11-20"):
        assert len(late_items(scope_of(uni.by("hale")))) == 1
        assert len(late_items(scope_of(uni.by("deane")))) == 1
        assert late_items(ALL.narrowed(other)) == []
        with pytest.raises(Refused, match="Figures are for"):
            scope_of(uni.by("dana"))


def test_badges_are_counted_from_issued_to_shown(
    issued: Callable[..., IssuanceRequest], house: SimpleNamespace
) -> None:
    issued(["José Núñez", "Zoë Whitebear", "Linh Nguyễn"])
    claimed = list(Award.objects.order_by("line__number")[:2])
    for award in claimed:
        awards.claim(by=person(award.learner), award=award)
    first = Award.objects.get(pk=claimed[0].pk)
    awards.set_visibility(by=person(first.learner), award=first, visibility=Visibility.PUBLIC)
    report = make_report(ALL, years()[0])
    assert [report.total.steps, report.total.revoked] == [
        [("Issued", 3), ("Claimed", 2), ("Shown", 1)],
        0,
    ]
    assert [(s.label, s.count) for s in report.stages] == [("Pilot", 1)]
    assert ("UMOnline", "Approved", 1) in report.decisions
    said = [
        (t.label, t.programs, t.established, t.offerings, t.issued, t.claimed)
        for t in report.tracks
    ]
    assert said == [
        ("Micro-credential", 1, 0, 1, 3, 2),
        ("Stand-alone badge", 0, 0, 0, 0, 0),
        ("Non-credit program", 0, 0, 0, 0, 0),
    ]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbook(report))).get_sheet_by_name("Tracks")
    assert sheet.to_python()[1] == ["Micro-credential", 1, 0, 1, 3, 2]
    before = years()[1]
    assert make_report(ALL, before).total.issued == 0


@pytest.fixture
def olive(uni: SimpleNamespace) -> Client:
    client = Client()
    account = create_account(by=SET_UP, person=uni.olive, username="olive", password=None)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_and_the_files_say_the_same(
    slow: Proposal, olive: Client, on: On, django_assert_max_num_queries: Any
) -> None:
    with on("2026-11-20"):
        with django_assert_max_num_queries(32):
            page = olive.get("/figures").content.decode()
        with django_assert_max_num_queries(10):
            assert olive.get("/figures").content.decode().count("<table") == page.count("<table")
        assert "1 program, 0 badges issued" in page
        assert "Deane Larsen (Dean of the college)" in page
        book = olive.get("/figures/report.xlsx")
        paper = olive.get("/figures/report.pdf")
        assert olive.get("/figures/report.exe").status_code == 404
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_name("Late")
    assert rows.to_python()[1][1:3] == ["Signature", "Deane Larsen (Dean of the college)"]
    assert paper.content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in paper.content
    kinds = [e.data for e in Event.objects.filter(verb="report exported").order_by("pk")]
    assert [orjson.loads(data)["kind"] for data in kinds] == ["xlsx", "pdf"]


def test_a_title_that_looks_like_a_formula_stays_text(slow: Proposal, on: On) -> None:
    slow.refresh_from_db()
    slow.program.title = '=HYPERLINK("http://evil.example","x")'
    slow.program.save()
    with on("2026-11-20"):
        data = workbook(make_report(ALL, years()[0]))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Programs")
    assert sheet.to_python()[1][0] == '=HYPERLINK("http://evil.example","x")'


def test_a_report_without_anything_is_still_a_report(uni: SimpleNamespace) -> None:
    assert pdf(make_report(ALL, years()[0])).startswith(b"%PDF-")


def test_una_moss_gets_no_figures(uni: SimpleNamespace) -> None:
    una = create_person(by=SET_UP, display_name="Una Moss")
    account = create_account(by=SET_UP, person=una, username="una", password=None)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/figures").status_code == 403
    assert client.get("/figures/report.pdf").status_code == 403


def test_an_export_is_recorded_in_a_transaction_of_its_own(
    olive: Client, on: On, monkeypatch: pytest.MonkeyPatch
) -> None:
    around_the_test = len(connection.atomic_blocks)
    depths: list[int] = []

    def spy(**said: Any) -> Event:
        depths.append(len(connection.atomic_blocks))
        return record_event(**said)

    monkeypatch.setattr(reports, "record_event", spy)
    with on("2026-11-20"):
        assert olive.get("/figures/report.xlsx").status_code == 200
    assert depths == [around_the_test + 1]


def test_figures_hold_for_a_day_or_until_they_are_counted_again(
    slow: Proposal, olive: Client, uni: SimpleNamespace, on: On
) -> None:
    """Deane signs on 20 November; the page says so once Olive has it counted, and next morning."""
    with on("2026-11-20"):
        assert "1 thing late" in olive.get("/figures").content.decode()
        sign_next(uni, slow)
        assert "1 thing late" in olive.get("/figures").content.decode()
        assert olive.post("/figures?unit=").headers["Location"] == "/figures?unit="
        again = olive.get("/figures").content.decode()
        assert ("late</a>" in again, "Nothing is late." in again) == (False, True)
        assert keeping.run_due() == 0
    with on("2026-11-21"):
        assert (keeping.run_due(), keeping.run_due()) == (1, 0)
        row = KeptFigures.objects.get()
        assert clock.day_of(row.made_at) == clock.today()
        assert bytes(row.pdf).startswith(b"%PDF-")


def test_a_long_table_is_cut_on_the_page_and_whole_in_the_workbook(
    slow: Proposal, olive: Client, uni: SimpleNamespace, on: On, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST", 0)
    with on("2026-11-20"):
        page = olive.get("/figures").content.decode()
        book = olive.get("/figures/report.xlsx").content
    assert "1 program, 0 badges" in page
    assert "1 thing late" in page
    assert "The first 0 of 1 things, oldest first; the workbook has all." in page
    assert slow.title not in page
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("Programs")
    assert sheet.to_python()[1][0] == slow.title


def test_who_may_not_read_figures_has_none_counted(uni: SimpleNamespace) -> None:
    with pytest.raises(Refused):
        keeping.count_again(by=uni.by("dana"), scope=ALL, period=years()[0])
    assert not KeptFigures.objects.exists()
