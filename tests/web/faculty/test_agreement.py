"""The agreement at its screen: written by the lead, executed by the office, closed to strangers."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bitterroot.proposals.enums import MouState
from bitterroot.proposals.models import Mou, Proposal
from proposals.conftest import _now, change, proposal, uni  # noqa: F401
from web.road_people import as_  # noqa: F401

ANSWERS = {
    "title": "Agreement on maps", "type": "interdisciplinary", "purpose": "Teach together.",
    "financial_model": "Half each.", "data_sharing": "None leaves the university.", "starts": "2027-01-01",
    "ends": "2029-12-31", "termination_notice_days": "90", "teach_out": "Both finish what began.",
    "parties-rows": "2", "parties-0-legal_name": "Geography", "parties-0-officer": "Hale Yellowtail",
    "parties-0-email": "hale@umontana.example.edu", "parties-1-legal_name": "Forestry",
    "parties-1-officer": "Fay Kipp", "parties-1-email": "fay@umontana.example.edu", "responsibilities-rows": "1",
    "responsibilities-0-party": "Geography", "responsibilities-0-area": "delivery", "responsibilities-0-duty": "Teaches.",
    "signatories-rows": "2", "signatories-0-party": "Geography", "signatories-0-name": "Hale Yellowtail",
    "signatories-1-party": "Forestry", "signatories-1-name": "Fay Kipp",
}  # fmt: skip
ASKED = [
    "title", "type", "parties", "purpose", "responsibilities", "financial_model", "data_sharing", "starts", "ends",
    "termination_notice_days", "teach_out", "signatories",
]  # fmt: skip


def test_the_lead_writes_and_the_office_records_the_executed_agreement(
    proposal: Proposal,  # noqa: F811
    as_: Callable[[str], Client],  # noqa: F811
    uni: SimpleNamespace,  # noqa: F811
) -> None:
    address = f"/work/proposals/{proposal.pk}/agreement"
    dana = as_("dana")
    assert dana.get(address).status_code == 200
    short = dana.post(address, {**ANSWERS, "purpose": "", "asked": ASKED, "act": "send"})
    assert short.status_code == 409
    assert "Half each." in short.content.decode()
    sent = dana.post(address, {**ANSWERS, "asked": ASKED, "act": "send"})
    assert sent.status_code == 302, sent.context["problems"]
    assert Mou.objects.get().state == MouState.OUT_FOR_SIGNATURE
    file = SimpleUploadedFile("mou.pdf", b"%PDF-1.7 signed")
    refused = dana.post(address, {"act": "execute", "file": file, "executed_on": "2026-11-17"})
    assert refused.status_code == 403
    assert Mou.objects.get().state == MouState.OUT_FOR_SIGNATURE
    file = SimpleUploadedFile("mou.pdf", b"%PDF-1.7 signed")
    done = as_("olive").post(address, {"act": "execute", "file": file, "executed_on": "2026-11-17"})
    assert done.status_code == 302
    executed = Mou.objects.get()
    assert (executed.state, executed.expires_on) == (MouState.EXECUTED, date(2029, 12, 31))
    assert dana.get(f"{address}/file").content == b"%PDF-1.7 signed"
    assert '<th scope="col">' in dana.get(address).content.decode()  # rows are no jumble
    assert as_("stranger").get(address).status_code == 404


def test_it_is_in_force_since_its_first_day_and_over_since_its_last(
    proposal: Proposal,  # noqa: F811
    as_: Callable[[str], Client],  # noqa: F811
) -> None:
    mou = Mou.objects.create(
        proposal=proposal,
        state=MouState.EXECUTED,
        executed_on=date(2026, 3, 11),
        expires_on=date(2026, 10, 31),
        values={"title": "Maps", "starts": "2026-07-01"},
    )

    def shown(state: MouState) -> str:
        Mou.objects.filter(pk=mou.pk).update(state=state)
        page = as_("olive").get(f"/work/proposals/{proposal.pk}/agreement").content.decode()
        return re.sub(r"<[^>]+>", "", page[page.index("</h1>") :][:600])

    assert "since 11 Mar 2026" in shown(MouState.EXECUTED)
    assert "since 1 Jul 2026" in shown(MouState.ACTIVE)
    assert "since 31 Oct 2026" in shown(MouState.EXPIRED)


def test_two_who_write_at_once_lose_nothing_unseen(
    proposal: Proposal,  # noqa: F811
    as_: Callable[[str], Client],  # noqa: F811
) -> None:
    """Both windows were opened before anything was written."""
    address, dana = f"/work/proposals/{proposal.pk}/agreement", as_("dana")
    first = {**ANSWERS, "asked": ASKED, "act": "save", "was": ""}
    assert dana.post(address, first).status_code == 302
    late = dana.post(address, {**first, "purpose": "Otherwise."})
    assert (late.status_code, "Otherwise." in late.content.decode()) == (409, True)
    assert "Somebody saved this agreement after you opened it" in late.content.decode()
    assert Mou.objects.get().values["purpose"] == "Teach together."
    seen = {"was": late.context["was"]}
    assert dana.post(address, {**first, **seen, "purpose": "Otherwise."}).status_code == 302
    assert Mou.objects.get().values["purpose"] == "Otherwise."


def test_the_list_is_had_as_a_file_of_what_one_may_see(
    proposal: Proposal,  # noqa: F811
    as_: Callable[[str], Client],  # noqa: F811
) -> None:
    address, dana = f"/work/proposals/{proposal.pk}/agreement", as_("dana")
    dana.post(address, {**ANSWERS, "title": '=Maps, "ours"', "asked": ASKED, "act": "send"})
    file = SimpleUploadedFile("mou.pdf", b"%PDF-1.7 signed")
    as_("olive").post(address, {"act": "execute", "file": file, "executed_on": "2026-11-17"})

    def table(key: str, ask: str = "") -> list[list[str]]:
        answer = as_(key).get(f"/work/agreements?as=csv{ask}")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"] == 'attachment; filename="agreements.csv"'
        text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        return list(csv.reader(io.StringIO(text)))

    heading = ["Agreement", "Programs", "Parties", "State", "Executed on", "Last day"]
    [first, row] = table("olive")
    assert first == heading
    # What a spreadsheet would read as a formula is made a text.
    assert row[0].lstrip("'") == '=Maps, "ours"'
    assert not row[0].startswith("=")
    assert row[1:] == [
        "GIS for Community Planning", "Geography; Forestry", "Executed", "2026-11-17", "2029-12-31",
    ]  # fmt: skip
    assert table("dana")[1:] == [row]
    assert table("stranger") == [heading]
    assert table("olive", "&q=no+such")[1:] == []
    assert table("olive", "&show=look")[1:] == []
