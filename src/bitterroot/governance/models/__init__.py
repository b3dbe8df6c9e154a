from bitterroot.governance.models.case import Case, PolicyVersion, Snapshot
from bitterroot.governance.models.decision import Condition, Decision
from bitterroot.governance.models.run import StepRun
from bitterroot.governance.models.signature import SignatureRequest

__all__ = [
    "Case",
    "Condition",
    "Decision",
    "PolicyVersion",
    "SignatureRequest",
    "Snapshot",
    "StepRun",
]
