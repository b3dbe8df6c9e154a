"""The bench of governance grows the demo's policy; it is read as any other policy is."""

from pathlib import Path

from bitterroot.cli.scale.campuses import write_policy
from bitterroot.policy import load_policy
from bitterroot.policy.loading import INSTITUTIONS


def test_a_policy_of_many_campuses_can_be_read(tmp_path: Path) -> None:
    demo = load_policy(INSTITUTIONS / "montana")
    write_policy(tmp_path / "policy", 3)
    grown = load_policy(tmp_path / "policy")
    assert len(grown.bodies) == 3 * len(demo.bodies)
    for key, body in demo.bodies.items():
        assert grown.bodies[key] == body
        more = grown.bodies[f"{key}-2"]
        assert (more.title, more.sits) == (f"{body.title}, campus 2", body.sits)
