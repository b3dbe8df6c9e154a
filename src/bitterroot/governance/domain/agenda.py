"""The agenda of a meeting: what is on it, where, in which order; late items and consent."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from bitterroot.governance import policies
from bitterroot.governance.body_rules import (
    may_keep,
    may_preside,
    may_take_part,
    why_not_before,
    why_not_in_session,
)
from bitterroot.governance.bundles import bound_with
from bitterroot.governance.counting import quorum_of
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.bundle import set_before
from bitterroot.governance.domain.conflict import detect_conflicts
from bitterroot.governance.domain.meeting import BEFORE, lock, note
from bitterroot.governance.domain.motion import LIVE
from bitterroot.governance.domain.run import choices, conclude, step_of
from bitterroot.governance.enums import ItemState, MeetingState, Section
from bitterroot.governance.models import AgendaItem, Case, Decision, Meeting, StepRun
from bitterroot.governance.queries.ballots import Room, room
from bitterroot.governance.queries.bodies import body_of, rule_of
from bitterroot.governance.queries.readings import WORDS, asked, given, readings, still_to_read
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.record import clock

OPEN_MEETINGS = (*BEFORE, MeetingState.IN_SESSION)
WAITING = (ItemState.LISTED, ItemState.LATE)


@transaction.atomic
def put_on_agenda(
    *, by: Actor, meeting: Meeting, run: StepRun, section: str = "", reason: str = ""
) -> AgendaItem:
    """Put a matter on a meeting's agenda, by default in the section that the policy names for it.

    What it is bound with and lies before the body too comes along, below it. After the cut-off it
    is late and waits for a ruling; `reason` says why it should be taken up. Conflicts of members
    are looked for.
    """
    answer = may_keep(by, meeting.body).require()
    bound = set_before(run)
    _hold_all([run.case, *(each.case for each in bound)])
    for each in (run, *bound):  # meanwhile it may have ended, or wait for what it was bound with
        each.refresh_from_db(fields=["state", "note"])
        each.case.refresh_from_db(fields=["state"])
    meeting = lock(meeting)
    item = _place(by, meeting, run, section, reason, answer.capacity)
    for each in bound:
        if not _elsewhere(each) and not why_not_before(each):
            _place(by, meeting, each, section, reason, answer.capacity)
    return item


def _hold_all(rows: Iterable[Case]) -> None:
    """Hold several cases, in one order."""
    for row in sorted(rows, key=lambda row: str(row.pk)):
        cases.lock(row)


def _elsewhere(run: StepRun) -> bool:
    return AgendaItem.objects.filter(
        run=run, state__in=WAITING, meeting__state__in=OPEN_MEETINGS
    ).exists()


def _place(
    by: Actor, meeting: Meeting, run: StepRun, section: str, reason: str, capacity: str
) -> AgendaItem:
    if meeting.state not in OPEN_MEETINGS:
        raise NotPossible(f"This agenda is closed ({meeting.get_state_display().lower()}).")
    if run.body != meeting.body:
        raise NotPossible("This matter lies before another body.")
    if why := why_not_before(run):
        raise NotPossible(why)
    if _elsewhere(run):
        raise NotPossible("It is on an agenda already.")
    late = clock.today() > meeting.cut_off
    if late and not reason.strip():
        raise NotPossible("The cut-off is past. Say why it cannot wait.", [("reason", "Say why.")])
    section = Section.LATE if late else _section(run, section)
    item, _ = AgendaItem.objects.update_or_create(
        meeting=meeting,
        run=run,
        defaults={
            "section": section,
            "position": _last(meeting, section) + 1,
            "state": ItemState.LATE if late else ItemState.LISTED,
            "ruling": reason.strip() if late else "",
        },
    )
    detect_conflicts(run=run)
    _note(by, item, "item put on the agenda", capacity)
    return item


@transaction.atomic
def rule_on_late(*, by: Actor, item: AgendaItem, take_up: bool, reason: str) -> AgendaItem:
    """The chair lets a late item onto the agenda as an action item, or leaves it for later."""
    item = _held(item)
    answer = may_preside(by, item.meeting.body).require()
    if item.state != ItemState.LATE:
        raise NotPossible("This item waits for no ruling.")
    if not reason.strip():
        raise NotPossible("Give the reason of the ruling.", [("reason", "Write a reason.")])
    item.ruling = reason.strip()
    item.state = ItemState.LISTED if take_up else ItemState.REFUSED
    if take_up:
        item.position = _last(item.meeting, Section.ACTION) + 1
        item.section = Section.ACTION
    item.save()
    _note(by, item, "late item taken up" if take_up else "late item refused", answer.capacity)
    return item


@transaction.atomic
def pull_from_consent(*, by: Actor, item: AgendaItem) -> AgendaItem:
    """Any voting member makes an action item of a consent item; no reason is asked."""
    item = _held(item)
    answer = may_take_part(by, item.run).require()
    if item.section != Section.CONSENT or item.state != ItemState.LISTED:
        raise NotPossible("This is not on the consent agenda now.")
    item.section, item.position = Section.ACTION, _last(item.meeting, Section.ACTION) + 1
    item.pulled_by = by.person
    item.save()
    _note(by, item, "item pulled from consent", answer.capacity)
    return item


@transaction.atomic
def reorder(*, by: Actor, item: AgendaItem, up: bool) -> AgendaItem:
    """Let an item change places with the one before it, or after it, in its section."""
    item = _held(item)
    answer = may_keep(by, item.meeting.body).require()
    if item.meeting.state not in OPEN_MEETINGS:
        raise NotPossible("This agenda is closed.")
    beside = list(item.meeting.items.filter(section=item.section).order_by("position", "pk"))
    at = [each.pk for each in beside].index(item.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(beside):
        raise NotPossible(f"It stands {'first' if up else 'last'} in its section already.")
    beside[at], beside[to] = beside[to], beside[at]
    for position, each in enumerate(beside, 1):
        each.position = position
    AgendaItem.objects.bulk_update(beside, ["position"])
    _note(by, item, "agenda reordered", answer.capacity)
    item.refresh_from_db()
    return item


@transaction.atomic
def postpone_item(
    *, by: Actor, item: AgendaItem, reason: str, to: Meeting | None = None
) -> AgendaItem:
    """Take an item off this agenda, and put it on that of a later meeting if one is named.

    What it is bound with and waits there too goes along.
    """
    _hold_all([item.run.case, *bound_with(item.run.case)])
    item = _held(item)
    answer = may_keep(by, item.meeting.body).require()
    if item.state not in WAITING or item.meeting.state not in OPEN_MEETINGS:
        raise NotPossible(f"It cannot be postponed ({item.get_state_display().lower()}).")
    if not reason.strip():
        raise NotPossible("Say why; the proposer reads it.", [("reason", "Write a reason.")])
    items = [item, *_set_of(item)]
    if StepRun.objects.filter(agenda_items__in=items, motions__ballots__state="open").exists():
        raise NotPossible("A ballot on it is open, or on what it is bound with.")
    held = Q(motions__ballots__state="closed", motions__ballots__released_at__isnull=True)
    if StepRun.objects.filter(held, agenda_items__in=items).exists():
        raise NotPossible("The body has voted on it, and the result is held back: release it.")
    for each in items:
        each.meeting = item.meeting
        each.state, each.ruling = ItemState.POSTPONED, reason.strip()
        each.save()
        _note(by, each, "item postponed", answer.capacity)
    if to is None:
        return item
    if to.starts_at <= item.meeting.starts_at:
        raise NotPossible("Choose a later meeting.", [("to", "Choose a later meeting.")])
    return put_on_agenda(by=by, meeting=to, run=item.run, reason=reason)


@transaction.atomic
def note_reading(*, by: Actor, item: AgendaItem, to: Meeting | None = None) -> AgendaItem:
    """Note that the meeting read a matter that takes more than one; it comes back at a later one.

    What it is bound with and waits there rests too, for it is decided with it: read, where a reading
    of it is missing. Raises NotPossible where this meeting may decide it, and outside of a meeting.
    """
    _hold_all([item.run.case, *bound_with(item.run.case)])
    item = _held(item)
    answer = may_keep(by, item.meeting.body).require()
    if why := why_not_in_session(item.meeting):
        raise NotPossible(why)
    if item.state != ItemState.LISTED:
        raise NotPossible(f"It is not read now ({item.get_state_display().lower()}).")
    if not still_to_read(item.run, item.meeting):
        raise NotPossible("Nothing is left to read before this meeting decides.")
    items = [item, *_set_of(item)]
    moved = StepRun.objects.filter(agenda_items__in=items, motions__state__in=LIVE)
    if first := moved.select_related("case").first():
        what = "it" if first == item.run else f"{first.case.title}, with which it is bound,"
        raise NotPossible(f"A motion on {what} is before the body.")
    for each in items:
        each.meeting = item.meeting
        _let_rest(by, each, item.run.case.title, answer.capacity)
    if to is None:
        return item
    if to.starts_at <= item.meeting.starts_at:
        raise NotPossible("Choose a later meeting.", [("to", "Choose a later meeting.")])
    return put_on_agenda(by=by, meeting=to, run=item.run, reason="It was read before.")


def _let_rest(by: Actor, item: AgendaItem, title: str, capacity: str) -> None:
    """Note that the meeting read the item, or that it rests with `title`, with which it is bound."""
    reads = item.state == ItemState.LISTED and bool(still_to_read(item.run, item.meeting))
    item.state = ItemState.POSTPONED
    if not reads:
        item.ruling = f"It is bound with {title}, which comes back at a later meeting."
        item.save()
        _note(by, item, "item postponed", capacity)
        return
    number = given(readings([item.run])[item.run.pk], item.meeting)
    said = f"{WORDS[number]} reading. It comes back at a later meeting."
    item.read_at, item.ruling = clock.now(), f"{item.ruling}\n{said}".lstrip()
    item.save()
    _note(by, item, "item read", capacity)


@transaction.atomic
def approve_consent_items(
    *, by: Actor, meeting: Meeting, mover: Person, seconder: Person
) -> list[Decision]:
    """One motion approves everything that is still on the consent agenda, without a ballot.

    Each matter is decided by itself: its own quorum without its own recused members. Raises
    NotPossible, and decides nothing, where one of them lacks a quorum or has a conflict open.
    """
    answer = may_keep(by, meeting.body).require()
    runs = list(StepRun.objects.filter(agenda_items__meeting=meeting).order_by("case"))
    for run in runs:
        cases.lock(run.case)
    meeting = lock(meeting)
    if why := why_not_in_session(meeting):
        raise NotPossible(why)
    if mover == seconder:
        raise NotPossible(
            "Someone other than the mover seconds.", [("seconder", "Choose another.")]
        )
    items = list(
        meeting.items.filter(section=Section.CONSENT, state=ItemState.LISTED).select_related(
            "run__case"
        )
    )
    if not items:
        raise NotPossible("Nothing is on the consent agenda.")
    said = {"mover": mover.display_name, "seconder": seconder.display_name}
    return [
        _approve(by, item, _seen(item, meeting, mover, seconder), answer.capacity, said)
        for item in items
    ]


def _seen(item: AgendaItem, meeting: Meeting, *movers: Person) -> Room:
    run = item.run
    seen = room(run, meeting)
    title = run.case.title
    if seen.flagged:
        raise NotPossible(f"{title}: settle these conflicts first: {', '.join(seen.flagged)}.")
    if not seen.quorate:
        raise NotPossible(
            f"{title}: there is no quorum: {len(seen.present)} of the {seen.needed} needed are here."
        )
    here = {s.person.pk for s in seen.present}
    for each in movers:
        if each.pk not in here:
            raise NotPossible(f"{title}: {each} cannot move or second it.")
    return seen


def _approve(
    by: Actor, item: AgendaItem, seen: Room, capacity: str, said: dict[str, str]
) -> Decision:
    base, present = len(seen.eligible), len(seen.present)
    tally = {
        "consent": True,
        **said,
        "recused": len(seen.recused),
        "eligible": base,
        "present": present,
        "quorum": quorum_of(rule_of(item.run).quorum, base),
        "passed": True,
        "names": None,
    }
    return conclude(
        by=by,
        run=item.run,
        outcome="approve",
        body_name=body_of(item.run).title,
        capacity=capacity,
        tally=tally,
    )


def _section(run: StepRun, section: str) -> str:
    """The section asked for, else the one that the policy names. Consent needs the body's rule."""
    step = step_of(run)
    if run.kind in ("inform", "comment", "no objection"):
        return Section.INFORMATION
    section = section or getattr(step, "agenda", Section.ACTION)
    if section not in (Section.CONSENT, Section.ACTION):
        raise NotPossible("Choose consent or action.", [("section", "Choose one.")])
    takes = policies.of(run.case).bodies[run.body].consent and "approve" in choices(step)
    takes = takes and asked(run) == 1
    return section if takes or section != Section.CONSENT else Section.ACTION


def _set_of(item: AgendaItem) -> list[AgendaItem]:
    """The other items of this agenda that wait there and are bound with it."""
    found = item.meeting.items.filter(run__case__in=bound_with(item.run.case), state__in=WAITING)
    return list(found.select_related("run__case").order_by("position", "pk"))


def _last(meeting: Meeting, section: str) -> int:
    found = meeting.items.filter(section=section).order_by("-position").first()
    return found.position if found else 0


def _held(item: AgendaItem) -> AgendaItem:
    """The item as it stands now, with its case and its meeting held."""
    found = AgendaItem.objects.select_related("run__case").get(pk=item.pk)
    cases.lock(found.run.case)
    meeting = lock(found.meeting)
    found.refresh_from_db()
    found.meeting = meeting
    if why := why_not_before(found.run):
        raise NotPossible(why)
    return found


def _note(by: Actor, item: AgendaItem, verb: str, capacity: str) -> None:
    note(
        by,
        item.meeting,
        verb,
        capacity,
        item=str(item.pk),
        matter=item.run.case.title,
        section=item.section,
        ruling=item.ruling,
    )
