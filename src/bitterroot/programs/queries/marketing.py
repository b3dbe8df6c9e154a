"""Marketing requests: who sees them, and for whom they wait."""

from django.db.models import Q, QuerySet

from bitterroot.people.duties import Duty
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import roles_of
from bitterroot.programs.enums import MarketingState
from bitterroot.programs.models import MarketingRequest
from bitterroot.programs.queries import led_by

MOST = 100  # of each kind; more than anyone does in a day
#: What the marketing office does next in each state: (why it waits, the button).
NEXT = {
    MarketingState.SUBMITTED: ("A marketing request is to be taken up", "Read it"),
    MarketingState.ACCEPTED: ("Production of its marketing is to be started", "Go on"),
    MarketingState.IN_PRODUCTION: ("Its marketing is in production", "Go on"),
}


def requests_for(person: Person) -> QuerySet[MarketingRequest]:
    """What `person` may see, newest first: all but drafts for the offices, else one's own programs'."""
    found = MarketingRequest.objects.select_related("program__owner_unit", "requested_by")
    own = Q(program__in=led_by(person))
    if roles_of(person) & {Role.MARKETING, Role.PROGRAM_OFFICER, Role.AUDITOR}:
        own |= ~Q(state__in=[MarketingState.DRAFT, MarketingState.BLOCKED])
    return found.filter(own).order_by("-state_since")


def waiting_for(person: Person) -> list[Duty]:
    """What came back to a lead, and what the marketing office has to do."""
    returned = MarketingRequest.objects.filter(
        program__in=led_by(person), state=MarketingState.DRAFT
    ).exclude(comment="")
    duties = [
        _duty(row, "The marketing office asks for a change", "Mend it")
        for row in returned.select_related("program").order_by("state_since")[:MOST]
    ]
    if Role.MARKETING in roles_of(person):
        theirs = MarketingRequest.objects.filter(state__in=NEXT).filter(
            Q(officer=None) | Q(officer=person)
        )
        duties += [
            _duty(row, *NEXT[MarketingState(row.state)])
            for row in theirs.select_related("program").order_by("state_since")[:MOST]
        ]
    return duties


def _duty(row: MarketingRequest, why: str, button: str) -> Duty:
    return Duty(
        title=row.program.title,
        why=why,
        url_name="faculty:marketing",
        url_args=(row.pk,),
        since=row.state_since,
        button=button,
        due=None,
    )
