"""What Dana Kipp, Sam Stokes and Olive Crane say about a proposal, and who reads it."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from bitterroot.governance.domain.comment import write_comment
from bitterroot.governance.enums import Circle
from bitterroot.governance.models import Comment
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail
from bitterroot.people.domain.person import add_address, create_person
from bitterroot.people.enums import AddressKind
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.proposals.domain import proposal as proposals
from bitterroot.proposals.models import Proposal
from bitterroot.record.models import Event
from web.road_people import SET_UP, _now, as_, change, proposal, uni  # noqa: F401

As = Callable[[str], Client]


@pytest.fixture
def sent(uni: SimpleNamespace, proposal: Proposal) -> Proposal:  # noqa: F811
    """Dana's proposal is with Sam for his signature. Everyone has a NetID and an address."""
    for key in ("dana", "sam", "hale", "olive"):
        person = getattr(uni, key)
        person.netid = f"{key}1"
        person.save(update_fields=["netid"])
        add_address(
            by=SET_UP,
            person=person,
            address=f"{key}@umontana.example.edu",
            kind=AddressKind.CAMPUS,
            primary=True,
            verified=True,
        )
    proposals.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    proposal.refresh_from_db()
    return proposal


def say(client: Client, row: Proposal, text: str, **said: Any) -> Any:
    return client.post(f"/work/proposals/{row.pk}/comments", {"act": "write", "text": text, **said})


def reads(client: Client, row: Proposal) -> list[str]:
    page = client.get(f"/work/proposals/{row.pk}").content.decode()
    return re.findall(r"<p>(\w+ \w+ comment)</p>", page)


@pytest.mark.parametrize(
    ("writer", "audience", "readers"),
    [
        ("dana", "authors", "dana"),
        ("dana", "office", "dana olive"),
        ("dana", "signers", "dana sam hale"),
        ("dana", "everyone", "dana sam hale olive"),
        ("sam", "authors", "dana sam hale"),
        ("sam", "office", "sam hale olive"),
        ("olive", "office", "olive"),
        ("olive", "authors", "dana olive"),
        ("olive", "body", "olive"),
    ],
)
def test_a_comment_is_read_by_its_two_circles_alone(
    as_: As,  # noqa: F811
    sent: Proposal,
    writer: str,
    audience: str,
    readers: str,
) -> None:
    assert say(as_(writer), sent, "A plain comment", audience=audience).status_code == 302
    found = [who for who in ("dana", "sam", "hale", "olive") if reads(as_(who), sent)]
    assert found == readers.split()


def test_circles_keep_to_whom_they_may_write(uni: SimpleNamespace, sent: Proposal) -> None:  # noqa: F811
    for who, audience in (("dana", Circle.BODY), ("sam", Circle.SIGNERS)):
        with pytest.raises(Refused, match="cannot write to them"):
            write_comment(by=uni.by(who), case=sent.case, text="Hello", audience=audience)
    with pytest.raises(Refused, match="for those who write, sign or decide"):
        write_comment(by=uni.by("stranger"), case=sent.case, text="Hello", audience=Circle.EVERYONE)


def test_an_answer_goes_to_those_who_read_what_it_answers(
    as_: As,  # noqa: F811
    uni: SimpleNamespace,  # noqa: F811
    sent: Proposal,
) -> None:
    say(as_("olive"), sent, "An office comment", audience="authors")
    first = Comment.objects.get()
    assert say(as_("dana"), sent, "An author comment", reply_to=first.pk).status_code == 302
    answer = Comment.objects.exclude(pk=first.pk).get()
    assert (answer.side, answer.audience, answer.reply_to) == ("authors", "office", first)
    assert reads(as_("sam"), sent) == []
    with pytest.raises(NotPossible, match="not here"):
        write_comment(
            by=uni.by("sam"),
            case=sent.case,
            text="Me too",
            audience=Circle.OFFICE,
            reply_to=first,
        )


def test_a_correction_keeps_the_older_words_and_what_is_taken_back_keeps_its_place(
    as_: As,  # noqa: F811
    sent: Proposal,
) -> None:
    say(as_("dana"), sent, "A frist comment", audience="everyone")
    comment = Comment.objects.get()
    act = f"/work/proposals/{sent.pk}/comments"
    said = {"comment": comment.pk, "text": "A first comment"}
    assert as_("sam").post(act, {"act": "correct", **said}).status_code == 403
    as_("dana").post(act, {"act": "correct", **said})
    page = as_("sam").get(f"/work/proposals/{sent.pk}").content.decode()
    assert "<p>A first comment</p>" in page
    assert "A frist comment" in page.partition("Earlier wording")[2]
    as_("dana").post(act, {"act": "take back", **said})
    page = as_("sam").get(f"/work/proposals/{sent.pk}").content.decode()
    assert "Taken back by its writer." in page
    assert "A first comment" not in page
    assert as_("dana").post(act, {"act": "correct", **said}).status_code == 409
    assert list(
        Event.objects.filter(verb__startswith="comment").values_list("verb", flat=True)
    ) == [
        "comment written",
        "comment corrected",
        "comment taken back",
    ]
    assert "comment" not in "".join(
        e.data for e in Event.objects.filter(verb__startswith="comment")
    )


def test_whoever_is_named_gets_a_mail_unless_they_could_not_read_it(
    as_: As,  # noqa: F811
    sent: Proposal,
) -> None:
    refused = say(as_("dana"), sent, "Ask @sam1, please", audience="office")
    assert refused.status_code == 409
    assert "Sam Stokes would not be able to read this." in refused.content.decode()
    assert "Ask @sam1, please" in refused.content.decode()
    say(as_("dana"), sent, "Could @olive1 look? Mail to dana@olive1.edu.", audience="office")
    while run_once():
        pass
    mails = Mail.objects.filter(template="comment_mentions_you")
    assert [(m.to_address, "Could" in m.body) for m in mails] == [
        ("olive@umontana.example.edu", False)
    ]


def test_a_learner_is_not_found_out_by_their_netid(
    as_: As,  # noqa: F811
    sent: Proposal,
) -> None:
    hollis = create_person(by=SET_UP, display_name="Hollis Grant", netid="hollis7")
    said = "A case like @hollis7 or @nobody9"
    answer = say(as_("dana"), sent, said, audience="office")
    assert answer.status_code == 302
    assert "Hollis Grant" not in as_("dana").get(f"/work/proposals/{sent.pk}").content.decode()
    assert not hollis.mentions.exists()


def test_followers_are_told_when_it_moves(
    as_: As,  # noqa: F811
    uni: SimpleNamespace,  # noqa: F811
    sent: Proposal,
) -> None:
    act = f"/work/proposals/{sent.pk}/comments"
    as_("sam").post(act, {"act": "follow"})
    assert as_("stranger").post(act, {"act": "follow"}).status_code == 404
    say(as_("olive"), sent, "An office comment", audience="office")
    say(as_("olive"), sent, "An open comment", audience="everyone")
    while run_once():
        pass
    told = Mail.objects.filter(template="comment_written").values_list("to_address", flat=True)
    assert list(told) == ["sam@umontana.example.edu"]


def test_markup_in_a_comment_is_shown_as_text(as_: As, sent: Proposal) -> None:  # noqa: F811
    say(as_("dana"), sent, "<script>alert(1)</script>", audience="everyone")
    page = as_("sam").get(f"/work/proposals/{sent.pk}").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
