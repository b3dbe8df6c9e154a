"""The house of the issuing tests: an approved pilot of Dana's with an offering."""

from issuing.conftest import _now, house, issued, proposal, sent, uni  # noqa: F401
