"""The people of the proposals' tests, at their browsers."""

from web.road_people import _now, as_, change, proposal, uni  # noqa: F401
