"""Which mails belong together, and which of them a person may do without.

What asks someone to act, or tells of a decision on their own work or badge, cannot be switched off
(domain.md 5.5, the starred rows). A template that stands in no group is always sent, also within
quiet hours. What is switched off is still shown to its reader here, except where it would hold a
one-time link.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Some mails as a person chooses about them."""

    key: str
    label: str
    about: str
    templates: frozenset[str]
    for_learners: bool = False  # learners get some of them as well


OPTIONAL = (
    Group(
        "reminders",
        "Reminders",
        "Of signatures, reviews, notices and meetings that wait for you.",
        frozenset(
            {
                "signature_reminder", "consultation_reminder", "condition_due", "queue_ageing",
                "award_unclaimed", "review_due", "review_overdue", "notice_due", "notice_overdue",
                "full_due", "teach_out_ends", "mou_ends_soon", "mou_to_sign_reminder",
                "mou_signatures_late", "body_review_due",
                "meeting_reminder", "ballot_closing", "hold_review", "award_expiring",
                "awards_expiring", "awards_expired", "graduating_soon", "concurrence_reminder",
            }
        ),
        for_learners=True,
    ),
    Group(
        "comments",
        "Comments",
        "On what you follow, and answers to yours. You are always told when someone names you.",
        frozenset({"comment_written", "comment_answered"}),
    ),
    Group(
        "followed",
        "What I follow",
        "When something that you follow has moved.",
        frozenset({"followed"}),
    ),
    Group(
        "bodies",
        "Bodies I sit in",
        "Meetings, agendas, minutes, results, and what a body is informed of.",
        frozenset(
            {
                "meeting_planned", "agenda_published", "minutes_approved", "result_released",
                "body_informed", "no_objection_ended",
            }
        ),
    ),
    Group(
        "results",
        "Results",
        "For the program office what bodies and the provost decide; for who asked for a badge what becomes of it.",
        frozenset({"result_told", "badge_changed"}),
    ),
    Group(
        "digest",
        "Monday's list",
        "Once a week, everything that waits for you.",
        frozenset({"weekly_digest"}),
    ),
    Group(
        "portfolio",
        "Portfolio",
        "For the provost: on the first of each month, programs and badges in numbers.",
        frozenset({"monthly_portfolio"}),
    ),
    Group(
        "exports",
        "Downloads of personal data",
        "When you, or as an administrator someone else, downloaded a list of people.",
        frozenset({"personal_data_exported"}),
    ),
    Group(
        "receipts",
        "Receipts",
        "That something you sent has arrived, or is done.",
        frozenset(
            {
                "list_submitted", "proposal_sent", "proposal_received", "issuance_issued",
                "transcript_recorded", "condition_closed", "template_new_version",
            }
        ),
    ),
    Group(
        "marketing",
        "Marketing",
        "How a marketing request goes on.",
        frozenset({"marketing_accepted", "marketing_live", "marketing_retired"}),
    ),
)  # fmt: skip
GROUP_OF = {template: group.key for group in OPTIONAL for template in group.templates}
#: These hold a one-time link or code, which is made when the mail is written and kept nowhere: such
#: a mail goes out at once and is never shown to an office.
ONE_TIME = frozenset(
    {
        "signature_partner", "signature_receipt", "signing_code", "sign_in_offered", "password_reset", "confirm_address", "award_issued",
        "award_unclaimed", "award_expiring", "award_expired", "award_revoked", "award_reinstated",
        "award_suspended", "award_suspension_lifted", "copy_signed_anew", "badge_collected",
        "award_signed_anew", "award_corrected", "appeal_granted", "appeal_dismissed", "name_refused",
    }
)  # fmt: skip
