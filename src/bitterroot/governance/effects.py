"""Effects that a policy may name. Upper rooms register them in `conf/wiring.py`."""

from collections.abc import Callable

from bitterroot.governance.models import Decision
from bitterroot.people.actor import Actor

Effect = Callable[[Actor, Decision], None]
_effects: dict[str, Effect] = {}
_followers: dict[str, Effect] = {}


def register(name: str, effect: Effect) -> None:
    """Let the policy's words `name` mean `effect`, called in the decision's transaction."""
    _effects[name] = effect


def apply(name: str, by: Actor, decision: Decision) -> None:
    """Carry out the effect. Raises KeyError for one that nobody offers."""
    _effects[name](by, decision)


def names() -> frozenset[str]:
    """Every effect that is offered."""
    return frozenset(_effects)


def follow_subject(kind: str, follower: Effect) -> None:
    """Let `follower` hear of each decision on a case about a `kind` ("proposal"), when what
    follows from it has happened (or waits for conditions), in the decision's transaction."""
    _followers[kind] = follower


def tell_subject(by: Actor, decision: Decision) -> None:
    """Tell the room whose thing was decided on, if it follows."""
    follower = _followers.get(decision.subject.partition(":")[0])
    if follower is not None:
        follower(by, decision)
