"""The demo university grown to the size of a large system, for `bitterroot bench governance`."""
