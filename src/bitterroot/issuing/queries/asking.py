"""What waits of learners' questions about their record and of readers' reports."""

from collections.abc import Collection

from django.db.models import QuerySet

from bitterroot.issuing.enums import ProblemState, RecordState
from bitterroot.issuing.models import ProblemReport, RecordRequest
from bitterroot.people.duties import Duty
from bitterroot.people.models import Person

MOST = 100  # of each sort; more than anyone answers in a day


def open_records(kinds: Collection[str]) -> QuerySet[RecordRequest]:
    """Requests that the officers of these queues answer, the most urgent first."""
    found = RecordRequest.objects.filter(state=RecordState.WAITING, queue__in=kinds)
    return found.select_related("person").order_by("due_on", "asked_at")


def open_problems(kinds: Collection[str]) -> QuerySet[ProblemReport]:
    """Reports about badges of these kinds that wait, oldest first."""
    found = ProblemReport.objects.filter(state=ProblemState.WAITING, award__request__kind__in=kinds)
    found = found.select_related("award__template")
    return found.defer("award__template__achievement").order_by("reported_at")


def asking_duties(person: Person, kinds: Collection[str]) -> list[Duty]:
    """Both, for an officer of these queues; a request to see a record has its last day."""
    records = open_records(kinds).exclude(person=person)[:MOST]
    return [
        *(
            Duty(
                f"{row.person.display_name} asks about their record",
                row.get_kind_display(),
                "registrar:record_request",
                (row.pk,),
                row.asked_at,
                "Answer",
                due=row.due_on,
            )
            for row in records
        ),
        *(
            Duty(
                f"Problem reported: {row.award.template.name}, {row.award.display_name}",
                row.get_kind_display(),
                "registrar:problem",
                (row.pk,),
                row.reported_at,
                "Look at it",
            )
            for row in open_problems(kinds)[:MOST]
        ),
    ]
