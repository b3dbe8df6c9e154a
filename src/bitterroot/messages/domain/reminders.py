"""Reminders: of signatures, consultations, conditions, queues, badges that nobody has claimed.

Each is a mail whose key names what it is about and which reminder it is, so that it is written once
however often the sweep runs. After a pause of the worker the latest reminder that is due is
written, not the ones before it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bitterroot.governance import policies
from bitterroot.governance.domain.link import mint_link
from bitterroot.governance.enums import CaseState, SignatureState
from bitterroot.governance.models import Condition, Seat, SignatureRequest
from bitterroot.learning.enums import ListKind, RequestState
from bitterroot.learning.models import IssuanceRequest
from bitterroot.learning.rules import QUEUE_ROLE
from bitterroot.messages.domain.agreement_letters import agreement_reminders
from bitterroot.messages.domain.asking_letters import records_due
from bitterroot.messages.domain.award_reminders import (
    award_reminders,
    graduating_soon,
    unclaimed,
)
from bitterroot.messages.domain.body_reminders import body_reminders
from bitterroot.messages.domain.choices import choices_of, wanted
from bitterroot.messages.domain.letter import Letter, Reminder, address, to_people
from bitterroot.messages.domain.office_reminders import holds_to_review, monthly_portfolio
from bitterroot.messages.domain.writing import Said, in_force, key_of, known, written
from bitterroot.messages.duties import duties_of
from bitterroot.messages.groups import ONE_TIME
from bitterroot.messages.models import LetterRule, Mail
from bitterroot.people.actor import system
from bitterroot.people.duties import Duty
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import assignments, head_of, holders, holders_kept
from bitterroot.people.queries.absences import reached, running
from bitterroot.proposals.enums import ConcurrenceState, ConsultationState
from bitterroot.proposals.models import Concurrence, Consultation
from bitterroot.record import clock

EVERY = timedelta(minutes=10)
AT_ONCE = 200  # reminders whose mails are written together
CONDITION_DAYS = 7
QUEUE_DAYS = 5  # business days
CONCURRENCE_DAYS = 3
DIGEST_HOUR = 7

_last: datetime | None = None


def remind_in_turn() -> int:
    """The worker's step: `remind` at most every ten minutes of the clock."""
    global _last
    now = clock.now()
    if _last is not None and timedelta(0) <= now - _last < EVERY:
        return 0
    _last = now
    return remind()


def remind() -> int:
    """Write every reminder that is due and not written yet; how many mails that made.

    A fresh link and the mail that carries it commit together, so that no killed worker leaves a
    link that is dead and a new one that nobody has. A kind in which something is wrong does not hold up
    those after it; what it raised is raised once they are done.
    """
    kinds = (
        _signatures,
        _concurrences,
        _deputies,
        _consultations,
        _conditions,
        _queues,
        unclaimed,
        _digests,
        body_reminders,
        award_reminders,
        graduating_soon,
        holds_to_review,
        monthly_portfolio,
        records_due,
        agreement_reminders,
    )
    made, rules = 0, in_force()
    wrong: Exception | None = None
    for reminders in kinds:
        try:
            made += _write_all(reminders(), rules)
        except Exception as error:
            wrong = wrong or error
    if wrong is not None:
        raise wrong
    return made


def _write_all(found: Iterator[Reminder], rules: Mapping[str, LetterRule]) -> int:
    made = 0
    with transaction.atomic(), holders_kept():
        while chunk := list(islice(found, AT_ONCE)):
            made += _write(chunk, rules)
    return made


def _write(reminders: Sequence[Reminder], rules: Mapping[str, LetterRule]) -> int:
    """Save those letters that are wanted and not written yet; how many. Few queries for all."""
    fresh = {
        key_of(letter, reminder.about): (letter, reminder)
        for reminder in reminders
        for letter in reminder.letters
        if letter.to_address
    }
    for key in known(list(fresh)):
        del fresh[key]
    choices = choices_of(letter.person for letter, _ in fresh.values())
    said = Said()
    mails = []
    for letter, reminder in fresh.values():
        chosen = choices.get(letter.person.pk) if letter.person else None
        if wanted(letter, chosen) or letter.template not in ONE_TIME:
            mails.append(
                written(
                    letter,
                    about=reminder.about,
                    event=None,
                    choices=chosen,
                    rules=rules,
                    said=said,
                    stream=reminder.stream,
                )
            )
    Mail.objects.bulk_create(mails, ignore_conflicts=True)
    return len(mails)


def _said(template: str, about: str, person: Person | None, to_address: str = "") -> bool:
    letter = Letter(template, "", to_address, person)
    return Mail.objects.filter(key=key_of(letter, about)).exists()


def _latest(days: Sequence[int], passed: int) -> int | None:
    """The last of `days` that has come."""
    return max((day for day in days if day <= passed), default=None)


def _signatures() -> Iterator[Reminder]:
    rules = policies.current().signing
    first = min(*rules.reminder_days, *rules.link_reminder_days, rules.escalate_days)
    found = (
        SignatureRequest.objects.filter(
            state__in=[SignatureState.REQUESTED, SignatureState.VIEWED],
            case__state=CaseState.OPEN,
            case__proposal__isnull=False,
            requested_at__lte=clock.now() - timedelta(days=first),
        )
        .select_related("case__proposal", "person__supervisor")
        .prefetch_related(
            "person__addresses",
            "person__supervisor__addresses",
            "case__proposal__lead__addresses",
            "case__proposal__co_authors__addresses",
        )
    )
    asked = list(found.order_by("pk"))
    people = {row.person_id: row.person for row in asked if row.person is not None}
    acting = dict(zip(people, reached(people.values()), strict=True))
    above_of = cache(_above)  # one head is asked for many
    for row in asked:
        proposal = row.case.proposal
        assert row.requested_at is not None  # the filter asks for it
        passed = (clock.now() - (row.asked_at or row.requested_at)).days
        words = {"signature": row, "proposal": proposal}
        if row.person is None:
            yield from _partner(row, words, _latest(rules.link_reminder_days, passed))
            continue
        link = address("faculty:sign", row.pk)
        day = _latest(rules.reminder_days, passed)
        if day is not None:
            told = to_people(
                [acting[row.person_id]], "signature_reminder", **words, link=link, days=passed
            )
            yield Reminder(f"{row.pk}:{day}", told)
        if passed >= rules.escalate_days:
            above = above_of(row.person)
            told_too = [*([above] if above else []), proposal.lead, *proposal.co_authors.all()]
            page = address("faculty:proposal", proposal.pk)
            yield Reminder(
                f"{row.pk}:escalated",
                to_people(told_too, "signature_escalated", **words, link=page, days=passed),
                f"case:{row.case_id}",
            )


def _partner(
    row: SignatureRequest, words: Mapping[str, object], day: int | None
) -> Iterator[Reminder]:
    """To an officer outside, with a fresh link; none is made for a letter that is written."""
    about = f"{row.pk}:{day}"
    if day is None or _said("signature_partner", about, None, row.partner_email):
        return
    token = mint_link(by=system("reminder to a partner"), signature=row)
    row.refresh_from_db(fields=["link_expires_at", "partner_name", "partner_email"])
    words = {**words, "link": address("faculty:partner_sign", token)}
    letter = Letter("signature_partner", row.partner_name, row.partner_email, None, words)
    yield Reminder(about, [letter], f"case:{row.case_id}")


def _concurrences() -> Iterator[Reminder]:
    """Three days before their day, to heads who have not said whether they concur."""
    soon = clock.today() + timedelta(days=CONCURRENCE_DAYS)
    rows = Concurrence.objects.filter(
        state=ConcurrenceState.ASKED, due_on__range=(clock.today(), soon)
    ).exclude(asked_at__gte=clock.now() - timedelta(days=CONCURRENCE_DAYS))
    for row in rows.select_related("proposal__lead", "unit", "person").order_by("pk"):
        link = address("faculty:concurrence", row.pk)
        words = {"concurrence": row, "proposal": row.proposal, "link": link}
        people = reached([row.person])
        yield Reminder(str(row.pk), to_people(people, "concurrence_reminder", **words))


def _deputies() -> Iterator[Reminder]:
    """On the first day of an absence its deputy reads what waits for them now."""
    today = running().filter(starts_on=clock.today()).select_related("person", "deputy")
    for row in today.order_by("pk"):
        if _said("absence_begins", str(row.pk), row.deputy):
            continue
        words = {"absence": row, "duties": duties_of(row.deputy), "link": address("faculty:work")}
        yield Reminder(str(row.pk), to_people([row.deputy], "absence_begins", **words))


def _above(person: Person) -> Person | None:
    """To whom a missing signature is told: the supervisor, else the head above the person's unit."""
    if person.supervisor is not None:
        return person.supervisor
    seat = assignments().filter(person=person).exclude(unit=None).select_related("unit").first()
    unit = seat.unit.parent if seat and seat.unit else None
    above = head_of(unit) if unit else None
    return above if above != person else None


def _consultations() -> Iterator[Reminder]:
    tomorrow = clock.today() + timedelta(days=1)
    rows = Consultation.objects.filter(
        state=ConsultationState.SCHEDULED,
        scheduled_for__gt=clock.now(),
        scheduled_for__lte=clock.now() + timedelta(days=2),
    ).select_related("requester", "consultant")
    for row in rows:
        if row.scheduled_for and timezone.localtime(row.scheduled_for).date() == tomorrow:
            people = [row.requester, *([row.consultant] if row.consultant else [])]
            link = address("faculty:consultation", row.pk)
            about = f"{row.pk}:{row.scheduled_for:%Y%m%d%H%M}"
            yield Reminder(
                about, to_people(people, "consultation_reminder", consultation=row, link=link)
            )


def _conditions() -> Iterator[Reminder]:
    soon = clock.today() + timedelta(days=CONDITION_DAYS)
    rows = Condition.objects.filter(
        closed_at=None, due_on__lte=soon, due_on__gte=clock.today() - timedelta(days=30)
    ).select_related("decision__case__proposal__lead")
    for row in rows:
        proposal = getattr(row.decision.case, "proposal", None)
        if proposal is None or row.due_on is None:
            continue
        late = row.due_on < clock.today()
        authors = [proposal.lead, *proposal.co_authors.all()]
        officers = holders(Role.PROGRAM_OFFICER) if late else []
        words = {"condition": row, "proposal": proposal, "late": late}
        link = address("faculty:proposal", proposal.pk)
        yield Reminder(
            f"{row.pk}:{row.due_on:%Y%m%d}:{'late' if late else 'soon'}",
            to_people([*authors, *officers], "condition_due", **words, link=link),
            f"case:{row.decision.case_id}",
        )


def _queues() -> Iterator[Reminder]:
    """Requests that lie in a queue for more than five business days: its officers, the office."""
    calendar = policies.current().calendar
    if not calendar.covers(clock.today()):
        return
    oldest = calendar.add_business_days(clock.today(), -QUEUE_DAYS)
    rows = IssuanceRequest.objects.filter(
        state__in=[RequestState.WITH_REGISTRAR, RequestState.WITH_OFFICE],
        submitted_at__lt=_morning(oldest),
    ).select_related("offering__program")
    for row in rows:
        people = [*holders(QUEUE_ROLE[ListKind(row.kind)]), *holders(Role.PROGRAM_OFFICER)]
        link = address("registrar:request", row.pk, otherwise="/queue")
        yield Reminder(
            str(row.pk),
            to_people(people, "queue_ageing", request=row, link=link),
            f"issuance:{row.pk}",
        )


def _digests() -> Iterator[Reminder]:
    """On Mondays from seven in the morning: those in an office or a body, those asked to sign or
    who act for another: what waits."""
    now = timezone.localtime(clock.now())
    if now.weekday() != 0 or now.hour < DIGEST_HOUR:
        return
    week = f"{now:%G-W%V}"
    in_office = Q(pk__in=assignments().values("person"))
    asked = Q(signature_requests__state__in=[SignatureState.REQUESTED, SignatureState.VIEWED])
    day = clock.today()
    seats = Seat.objects.filter(starts_on__lte=day).exclude(ends_on__lt=day)
    seated = Q(pk__in=seats.values("person"))
    seated |= Q(pk__in=seats.filter(delegate_until__gte=day).values("delegate"))
    deputies = Q(pk__in=running().values("deputy"))
    told = Person.objects.filter(in_office | asked | seated | deputies)
    for person in told.distinct().order_by("pk"):
        if _said("weekly_digest", week, person):
            continue
        duties = duties_of(person)
        if duties:
            words = {"duties": duties, "link": address("faculty:work"), **_by_day(duties)}
            yield Reminder(week, to_people([person], "weekly_digest", **words))


def _by_day(duties: Sequence[Duty]) -> dict[str, list[Duty]]:
    """What is late and what is due within the week, by day, and the rest as it came."""
    today = clock.today()
    dated = sorted(
        ((each.due, each.since, each) for each in duties if each.due is not None),
        key=lambda said: said[:2],
    )
    late = [each for due, _, each in dated if due < today]
    soon = [each for due, _, each in dated if today <= due < today + timedelta(days=7)]
    return {"late": late, "soon": soon, "rest": [d for d in duties if d not in late + soon]}


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())
