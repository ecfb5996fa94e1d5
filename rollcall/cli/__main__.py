"""`python -m rollcall.cli` is the command `rollcall`."""

from rollcall.cli import main

main()
