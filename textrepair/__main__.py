"""`python -m textrepair`."""

from textrepair.cli import main

main(prog_name="textrepair")
