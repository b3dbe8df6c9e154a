"""A decision is posted for objections: one objection with a reason ends the period."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.urls import reverse

from bitterroot.governance.body_rules import may_object, may_see_papers
from bitterroot.governance.comment_rules import circles_of
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.conflict import recuse
from bitterroot.governance.domain.objection import end_no_objection, raise_objection
from bitterroot.governance.enums import Circle
from bitterroot.governance.models import Decision, Objection, StepRun
from bitterroot.people.actor import system
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.policy import load_policy
from bitterroot.record.domain.audit import verify_record
from governance.bodies_kit import later, make_body, matter
from governance.engine_kit import use

from .conftest import As

SAID = "It repeats what the library school offers."


@pytest.fixture
def committee(db: None, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The executive committee of an institution whose decisions stand unless it objects."""
    use(monkeypatch, load_policy("hudson-valley"))
    return make_body("senate-executive")


@pytest.fixture
def posted(committee: SimpleNamespace) -> StepRun:
    """What Wren wrote, posted on 18 November for ten business days."""
    return matter(committee, step="posted")


def test_who_may_object_and_who_may_not(committee: SimpleNamespace, posted: StepRun) -> None:
    recuse(by=committee.by("dov"), run=posted)
    may = {
        key: bool(may_object(committee.by(key), posted))
        for key in ("chandra", "ada", "sven", "dov", "wren", "una")
    }
    assert may == {
        "chandra": True,
        "ada": True,
        "sven": False,  # the secretary's seat has no vote
        "dov": False,  # recused
        "wren": False,  # its author
        "una": False,  # a stranger
    }
    for key in ("sven", "dov", "wren", "una"):
        with pytest.raises(Refused):
            raise_objection(by=committee.by(key), run=posted, reason=SAID)
    assert not Objection.objects.exists()


def test_an_objection_sends_it_where_the_policy_says_and_is_vouched_for(
    committee: SimpleNamespace, posted: StepRun
) -> None:
    decision = raise_objection(by=committee.by("ada"), run=posted, reason=f"  {SAID} ")
    assert (decision.outcome, decision.reason, decision.person) == (
        "objected",
        SAID,
        committee.ada,
    )
    case = decision.case
    assert case is not None
    case.refresh_from_db()
    assert (case.step, posted.case.runs.get(state="open").body) == ("committee", "review-committee")
    objection = Objection.objects.get()
    Objection.objects.update(reason="Nothing.")
    assert [str(each) for each in verify_record().broken if "objection" in each.where] == [
        f"objection:{objection.pk}: does not match its last event"
    ]


def test_a_second_objection_an_empty_one_and_a_late_one_are_refused(
    committee: SimpleNamespace, posted: StepRun
) -> None:
    with pytest.raises(NotPossible, match="Say why you object"):
        raise_objection(by=committee.by("ada"), run=posted, reason=" \n ")
    assert posted.due_on == date(2026, 12, 4)  # Thanksgiving and the day after do not count
    with later(days=17), pytest.raises(NotPossible, match="The period is over"):
        raise_objection(by=committee.by("ada"), run=posted, reason=SAID)
    with later(days=16):
        raise_objection(by=committee.by("ada"), run=posted, reason=SAID)
        with pytest.raises(NotPossible, match="No such period is running"):
            raise_objection(by=committee.by("ben"), run=posted, reason=SAID)
    assert Decision.objects.count() == 1


def test_nobody_lets_a_period_end_and_it_does_not_end_early(
    committee: SimpleNamespace, posted: StepRun
) -> None:
    with pytest.raises(Refused, match="ends by itself"):
        end_no_objection(by=committee.by("chandra"), run=posted)
    with later(days=16), pytest.raises(NotPossible, match="not over"):
        end_no_objection(by=system("end of the period"), run=posted)


def test_a_member_objects_on_the_matter_s_page(
    committee: SimpleNamespace, posted: StepRun, as_in: Callable[[SimpleNamespace], As]
) -> None:
    as_ = as_in(committee)
    page = reverse("bodies:matter", args=[posted.pk])
    to = reverse("bodies:matter_act", args=[posted.pk, "object"])
    shown = as_("ada").get(page).content.decode()
    assert f'action="{to}"' in shown
    assert "after 4 Dec 2026 unless a member objects" in " ".join(shown.split())
    for key in ("sven", "wren"):
        assert f'action="{to}"' not in as_(key).get(page).content.decode()
        assert as_(key).post(to, {"reason": SAID}).status_code == 403
    assert as_("una").post(to, {"reason": SAID}).status_code == 404

    empty = as_("ada").post(to, {"reason": " "})
    assert (empty.status_code, "Write a reason." in empty.content.decode()) == (409, True)
    done = as_("ada").post(to, {"reason": SAID}, follow=True)
    told = done.content.decode()
    assert "Your objection is recorded with its reason." in told
    assert SAID in told
    assert "Ada Reyes" in told
    again = as_("ada").post(to, {"reason": SAID})
    assert (again.status_code, Objection.objects.count()) == (409, 1)
    assert f'action="{to}"' not in as_("ben").get(page).content.decode()


def test_who_must_decide_then_reads_who_objected_when_and_why(
    committee: SimpleNamespace, posted: StepRun, as_in: Callable[[SimpleNamespace], As]
) -> None:
    case = posted.case
    decided = case.runs.order_by("n").first()
    with later(days=2):
        raise_objection(by=committee.by("ada"), run=posted, reason=SAID)
        again = case.runs.get(state="open")
        fern = make_body("review-committee", members=("fern",))
        page = as_in(fern)("fern").get(reverse("bodies:matter", args=[again.pk]))
        text = " ".join(page.content.decode().split())
        assert f"<p>{SAID}</p><footer>Ada Reyes, <time" in text
        assert "20 Nov 2026" in text
        assert text.index(SAID) < text.index("Motions and ballots")  # read before it is moved
    assert decided is not None
    if decided.body and decided.closed_at:  # what came later is not said of the first decision
        first = as_in(fern)("fern").get(reverse("bodies:matter", args=[decided.pk]))
        assert SAID not in first.content.decode()


def test_a_body_that_was_passed_over_does_not_read_the_papers(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    """The Graduate Council is asked only about what is of graduate level; this is not."""
    use(monkeypatch, load_policy("hudson-valley"))
    council = make_body("graduate-council")
    wren = council.by("wren")
    case = cases.open_case(by=wren, process="pilot-proposal", subject="matter:1", title="Maps")
    content: dict[str, object] = {"values": {"title": "Maps"}, "files": [], "title": "Maps"}
    cases.freeze(by=wren, case=case, content=content, person=council.wren)
    case.facts = ["undergraduate level"]
    cases.move(by=wren, case=case, step="told")
    run = case.runs.get(body="graduate-council")
    assert (run.state, may_see_papers(council.ada, run)) == ("skipped", False)
    assert circles_of(council.ada, case) == [Circle.CAMPUS]  # as everyone, while it is posted
    assert may_see_papers(council.wren, run)
