"""Who teaches what."""

from typing import Any

from django.db.models import QuerySet

from bitterroot.learning.models import Offering
from bitterroot.people.models import Person


def taught_by(person: Person) -> QuerySet[Any, Any]:
    """Keys of the programs of whose offerings the person is an instructor, for use in a query."""
    return Offering.objects.filter(instructors=person).values_list("program", flat=True)
