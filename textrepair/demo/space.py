"""Writes the folder of a Hugging Face Space that serves the demo, ready to be pushed.

    python -m textrepair.demo.space build/space

The package, the lexicon, the examples and the weights are copied into it; with --model the Space fetches the weights of
a model on the Hub instead.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import click

from textrepair.errors import InputError, ModelError
from textrepair.repairer import Repairer
from textrepair.resources import lexicon_dir, models_dir

BASE = "sentence-transformers/all-MiniLM-L6-v2"
"""What the shipped models were made from."""

EXTRA = "demo"
"""The extra of the package that the demo needs."""

_PACKAGE = Path(__file__).resolve().parents[1]

_README = """\
# textrepair

Finds the words that a program replaced by synonyms in an English article ("article spinning"), and restores them.

Paste an article, open a .txt, .md, .html or .docx file, or pick an example.  The restored text stands beside the
original; every edit shows how sure it is and can be exchanged or rejected, and a slider decides how sure edits must be.
The result can be taken home as text, diff, HTML, JSON, or a Word document with tracked changes.

Nothing that is pasted is stored or logged, and the page talks to no other host.
"""

_APP = '''\
"""The demo of textrepair."""

from textrepair.demo.app import launch
from textrepair.demo.articles import examples
from textrepair.repairer import Repairer

launch(Repairer.from_pretrained({arguments}), examples()).block_thread()
'''

# Git on the Hub takes files over 10 MB only through its large file storage.
_ATTRIBUTES = "".join(f"{suffix} filter=lfs diff=lfs merge=lfs -text\n" for suffix in ("*.bin", "*.onnx*"))


def write_space(folder: Path, model: str | None = None, revision: str | None = None) -> None:
    """Write the Space.

    Args:
        folder: must not exist, or be empty.
        model: Hub id of a model to fetch; by default the shipped weights are copied.
        revision: branch, tag or commit of that model; a commit keeps the Space as it is.

    Raises:
        InputError: the folder is not empty.
        ModelError: the shipped weights are not there.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: not an empty folder")
    missing = [] if model else [name for name in Repairer.FILES if not (models_dir() / name).is_file()]
    if missing:
        raise ModelError(f"{models_dir()}: no {missing[0]}")
    requirements = pinned(metadata.requires("textrepair") or ())
    shutil.copytree(_PACKAGE, folder / "textrepair", ignore=shutil.ignore_patterns("__pycache__", "_shipped"))
    for data in (lexicon_dir(), lexicon_dir().with_name("samples")):
        shutil.copytree(data, folder / "data" / data.name)
    for name in () if model else Repairer.FILES:
        (folder / "models" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(models_dir() / name, folder / "models" / name)
    (folder / "README.md").write_text(f"---\n{front_matter(model or BASE)}\n---\n\n{_README}", encoding="utf-8")
    (folder / "app.py").write_text(_APP.format(arguments=_arguments(model, revision)), encoding="utf-8")
    (folder / "requirements.txt").write_text("".join(f"{line}\n" for line in requirements), encoding="utf-8")
    (folder / ".gitattributes").write_text(_ATTRIBUTES, encoding="utf-8")


def front_matter(model: str) -> str:
    """The metadata of the Space, in YAML; `model` is the Hub id of the model that it shows."""
    from huggingface_hub import SpaceCardData

    card = SpaceCardData(
        title="textrepair",
        emoji="📰",
        colorFrom="gray",
        colorTo="red",
        sdk="gradio",
        sdk_version=metadata.version("gradio"),
        python_version="3.11",
        app_file="app.py",
        suggested_hardware="cpu-basic",
        license="apache-2.0",
        short_description="Restores articles whose words were replaced by synonyms",
        models=[model],
        tags=["article-spinning", "text-editing", "proofreading", "tortured-phrases"],
    )
    return str(card.to_yaml())


def pinned(declared: Iterable[str]) -> list[str]:
    """Of a package's requirements those that the demo needs, at the versions that are installed here."""
    from packaging.requirements import Requirement

    wanted = [r for r in map(Requirement, declared) if not r.marker or r.marker.evaluate({"extra": EXTRA})]
    return sorted(f"{r.name}=={metadata.version(r.name)}" for r in wanted)


def _arguments(model: str | None, revision: str | None) -> str:
    # The free hardware has two cores, whatever the machine below it has.
    named = {"revision": revision} if revision else {}
    return ", ".join([*([repr(model)] if model else []), *(f"{k}={v!r}" for k, v in {"threads": 2, **named}.items())])


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--model", metavar="HUB-ID", help="Fetch the weights of this model instead of copying the shipped ones.")
@click.option("--revision", metavar="REV", help="Branch, tag or, best, commit of that model.")
def main(folder: Path, model: str | None, revision: str | None) -> None:  # noqa: D103
    write_space(folder, model, revision)
    click.echo(f"{folder}: a Space, ready to be pushed")


if __name__ == "__main__":
    main()
