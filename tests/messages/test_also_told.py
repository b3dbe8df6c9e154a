"""Who else is told: the registrar of an established program, learners of one that ends, an account's owner."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from bitterroot.governance import policies
from bitterroot.issuing.domain import revocation
from bitterroot.issuing.models import Award
from bitterroot.learning.domain.exporting import note_export
from bitterroot.learning.models import Enrollment, IssuanceRequest
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail
from bitterroot.people.domain.account import note_sign_in
from bitterroot.people.domain.offices import grant_role
from bitterroot.people.domain.person import add_address, assign_role, create_account, create_person
from bitterroot.people.enums import AddressKind, Role
from bitterroot.policy import Policy
from bitterroot.programs.domain.ending import begin_teach_out, suspend_program
from bitterroot.programs.domain.program import establish
from bitterroot.proposals.models import Proposal
from bitterroot.record.models import Event
from proposals.conftest import SET_UP, SINCE

Issued = Callable[..., IssuanceRequest]


def told(template: str) -> list[str]:
    while run_once():
        pass
    return sorted(Mail.objects.filter(template=template).values_list("to_name", flat=True))


def text(template: str) -> str:
    return Mail.objects.filter(template=template).latest("pk").body


def enroll(house: SimpleNamespace, email: str) -> None:
    Enrollment.objects.create(
        offering=house.offering,
        identity=email,
        email=email,
        given_name="José",
        family_name="Núñez",
        added_by=house.dana,
        added_at="2026-09-01T12:00Z",
    )


def test_a_program_that_ends_is_told_to_those_who_are_enrolled(house: SimpleNamespace) -> None:
    enroll(house, "jose@home.example")
    enroll(house, "zoe@home.example")
    Enrollment.objects.filter(email="zoe@home.example").update(state="withdrawn")
    begin_teach_out(
        by=house.by("olive"), program=house.program, end_term="spring-2027", reason="Too few."
    )
    assert told("learner_program_ends") == ["José Núñez"]
    assert "You can finish it until 14 May 2027, and get your badge then." in text(
        "learner_program_ends"
    )
    assert "Too few" not in text("learner_program_ends")


def test_one_that_rests_too(house: SimpleNamespace) -> None:
    enroll(house, "jose@home.example")
    suspend_program(by=house.by("olive"), program=house.program, reason="The lab is closed.")
    assert told("learner_program_suspended") == ["José Núñez"]
    assert "It rests for a while" in text("learner_program_suspended")


def test_an_established_program_has_a_new_version_of_its_badge(
    house: SimpleNamespace, issued: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued(["José Núñez", "Zoë Whitebear"])
    assert told("transcript_recorded") == ["Dana Kipp", "Ivo Crane"]
    assert "has recorded 2 notations" in text("transcript_recorded")
    assert told("transcript_learner") == ["José Núñez", "Zoë Whitebear"]
    assert "The badge comes in a mail of its own" in text("transcript_learner")
    policy = policies.current()
    document = policy.document()
    document["awards"] |= {"tells earners of new versions": True}
    telling = Policy.from_document(document)
    monkeypatch.setattr(policies, "current", lambda: telling)
    row = Proposal.objects.get(program=house.program)
    version = house.program.versions.get()
    assert told("template_new_version") == []  # nobody is told of the first
    establish(
        by=house.by("olive"),
        program=house.program,
        decision=version.decision,
        values=version.content,
    )
    assert told("program_established") == ["Rita Finley", "Ruth Larsen"]
    assert told("template_new_version") == ["Dana Kipp", "Olive Crane"]
    assert "stay as they are: 2." in text("template_new_version")
    assert told("earner_new_version") == ["José Núñez", "Zoë Whitebear"]
    assert row.lead == house.dana


def test_a_sign_in_from_elsewhere_is_told_once_and_nothing_of_the_place_is_kept(
    house: SimpleNamespace,
) -> None:
    account = create_account(by=SET_UP, person=house.dana, username="dk101", password=None)
    here = {"account": account, "network": "10.1.2.0/24", "browser": "Firefox on Linux"}
    there = {"account": account, "network": "203.0.113.0/24", "browser": "Edge on Windows"}
    assert [note_sign_in(**each) for each in (here, here, there, there, here)] == [
        False, False, True, False, False,
    ]  # fmt: skip
    assert told("new_sign_in") == ["Dana Kipp"]
    assert "with Edge on Windows, from a network or with a browser that" in text("new_sign_in")
    assert "203.0.113" not in str(list(Event.objects.values())) + str(list(account.places.values()))


def test_a_role_is_told_to_its_holder_and_the_other_administrators(house: SimpleNamespace) -> None:
    for name in ("Ada Reed", "Ben Kipp"):
        admin = create_person(by=SET_UP, display_name=name)
        assign_role(by=SET_UP, person=admin, role=Role.SYSTEM_ADMIN, starts_on=SINCE)
        add_address(
            by=SET_UP,
            person=admin,
            address=f"{name[:3]}@umontana.example.edu",
            kind=AddressKind.CAMPUS,
        )
    assert told("role_granted") == []  # set-up writes to nobody
    grant_role(
        by=type(SET_UP)(admin), person=house.dana, role="marketing", unit=None,
        policy=policies.current(),
    )  # fmt: skip
    assert told("role_granted") == ["Ada Reed", "Dana Kipp"]
    assert "Ben Kipp has granted Dana Kipp the role Marketing officer." in text("role_granted")


def test_a_list_that_is_downloaded_is_noted_without_names(
    house: SimpleNamespace, issued: Issued
) -> None:
    request = issued(["José Núñez"])
    note_export(by=house.by("rita"), of=request, what="a receipt", rows=1)
    assert told("personal_data_exported") == ["Rita Finley"]
    assert "Rita Finley downloaded a receipt with 1 row of personal data on" in text(
        "personal_data_exported"
    )


def test_who_asked_for_a_badge_is_told_what_becomes_of_it_and_so_is_the_registrar(
    house: SimpleNamespace, issued: Issued
) -> None:
    issued(["José Núñez"])
    award = Award.objects.get()
    asked = revocation.request_revocation(
        by=house.by("rita"), award=award, reason_code="academic_integrity", reason="It was copied."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    assert told("badge_changed") == ["Dana Kipp"]  # Rita asked for it, Ruth did it
    said = text("badge_changed")
    assert "the badge “GIS for Community Planning” of José Núñez" in said
    assert "in “GIS for Community Planning” was revoked. The reason:" in said
    assert "It was copied." in said
    revocation.reinstate(by=house.by("rita"), award=award, reason="The appeal was right.")
    assert told("badge_changed") == ["Dana Kipp", "Dana Kipp", "Ruth Larsen"]
