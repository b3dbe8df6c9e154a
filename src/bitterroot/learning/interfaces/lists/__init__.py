"""Tracking lists as files: reading what is uploaded, writing templates and exports."""

from bitterroot.learning.checks.reading import ListUnreadable, SheetReading
from bitterroot.learning.interfaces.lists.reader import read_list

__all__ = ["ListUnreadable", "SheetReading", "read_list"]
