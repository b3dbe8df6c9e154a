"""Who looks after letters: the office words and reads them, who runs the system words them alone.

Office: Olive Crane. Admin: Sol Reed. Registrar, issuer, lead, head, auditor and someone without any
office may nothing of it.
"""

from types import SimpleNamespace

from bitterroot.messages import rules
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.rules import may_mark_addresses
from proposals.conftest import SET_UP, SINCE

from .table import rows_of, silent_refusals, wrong_answers

WHO = ["office", "admin", "registrar", "issuer", "lead", "head", "auditor", "stranger"]
TABLE = """
                         office admin registrar issuer lead head auditor stranger
see what goes out          X      X       ·        ·     ·    ·     ·       ·
word a letter              X      X       ·        ·     ·    ·     ·       ·
read and send drafts       X      ·       ·        ·     ·    ·     ·       ·
say what came back         X      X       ·        ·     ·    ·     ·       ·
unmark an address          X      X       ·        ·     ·    ·     ·       ·
"""
ROWS = rows_of(TABLE)
ACTS = {
    "see what goes out": rules.may_tend_mail,
    "word a letter": rules.may_word_letters,
    "read and send drafts": rules.may_read_drafts,
    "say what came back": rules.may_note_bounces,
    "unmark an address": may_mark_addresses,
}


def test_the_rules_answer_as_the_table_says(uni: SimpleNamespace) -> None:
    who: dict[str, Person] = {"office": uni.olive, "lead": uni.dana, "head": uni.hale}
    for key, name, role in [
        ("admin", "Sol Reed", Role.SYSTEM_ADMIN),
        ("registrar", "Rita Finley", Role.REGISTRAR),
        ("issuer", "Ivo Crane", Role.ISSUING_OFFICER),
        ("auditor", "Ada Stone", Role.AUDITOR),
    ]:
        who[key] = create_person(by=SET_UP, display_name=name)
        assign_role(by=SET_UP, person=who[key], role=role, starts_on=SINCE)
    who["stranger"] = create_person(by=SET_UP, display_name="Una Moss")
    assert wrong_answers(ROWS, WHO, who, ACTS) == []
    assert silent_refusals(who["stranger"], ACTS) == []
