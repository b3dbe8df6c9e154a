"""`python -m bitterroot.cli` is the `bitterroot` command."""

from bitterroot.cli.main import main

main()
