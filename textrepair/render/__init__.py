"""Ways to show a repair: a patch, a terminal, a page.  Import the module you need; only `terminal` needs rich."""
