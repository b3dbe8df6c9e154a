"""Rita works through her queue; nobody else sees it; Ruth is the second person."""

from collections.abc import Callable
from types import SimpleNamespace

import orjson
import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bitterroot.issuing.domain import queue as verbs
from bitterroot.issuing.enums import AwardState, NotationState
from bitterroot.issuing.models import Award, Revocation, TranscriptNotation
from bitterroot.learning.enums import RequestState
from bitterroot.learning.models import IssuanceRequest
from bitterroot.people.domain.person import assign_role
from bitterroot.people.enums import Role
from bitterroot.programs.models import BadgeTemplate
from bitterroot.record.models import Event
from proposals.conftest import SET_UP, SINCE

SignedIn = Callable[[str], Client]
Sent = Callable[..., IssuanceRequest]
NAMES = ["José Núñez", "Zoë Whitebear", "Linh Nguyễn"]


def fresh(request: IssuanceRequest) -> IssuanceRequest:
    return IssuanceRequest.objects.get(pk=request.pk)


def test_rita_checks_records_and_issues_and_reads_the_receipt(
    signed_in: SignedIn, sent: Sent
) -> None:
    request, rita = sent(NAMES), signed_in("rita")
    here = f"/queue/requests/{request.pk}"
    assert here in rita.get("/queue").content.decode()
    page = rita.get(here).content.decode()
    assert "Every row is checked" in page
    assert "GPHY 284 A" in page
    assert '<span class="soft">18 Nov 2026</span>' in page  # the day on which each achieved it
    assert "Yes, issue" not in page
    assert rita.post(here + "/check").status_code == 302
    page = rita.get(here).content.decode()
    assert "Record 3 transcript notations" in page
    assert "Yes, issue" not in page
    rita.post(here + "/notations", {"sis_reference": "BAN-7", "line": ["1", "2"]})
    assert TranscriptNotation.objects.filter(sis_reference="BAN-7").count() == 2
    rita.post(here + "/notations", {"sis_reference": "BAN-8", "all": "1"})
    assert TranscriptNotation.objects.filter(state=NotationState.RECORDED).count() == 3
    page = rita.get(here).content.decode()
    assert "only revoked by two persons" in page
    assert "Yes, issue them" in page
    rita.post(here + "/issue")
    page = rita.get(here).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert f'<a href="{here}">Look again</a>' in page  # for browsers without scripts
    assert "HX-Refresh" not in rita.get(here + "/progress").headers
    assert verbs.run_waiting() == 3
    assert rita.get(here + "/progress").headers["HX-Refresh"] == "true"
    receipt = rita.get(here + "/receipt").content.decode()
    assert [name in receipt for name in NAMES] == [True] * 3
    assert Award.objects.first().public_id in receipt  # type: ignore[union-attr]


@pytest.mark.parametrize("key", ["dana", "ivo", "olive", "sam", "stranger"])
def test_for_others_the_registrars_queue_does_not_exist(
    key: str, house: SimpleNamespace, signed_in: SignedIn, issued: Sent
) -> None:
    request, client = issued(NAMES[:1]), signed_in(key)
    award = Award.objects.get()
    here = f"/queue/requests/{request.pk}"
    for address in (here, here + "/receipt", here + "/receipt.csv", here + "/progress"):
        assert client.get(address).status_code == 404
    for act in ("/check", "/notations", "/return", "/issue", "/rows/1/refuse"):
        assert client.post(here + act, {"reason": "x"}).status_code == 404
    assert client.get(f"/queue/awards/{award.public_id}").status_code == 404
    assert client.post(f"/queue/awards/{award.public_id}/revoke").status_code == 404
    assert client.get("/queue").status_code == (200 if key == "ivo" else 404)
    if key == "ivo":
        assert str(request.pk) not in client.get("/queue?show=issued").content.decode()
        assert award.public_id not in client.get("/queue/awards").content.decode()


@pytest.mark.parametrize("few", [2_000, 1])
def test_badges_are_found_by_a_part_of_the_name_newest_first(
    issued: Callable[..., IssuanceRequest],
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
) -> None:
    monkeypatch.setattr("bitterroot.issuing.queries.FEW", few)
    issued(["Ada Crow", "Zoë Whitebear", "Adam Stone"])
    rita = signed_in("rita")

    def found(words: str) -> list[str]:
        page = rita.get("/queue/awards", {"q": words}).context["page"]
        assert page.paginator.count == len(page.object_list)
        return [award.display_name for award in page.object_list]

    newest = [a.display_name for a in Award.objects.order_by("-valid_from", "-pk")]
    assert found("ada") == [name for name in newest if name.startswith("Ada")]
    assert found("Whitebear") == ["Zoë Whitebear"]
    assert found(Award.objects.get(display_name="Ada Crow").public_id) == ["Ada Crow"]
    assert found("Nobody") == []
    assert found(BadgeTemplate.objects.get().name[:5].upper()) == newest
    assert found("  ") == newest


def test_a_stranger_is_asked_to_sign_in(sent: Sent) -> None:
    answer = Client().get(f"/queue/requests/{sent(NAMES).pk}")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")


def test_whoever_asked_reads_that_someone_else_must_issue(
    house: SimpleNamespace, signed_in: SignedIn, sent: Sent
) -> None:
    request = sent(NAMES)
    assign_role(by=SET_UP, person=house.dana, role=Role.REGISTRAR, starts_on=SINCE)
    dana, here = signed_in("dana"), f"/queue/requests/{request.pk}"
    page = dana.get(here).content.decode()
    assert "Whoever asks for badges does not issue them: someone else must." in page
    assert "Every row is checked" not in page
    dana.post(here + "/check")
    assert fresh(request).checked_at is None


def test_what_was_typed_is_kept_when_something_is_missing(signed_in: SignedIn, sent: Sent) -> None:
    request, rita = sent(NAMES), signed_in("rita")
    here = f"/queue/requests/{request.pk}"
    answer = rita.post(here + "/return", {"reason": "  "})
    assert answer.status_code == 422
    assert "Write the reason." in answer.content.decode()
    rita.post(here + "/check")
    answer = rita.post(here + "/notations", {"sis_reference": "", "line": ["2"]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Give the reference under which they were entered." in page
    assert 'value="2" aria-label="Row 2 is recorded" checked' in page
    answer = rita.post(here + "/notations", {"sis_reference": "BAN-9"})
    assert 'value="BAN-9"' in answer.content.decode()
    assert "Choose the rows that you recorded." in answer.content.decode()
    assert rita.post(here + "/rows/1/refuse", {"reason": ""}).status_code == 422
    assert TranscriptNotation.objects.filter(state=NotationState.RECORDED).count() == 0


def test_a_row_is_refused_and_a_request_returned_with_the_reason(
    signed_in: SignedIn, sent: Sent
) -> None:
    request, rita = sent(NAMES), signed_in("rita")
    here = f"/queue/requests/{request.pk}"
    rita.post(here + "/rows/2/refuse", {"reason": "Not enrolled."})
    assert fresh(request).total == 2
    assert "Not enrolled." in rita.get(here).content.decode()
    rita.post(here + "/return", {"reason": "Row 3 has another student's number."})
    assert fresh(request).state == RequestState.RETURNED
    page = rita.get(here).content.decode()
    assert "Row 3 has another student&#x27;s number." in page


def test_a_spreadsheet_computes_nothing_of_the_receipt(signed_in: SignedIn, issued: Sent) -> None:
    request = issued(NAMES)
    line = request.lines.get(number=1)
    line.refusal = '=HYPERLINK("http://evil.example")'
    line.save()
    answer = signed_in("rita").get(f"/queue/requests/{request.pk}/receipt.csv")
    text = answer.getvalue().decode("utf-8-sig")
    assert text.splitlines()[0] == "Row,Learner,Outcome,Reason,Transcript,Reference,Badge"
    assert "\"'=HYPERLINK" in text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.streaming  # row by row
    name = f"receipt-{str(request.pk)[:8]}.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert [row.split(",")[:3] for row in text.splitlines()[1:]] == [
        [str(n), name, "Issued"] for n, name in enumerate(NAMES, start=1)
    ]
    exported = Event.objects.get(verb="personal data exported")
    assert orjson.loads(exported.data)["rows"] == 3


def test_two_persons_revoke_and_a_third_act_undoes_it(
    house: SimpleNamespace, signed_in: SignedIn, issued: Sent
) -> None:
    issued(NAMES)
    award = Award.objects.order_by("line__number")[0]
    rita, ruth = signed_in("rita"), signed_in("ruth")
    here = f"/queue/awards/{award.public_id}"
    bad = rita.post(here + "/revoke", {"reason_code": "", "reason": "Same name."})
    assert bad.status_code == 422
    assert "Same name.</textarea>" in bad.content.decode()
    rita.post(here + "/revoke", {"reason_code": "wrong_person", "reason": "Same name."})
    asked = Revocation.objects.get()
    there = f"/queue/revocations/{asked.pk}"
    assert there in ruth.get("/queue").content.decode()
    assert "A second person must approve" in rita.get(there).content.decode()
    assert rita.post(there + "/decide", {"decision": "approve"}).status_code == 403
    assert ruth.post(there + "/decide", {"decision": "perhaps"}).status_code == 422
    assert ruth.post(there + "/decide", {"decision": "approve"}).status_code == 302
    award.refresh_from_db()
    assert award.state == AwardState.REVOKED
    refused = ruth.post(here + "/reinstate", {"reason": "It was right."})
    assert refused.status_code == 409
    assert "It was right.</textarea>" in refused.content.decode()
    assert rita.post(here + "/reinstate", {"reason": "It was right."}).status_code == 302
    award.refresh_from_db()
    assert award.state == AwardState.UNCLAIMED


def test_badges_are_found_by_name(signed_in: SignedIn, issued: Sent) -> None:
    issued(NAMES)
    page = signed_in("rita").get("/queue/awards", {"q": "núñez"}).content.decode()
    assert "José Núñez" in page
    assert "Zoë Whitebear" not in page


def test_a_page_takes_as_many_queries_for_forty_rows_as_for_three(
    signed_in: SignedIn, sent: Sent
) -> None:
    rita, counts = signed_in("rita"), []
    for names in (NAMES, [f"Learner{n} Of{n}" for n in range(40)]):
        request = sent(names)
        with CaptureQueriesContext(connection) as taken:
            assert rita.get(f"/queue/requests/{request.pk}").status_code == 200
        counts.append(len(taken))
        with CaptureQueriesContext(connection) as taken:
            assert rita.get("/queue").status_code == 200
        counts.append(len(taken))
    assert counts[0] == counts[2] <= 14
    assert counts[1] == counts[3] <= 11


def test_who_issues_without_credit_reads_hours_result_and_day(sent: Sent) -> None:
    line = sent(NAMES).lines.order_by("number").first()
    assert line is not None
    line.kind = "noncredit"
    line.cells = {"hours": "3", "result": "Pass", "completed_on": "2026-11-18"}
    row = render_to_string("registrar/_line.html", {"line": line})
    assert (
        '<td data-label="Achieved">3 hours, Pass<br><span class="soft">18 Nov 2026</span></td>'
        in row
    )
