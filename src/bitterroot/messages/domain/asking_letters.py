"""Letters about a learner's record, a reported problem, and a main address that has changed."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from bitterroot.issuing.enums import RecordState
from bitterroot.issuing.models import ProblemReport, RecordRequest
from bitterroot.learning.enums import ListKind
from bitterroot.learning.rules import QUEUE_ROLE
from bitterroot.messages.domain.letter import Letter, Reminder, address, to_people
from bitterroot.people.models import Address, Person
from bitterroot.people.queries import holders
from bitterroot.record import clock
from bitterroot.record.models import Event

BEFORE = timedelta(days=7)


def _record(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = RecordRequest.objects.select_related("person").get(pk=key)
    if event.verb == "record request answered":
        link = address("learner:privacy")
        return to_people([row.person], "record_answered", asked=row, link=link)
    return to_people(_officers(row), "record_asked", **_words(row))


def _officers(row: RecordRequest) -> list[Person]:
    found = holders(QUEUE_ROLE[ListKind(row.queue)])
    return [each for each in found if each.pk != row.person_id]


def _words(row: RecordRequest) -> dict[str, Any]:
    link = address("registrar:record_request", row.pk, otherwise="/queue")
    return {"asked": row, "link": link, "late": row.due_on < clock.today()}


def records_due() -> Iterator[Reminder]:
    """Requests about a record whose last day for an answer is near, and those that are late."""
    rows = RecordRequest.objects.filter(
        state=RecordState.WAITING, due_on__lte=clock.today() + BEFORE
    )
    for row in rows.select_related("person").order_by("due_on", "pk"):
        about = f"{row.pk}:{'late' if row.due_on < clock.today() else 'near'}"
        letters = to_people(_officers(row), "record_due", **_words(row))
        yield Reminder(about, letters, stream=f"person:{row.person_id}")


def _problem(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = ProblemReport.objects.select_related(
        "award__template", "award__request", "award__learner"
    ).get(pk=key)
    words: dict[str, Any] = {"problem": row, "award": row.award}
    if event.verb == "problem reported":
        officers = holders(QUEUE_ROLE[ListKind(row.award.request.kind)])
        link = address("registrar:problem", row.pk, otherwise="/queue")
        return to_people(officers, "problem_reported", **words, link=link)
    told = []
    if row.reply_to:
        told.append(Letter("problem_answered", "reader", row.reply_to, None, words))
    if row.to_learner:
        link = address("learner:badge", row.award.public_id)
        told += to_people([row.award.learner], "problem_told", **words, link=link)
    return told


def _moved(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To the address that was the main one, where it still belongs to the same person."""
    who = Person.objects.get(pk=key)
    old = Address.objects.filter(pk=data["old"], person=who).first()
    if old is None:
        return []
    return [Letter("address_changed", who.display_name, old.address, who, {"at": event.at})]


ASKING_MAKERS: dict[str, Callable[[str, Event, dict[str, Any]], list[Letter]]] = {
    "record request made": _record,
    "record request answered": _record,
    "problem reported": _problem,
    "problem answered": _problem,
    "main address changed": _moved,
}
