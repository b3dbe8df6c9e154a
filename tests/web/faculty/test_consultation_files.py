"""Dana sends files with her request for a consultation; who may see it may read them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bitterroot.people.domain.person import assign_role
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.proposals.domain import consultation as talks
from bitterroot.proposals.domain import consultation_files as verbs
from bitterroot.proposals.models import Consultation, ConsultationFile
from bitterroot.record import clock
from bitterroot.record.models import Event
from proposals.conftest import SET_UP, SINCE

As = Callable[[str], Client]
PLAN = b"%PDF-1.7 market analysis"
NEW = "/work/consultations/new"


def _values() -> dict[str, Any]:
    return {
        "requester_name": "Dana Kipp", "mode": "video", "idea_title": "Maps",
        "idea": "Maps for towns.", "product": "badge", "topics": ["marketing"],
    }  # fmt: skip


def _sent(uni: SimpleNamespace, *files: SimpleUploadedFile) -> dict[str, Any]:
    times = {f"preferred_times-{n}-day": "2026-12-01" for n in range(3)}
    times |= {f"preferred_times-{n}-time": f"{n + 9}:00" for n in range(3)}
    keys = [*_values(), "unit", "preferred_times"]
    sent = {**_values(), **times, "unit": uni.unit.key, "preferred_times-rows": 3, "asked": keys}
    return {**sent, "attachments": list(files)} if files else sent


@pytest.fixture
def talk(uni: SimpleNamespace) -> Consultation:
    times = [{"day": "2026-12-01", "time": f"{n}:00"} for n in (9, 10, 11)]
    values = {**_values(), "preferred_times": times}
    return talks.request_consultation(by=uni.by("dana"), unit=uni.unit, values=values)


def test_files_come_with_the_request_and_are_read_by_those_who_see_it(
    as_: As, uni: SimpleNamespace
) -> None:
    plan = SimpleUploadedFile("plan.pdf", PLAN)
    notes = SimpleUploadedFile("notes.txt", b"Towns ask for maps.")
    assert as_("dana").post(NEW, _sent(uni, plan, notes)).status_code == 302
    talk = Consultation.objects.get()
    file = talk.files.get(name="plan.pdf")
    address = reverse("faculty:consultation_file", args=[talk.pk, file.pk])
    assign_role(by=SET_UP, person=uni.sam, role=Role.AUDITOR, starts_on=SINCE)
    for who in ("dana", "olive", "sam"):
        answer = as_(who).get(address)
        assert (answer.status_code, answer.content) == (200, PLAN)
        assert answer["Content-Disposition"] == 'attachment; filename="plan.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert as_("stranger").get(address).status_code == 404
    assert Client().get(address).status_code == 302
    office = as_("olive").get(reverse("office:consultation", args=[talk.pk])).content.decode()
    assert f'<a href="{address}">plan.pdf</a>' in office
    other = talks.request_consultation(
        by=uni.by("dana"), unit=uni.unit, values={**talk.values, "idea_title": "Other"}
    )
    wrong = reverse("faculty:consultation_file", args=[other.pk, file.pk])
    assert as_("dana").get(wrong).status_code == 404


def test_a_file_that_is_not_what_it_says_stops_the_whole_request(
    as_: As, uni: SimpleNamespace
) -> None:
    page = SimpleUploadedFile("plan.pdf", b"<html><script>alert(1)</script></html>")
    answer = as_("dana").post(NEW, _sent(uni, SimpleUploadedFile("a.pdf", PLAN), page))
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "This type of file is not accepted here" in said
    assert 'href="#id_attachments"' in said
    assert "Maps for towns." in said
    assert not Consultation.objects.exists()
    assert not Event.objects.filter(verb="consultation requested").exists()


def test_dana_attaches_and_takes_out_until_it_is_held(
    as_: As, uni: SimpleNamespace, talk: Consultation
) -> None:
    dana, address = as_("dana"), reverse("faculty:consultation_files", args=[talk.pk])
    dana.post(address, {"attachments": SimpleUploadedFile("plan.pdf", PLAN)})
    dana.post(address, {"attachments": SimpleUploadedFile("again.pdf", PLAN)})
    file = ConsultationFile.objects.get()  # the same bytes count once
    with pytest.raises(Refused):
        verbs.attach_files(by=uni.by("olive"), consultation=talk, files=[("x.pdf", PLAN)])
    with pytest.raises(Refused):
        verbs.remove_file(by=uni.by("stranger"), file=file)
    dana.post(address, {"remove": str(file.pk)})
    gone = reverse("faculty:consultation_file", args=[talk.pk, file.pk])
    assert dana.get(gone).status_code == 404
    events = Event.objects.filter(verb__startswith="consultation file").order_by("pk")
    assert [e.verb for e in events] == [
        "consultation file attached",
        "consultation file removed",
    ]
    at: datetime = clock.now() + timedelta(days=1)
    olive = uni.by("olive")
    talks.schedule(by=olive, consultation=talk, at=at, place="Hall 1", consultant=uni.olive)
    with clock.standing_at(at):
        talks.hold(by=olive, consultation=talk, notes="Good.", outcome="go")
    with pytest.raises(Refused, match="already"):
        verbs.attach_files(by=uni.by("dana"), consultation=talk, files=[("x.pdf", PLAN)])


def test_the_policy_says_how_many(uni: SimpleNamespace, talk: Consultation) -> None:
    most = verbs.most_files()
    many = [(f"{n}.pdf", PLAN + bytes([65 + n])) for n in range(most + 1)]
    with pytest.raises(NotPossible, match=f"At most {most}"):
        verbs.attach_files(by=uni.by("dana"), consultation=talk, files=many)
    assert not ConsultationFile.objects.exists()
    assert len(verbs.attach_files(by=uni.by("dana"), consultation=talk, files=many[:most])) == most
