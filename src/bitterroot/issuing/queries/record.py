"""What is held here about one person, for that person to read."""

from dataclasses import dataclass, field

from django.utils.text import capfirst

from bitterroot.governance import policies
from bitterroot.issuing.models import Award, ProblemReport, ReadConsent
from bitterroot.learning.models import Enrollment, ListLine
from bitterroot.people.models import Address, Person
from bitterroot.people.queries import assignments
from bitterroot.record import in_words

MOST = 100  # rows of each part


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of data: what it is for, and each thing with what is known of it."""

    title: str
    why: str
    rows: list[tuple[str, str]] = field(default_factory=list)


def held_about(person: Person) -> list[Part]:
    """Everything by kind, newest first, at most 100 of each. Seven queries."""
    return [_identity(person), _addresses(person), _courses(person), _lists(person),
            _badges(person), _shared(person), _offices(person)]  # fmt: skip


def _identity(person: Person) -> Part:
    institution = policies.current().institution
    said = {
        "Name": person.display_name,
        "Family name": person.family_name,
        "Given name": person.given_name,
        "Legal name": person.legal_name,
        "Title": person.title,
        capfirst(institution.login_name): person.netid or "",
        institution.student_id.label: person.student_id or "",
        "Directory information": "withheld" if person.directory_hold else "not withheld",
        "Badges": "not wanted" if person.no_badges else "wanted",
        "Known here since": in_words.day(person.created_at),
    }
    return Part(
        "Who you are",
        "To tell people apart and to write the right name on a badge.",
        [(label, value) for label, value in said.items() if value],
    )


def _addresses(person: Person) -> Part:
    rows = [
        (a.address, f"{a.get_kind_display()}{', main' if a.primary else ''}")
        for a in Address.objects.filter(person=person).order_by("-primary", "pk")
    ]
    return Part("Your addresses", "To write to you, and to find you on lists.", rows)


def _courses(person: Person) -> Part:
    known = {a.normalized for a in person.addresses.all()}
    found = Enrollment.objects.filter(email__in=known)
    if person.student_id:
        found = found | Enrollment.objects.filter(student_id=person.student_id)
    rows = [
        (e.offering.program.title, f"{e.offering.term}: {e.get_state_display().lower()}")
        for e in found.select_related("offering__program").order_by("-pk")[:MOST]
    ]
    return Part("Where you are enrolled", "To check who may be given a badge.", rows)


def _lists(person: Person) -> Part:
    lines = ListLine.objects.filter(learner=person).select_related(
        "tracking_list__offering__program"
    )
    rows = []
    for line in lines.order_by("-pk")[:MOST]:
        cells = sorted(line.cells.items())
        said = "; ".join(f"{k.replace('_', ' ')}: {v}" for k, v in cells if v not in ("", None))
        rows.append((line.tracking_list.offering.program.title, said))
    return Part("What your instructors sent about you", "The row that a badge rests on.", rows)


def _badges(person: Person) -> Part:
    awards = Award.objects.filter(learner=person).select_related("template")
    rows = [
        (a.template.name, f"{in_words.day(a.valid_from)}, {a.get_state_display().lower()}, seen by "
         f"{a.get_visibility_display().lower()}")
        for a in awards.order_by("-valid_from")[:MOST]
    ]  # fmt: skip
    reported = ProblemReport.objects.filter(award__learner=person).count()
    if reported:
        rows.append(("Problems that readers reported", str(reported)))
    return Part("Your badges", "The university's record of what it awarded.", rows)


def _shared(person: Person) -> Part:
    consents = ReadConsent.objects.filter(person=person).select_related("reader")
    rows = [
        (c.reader.name, f"since {in_words.day(c.given_at)}{', ended' if c.ended_at else ''}")
        for c in consents.order_by("-given_at")[:MOST]
    ]
    return Part("Programs that you let read your badges", "You end each when you like.", rows)


def _offices(person: Person) -> Part:
    rows = [
        (
            a.get_role_display(),
            f"{a.unit.name if a.unit else 'the university'}, since {a.starts_on}",
        )
        for a in assignments().filter(person=person).select_related("unit")[:MOST]
    ]
    return Part("Offices that you hold", "They say what you may do here.", rows)
