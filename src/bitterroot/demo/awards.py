"""What learners did with their badges; the few that were revoked, suspended or corrected."""

from datetime import timedelta

from bitterroot.demo.world import START, World, at
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import correction, suspension
from bitterroot.issuing.domain import revocation as revocations
from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.models import Award
from bitterroot.learning.enums import ListKind
from bitterroot.people.actor import person
from bitterroot.record import clock

#: What happens with every fifteenth badge, by its place: most are claimed, few are shown.
HABITS = (
    "public", "claim", "leave", "link", "claim", "public", "leave", "claim",
    "decline", "link", "claim", "public", "leave", "claim", "leave",
)  # fmt: skip


def live_with_awards(world: World) -> None:
    """Claim, show, decline or leave each badge some days after it was issued."""
    found = Award.objects.select_related("learner").order_by("valid_from", "line__number")
    for n, row in enumerate(found):
        habit = "public" if row.learner.netid == "jose" else HABITS[n % len(HABITS)]
        moment = row.valid_from + timedelta(days=1 + n % 4, minutes=7 * (n % 60))
        if moment < START:
            with clock.standing_at(moment):
                _act(row, habit)


def _act(row: Award, habit: str) -> None:
    by = person(row.learner)
    if habit == "leave":
        return
    if habit == "decline":
        awards.decline(by=by, award=row, reason="I have one like it already.")
        return
    row = awards.claim(by=by, award=row)
    if habit in ("public", "link") and not row.learner.directory_hold:
        awards.set_visibility(by=by, award=row, visibility=Visibility(habit))


def revoke_some(world: World) -> None:
    """Two are revoked by two persons each; one revocation waits for its second person."""
    public = Award.objects.filter(state=AwardState.CLAIMED, visibility=Visibility.PUBLIC).exclude(
        learner__netid="jose"
    )
    noncredit = list(public.filter(request__kind=ListKind.NONCREDIT).order_by("valid_from")[:2])
    credit = public.filter(request__kind=ListKind.CREDIT).order_by("valid_from").first()
    assert credit is not None
    for row, officer, day in (
        (noncredit[0], "samir", "2026-08-18"),
        (credit, "joan", "2026-09-03"),
    ):
        with at(f"{day} 10:00"):
            asked = revocations.request_revocation(
                by=person(row.request.requested_by),
                award=row,
                reason_code="requirement_not_met",
                reason="The assessment was recorded for the wrong person.",
            )
        with at(f"{day} 15:20"):
            revocations.approve_revocation(by=world.by(officer), revocation=asked)
    with at("2026-11-17 16:10"):
        revocations.request_revocation(
            by=world.by("samir"),
            award=noncredit[1],
            reason_code="issued_in_error",
            reason="Attended one day of two.",
        )


def suspend_and_correct(world: World) -> None:
    """One is suspended while a grade is looked into; one had a wrong name and was replaced."""
    shown = Award.objects.filter(
        state=AwardState.CLAIMED, visibility=Visibility.PUBLIC, revocations=None
    ).exclude(learner__netid="jose")
    may_be = shown.filter(request__kind=ListKind.CREDIT, template__suspendable=True)
    credit = may_be.order_by("valid_from").first()
    noncredit = shown.filter(request__kind=ListKind.NONCREDIT).order_by("valid_from").first()
    assert credit is not None
    assert noncredit is not None
    with at("2026-11-10 09:30"):
        asked = suspension.request_suspension(
            by=person(credit.request.requested_by),
            award=credit,
            reason="The grade of one course is being looked into.",
        )
    with at("2026-11-10 13:15"):
        suspension.approve_suspension(by=world.by("joan"), revocation=asked)
    first, _, last = noncredit.display_name.partition(" ")
    with at("2026-10-21 11:00"):
        asked = correction.request_correction(
            by=person(noncredit.learner),
            award=noncredit,
            changes={"display_name": f"{first} J. {last}"},
            reason="My name has a middle initial.",
        )
    with at("2026-10-22 08:40"):
        revocations.approve_revocation(by=world.by("samir"), revocation=asked)
