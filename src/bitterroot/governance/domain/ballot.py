"""Ballots: opened with a quorum, cast one vote a member, closed once, and what follows.

Locks are taken in one order: case, meeting, ballot. A member who votes holds the ballot alone,
so that two votes at one moment both count, and a vote and the closing never miss each other.
"""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from bitterroot.governance import policies
from bitterroot.governance.body_rules import (
    decides_ties,
    may_cast,
    may_keep,
    may_preside,
    may_settle,
    why_not_before,
    why_not_in_session,
)
from bitterroot.governance.body_seals import vote_seal
from bitterroot.governance.counting import Count, Hands, Verdict, is_quorate, quorum_of, verdict
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.ballot_keeping import save, void
from bitterroot.governance.domain.motion import must_not_be_voted_on, settle
from bitterroot.governance.domain.run import choices, conclude, step_of
from bitterroot.governance.enums import (
    BallotMethod,
    BallotState,
    MotionState,
    RunState,
    VoteChoice,
)
from bitterroot.governance.models import Ballot, Meeting, Motion, StepRun, Vote
from bitterroot.governance.queries.ballots import chair_vote, counted, names_of, room
from bitterroot.governance.queries.bodies import body_of, rule_of
from bitterroot.governance.queries.readings import still_to_read
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event


@transaction.atomic
def open_ballot(*, by: Actor, motion: Motion, method: str = BallotMethod.ROOM) -> Ballot:
    """Open the vote on a seconded motion and freeze who may vote.

    Those are the voting seats less the recused. In the room, a quorum of them must be there; an
    electronic ballot, where the body has them, runs until its window of business days closes.
    Raises NotPossible while a flagged conflict of a member is not settled.
    """
    run = _held(motion.run)
    answer = may_keep(by, run.body).require()
    motion = Motion.objects.select_for_update().get(pk=motion.pk)
    motion.run = run
    if motion.state != MotionState.SECONDED:
        raise NotPossible(f"No ballot can be opened ({motion.get_state_display().lower()}).")
    if motion.ballots.filter(state=BallotState.OPEN).exists():
        raise NotPossible("A ballot on this motion is open.")
    must_not_be_voted_on(motion)
    meeting = motion.item.meeting if motion.item else None
    if choices(step_of(run))[motion.outcome].passes and (why := still_to_read(run, meeting)):
        raise NotPossible(why)
    seen = room(run, meeting)
    if seen.flagged:
        names = ", ".join(seen.flagged)
        raise NotPossible(f"Settle these conflicts first: {names}.")
    here = _in_the_room(motion) if method == BallotMethod.ROOM else None
    if here is None and not body_of(run).electronic:
        raise NotPossible("This body does not vote electronically.")
    _need_quorum(run, len(seen.eligible), len(seen.present) if here else len(seen.eligible))
    ballot = Ballot(
        motion=motion,
        method=method,
        eligible=[
            {"person": str(s.person.pk), "seat": str(s.seat.pk), "name": s.person.display_name}
            for s in seen.eligible
        ],
        present=[str(s.person.pk) for s in seen.present] if here else [],
        recused=seen.recused,
        opens_at=clock.now(),
        closes_at=None if here else _window(run),
    )
    save(by, ballot, "ballot opened", answer.capacity, {"eligible": len(ballot.eligible)})
    return ballot


def _in_the_room(motion: Motion) -> Meeting:
    if motion.item is None:
        raise NotPossible("A ballot in the room is on a motion that was made in a meeting.")
    meeting = Meeting.objects.select_for_update().get(pk=motion.item.meeting_id)
    if why := why_not_in_session(meeting):
        raise NotPossible(why)
    return meeting


def _need_quorum(run: StepRun, base: int, present: int) -> None:
    rule = rule_of(run)
    if base and is_quorate(rule, base=base, present=present):
        return
    needed = quorum_of(rule.quorum, base)
    raise NotPossible(f"There is no quorum: {present} of the {needed} needed can vote.")


def _window(run: StepRun) -> datetime:
    """The end of the last day of an electronic ballot's window, in UTC as its row gives it back."""
    days = body_of(run).window_days
    last = policies.of(run.case).calendar.add_business_days(clock.today(), days)
    local = datetime.combine(last, time(23, 59, 59), timezone.get_current_timezone())
    return local.astimezone(UTC)


@transaction.atomic
def cast_vote(*, by: Actor, ballot: Ballot, choice: str, person: Person | None = None) -> Vote:
    """Vote, or change one's vote while the ballot is open.

    In the room of a body that shows names, chair or secretary may note what `person` called out,
    if they wrote none of it.
    """
    ballot = Ballot.objects.select_for_update().get(pk=ballot.pk)
    who = person or by.person
    if who is None:
        raise Refused("Only members vote.")
    answer = may_cast(Actor(who), ballot).require()
    capacity = answer.capacity
    if who != by.person:
        capacity = may_settle(by, ballot.motion.run).require().capacity
        if ballot.method != BallotMethod.ROOM or body_of(ballot.motion.run).shows != "names":
            raise Refused("Each member votes for themselves in this ballot.")
    if ballot.closes_at is not None and clock.now() > ballot.closes_at:
        raise NotPossible("The window of this ballot has closed.")
    if choice not in VoteChoice.values:
        raise NotPossible("Vote yes, no, or abstain.", [("choice", "Choose one.")])
    vote = Vote.objects.filter(ballot=ballot, person=who).first() or Vote(ballot=ballot, person=who)
    vote.choice, vote.cast_at, vote.nonce = choice, clock.now(), secrets.token_hex(16)
    vote.save()
    record_event(
        by=by,
        stream=f"ballot:{ballot.pk}",
        verb="vote cast",
        about=f"vote:{vote.pk}",
        capacity=capacity,
        seal=vote_seal(vote),
        data={"person": str(who.pk)},
        tell=False,
    )
    return vote


@transaction.atomic
def close_ballot(
    *, by: Actor, ballot: Ballot, casting: str = "", hands: Hands | None = None
) -> Ballot:
    """Close the vote, count it by the body's rule, and let the decision follow at once.

    Where the body holds results back, the decision follows when the result is released. A motion
    that fails leaves the matter before the body. An electronic ballot closes early only when
    everyone has voted; one without a quorum is void. `casting` is the chair's word on a tie, which
    fails where the chair takes no part in the matter. `hands` were counted in the room, in place of
    votes that members cast themselves.
    Raises NotPossible on a second close, and for hands that cannot be.
    """
    run = StepRun.objects.get(pk=ballot.motion.run_id)
    run.case = cases.lock(run.case)
    ballot = Ballot.objects.select_for_update().get(pk=ballot.pk)
    ballot.motion.run = run
    capacity = _may_close(by, ballot)
    if ballot.state != BallotState.OPEN:
        raise NotPossible(f"This ballot is {ballot.get_state_display().lower()} already.")
    if run.state != RunState.OPEN:
        return void(by=by, ballot=ballot, why=why_not_before(run))
    count = _of_hands(by, ballot, hands) if hands else counted(ballot)
    found = _judge(by, ballot, count, casting)
    if not found.quorate:
        why = f"There was no quorum: {count.present} of the {found.needed} needed voted."
        return void(by=by, ballot=ballot, why=why)
    body = body_of(run)
    ballot.result = _tally(ballot, count, found, body.shows == "names")
    if hands:
        ballot.result["hands"] = True
    ballot.state, ballot.closed_at = BallotState.CLOSED, clock.now()
    if not body.holds_back:
        ballot.released_at = ballot.closed_at
    save(by, ballot, "ballot closed", capacity, {} if body.holds_back else ballot.result)
    if not body.holds_back:
        _follow(by, ballot, capacity)
    return ballot


@transaction.atomic
def release_result(*, by: Actor, ballot: Ballot) -> Ballot:
    """Let a result that was held back be known; the decision follows now."""
    run = StepRun.objects.get(pk=ballot.motion.run_id)
    run.case = cases.lock(run.case)
    capacity = may_keep(by, run.body).require().capacity
    ballot = Ballot.objects.select_for_update().get(pk=ballot.pk)
    ballot.motion.run = run
    if ballot.state != BallotState.CLOSED or ballot.released_at is not None:
        raise NotPossible("There is no result that is held back.")
    ballot.released_at = clock.now()
    save(by, ballot, "result released", capacity, ballot.result)
    _follow(by, ballot, capacity)
    return ballot


def _may_close(by: Actor, ballot: Ballot) -> str:
    if ballot.method == BallotMethod.ROOM:
        return may_keep(by, ballot.motion.run.body).require().capacity
    over = ballot.closes_at is not None and clock.now() > ballot.closes_at
    if by.person is None:
        if not over:
            raise Refused("Its window is still open.")
        return "end of the window"
    answer = may_keep(by, ballot.motion.run.body).require()
    if why := why_still_open(ballot, ballot_votes(ballot)):
        raise NotPossible(why)
    return answer.capacity


def why_still_open(ballot: Ballot, voted: int) -> str:
    """Why nobody can close it yet, empty where chair or secretary can. `voted`: so many have."""
    missing = len(ballot.eligible) - voted
    over = ballot.closes_at is None or clock.now() > ballot.closes_at
    if over or ballot.state != BallotState.OPEN or missing <= 0:
        return ""
    have = "1 has" if missing == 1 else f"{missing} have"
    return f"Its window is still open, and {have} not voted."


def ballot_votes(ballot: Ballot) -> int:
    """How many of those who may vote have voted."""
    ids = [each["person"] for each in ballot.eligible]
    return ballot.votes.filter(person__in=ids).count()


def _of_hands(by: Actor, ballot: Ballot, hands: Hands) -> Count:
    """The count of those who were in the room when the ballot opened, if it can be."""
    may_settle(by, ballot.motion.run).require()
    if ballot.method != BallotMethod.ROOM or body_of(ballot.motion.run).shows == "names":
        raise Refused("Hands are counted in the room, by bodies that show counts alone.")
    if voted := ballot_votes(ballot):
        voters = "A member has" if voted == 1 else f"{voted} members have"
        raise NotPossible(f"{voters} voted already. Close the ballot with their votes.")
    number, there = sum(hands), len(ballot.present)
    if min(hands) < 0 or not number:
        raise NotPossible("Count the hands for yes, for no, and those who abstain.")
    if number > there:
        raise NotPossible(f"Of the {there} who may vote and were in the room, {number} hands rose.")
    return Count(*hands, eligible=len(ballot.eligible), present=there)


def _judge(by: Actor, ballot: Ballot, count: Count, casting: str) -> Verdict:
    run = ballot.motion.run
    found = verdict(rule_of(run), count)
    if not found.tied:
        return found
    if not decides_ties(run):
        return replace(found, tied=False)
    said = chair_vote(ballot) or casting
    if not said and by.person is not None and may_preside(by, run.body):
        raise NotPossible("The vote is tied. You decide it.", [("casting", "Say yes or no.")])
    if said not in (VoteChoice.YES, VoteChoice.NO):
        raise NotPossible("The vote is tied. The chair decides it.")
    if casting and not chair_vote(ballot):
        may_preside(by, run.body).require()
    return verdict(rule_of(run), count, casting=said)  # type: ignore[arg-type]


def _tally(ballot: Ballot, count: Count, found: Verdict, names: bool) -> dict[str, Any]:
    return {
        "yes": count.yes,
        "no": count.no,
        "abstain": count.abstain,
        "recused": len(ballot.recused),
        "eligible": count.eligible,
        "present": count.present,
        "quorum": found.needed,
        "yes_needed": found.yes_needed,
        "passed": found.passed,
        "names": names_of(ballot) if names else None,
    }


def _follow(by: Actor, ballot: Ballot, capacity: str) -> None:
    """What a known result leads to: the motion is settled, and a carried one decides the matter."""
    motion = ballot.motion
    settle(by=by, motion=motion, carried=ballot.result["passed"])
    if not ballot.result["passed"]:
        return
    conclude(
        by=by,
        run=motion.run,
        outcome=motion.outcome,
        reason=motion.reason,
        conditions=motion.conditions_due(),
        tally=ballot.result,
        body_name=body_of(motion.run).title,
        capacity=capacity,
        to=motion.to or None,
    )


def _held(run: StepRun) -> StepRun:
    case = cases.lock(run.case)
    run = StepRun.objects.get(pk=run.pk)
    run.case = case
    if why := why_not_before(run):
        raise NotPossible(why)
    return run
