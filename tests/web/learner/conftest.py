"""A learner whose badge was just issued."""

from web.public.conftest import _now, award, house, issued, proposal, sent, shown, uni  # noqa: F401
