"""The institution's rules as data: loaded from files, validated, hashed, compared.

`load_policy("montana")` gives a `Policy`; see docs/policy.md for how the files read.
"""

from bitterroot.policy.conditions import Condition, ConditionError, parse_condition
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
    "PREDICATES",
    "AcademicYear",
    "AwardRules",
    "BadgeLevel",
    "Calendar",
    "Choice",
    "Column",
    "Condition",
    "ConditionError",
    "ConsultationRule",
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
    "facts_of",
    "heading_key",
    "json_schema",
    "load_policy",
    "parse_condition",
]
