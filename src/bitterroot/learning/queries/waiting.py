"""What waits for a person in this room: lists to finish, requests that were returned."""

from __future__ import annotations

from django.db.models import Q

from bitterroot.learning.enums import ListState, RequestState
from bitterroot.learning.models import IssuanceRequest, TrackingList
from bitterroot.learning.queries.lists import with_counts
from bitterroot.people.duties import Duty
from bitterroot.people.models import Person

_MOST = 50


def waiting_for(person: Person) -> list[Duty]:
    """Duties of an instructor or a lead, oldest first, at most fifty of each sort."""
    drafts = with_counts(
        TrackingList.objects.filter(uploaded_by=person, state=ListState.DRAFT)
    ).select_related("offering__program")
    returned = IssuanceRequest.objects.filter(
        Q(requested_by=person), state=RequestState.RETURNED
    ).select_related("offering__program")
    duties = [_draft(each) for each in drafts.order_by("uploaded_at")[:_MOST]]
    duties += [_returned(each) for each in returned.order_by("submitted_at")[:_MOST]]
    return sorted(duties, key=lambda duty: duty.since)


def _draft(tracking_list: TrackingList) -> Duty:
    errors = tracking_list.error_count  # type: ignore[attr-defined]
    warnings = tracking_list.warning_count  # type: ignore[attr-defined]
    if errors:
        why = f"{errors:,} {'row has' if errors == 1 else 'rows have'} errors to mend"
    elif warnings:
        why = f"{warnings:,} {'row warns' if warnings == 1 else 'rows warn'}: acknowledge or mend"
    else:
        why = "Every row is in order: submit it"
    return Duty(
        title=f"Tracking list of {tracking_list.offering.program.title}",
        why=why,
        url_name="faculty:list",
        url_args=(str(tracking_list.pk),),
        due=None,
        since=tracking_list.uploaded_at,
        button="Mend the list" if errors else "Open the list",
    )


def _returned(request: IssuanceRequest) -> Duty:
    return Duty(
        title=f"Returned: tracking list of {request.offering.program.title}",
        why=request.return_reason,
        url_name="faculty:list",
        url_args=(str(request.tracking_list_id),),
        due=None,
        since=request.submitted_at,
        button="Mend and send again",
    )
