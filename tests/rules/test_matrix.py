"""Who may do what: the table of permissions, one row an act, as the rules answer it.

X may, · may not. Lead: Dana Kipp. Signer: Sam Stokes, her supervisor, who is asked. Office: Olive
Crane of the program office. Teacher: Ines Blackwood, instructor of the offering. Registrar: Rita
Finley. Issuer: Ivo Crane. Learner: José Núñez, who earned the badge. Market: Mark Bird. Auditor:
Ada Stone. Admin: Sol Reed, who runs the system. Stranger: Una Moss, who holds no office. The teacher
is named in its memorandum too, as the officer of a party.
"""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from bitterroot.figures.scope import may_read_figures
from bitterroot.governance import rules as governance
from bitterroot.governance.enums import CaseState, SignatureState
from bitterroot.governance.models import SignatureRequest
from bitterroot.issuing import rules as issuing
from bitterroot.issuing.models import Award, ProblemReport, RecordRequest
from bitterroot.learning import rules as learning
from bitterroot.learning.enums import ListKind
from bitterroot.learning.models import IssuanceRequest
from bitterroot.people import rules as people
from bitterroot.people.actor import Actor
from bitterroot.people.domain.person import add_address, assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.programs import marketing_rules as marketing
from bitterroot.programs.rules import is_lead, may_see_versions
from bitterroot.programs.rules import is_lead as starts_change
from bitterroot.proposals import rules as proposals
from bitterroot.proposals.domain.draft import start_proposal
from bitterroot.proposals.enums import MouState
from bitterroot.proposals.models import Concurrence, Mou, Proposal
from proposals.conftest import SET_UP, SINCE

from .table import rows_of, silent_refusals, wrong_answers

WHO = [
    "lead",
    "signer",
    "office",
    "teacher",
    "registrar",
    "issuer",
    "learner",
    "market",
    "auditor",
    "admin",
    "stranger",
]
TABLE = """
                         lead signer office teacher registrar issuer learner market auditor admin stranger
ask for a consultation     X     X      X      X        ·        ·      ·      ·       ·      ·      ·
begin a proposal           X     X      ·      X        ·        ·      ·      ·       ·      ·      ·
begin a full proposal      X     ·      ·      ·        ·        ·      ·      ·       ·      ·      ·
change or end a program    X     ·      ·      ·        ·        ·      ·      ·       ·      ·      ·
see its earlier versions   X     ·      X      ·        X        X      ·      X       X      ·      ·
see a draft                X     ·      X      ·        ·        ·      ·      ·       X      ·      ·
edit a draft               X     ·      ·      ·        ·        ·      ·      ·       ·      ·      ·
send a draft               X     ·      ·      ·        ·        ·      ·      ·       ·      ·      ·
bind one's own proposals   X     ·      X      ·        ·        ·      ·      ·       ·      ·      ·
let one go on alone        ·     ·      X      ·        ·        ·      ·      ·       ·      ·      ·
copy what is decided       X     X      ·      ·        ·        ·      ·      ·       ·      ·      ·
ask units to concur        X     ·      X      ·        ·        ·      ·      ·       ·      ·      ·
ask a unit no more         X     ·      X      ·        ·        ·      ·      ·       ·      ·      ·
sign or return             ·     X      ·      ·        ·        ·      ·      ·       ·      ·      ·
correct who is outside     X     ·      X      ·        ·        ·      ·      ·       ·      ·      ·
end their link             ·     ·      X      ·        ·        ·      ·      ·       ·      ·      ·
see what is decided        X     X      X      ·        X        X      ·      X       X      ·      ·
check and decide           ·     ·      X      ·        ·        ·      ·      ·       ·      ·      ·
waive, enter earlier ones  ·     ·      X      ·        ·        ·      ·      ·       ·      ·      ·
write, renew an agreement  X     ·      X      ·        ·        ·      ·      ·       ·      ·      ·
read it, have its document X     X      X      X        X        X      ·      X       X      ·      ·
take it back from parties  X     ·      X      ·        ·        ·      ·      ·       ·      ·      ·
record notice, signed file ·     ·      X      ·        ·        ·      ·      ·       ·      ·      ·
ask for marketing          X     ·      ·      ·        ·        ·      ·      ·       ·      ·      ·
carry out marketing        ·     ·      ·      ·        ·        ·      ·      X       ·      ·      ·
read figures               ·     ·      X      ·        ·        ·      ·      ·       X      ·      ·
plan an offering           X     ·      X      ·        ·        ·      ·      ·       ·      ·      ·
send a tracking list       X     ·      X      X        ·        ·      ·      ·       ·      ·      ·
issue for credit           ·     ·      ·      ·        X        ·      ·      ·       ·      ·      ·
issue non-credit           ·     ·      ·      ·        ·        X      ·      ·       ·      ·      ·
ask to revoke              X     ·      ·      X        X        ·      ·      ·       ·      ·      ·
ask for a correction       X     ·      ·      X        X        ·      ·      ·       ·      ·      ·
ask for another name on it X     ·      ·      X        X        ·      X      ·       ·      ·      ·
revoke for credit          ·     ·      ·      ·        X        ·      ·      ·       ·      ·      ·
ask to suspend             X     ·      ·      X        X        ·      ·      ·       ·      ·      ·
suspend, lift for credit   ·     ·      ·      ·        X        ·      ·      ·       ·      ·      ·
claim, show or hide        ·     ·      ·      ·        ·        ·      X      ·       ·      ·      ·
take into a wallet         ·     ·      ·      ·        ·        ·      X      ·       ·      ·      ·
let a program read badges  ·     ·      ·      ·        ·        ·      X      ·       ·      ·      ·
withhold one's directory   ·     ·      ·      ·        X        ·      X      ·       ·      X      ·
lift that hold             ·     ·      ·      ·        X        ·      ·      ·       ·      X      ·
change one's main address  ·     ·      ·      ·        ·        ·      X      ·       ·      X      ·
ask about one's record     ·     ·      ·      ·        ·        ·      X      ·       ·      ·      ·
answer about a record      ·     ·      ·      ·        X        ·      ·      ·       ·      ·      ·
report a shown badge       X     X      X      X        X        X      X      X       X      X      X
answer such a report       ·     ·      ·      ·        X        ·      ·      ·       ·      ·      ·
remove such a program      ·     ·      ·      ·        ·        ·      ·      ·       ·      X      ·
name persons and offices   ·     ·      ·      ·        ·        ·      ·      ·       ·      X      ·
"""
ROWS = rows_of(TABLE)
OFFICES = {
    "sam": ("signer", Role.SUPERVISOR),
    "Ines Blackwood": ("teacher", Role.INSTRUCTOR),
    "Mark Bird": ("market", Role.MARKETING),
    "Ada Stone": ("auditor", Role.AUDITOR),
    "Sol Reed": ("admin", Role.SYSTEM_ADMIN),
}


@pytest.fixture
def cast(
    house: SimpleNamespace, issued: Callable[..., IssuanceRequest]
) -> tuple[dict[str, Person], dict[str, Callable[[Actor], object]]]:
    """Everyone of the table, and what its rows ask of the rules."""
    request = issued(["José Núñez"])
    award = Award.objects.get()
    who = {
        "lead": house.dana,
        "office": house.olive,
        "registrar": house.rita,
        "issuer": house.ivo,
        "learner": award.learner,
        "stranger": create_person(by=SET_UP, display_name="Una Moss"),
    }
    for name, (key, role) in OFFICES.items():
        who[key] = getattr(house, name, None) or create_person(by=SET_UP, display_name=name)
        assign_role(by=SET_UP, person=who[key], role=role, starts_on=SINCE)
    house.offering.instructors.add(who["teacher"])
    draft = start_proposal(by=house.by("dana"), title="Maps for Towns", unit=house.unit)
    decided = Proposal.objects.get(program=house.program)
    asked = decided.case.signatures.get(person=house.sam)
    outside = SignatureRequest(case=decided.case, partner_email="pat@city.example")
    asked.state, asked.case.state, asked.case.step = (
        SignatureState.REQUESTED,
        CaseState.OPEN,
        "signatures",
    )
    shown = Award(learner=award.learner, state="claimed", visibility="link", request=award.request)
    add_address(by=SET_UP, person=who["teacher"], address="ines@city.example", kind="campus")
    Mou.objects.create(  # she signs it for one of its parties
        proposal=decided,
        state=MouState.OUT_FOR_SIGNATURE,
        values={"parties": [{"legal_name": "Ines", "email": "Ines@city.example"}]},
    )
    asked_of_unit = Concurrence(proposal=draft, asked_by=house.dana)
    noncredit = IssuanceRequest(kind=ListKind.NONCREDIT, requested_by=house.dana)
    return who, {
        "ask for a consultation": proposals.may_ask,
        "begin a proposal": proposals.may_begin,
        "begin a full proposal": lambda by: is_lead(by, house.program),
        "change or end a program": lambda by: starts_change(by, house.program),
        "see its earlier versions": lambda by: may_see_versions(by.person, house.program),
        "see a draft": lambda by: proposals.may_see(by.person, draft),
        "edit a draft": lambda by: proposals.may_edit(by, draft),
        "send a draft": lambda by: proposals.may_submit(by, draft),
        "bind one's own proposals": lambda by: governance.may_bind(by, [draft.case]),
        "let one go on alone": lambda by: governance.may_release_bound(by, draft.case),
        "copy what is decided": lambda by: proposals.may_copy(by, decided),
        "ask units to concur": lambda by: proposals.may_ask_concurrence(by, draft),
        "ask a unit no more": lambda by: proposals.may_withdraw_concurrence(by, asked_of_unit),
        "sign or return": lambda by: governance.may_sign(by, asked),
        "correct who is outside": lambda by: governance.may_correct_officer(by, outside),
        "end their link": lambda by: governance.may_end_link(by, outside),
        "see what is decided": lambda by: proposals.may_see(by.person, decided),
        "write, renew an agreement": lambda by: proposals.may_write_mou(by, decided),
        "read it, have its document": lambda by: proposals.may_see_mou(by.person, decided),
        "take it back from parties": lambda by: proposals.may_write_mou(by, decided),
        "record notice, signed file": lambda by: proposals.may_execute_mou(by, decided),
        "check and decide": lambda by: proposals.may_check(by, decided),
        "waive, enter earlier ones": proposals.is_office,
        "ask for marketing": lambda by: marketing.may_ask_for_marketing(by, house.program),
        "carry out marketing": marketing.may_market,
        "read figures": may_read_figures,
        "plan an offering": lambda by: learning.may_offer(by.person, house.program),
        "send a tracking list": lambda by: learning.may_track(by.person, house.offering),
        "issue for credit": lambda by: issuing.may_issue(by, request),
        "issue non-credit": lambda by: issuing.may_issue(by, noncredit),
        "ask to revoke": lambda by: issuing.may_ask_to_revoke(by, award),
        "ask for another name on it": lambda by: issuing.may_ask_to_correct(
            by, award, ["display_name"]
        ),
        "ask for a correction": lambda by: issuing.may_ask_to_revoke(by, award),
        "revoke for credit": lambda by: issuing.may_revoke(by, award),
        "ask to suspend": lambda by: issuing.may_ask_to_revoke(by, award),
        "suspend, lift for credit": lambda by: issuing.may_reinstate(by, award),
        "claim, show or hide": lambda by: issuing.may_hold(by, award),
        "take into a wallet": lambda by: issuing.may_collect(by, award),
        "let a program read badges": lambda by: issuing.may_let_read(by, award.learner),
        "withhold one's directory": lambda by: people.may_withhold(by, award.learner, hold=True),
        "lift that hold": lambda by: people.may_withhold(by, award.learner, hold=False),
        "change one's main address": lambda by: people.may_manage_self(by, award.learner),
        "ask about one's record": lambda by: issuing.may_ask_about_record(by, award.learner),
        "answer about a record": lambda by: issuing.may_answer_record(
            by, RecordRequest(person=award.learner, queue=ListKind.CREDIT)
        ),
        "report a shown badge": lambda by: issuing.may_report(shown, by.person, hold=False),
        "answer such a report": lambda by: issuing.may_answer_problem(
            by, ProblemReport(award=award)
        ),
        "remove such a program": issuing.may_tend_readers,
        "name persons and offices": people.may_manage_people,
    }


def test_the_rules_answer_as_the_table_says(
    cast: tuple[dict[str, Person], dict[str, Callable[[Actor], object]]],
) -> None:
    who, acts = cast
    assert wrong_answers(ROWS, WHO, who, acts) == []


def test_whoever_may_not_is_told_why(
    cast: tuple[dict[str, Person], dict[str, Callable[[Actor], object]]],
) -> None:
    who, acts = cast
    assert silent_refusals(who["stranger"], acts) == [
        "see its earlier versions",
        "see a draft",
        "see what is decided",
        "read it, have its document",
    ]  # strangers get 404, not a reason
