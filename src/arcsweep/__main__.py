"""``python -m arcsweep``: the command line, where no script of that name is on the PATH."""

from arcsweep.cli.app import main

main()
