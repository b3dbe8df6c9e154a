"""Who teaches what."""

from uuid import UUID

from bitterroot.learning.models import Offering
from bitterroot.people.models import Person


def taught_by(person: Person) -> set[UUID]:
    """Keys of the programs of whose offerings the person is an instructor."""
    rows = Offering.objects.filter(instructors=person)
    return set(rows.values_list("program", flat=True).distinct())
