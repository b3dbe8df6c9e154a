"""The minutes of a meeting as the record tells them, in Markdown."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from bitterroot.governance.enums import (
    BallotState,
    ConflictState,
    ItemState,
    MotionState,
    SeatOffice,
    Section,
    VoteChoice,
)
from bitterroot.governance.models import AgendaItem, Ballot, Meeting, Motion
from bitterroot.governance.queries.bodies import Sitting, body_of, sitting, title_of
from bitterroot.governance.queries.open_meetings import place_for_all
from bitterroot.governance.queries.readings import ruled_and_read


def drafted(meeting: Meeting) -> str:
    """Who was there, what was moved and how it was decided, in the order of the agenda."""
    day = timezone.localtime(meeting.starts_at)
    lines = [
        f"# {title_of(meeting.body)}: minutes of {day.day} {day:%B %Y}",
        f"{_plain(place_for_all(meeting.place))}. {_hours(meeting)}",
        "## Attendance",
        *_attendance(meeting),
    ]
    items = meeting.items.select_related("run__case", "pulled_by").order_by("position")
    for section in (Section.CONSENT, Section.ACTION, Section.LATE, Section.INFORMATION):
        found = [item for item in items if item.section == section]
        if found:
            lines.append(f"## {section.label} items")
        for item in found:
            lines += [f"### {_plain(item.run.case.title)}", *_item(item)]
    return "\n\n".join(lines) + "\n"


def tally_in_words(result: dict[str, object]) -> str:
    """ "31 yes, 2 no, 1 abstained; 34 of 40 present, quorum 20"."""
    head = (
        "without a ballot"
        if result.get("consent")
        else f"{result['yes']} yes, {result['no']} no, {result['abstain']} abstained"
    )
    recused = f", {result['recused']} recused" if result.get("recused") else ""
    hands = ", by a show of hands" if result.get("hands") else ""
    return (
        f"{head}{hands}{recused}; {result['present']} of {result['eligible']} took part, "
        f"quorum {result['quorum']}"
    )


def by_name(result: dict[str, object]) -> list[tuple[str, list[str]]]:
    """Who voted yes, no, abstained, in this order; nothing where only counts are shown."""
    names = result.get("names")
    if not isinstance(names, dict):
        return []
    return [(choice, names[choice]) for choice in VoteChoice.values if names.get(choice)]


def _hours(meeting: Meeting) -> str:
    def hour(moment: object) -> str:
        return f"{timezone.localtime(moment):%H:%M}" if moment else "?"  # type: ignore[arg-type]

    return f"Called to order at {hour(meeting.opened_at)}, ended at {hour(meeting.ended_at)}."


def _attendance(meeting: Meeting) -> Iterator[str]:
    day = timezone.localtime(meeting.starts_at).date()
    members = sitting(meeting.body, day)
    came = meeting.attendance.select_related("person")
    there = {each.person_id for each in came}
    yield f"Present: {_names([s for s in members if s.person.pk in there]) or 'nobody'}."
    away = [s for s in members if s.person.pk not in there and s.seat.voting]
    if away:
        yield f"Absent: {_names(away)}."
    early = [
        f"{_plain(each.person.display_name)} left at {timezone.localtime(each.left_at):%H:%M}"
        for each in came
        if each.left_at and meeting.ended_at and each.left_at < meeting.ended_at
    ]
    if early:
        yield "; ".join(early) + "."


def _names(members: list[Sitting]) -> str:
    return ", ".join(
        _plain(s.person.display_name)
        + (f" ({s.seat.get_office_display().lower()})" if s.office != SeatOffice.MEMBER else "")
        for s in members
    )


def _item(item: AgendaItem) -> Iterator[str]:
    if item.pulled_by:
        yield f"Pulled from the consent agenda by {_plain(item.pulled_by.display_name)}."
    ruled, read = ruled_and_read(item)
    if ruled and (read or item.state != ItemState.POSTPONED):
        yield f"Late item. Ruling of the chair: {_plain(ruled)}"
    out = item.run.conflicts.filter(state=ConflictState.RECUSED).select_related("person")
    if out:
        yield f"Recused: {', '.join(_plain(c.person.display_name) for c in out)}."
    here = Q(item=item) | Q(item=None, ballots__opens_at__gte=item.meeting.opened_at)
    for motion in item.run.motions.filter(here).distinct().select_related("mover", "seconder"):
        yield from _motion(motion)
    title = body_of(item.run).title
    for decision in item.run.decisions.order_by("recorded_at"):
        said = decision.tally
        if said.get("consent"):
            yield (
                f"Approved on the consent agenda; moved by {_plain(said['mover'])}, seconded by "
                f"{_plain(said['seconder'])} ({tally_in_words(said)})."
            )
        elif decision.body != title and decision.recorded_at <= (
            item.meeting.ended_at or decision.recorded_at
        ):
            outcome = decision.get_outcome_display().lower()  # type: ignore[attr-defined]
            yield f"Not decided here. {_plain(decision.body)}: {outcome}. {_plain(decision.reason)}"
    if read:
        yield _plain(read)
    elif item.state == ItemState.POSTPONED:
        yield f"Postponed. {_plain(item.ruling)}".strip()
    if item.state == ItemState.REFUSED:
        yield "Not taken up."


def _motion(motion: Motion) -> Iterator[str]:
    second = f", seconded by {_plain(motion.seconder.display_name)}" if motion.seconder else ""
    yield f"Moved by {_plain(motion.mover.display_name)}{second}: {_plain(motion.text)}"
    for text, due in motion.conditions:
        yield f"- Condition: {_plain(text)}" + (f" (by {due})" if due else "")
    for ballot in motion.ballots.all():
        yield _ballot(ballot)
    if motion.state == MotionState.WITHDRAWN:
        yield "The motion was withdrawn."
    elif motion.state == MotionState.MOVED:
        yield "There was no second."


def _ballot(ballot: Ballot) -> str:
    if ballot.state == BallotState.VOID:
        return f"The ballot is void. {_plain(ballot.note)}"
    if ballot.state == BallotState.OPEN:
        return "The electronic ballot on it is open."
    if ballot.released_at is None:
        return "The ballot is closed; its result is held back."
    result = ballot.result
    said = "Carried" if result["passed"] else "Failed"
    told = "; ".join(
        f"{choice}: {', '.join(map(_plain, names))}" for choice, names in by_name(result)
    )
    return f"**{said}**: {tally_in_words(result)}." + (f" ({told})" if told else "")


def _plain(text: str) -> str:
    """Text in which nothing is taken for Markdown."""
    return "".join(
        f"\\{each}" if each in "\\`*_[]<>#|" else each for each in " ".join(text.split())
    )
