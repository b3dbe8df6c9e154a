"""Badges that nobody has claimed, that end soon or have ended; and mailboxes that will end.

Learners are written to each, leads once a day for all badges of one template.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from bitterroot.governance import policies
from bitterroot.issuing.domain.award import mint_claim_links
from bitterroot.issuing.enums import HELD, AwardState
from bitterroot.issuing.models import Award
from bitterroot.learning.enums import EnrollmentState
from bitterroot.learning.models import Enrollment
from bitterroot.messages.domain.choices import choices_of, wanted
from bitterroot.messages.domain.letter import Letter, Reminder, address, to_people
from bitterroot.messages.domain.writing import key_of, known
from bitterroot.people.actor import system
from bitterroot.people.enums import AddressKind
from bitterroot.people.models import Person
from bitterroot.people.queries import contact_address
from bitterroot.programs.models import BadgeTemplate
from bitterroot.record import clock

#: Days before the last day; -1 is the day after it.
DAYS = (60, 30, -1)
#: A pause of the worker may last so long before a day's letters are let go.
WINDOW = timedelta(days=10)
#: A badge's reminder to claim it is written within so many days of its day.
CLAIM_WINDOW = timedelta(days=5)
GRADUATION_DAYS = 60
MOST = 500  # letters of one kind in one sweep, and rows in one part


def award_reminders() -> Iterator[Reminder]:
    """Sixty and thirty days before a badge ends, and when it has; the latest that has come."""
    for days in DAYS:
        yield from _learners(days)
        yield from _leads(days)


def _ending(days: int) -> dict[str, datetime]:
    """Badges whose last day is `days` days away, or has come nearer within the window."""
    last = clock.today() + timedelta(days=days)
    return {
        "valid_until__gt": _end_of(last - WINDOW),
        "valid_until__lte": _end_of(last),
    }


def _learners(days: int) -> Iterator[Reminder]:
    template = "award_expiring" if days > 0 else "award_expired"
    found = Award.objects.filter(state__in=HELD, **_ending(days)).order_by("valid_until", "pk")
    return _to_learners(found, template, days)


def unclaimed() -> Iterator[Reminder]:
    """Badges that wait for their learner, by a fresh link; the older one stops working."""
    for days in policies.current().awards.claim_reminder_days:
        found = waiting_since(clock.now() - timedelta(days=days))
        yield from _to_learners(found, "award_unclaimed", days)


def waiting_since(day: datetime) -> QuerySet[Award]:
    """Badges that nobody has claimed, given by that day and within the window before it."""
    found = Award.objects.filter(state=AwardState.UNCLAIMED, valid_from__lte=day)
    return found.filter(valid_from__gt=day - CLAIM_WINDOW).order_by("valid_from", "pk")


def _to_learners(found: QuerySet[Award], template: str, days: int) -> Iterator[Reminder]:
    """The letter to the learner of each of these badges who has not got it, `MOST` at a time."""
    fresh = list(islice(_untold(found, template, days), MOST))
    tokens = mint_claim_links(by=system("reminder to the learner"), awards=fresh) if fresh else {}
    for award in fresh:
        words = {
            "award": award,
            "program": award.request.offering.program,
            "link": address("learner:claim", tokens[award.pk]),
        }
        yield Reminder(
            f"{award.pk}:{days}",
            to_people([award.learner], template, **words),
            f"award:{award.pk}",
        )


def _untold(found: QuerySet[Award], template: str, days: int) -> Iterator[Award]:
    """Those whose learner takes this letter and has none yet, in their order, read part by part.

    Most have theirs from an earlier sweep: of them the keys alone are read.
    """
    pairs = list(found.values_list("pk", "learner_id"))
    for n in range(0, len(pairs), MOST):
        keys = {
            key_of(Letter(template, "", "", Person(pk=learner)), f"{pk}:{days}"): pk
            for pk, learner in pairs[n : n + MOST]
        }
        have = known(list(keys))
        rows = list(
            found.filter(pk__in=[pk for key, pk in keys.items() if key not in have])
            .select_related("learner", "template", "request__offering__program__lead")
            .prefetch_related("learner__addresses")
        )
        choices = choices_of(award.learner for award in rows)
        for award in rows:
            letter = Letter(template, "", "", award.learner)
            if contact_address(award.learner) and wanted(letter, choices.get(award.learner_id)):
                yield award


def _leads(days: int) -> Iterator[Reminder]:
    letter = "awards_expiring" if days > 0 else "awards_expired"
    found = (
        Award.objects.filter(state__in=HELD, **_ending(days))
        .order_by()
        .values("template")
        .annotate(n=Count("pk"), first=Min("valid_until"), last=Max("valid_until"))
    )
    counts = {row["template"]: row for row in found}
    badges = BadgeTemplate.objects.filter(pk__in=counts).select_related(
        "program_version__program__lead"
    )
    for badge in badges.prefetch_related("program_version__program__co_leads"):
        program, row = badge.program_version.program, counts[badge.pk]
        words = {
            "badge": badge,
            "program": program,
            "n": row["n"],
            "first": timezone.localtime(row["first"]).date(),
            "link": address("faculty:pilot", program.slug, otherwise="/work"),
        }
        people = [program.lead, *program.co_leads.all()]
        last = timezone.localtime(row["last"]).date()
        yield Reminder(f"{badge.pk}:{days}:{last:%Y%m%d}", to_people(people, letter, **words))


def graduating_soon() -> Iterator[Reminder]:
    """Learners who hold a badge and gave no personal address, in their last term.

    That is the last offering in which they are enrolled: when it ends within sixty days, they are
    asked for an address that stays theirs. A later enrollment asks again at its own end.
    """
    last = _last_days()
    link, rows = address("learner:addresses"), sorted(last)
    for n in range(0, len(rows), MOST):
        people = (
            Person.objects.filter(awards__state__in=HELD, student_id__in=rows[n : n + MOST])
            .exclude(addresses__kind=AddressKind.PERSONAL)
            .distinct()
            .order_by("pk")
            .prefetch_related("addresses")
        )
        letters = []
        for person in people:
            ends = last[person.student_id or ""]
            words = {"ends_on": ends, "link": link}
            [letter] = to_people([person], "graduating_soon", **words)
            letters.append((f"{ends:%Y%m%d}", letter))
        have = known([key_of(letter, about) for about, letter in letters])
        for about, letter in letters:
            if key_of(letter, about) not in have:
                yield Reminder(about, [letter])


def _last_days() -> dict[str, date]:
    """The end of the last offering, within sixty days, by the student's number.

    Only what has not ended yet is read: an offering that ends later is among it.
    """
    today = clock.today()
    going = Enrollment.objects.filter(
        state=EnrollmentState.ENROLLED, offering__ends_on__gte=today
    ).exclude(student_id="")
    found = going.order_by().values("student_id").annotate(ends=Max("offering__ends_on"))
    soon = found.filter(ends__lte=today + timedelta(days=GRADUATION_DAYS))
    return dict(soon.values_list("student_id", "ends"))


def _end_of(day: date) -> datetime:
    return datetime.combine(
        day + timedelta(days=1), time.min, tzinfo=timezone.get_default_timezone()
    )
