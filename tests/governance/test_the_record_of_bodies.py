"""Every row that a body makes is vouched for by the record, and a change behind its back is found."""

from datetime import date
from types import SimpleNamespace

from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.conflict import clear_flag, declare_conflict, recuse
from bitterroot.governance.domain.meeting import end_meeting
from bitterroot.governance.domain.minutes import approve_minutes, draft_minutes
from bitterroot.governance.domain.review import submit_review, write_review
from bitterroot.governance.domain.seat import delegate_seat
from bitterroot.governance.models import Ballot, Vote
from bitterroot.governance.queries.reviews import rubric_of
from bitterroot.record.domain.audit import verify_record

from .bodies_kit import in_session, later, matter, moved, on_the_day

OURS = ("seat", "motion", "ballot", "vote", "conflict", "review", "minutes", "decision")


def found() -> list[str]:
    """What the audit finds wrong with rows of bodies; open ballots among them."""
    return [str(each) for each in verify_record().broken if each.where.partition(":")[0] in OURS
            and "signed" not in each.what]  # fmt: skip


def test_the_record_vouches_for_all_that_a_body_does(house: SimpleNamespace) -> None:
    delegate_seat(
        by=house.by("eli"), seat=house.seats["eli"], to=house.una, until=date(2026, 12, 31)
    )
    run, other = matter(house), matter(house, "Other")
    scores = {c.key: {"score": 3, "comment": ""} for c in rubric_of(run).criteria}
    write_review(
        by=house.by("ada"), run=run, scores=scores, recommendation="approve", no_conflict=True
    )
    submit_review(by=house.by("ada"), run=run)
    tie = declare_conflict(by=house.by("cyd"), run=run, reason="An old friend.")
    clear_flag(by=house.by("chandra"), conflict=tie, reason="Long ago.")
    open_ballot(by=house.by("sven"), motion=moved(house, other), method="electronic")
    with on_the_day():
        meeting = in_session(house, "ada", "ben", "cyd", "dov", run=run)
        ballot = open_ballot(
            by=house.by("sven"), motion=moved(house, run, item=meeting.items.get())
        )
        for key, choice in [("ada", "yes"), ("ben", "yes"), ("cyd", "no"), ("dov", "no")]:
            cast_vote(by=house.by(key), ballot=ballot, choice=choice)
        recuse(by=house.by("dov"), run=run)
        close_ballot(by=house.by("sven"), ballot=ballot)
        with later(hours=1):
            end_meeting(by=house.by("sven"), meeting=meeting)
            draft_minutes(by=house.by("sven"), meeting=meeting)
            approve_minutes(by=house.by("chandra"), meeting=meeting)
    assert found() == []
    vote = Vote.objects.get(person=house.ada)
    Vote.objects.filter(pk=vote.pk).update(choice="no")
    Ballot.objects.filter(pk=ballot.pk).update(recused=[])
    assert found() == [
        f"ballot:{ballot.pk}: does not match its last event",
        f"vote:{vote.pk}: does not match its last event",
    ]
