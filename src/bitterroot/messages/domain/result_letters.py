"""What others decided, told to who works on it: to the program office what bodies and the provost
decided, to those who asked for a badge what became of it (domain.md 5.5)."""

from collections.abc import Callable, Sequence
from typing import Any

from bitterroot.governance import policies
from bitterroot.governance.domain.run import choices, step_of
from bitterroot.governance.enums import Outcome
from bitterroot.governance.models import Decision
from bitterroot.issuing.models import Award, Revocation
from bitterroot.learning.enums import ListKind
from bitterroot.messages.domain.body_letters import authors, members
from bitterroot.messages.domain.letter import Letter, address, to_people
from bitterroot.people.enums import Role
from bitterroot.people.queries import holders
from bitterroot.record.models import Event

#: These say nothing new, or the office reads of them in a letter of their own.
UNTOLD = (Outcome.NOTED, Outcome.ENDED, Outcome.OBJECTED)
#: What follows from these is told to the office by itself.
TOLD_BY_EFFECT = ("establish program", "new version", "end program")
#: Whoever asked for these reads so in a letter of their own.
ANSWERED = ("award revoked", "award suspended", "award corrected")


def _result(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To the program office, of a step that is not its own; to the proposers too, where an office
    approved and what comes of it waits for something, so that no other letter says so."""
    decision = Decision.objects.select_related("run__case__proposal__lead").get(pk=key)
    run = decision.run
    proposal = getattr(run.case, "proposal", None) if run else None
    if run is None or proposal is None or decision.outcome in UNTOLD:
        return []
    step = step_of(run)
    if not run.body and getattr(step, "by", None) in (None, "program office"):
        return []
    choice = choices(step).get(run.outcome)
    waits = False
    if choice and choice.effect and decision.outcome == Outcome.APPROVED:
        process = policies.of(run.case).processes[run.case.process]
        waits = not process.ends_with(choice, run.case.facts)
        if choice.effect in TOLD_BY_EFFECT and not waits:
            return []
    apart = {person.pk for person in authors(run.case)}
    if run.kind == "no objection" and run.body:
        apart |= {person.pk for person in members(run.body)}  # they are told as members
    told = [
        person
        for person in holders(Role.PROGRAM_OFFICER)
        if person.pk not in apart and f"person:{person.pk}" != event.actor
    ]
    words = {
        "decision": decision,
        "proposal": proposal,
        "case": run.case,
        "body": decision.body,
        "conditions": list(decision.conditions.order_by("pk")),
    }
    letters = to_people(
        told,
        "result_told",
        **words,
        link=address("office:proposal", proposal.pk, otherwise="/office"),
    )
    if waits and not run.body:  # of a body's decision they have a letter already
        page = address("faculty:proposal", proposal.pk)
        letters += to_people(authors(run.case), "body_decided", **words, link=page)
    return letters


#: What becomes of a badge, as the letter about it says it.
OUTCOMES = {
    "award revoked": "was revoked",
    "award reinstated": "is valid again",
    "award suspended": "was suspended for now",
    "award suspension lifted": "counts again: its suspension was lifted",
    "award corrected": "was replaced by a corrected one",
}


def _badge(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To who asked for the badge, and for credit to the registrar; not to who did it or asked for that."""
    award = Award.objects.select_related(
        "template", "request__requested_by", "request__offering__program"
    ).get(pk=key)
    people = [award.request.requested_by]
    if award.request.kind == ListKind.CREDIT:
        people += holders(Role.REGISTRAR)
    apart = {award.learner_id}
    if event.verb in ANSWERED:
        asked = Revocation.objects.filter(award=award)
        apart |= set(asked.values_list("requested_by", flat=True))
    told = [
        person
        for person in people
        if person.pk not in apart and f"person:{person.pk}" != event.actor
    ]
    words = {
        "award": award,
        "program": award.request.offering.program,
        "what": event.verb.removeprefix("award "),
        "became": OUTCOMES[event.verb],
        "reason": data.get("reason", ""),
        "link": address("faculty:issued_badge", award.public_id),
    }
    return to_people(told, "badge_changed", **words)


RESULTS: dict[str, Callable[[str, Event, dict[str, Any]], Sequence[Letter]]] = {
    "decision made": _result,
    **dict.fromkeys(OUTCOMES, _badge),
}
