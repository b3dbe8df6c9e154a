from bitterroot.governance.models.ballot import Ballot, Motion, Objection, Vote
from bitterroot.governance.models.body import Seat, SeatCover
from bitterroot.governance.models.bundle import Bound, Bundle
from bitterroot.governance.models.calendar import CalendarChange, Hold
from bitterroot.governance.models.case import Case, PolicyVersion, Snapshot
from bitterroot.governance.models.comment import Comment, Watch
from bitterroot.governance.models.decision import Condition, Decision
from bitterroot.governance.models.meeting import AgendaItem, Attendance, Meeting, Minutes
from bitterroot.governance.models.review import Conflict, ReviewSheet
from bitterroot.governance.models.run import StepRun
from bitterroot.governance.models.signature import SignatureRequest

__all__ = [
    "AgendaItem",
    "Attendance",
    "Ballot",
    "Bound",
    "Bundle",
    "CalendarChange",
    "Case",
    "Comment",
    "Condition",
    "Conflict",
    "Decision",
    "Hold",
    "Meeting",
    "Minutes",
    "Motion",
    "Objection",
    "PolicyVersion",
    "ReviewSheet",
    "Seat",
    "SeatCover",
    "SignatureRequest",
    "Snapshot",
    "StepRun",
    "Vote",
    "Watch",
]
