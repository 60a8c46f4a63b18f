"""`textrepair spin`."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import click

from textrepair import files


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--dialect", default="A", show_default=True, metavar="LETTER", help="Which family of spinners to imitate."
)
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same text.")
@click.option("--align", is_flag=True, help="Print JSON: the spun text, then one line for each substitution.")
def command(path: Path, dialect: str, seed: int, align: bool) -> None:
    """Spin clean text, as training and test data for textrepair.

    This exists to build data whose originals are known.  With --align the first line is {"text": …} and each further
    line {"start", "end", "spun", "original"}, code points into that text.  Needs the extra 'spin'.
    """
    from textrepair.spin.dialect import load_dialects
    from textrepair.spin.engine import Persona, spin
    from textrepair.spin.lexicon import load

    dialects = load_dialects().dialects
    if dialect not in dialects:
        raise click.BadParameter(f"{dialect!r} is none of {', '.join(dialects)}.", param_hint="--dialect")
    stdin = str(path) == "-"
    source = files.decode(sys.stdin.buffer.read(files.LARGEST + 1), "<stdin>") if stdin else files.read(path)
    chosen = dialects[dialect]
    # A dialect has fixed habits: its dictionary does not depend on the seed, the choice at each word does.
    persona = Persona(load(chosen.lexicon), chosen, seed=ord(dialect))
    spun = spin(source.text, persona, random.Random(seed))
    if not align:
        click.echo(spun.text, nl=False)
        return
    click.echo(json.dumps({"text": spun.text}, ensure_ascii=False))
    for s in spun.substitutions:
        line = {"start": s.start, "end": s.end, "spun": spun.text[s.start : s.end], "original": s.original}
        click.echo(json.dumps(line, ensure_ascii=False))
