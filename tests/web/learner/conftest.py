"""A learner whose badge was just issued."""

import pytest

from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.models import Award
from proposals.conftest import SET_UP
from web.public.conftest import _now, award, house, issued, proposal, sent, shown, uni  # noqa: F401


@pytest.fixture
def link(award: Award) -> str:  # noqa: F811
    """The link in José's mail."""
    return f"/claim/{awards.mint_claim_link(by=SET_UP, award=award)}"
