"""The university of the proposals' tests; nobody is asked for anything yet."""

from issuing.conftest import house, issued, sent  # noqa: F401
from proposals.conftest import _now, change, proposal, uni  # noqa: F401
