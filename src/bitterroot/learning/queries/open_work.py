"""What of a program is not finished: offerings that run, lists and requests on their way."""

from bitterroot.learning.enums import EnrollmentState, ListState, RequestState
from bitterroot.learning.models import Enrollment, IssuanceRequest, Offering, TrackingList
from bitterroot.programs.models import Program
from bitterroot.record import clock

ON_THE_WAY = (
    RequestState.WITH_REGISTRAR,
    RequestState.WITH_OFFICE,
    RequestState.ISSUING,
    RequestState.RETURNED,
)


def open_work(program: Program) -> list[str]:
    """A sentence for each sort of thing that keeps the program from closing; empty if none does.

    Offerings that would begin after it closed to new learners do not count: they never begin.
    """
    running = Offering.objects.filter(program=program, ends_on__gte=clock.today())
    if program.enrolls_until is not None:
        running = running.filter(starts_on__lte=program.enrolls_until)
    there = Enrollment.objects.filter(
        offering__in=running.values("pk"), state=EnrollmentState.ENROLLED
    ).count()
    learners = f" for {there} learner{'' if there == 1 else 's'}" if there else ""
    counts = (
        (running.count(), f"offering runs{learners}", f"offerings run{learners}"),
        (
            TrackingList.objects.filter(offering__program=program, state=ListState.DRAFT).count(),
            "tracking list is not sent",
            "tracking lists are not sent",
        ),
        (
            IssuanceRequest.objects.filter(offering__program=program, state__in=ON_THE_WAY).count(),
            "request for badges is not issued",
            "requests for badges are not issued",
        ),
    )
    return [f"{n} {one if n == 1 else many} yet." for n, one, many in counts if n]
