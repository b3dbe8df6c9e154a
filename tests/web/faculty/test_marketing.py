"""Dana Kipp asks for marketing before her pilot is approved; Mark Bird carries it out afterwards."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail
from bitterroot.people.actor import person as acting
from bitterroot.people.domain.person import add_address, assign_role, create_person
from bitterroot.people.enums import AddressKind, Role
from bitterroot.programs.domain import marketing as verbs
from bitterroot.programs.models import MarketingRequest, Program
from bitterroot.proposals.domain import proposal as proposals
from bitterroot.proposals.models import Proposal
from bitterroot.record.errors import NotPossible
from proposals.test_road import sign_next
from web.road_people import SET_UP, _now, as_, change, proposal, uni  # noqa: F401

As = Callable[[str], Client]
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
ANSWERS: dict[str, Any] = {
    "goal": "Fifteen enrolled by 10 January.",
    "audiences": ["professionals", "employers"],
    "services": ["web listing", "e-mail"],
    "go_live": "2027-01-04",
    "contact_name": "Dana Kipp",
    "contact_email": "dana.kipp@umontana.example.edu",
    "partner_logos": "none",
    "accessible": "on",
}
ASKED = [*ANSWERS, "key_messages", "budget", "fund", "tracking_code"]


@pytest.fixture
def signing(uni: SimpleNamespace, proposal: Proposal) -> Proposal:  # noqa: F811
    """Dana's proposal is out for signatures. Mark Bird is the marketing officer, Una Moss nobody."""
    for key, name in (("mark", "Mark Bird"), ("una", "Una Moss")):
        setattr(uni, key, create_person(by=SET_UP, display_name=name))
    assign_role(by=SET_UP, person=uni.mark, role=Role.MARKETING)
    for key in ("mark", "dana"):
        address = f"{key}@umontana.example.edu"
        add_address(
            by=SET_UP,
            person=getattr(uni, key),
            address=address,
            kind=AddressKind.CAMPUS,
            primary=True,
            verified=True,
        )
    proposals.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    proposal.refresh_from_db()
    return proposal


def approve(uni: SimpleNamespace, row: Proposal) -> None:  # noqa: F811
    for _ in range(3):
        sign_next(uni, row)
    proposals.accept_complete(by=uni.by("olive"), proposal=row)
    proposals.decide(by=uni.by("olive"), proposal=row, outcome="approve")


def begin(as_: As, program: Program) -> MarketingRequest:  # noqa: F811
    as_("dana").post(f"/work/marketing/new/{program.slug}")
    return MarketingRequest.objects.get()


def send(as_: As, row: MarketingRequest, act: str = "submit", **said: Any) -> Any:  # noqa: F811
    return as_("dana").post(
        f"/work/marketing/{row.pk}", {"act": act, "asked": ASKED, **ANSWERS, **said}
    )


def state(row: MarketingRequest) -> str:
    row.refresh_from_db()
    return row.state


def test_what_is_asked_before_the_approval_goes_on_with_it_and_is_carried_out(
    as_: As,  # noqa: F811
    uni: SimpleNamespace,  # noqa: F811
    signing: Proposal,
) -> None:
    row = begin(as_, signing.program)
    assert send(as_, row).status_code == 302
    assert state(row) == "blocked_by_gate"
    page = as_("dana").get(f"/work/marketing/{row.pk}").content.decode()
    assert "Waits for the signature of Sam Stokes" in page
    assert as_("mark").get("/work/marketing").content.decode().count("Community Planning") == 0

    approve(uni, signing)
    assert state(row) == "submitted"
    assert row.gate == signing.case.decisions.get()
    assert "A marketing request is to be taken up" in as_("mark").get("/work").content.decode()

    mark = as_("mark")
    for act, said, then in (
        ("accept", {}, "accepted"),
        ("start", {}, "in_production"),
        ("live", {"links": "https://news.example.edu/gis\n"}, "live"),
        ("retire", {}, "retired"),
    ):
        assert mark.post(f"/work/marketing/{row.pk}", {"act": act, **said}).status_code == 302
        assert state(row) == then
    assert (row.officer, row.links) == (uni.mark, ["https://news.example.edu/gis"])
    while run_once():
        pass
    told = Mail.objects.filter(subject__contains="arketing").values_list("subject", flat=True)
    assert [subject.partition(":")[0] for subject in told.order_by("pk")] == [
        "Marketing request",
        "Accepted",
        "Live",
        "Taken down",
    ]


def test_an_incomplete_request_says_what_is_missing_and_keeps_what_was_typed(
    as_: As,  # noqa: F811
    signing: Proposal,
) -> None:
    row = begin(as_, signing.program)
    answer = send(as_, row, goal="Fifteen enrolled", contact_email="no address", services=[])
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Services:" in page
    assert "E-mail of the contact:" in page
    assert "Fifteen enrolled" in page
    assert state(row) == "draft"


def test_mark_returns_it_and_dana_mends_it(
    as_: As,  # noqa: F811
    uni: SimpleNamespace,  # noqa: F811
    signing: Proposal,
) -> None:
    approve(uni, signing)
    row = begin(as_, signing.program)
    send(as_, row)
    mark = as_("mark")
    empty = mark.post(f"/work/marketing/{row.pk}", {"act": "return", "comment": " "})
    assert (empty.status_code, state(row)) == (409, "submitted")
    mark.post(f"/work/marketing/{row.pk}", {"act": "return", "comment": "Which employers?"})
    assert (state(row), row.comment) == ("draft", "Which employers?")
    assert "The marketing office asks for a change" in as_("dana").get("/work").content.decode()
    send(as_, row, key_messages="Towns and counties.")
    assert (state(row), row.comment) == ("submitted", "")


def test_a_picture_needs_its_words_and_its_rights(as_: As, signing: Proposal) -> None:  # noqa: F811
    row = begin(as_, signing.program)

    def attach(**said: str) -> Any:
        picture = SimpleUploadedFile("map.png", PNG, content_type="image/png")
        return as_("dana").post(
            f"/work/marketing/{row.pk}", {"act": "image", "file": picture, **said}
        )

    assert attach(alt="A map of Missoula").status_code == 409
    assert attach(alt="A map of Missoula", rights="Own work").status_code == 302
    row.refresh_from_db()
    assert [(i["name"], i["alt"], i["rights"]) for i in row.images] == [
        ("map.png", "A map of Missoula", "Own work")
    ]
    address = f"/work/marketing/{row.pk}/images/{row.images[0]['sha256']}"
    shown = as_("dana").get(address)
    assert (shown.content, shown["Content-Type"]) == (PNG, "image/png")
    assert as_("una").get(address).status_code == 404


def test_others_see_nothing_and_may_do_nothing(
    as_: As,  # noqa: F811
    uni: SimpleNamespace,  # noqa: F811
    signing: Proposal,
) -> None:
    row = begin(as_, signing.program)
    for who in ("una", "sam"):
        assert as_(who).get(f"/work/marketing/{row.pk}").status_code == 404
        assert as_(who).post(f"/work/marketing/new/{signing.program.slug}").status_code == 404
    assert as_("dana").post(f"/work/marketing/{row.pk}", {"act": "accept"}).status_code == 403
    assert as_("mark").post(f"/work/marketing/{row.pk}", {"act": "submit"}).status_code == 403
    assert state(row) == "draft"


def test_a_program_that_loses_its_gate_is_taken_down(
    as_: As,  # noqa: F811
    uni: SimpleNamespace,  # noqa: F811
    signing: Proposal,
) -> None:
    approve(uni, signing)
    row = begin(as_, signing.program)
    send(as_, row)
    Program.objects.filter(pk=signing.program.pk).update(state="declined")
    with pytest.raises(NotPossible, match="No decision in force"):
        verbs.accept_marketing(by=acting(uni.mark), request=row)
    assert verbs.retire_all(program=signing.program, reason="The program closed.") == 1
    assert (state(row), row.comment) == ("retired", "The program closed.")


def test_the_list_asks_a_bounded_number_of_queries(
    as_: As,  # noqa: F811
    uni: SimpleNamespace,  # noqa: F811
    signing: Proposal,
    django_assert_max_num_queries: Any,
) -> None:
    approve(uni, signing)
    row = begin(as_, signing.program)
    send(as_, row)
    mark = as_("mark")
    with django_assert_max_num_queries(9):
        assert mark.get("/work/marketing").status_code == 200
