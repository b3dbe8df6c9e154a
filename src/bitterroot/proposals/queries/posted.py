"""Proposals that are posted to the campus."""

from bitterroot.governance import policies
from bitterroot.governance.domain.run import step_of
from bitterroot.governance.models import StepRun
from bitterroot.governance.posted_rules import is_staff, paths_posted
from bitterroot.governance.queries.posted import posted_runs
from bitterroot.people.models import Person

MOST = 100


def posted_for(person: Person, most: int) -> list[tuple[StepRun, str]]:
    """The first `most` of these, for the staff; empty for others and where no process posts."""
    policy = policies.current()
    posts = any(paths_posted(process) for process in policy.processes.values())
    return posted_proposals()[:most] if posts and is_staff(person) else []


def posted_proposals() -> list[tuple[StepRun, str]]:
    """The periods that run now, each with the title of its step, what ends first first; at most 100.

    `run.case.proposal` is read with it, with its lead and unit.
    """
    found = posted_runs().filter(case__proposal__isnull=False)
    found = found.select_related("case__proposal__lead", "case__proposal__owner_unit")
    found = found.defer(
        *(f"case__proposal__{key}" for key in ("values", "field_revisions", "field_writers"))
    )
    return [(run, step_of(run).title) for run in found[:MOST]]
