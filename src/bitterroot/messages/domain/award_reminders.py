"""Badges that end soon or have ended, and learners whose campus mailbox will end.

Learners are written to each, leads once a day for all badges of one template.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Max, Min
from django.utils import timezone

from bitterroot.issuing.domain.award import mint_claim_links
from bitterroot.issuing.enums import HELD
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
GRADUATION_DAYS = 60
MOST = 500  # learners in one sweep


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
    rows = list(
        Award.objects.filter(state__in=HELD, **_ending(days))
        .select_related("learner", "template", "request__offering__program__lead")
        .prefetch_related("learner__addresses")
        .order_by("valid_until", "pk")[:20_000]
    )
    keys = {key_of(Letter(template, "", "", a.learner), f"{a.pk}:{days}"): a for a in rows}
    have, choices = known(list(keys)), choices_of(a.learner for a in rows)
    fresh = [
        award
        for key, award in keys.items()
        if key not in have
        and contact_address(award.learner)
        and wanted(Letter(template, "", "", award.learner), choices.get(award.learner_id))
    ][:MOST]
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
