"""The command line.  Each subcommand is a module, imported when it is called."""

from __future__ import annotations

import importlib

import click

_COMMANDS = {
    "fix": "Restore articles: the restored text, a diff, or the files themselves.",
    "diff": "Show original and restored text side by side.",
    "check": "List the sentences that look spun, with proposed edits.",
    "report": "Write an HTML report over many articles, ranked by score.",
    "batch": "Restore or filter a whole corpus.",
    "demo": "Try it on a page in the browser.",
    "config": "Print the settings in force, and where each comes from.",
    "spin": "Make spun text with its alignment, as training and test data.",
    "train": "Train the models on your own text.",
    "evaluate": "Measure the models on articles whose originals are known.",
}


class _Lazy(click.Group):
    """A group whose commands are imported only when one is called, so that `--help` waits for nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"textrepair.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        from textrepair.errors import TextrepairError

        try:
            return super().invoke(ctx)
        except TextrepairError as error:
            from textrepair.cli.console import say

            say(f"textrepair: {error}")
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("textrepair: interrupted", err=True)
            ctx.exit(130)
        except BrokenPipeError:
            # The reader went away (`textrepair diff … | head`); that is no error of ours.
            import os
            import sys

            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="textrepair")
def main() -> None:
    """Find words that a program replaced by synonyms, and restore them.

    Exit codes: 0 nothing found or all done, 1 something found (check), 2 usage or failure.
    """
