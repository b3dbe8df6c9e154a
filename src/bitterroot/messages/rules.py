"""Who may look after outgoing mail."""

from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.rules import as_role


def may_word_letters(by: Actor) -> Answer:
    """Change a letter's words, and say whether the office reads it first."""
    return as_role(by, Role.PROGRAM_OFFICER, Role.SYSTEM_ADMIN)


def may_read_drafts(by: Actor) -> Answer:
    """Read, change, send and discard drafts: the program office. Who runs the system reads none."""
    return as_role(by, Role.PROGRAM_OFFICER)


def may_note_bounces(by: Actor) -> Answer:
    """Say which mails came back: who tends mail, or the operator who brings the server's reports."""
    if by.person is None:
        return Answer(True, capacity="system")
    return may_tend_mail(by)


def may_tend_mail(by: Actor) -> Answer:
    """The program office and system administrators: see what goes out, and send it again."""
    return as_role(by, Role.PROGRAM_OFFICER, Role.SYSTEM_ADMIN)
