"""Dana writes and sends a proposal at the screen; Sam signs; strangers see nothing."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from bitterroot.governance import policies
from bitterroot.governance.enums import SignatureState
from bitterroot.policy import load_policy
from bitterroot.proposals.domain.proposal import submit_for_signatures
from bitterroot.proposals.models import Consultation, Proposal
from bitterroot.web.ui.policy_forms import Names, told

As = Callable[[str], Client]


def _edit(row: Proposal, section: str) -> str:
    return reverse("faculty:edit_proposal", args=[row.pk, section])


@pytest.mark.parametrize(
    "section", [s.key for s in load_policy("montana").forms["pilot-proposal"].sections]
)
def test_every_section_opens(as_: As, proposal: Proposal, section: str) -> None:
    answer = as_("dana").get(_edit(proposal, section))
    assert answer.status_code == 200
    assert b'id="revision"' in answer.content


def test_a_section_is_saved_by_its_button_and_nothing_else_changes(
    as_: As, proposal: Proposal
) -> None:
    before = dict(proposal.values)
    sent = {
        "revision": proposal.revision,
        "asked": ["rationale"],
        "rationale": "Towns ask, and pay.",
    }
    answer = as_("dana").post(_edit(proposal, "purpose"), sent)
    assert answer.status_code == 302
    proposal.refresh_from_db()
    assert proposal.values == {**before, "rationale": "Towns ask, and pay."}


def test_rows_are_saved_and_removed(as_: As, proposal: Proposal) -> None:
    sent = {"revision": proposal.revision, "asked": "success_measures", "success_measures-rows": 3}
    for n, name in enumerate(["Completion", "Claims", "Employers"]):
        sent[f"success_measures-{n}-measure"] = name
        sent[f"success_measures-{n}-target"] = "80 percent"
    sent["success_measures-1-remove"] = "yes"
    as_("dana").post(_edit(proposal, "pilot"), sent)
    proposal.refresh_from_db()
    assert [row["measure"] for row in proposal.values["success_measures"]] == [
        "Completion",
        "Employers",
    ]


def test_typing_saves_and_the_preview_follows(as_: As, proposal: Proposal) -> None:
    sent = {"revision": proposal.revision, "asked": "description", "description": "Maps a river."}
    answer = as_("dana").post(_edit(proposal, "purpose"), sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Saved." in text
    assert "Maps a river." in text
    proposal.refresh_from_db()
    assert f'value="{proposal.revision}"' in text


def test_two_who_change_the_same_answer_see_both_texts(
    as_: As, proposal: Proposal, change: Callable[..., Proposal]
) -> None:
    old = proposal.revision
    change(proposal, rationale="The first text.")
    sent = {"revision": old, "asked": "rationale", "rationale": "The second text."}
    answer = as_("dana").post(_edit(proposal, "purpose"), sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Now saved: The first text." in text
    assert "The second text." in text


def test_a_name_that_nobody_has_is_said_at_the_field(as_: As, proposal: Proposal) -> None:
    sent = {
        "revision": proposal.revision,
        "asked": "tracked_by",
        "tracked_by-add": "nobody@example.edu",
    }
    answer = as_("dana").post(_edit(proposal, "operation"), sent)
    assert answer.status_code == 422
    assert b"Nobody here has the address or NetID" in answer.content
    assert b'value="nobody@example.edu"' in answer.content


def test_strangers_get_404_and_signers_may_not_edit(
    as_: As, uni: SimpleNamespace, proposal: Proposal
) -> None:
    for name in ("faculty:proposal", "faculty:badge_picture", "faculty:badge_json"):
        assert as_("stranger").get(reverse(name, args=[proposal.pk])).status_code == 404
    assert as_("stranger").get(_edit(proposal, "identity")).status_code == 404
    assert as_("olive").get(_edit(proposal, "identity")).status_code == 403
    assert Client().get(_edit(proposal, "identity")).headers["Location"].startswith("/sign-in")


def test_get_changes_nothing(as_: As, proposal: Proposal) -> None:
    dana = as_("dana")
    for name in ("files", "attest", "co_authors", "take_back", "withdraw"):
        assert dana.get(reverse(f"faculty:{name}", args=[proposal.pk])).status_code == 405


def test_dana_sends_and_sam_signs(as_: As, uni: SimpleNamespace, proposal: Proposal) -> None:
    dana, sam = as_("dana"), as_("sam")
    page = dana.get(reverse("faculty:submit_proposal", args=[proposal.pk]))
    assert b"Sam Stokes" in page.content
    assert dana.post(reverse("faculty:submit_proposal", args=[proposal.pk])).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == "signing"
    asked = proposal.case.signatures.get(state=SignatureState.REQUESTED)
    address = reverse("faculty:sign", args=[asked.pk])
    assert address.encode() in sam.get("/work").content
    assert asked.snapshot is not None
    assert asked.snapshot.sha256.encode() in sam.get(address).content
    assert dana.get(address).status_code == 404
    refused = sam.post(address, {"act": "sign", "typed_name": " "})
    assert refused.status_code == 409
    assert sam.post(address, {"act": "sign", "typed_name": "Sam Stokes"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.typed_name) == ("signed", "Sam Stokes")


def test_sam_returns_it_with_a_comment(as_: As, uni: SimpleNamespace, proposal: Proposal) -> None:
    row = submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    asked = row.case.signatures.get(state=SignatureState.REQUESTED)
    address = reverse("faculty:sign", args=[asked.pk])
    as_("sam").post(address, {"act": "return", "comment": "Name a second instructor."})
    row.refresh_from_db()
    assert row.state == "returned"
    page = as_("dana").get(reverse("faculty:proposal", args=[row.pk]))
    assert b"Name a second instructor." in page.content


def test_pages_ask_a_bounded_number_of_queries(
    as_: As, proposal: Proposal, django_assert_max_num_queries: Callable[..., object]
) -> None:
    dana = as_("dana")
    for address, most in [
        ("/work", 40),
        ("/work/proposals", 12),
        (reverse("faculty:proposal", args=[proposal.pk]), 52),
        (_edit(proposal, "badge"), 40),
    ]:
        with django_assert_max_num_queries(most):  # type: ignore[attr-defined]
            assert dana.get(address).status_code == 200


def test_a_consultation_is_asked_for(as_: As, uni: SimpleNamespace) -> None:
    dana = as_("dana")
    keys = [
        "requester_name",
        "unit",
        "preferred_times",
        "mode",
        "idea_title",
        "idea",
        "product",
        "topics",
    ]
    sent = {
        "asked": keys, "requester_name": "Dana Kipp", "unit": uni.unit.key, "mode": "video",
        "idea_title": "Maps", "idea": "Maps for towns.", "product": "badge",
        "topics": ["marketing"], "preferred_times-rows": 3,
        **{f"preferred_times-{n}-day": "2026-12-01" for n in range(3)},
        **{f"preferred_times-{n}-time": f"{n + 9}:00" for n in range(3)},
    }  # fmt: skip
    refused = dana.post("/work/consultations/new", {**sent, "idea": ""})
    assert refused.status_code == 422
    assert b"Maps" in refused.content
    late = dana.post("/work/consultations/new", {**sent, "preferred_times-1-day": "2026-11-17"})
    assert late.status_code == 422
    assert b"Times that suit you: Choose days to come." in late.content
    assert "Fall 2026</option>" in late.content.decode()
    assert "Summer 2026</option>" not in late.content.decode()  # over on 18 November
    assert dana.post("/work/consultations/new", sent).status_code == 302
    talk = Consultation.objects.get()
    assert talk.values["topics"] == ["marketing"]
    assert as_("stranger").get(reverse("faculty:consultation", args=[talk.pk])).status_code == 404
    assert dana.get(reverse("faculty:calendar", args=[talk.pk])).status_code == 404


def test_answers_in_rows_stand_under_the_headings_of_their_columns(
    as_: As, proposal: Proposal
) -> None:
    page = as_("dana").get(reverse("faculty:proposal", args=[proposal.pk])).content.decode()
    assert '<th scope="col">How it is assessed</th>' in page
    assert '<td data-label="How it is assessed">project</td>' in page


def test_rows_read_as_lines_where_no_table_is_drawn() -> None:
    times = next(
        f
        for section in policies.current().forms["consultation-request"].sections
        for f in section.fields
        if f.key == "preferred_times"
    )
    said = [{"day": "2026-12-01", "time": "9:00"}, {"day": "2026-12-02", "time": ""}]
    assert told(times, said, Names()) == "Day: 1 Dec 2026 · Time: 9:00\nDay: 2 Dec 2026"
    assert told(times, [], Names()) == ""
