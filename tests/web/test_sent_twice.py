"""The same page sent twice counts once; a page of its own, or other words, count for themselves."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from bitterroot.governance.models import Comment
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from bitterroot.web.models import Sent

from .road_people import _now, as_, change, proposal, uni  # noqa: F401

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([A-Za-z0-9]{64})"')


@pytest.fixture
def dana(uni: SimpleNamespace, as_: Callable[[str], Client]) -> Client:  # noqa: F811
    """Dana's browser; it is asked for the token of the page, as browsers are."""
    as_("dana")
    client = Client(enforce_csrf_checks=True)
    client.force_login(uni.dana.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, address: str) -> dict[str, str]:
    """The page's token, as each of its forms sends it."""
    return {"csrfmiddlewaretoken": TOKEN.findall(client.get(address).content.decode())[-1]}


def comment(text: str) -> dict[str, str]:
    return {"act": "write", "audience": "everyone", "text": text}


def test_a_draft_that_is_begun_twice_from_one_page_is_one(dana: Client) -> None:
    address = reverse("faculty:new_proposal")
    shown = page(dana, address)
    said = {"title": "Rivers and law", "unit": "geography"}
    first = dana.post(address, {**said, **shown})
    again = dana.post(address, {**said, **shown}, follow=True)
    assert first.status_code == 302
    assert again.redirect_chain == [(first.headers["Location"], 302)]
    assert "it counts once" in again.content.decode()
    assert Proposal.objects.filter(title="Rivers and law").count() == 1


def test_other_words_from_the_same_page_and_the_same_words_from_another_count(
    dana: Client,
    proposal: Proposal,  # noqa: F811
) -> None:
    seen, to = (
        reverse("faculty:proposal", args=[proposal.pk]),
        reverse("faculty:comments", args=[proposal.pk]),
    )
    shown = page(dana, seen)
    for text in ("Good.", "Good.", "Better."):
        assert dana.post(to, {**comment(text), **shown}).status_code == 302
    assert dana.post(to, {**comment("Good."), **page(dana, seen)}).status_code == 302
    texts = Comment.objects.order_by("written_at", "pk").values_list("text", flat=True)
    assert sorted(texts) == ["Better.", "Good.", "Good."]


def test_what_was_refused_can_be_sent_again_as_it_is(
    dana: Client,
    uni: SimpleNamespace,  # noqa: F811
    proposal: Proposal,  # noqa: F811
) -> None:
    seen, to = (
        reverse("faculty:proposal", args=[proposal.pk]),
        reverse("faculty:take_back", args=[proposal.pk]),
    )
    shown = page(dana, seen)
    dana.post(to, shown)
    assert not Sent.objects.exists()
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    dana.post(to, shown)
    proposal.refresh_from_db()
    assert (proposal.state, Sent.objects.count()) == ("draft", 1)


def test_the_same_file_twice_is_one_and_another_of_its_name_is_not(
    dana: Client,
    proposal: Proposal,  # noqa: F811
) -> None:
    seen = reverse("faculty:edit_proposal", args=[proposal.pk, "curriculum"])
    to, shown = reverse("faculty:files", args=[proposal.pk]), page(dana, seen)
    before = proposal.attachments.count()
    for content in (b"%PDF-1.7 one", b"%PDF-1.7 one", b"%PDF-1.7 two"):
        upload = SimpleUploadedFile("plan.pdf", content)
        dana.post(to, {"attach": "syllabus", "file-syllabus": upload, **shown})
    assert Sent.objects.count() == 2
    assert proposal.attachments.count() == before + 2


def test_a_page_is_remembered_for_a_day(dana: Client) -> None:
    address = reverse("faculty:new_proposal")
    said = {"title": "Rivers and law", "unit": "geography", **page(dana, address)}
    dana.post(address, said)
    assert Sent.objects.get().ends_at == clock.now() + timedelta(days=1)
    with clock.standing_at(clock.now() + timedelta(days=1, seconds=1)):
        dana.post(address, {**said, "title": "Lakes and law"})
    assert Sent.objects.count() == 1  # that of the first page went


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite in memory has one connection")
@pytest.mark.django_db(transaction=True)
def test_of_a_page_that_is_sent_twice_at_the_same_moment_one_is_done(
    dana: Client,
) -> None:
    address = reverse("faculty:new_proposal")
    said = {"title": "Rivers and law", "unit": "geography", **page(dana, address)}
    start, answers = threading.Barrier(3), []

    def send() -> None:
        client = Client(enforce_csrf_checks=True)
        client.cookies = dana.cookies
        start.wait()
        answers.append(client.post(address, said).headers.get("Location"))
        connections.close_all()

    now = clock.now()
    with clock.standing_at(now):
        threads = [threading.Thread(target=send) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(set(answers)), Proposal.objects.filter(title="Rivers and law").count()) == (1, 1)
