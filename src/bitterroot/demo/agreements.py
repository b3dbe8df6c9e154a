"""Agreements over their life: one renewed in time, one that ends soon, one that has expired."""

from bitterroot.demo.road import agree, renew
from bitterroot.demo.world import World, at
from bitterroot.proposals.domain import mou_sweep

MORNINGS = ("2025-07-01", "2026-04-01", "2026-08-03", "2026-11-01", "2026-11-03")


def party(name: str, officer: str, email: str) -> dict[str, str]:
    """One who signs an agreement, by an officer."""
    return {"legal_name": name, "officer": officer, "email": email}


def agree_and_go_on(world: World) -> None:
    """Rural health renews, the start-up course's ends in winter, the field sites' ended in fall."""
    college = party("College of Business", "Ellen Haas", "ellen.haas@umontana.example.edu")
    incubator = party(
        "Bitterroot Valley Incubator (invented)", "Petra Lindqvist", "petra@incubator.example"
    )
    institute = party("Wilderness Institute", "Tomás Reyes", "tomas.reyes@umontana.example.edu")
    trust = party("Lolo Trail Land Trust (invented)", "Owen Birdsong", "owen@landtrust.example")
    rural = world.proposals["rural"].mous.get()
    renew(world, rural, "2026-05-11 10:00", "2026-06-16 15:30", "2028-06-30")
    agree(
        world, world.proposals["outdoor"], [college, incubator], "2026-10-12 11:20",
        days=("2026-10-12", "2027-01-31"),
    )  # fmt: skip
    agree(
        world, world.proposals["wilderness"], [institute, trust], "2026-04-20 09:40",
        days=("2026-04-20", "2026-10-31"),
    )  # fmt: skip
    for morning in MORNINGS:
        with at(f"{morning} 06:05"):
            mou_sweep.run_due()
