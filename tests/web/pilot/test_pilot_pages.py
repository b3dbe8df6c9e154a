"""The pages of a pilot: who sees them, what may be done on them, and what they then say."""

from collections.abc import Callable
from types import SimpleNamespace

from django.test import Client

from bitterroot.messages.duties import duties_of
from bitterroot.people.domain.person import assign_role
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.programs.models import Intent, Pilot, ProgramReview
from programs.conftest import SET_UP, SINCE, complete, give_notice, on, state_of, sweep_on

Begin = Callable[..., Pilot]
Desk = Callable[[Person], Client]


def rows(prefix: str, cells: list[dict[str, object]]) -> dict[str, object]:
    """Rows of a form as a browser sends them."""
    sent: dict[str, object] = {f"{prefix}-rows": len(cells)}
    for n, row in enumerate(cells):
        sent |= {f"{prefix}-{n}-{key}": value for key, value in row.items()}
    return sent


def as_sent(review: ProgramReview) -> dict[str, object]:
    values = complete(review)
    sent = {**rows("outcomes", values["outcomes"])}
    sent |= rows("success_measures", values["success_measures"])
    plain = {k: v for k, v in values.items() if not isinstance(v, list)}
    asked = [*plain, "outcomes", "success_measures"]
    return {**sent, **plain, "asked": asked, "revision": review.revision}


def address(pilot: Pilot, rest: str = "") -> str:
    return f"/work/programs/{pilot.program.slug}{rest}"


def test_the_page_tells_where_the_pilot_stands(
    begin: Begin, people: SimpleNamespace, at_desk: Desk
) -> None:
    pilot = begin("fall-2024")
    sweep_on("2025-05-20")
    with on("2025-05-20"):
        page = at_desk(people.dana).get(address(pilot)).content.decode()
        assert "pilot year 1 of 3" in page
        assert "Yearly review of pilot year 1" in page
        assert "overdue, was due 4 days ago" in page
        assert "Write the review" in page
        for who, status in (("hale", 200), ("deane", 200), ("olive", 200), ("stranger", 404)):
            assert at_desk(getattr(people, who)).get(address(pilot)).status_code == status
        board = at_desk(people.olive).get("/office/pilots").content.decode()
        assert "1 to look at" in board
        assert "1 overdue" in board.lower()
        assert at_desk(people.dana).get("/office/pilots").status_code == 403


def test_the_provost_reads_a_pilot_and_its_review_and_changes_nothing(
    begin: Begin, people: SimpleNamespace, at_desk: Desk
) -> None:
    pilot = begin("fall-2024")
    sweep_on("2025-04-01")
    assign_role(by=SET_UP, person=people.stranger, role=Role.PROVOST, starts_on=SINCE)
    provost, review = at_desk(people.stranger), pilot.reviews.get(year=1)
    with on("2025-05-01"):
        for here in (address(pilot), address(pilot, "/reviews/1")):
            read = provost.get(here)
            assert read.status_code == 200
            shown = read.content.decode().split("<main", 1)[1].split("</main", 1)[0]
            assert "<form" not in shown
        for act in ("submit", "acknowledge", "accept"):
            sent = {"act": act, "revision": 0, "rating": "good", "comments": "Fine."}
            assert provost.post(address(pilot, "/reviews/1"), sent).status_code == 403
        assert ProgramReview.objects.get(pk=review.pk).state == review.state


def test_a_review_is_written_submitted_acknowledged_and_accepted_at_three_desks(
    begin: Begin, people: SimpleNamespace, at_desk: Desk
) -> None:
    pilot = begin("fall-2024")
    sweep_on("2025-04-01")
    review = pilot.reviews.get(year=1)
    here = address(pilot, "/reviews/1")
    dana, hale, olive = (at_desk(getattr(people, key)) for key in ("dana", "hale", "olive"))
    with on("2025-05-01"):
        assert [d.title for d in duties_of(people.dana)] == [
            "Yearly review, pilot year 1: GIS for Community Planning"
        ]
        refused = dana.post(here, {"act": "submit", "revision": 0})
        assert refused.status_code == 409
        assert "Learners enrolled: Please fill this in." in refused.content.decode()
        saved = dana.post(
            here,
            {"asked": ["issues"], "issues": "Snow.", "revision": 0},
            headers={"HX-Request": "true"},
        )
        assert "Saved." in saved.content.decode()
        review.refresh_from_db()
        assert (review.state, review.values["issues"]) == ("draft", "Snow.")
        assert dana.post(here, {**as_sent(review), "act": "submit"}).status_code == 302
        assert duties_of(people.dana) == []
        assert [d.button for d in duties_of(people.hale)] == ["Read and acknowledge"]
        assert olive.post(here, {"act": "accept", "rating": "on_track"}).status_code == 409
        assert dana.post(here, {"act": "acknowledge"}).status_code == 403
        assert hale.post(here, {"act": "acknowledge"}).status_code == 302
        assert [d.button for d in duties_of(people.olive)] == ["Rate and accept"]
        assert olive.post(here, {"act": "accept", "rating": "watch"}).status_code == 302
        page = dana.get(here).content.decode()
    review.refresh_from_db()
    assert (review.state, review.rating) == ("accepted", "watch")
    assert "Accepted" in page
    assert "Watch" in page


def test_the_notice_is_signed_at_two_desks_and_acknowledged_at_a_third(
    begin: Begin, people: SimpleNamespace, at_desk: Desk
) -> None:
    pilot = begin("fall-2024", "2026-05-20")
    here = address(pilot, "/notice")
    dana, hale, olive = (at_desk(getattr(people, key)) for key in ("dana", "hale", "olive"))
    with on("2026-05-20"):
        assert "not asked for yet" in dana.get(here).content.decode()
    sweep_on("2026-05-21")
    with on("2026-09-20"):
        answers = {
            "asked": ["choice", "reason", "teach_out_term"],
            "choice": "remove",
            "reason": "Few came.",
            "teach_out_term": "spring-2027",
            "revision": 0,
        }
        assert dana.post(here, {**answers, "act": "sign"}).status_code == 302
        assert "Read and sign" in [d.button for d in duties_of(people.hale)]
        page = hale.get(here).content.decode()
        assert "Few came." in page
        assert "Spring 2027" in page
        intent = Intent.objects.get()
        assert hale.post(here, {"act": "sign-as-head", "sha256": "0" * 64}).status_code == 409
        signed = {"act": "sign-as-head", "sha256": intent.content_sha256}
        assert hale.post(here, signed).status_code == 302
        assert olive.post(here, {"act": "acknowledge"}).status_code == 302
    assert state_of(pilot) == "teach_out"


def test_the_office_extends_a_lapsed_pilot_or_plans_its_end(
    begin: Begin, people: SimpleNamespace, at_desk: Desk
) -> None:
    pilot = begin("fall-2023", "2024-01-10")
    sweep_on("2026-08-31")
    olive = at_desk(people.olive)
    acts = address(pilot, "/act")
    with on("2026-09-02"):
        assert [d.title for d in duties_of(people.olive)] == ["Lapsed: GIS for Community Planning"]
        assert olive.post(acts, {"act": "extend", "years": "1"}).status_code == 409
        assert at_desk(people.dana).post(acts, {"act": "extend"}).status_code == 403
        granted = olive.post(acts, {"act": "extend", "years": "1", "reason": "Leave."})
        assert (granted.status_code, state_of(pilot)) == (302, "pilot_active")
        planned = {"act": "teach-out", "end_term": "fall-2026", "reason": "Nobody to teach it."}
        assert olive.post(acts, planned).status_code == 302
        page = olive.get(address(pilot)).content.decode()
        assert "Those enrolled finish by" in page
        assert "18 Dec 2026" in page


def test_a_program_that_ended_has_its_page_and_is_in_no_catalog(
    begin: Begin, people: SimpleNamespace
) -> None:
    pilot = begin("fall-2023", "2024-01-10")
    public = f"/programs/{pilot.program.slug}"
    with on("2026-08-30"):
        assert pilot.program.title in Client().get("/catalog").content.decode()
    sweep_on("2026-08-31")
    with on("2026-09-01"):
        page = Client().get(public)
        assert (page.status_code, Client().get(f"{public}/badge.svg").status_code) == (200, 200)
        assert "takes no new learners" in page.content.decode()
        assert pilot.program.title not in Client().get("/catalog").content.decode()


def test_a_head_who_leads_does_not_sign_for_herself(begin: Begin, people: SimpleNamespace) -> None:
    pilot = begin("fall-2024", "2026-05-20")
    sweep_on("2026-05-21")
    pilot.program.lead = people.hale
    pilot.program.save()
    with on("2026-09-01"):
        people.dana = people.hale
        people.hale = people.deane
        give_notice(people, Intent.objects.get())
    assert state_of(pilot) == "intent_continue"


def test_a_board_without_a_pilot_is_a_page_too(people: SimpleNamespace, at_desk: Desk) -> None:
    for show in ("", "?show=risk"):
        assert at_desk(people.olive).get(f"/office/pilots{show}").status_code == 200
