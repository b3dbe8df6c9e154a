"""The institution's rules as data: loaded from files, validated, hashed, compared.

`load_policy("montana")` gives a `Policy`; see docs/policy.md for how the files read.
"""

from bitterroot.policy.capacities import CAPACITIES, Capacity
from bitterroot.policy.compare import Change, diff
from bitterroot.policy.conditions import Condition, ConditionError, parse_condition
from bitterroot.policy.deadlines import Deadline, PilotClock, step_due, still_recent
from bitterroot.policy.loading import load_policy
from bitterroot.policy.models.calendar import AcademicYear, Calendar, OutsideCalendar, Term
from bitterroot.policy.models.forms import Choice, Field, FieldProblem, Form, Section
from bitterroot.policy.models.institution import Institution, Office, Role, StudentId, Unit
from bitterroot.policy.models.lists import Column, ListFault, ListKind, ListPolicy, heading_key
from bitterroot.policy.models.policy import Policy
from bitterroot.policy.models.process import (
    DecideStep,
    FormStep,
    Outcome,
    Process,
    Requirement,
    Signer,
    SignStep,
    Step,
)
from bitterroot.policy.models.rules import (
    AwardRules,
    BadgeLevel,
    ConsultationRule,
    Page,
    PilotRules,
    Reason,
    Taxonomy,
    Text,
    TitleRules,
)
from bitterroot.policy.predicates import PREDICATES, Predicate, facts_of
from bitterroot.policy.problems import PolicyError, Problem
from bitterroot.policy.schema import json_schema

__all__ = [
    "CAPACITIES",
    "PREDICATES",
    "AcademicYear",
    "AwardRules",
    "BadgeLevel",
    "Calendar",
    "Capacity",
    "Change",
    "Choice",
    "Column",
    "Condition",
    "ConditionError",
    "ConsultationRule",
    "Deadline",
    "DecideStep",
    "Field",
    "FieldProblem",
    "Form",
    "FormStep",
    "Institution",
    "ListFault",
    "ListKind",
    "ListPolicy",
    "Office",
    "Outcome",
    "OutsideCalendar",
    "Page",
    "PilotClock",
    "PilotRules",
    "Policy",
    "PolicyError",
    "Predicate",
    "Problem",
    "Process",
    "Reason",
    "Requirement",
    "Role",
    "Section",
    "SignStep",
    "Signer",
    "Step",
    "StudentId",
    "Taxonomy",
    "Term",
    "Text",
    "TitleRules",
    "Unit",
    "diff",
    "facts_of",
    "heading_key",
    "json_schema",
    "load_policy",
    "parse_condition",
    "step_due",
    "still_recent",
]
