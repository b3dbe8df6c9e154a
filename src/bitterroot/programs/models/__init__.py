"""What is offered: programs with their versions and badges, their pilots, and what is due in them."""

from bitterroot.programs.models.ending import TeachOut
from bitterroot.programs.models.intent import Intent
from bitterroot.programs.models.marketing import MarketingRequest
from bitterroot.programs.models.pilot import Pilot, PilotExtension
from bitterroot.programs.models.program import BadgeTemplate, Program, ProgramVersion
from bitterroot.programs.models.reminder import Reminder
from bitterroot.programs.models.review import ProgramReview, ReviewContribution, ReviewFile
from bitterroot.programs.models.term import ProgramTerm

__all__ = [
    "BadgeTemplate",
    "Intent",
    "MarketingRequest",
    "Pilot",
    "PilotExtension",
    "Program",
    "ProgramReview",
    "ProgramTerm",
    "ProgramVersion",
    "Reminder",
    "ReviewContribution",
    "ReviewFile",
    "TeachOut",
]
