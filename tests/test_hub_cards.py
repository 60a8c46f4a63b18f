"""Model cards and the dataset card: metadata that the Hub accepts, and loader settings that give the data."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import DatasetCard, ModelCard

from textrepair.spin.lexicon import SEPARATOR, read_rows

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
MODELS = ["models", "models/detector", "models/rewriter"]
ARTICLES = DATA / "eval" / "articles.jsonl"

# What the Hub's checks accept, as far as these cards use it.
LICENSES = {"apache-2.0", "cc-by-4.0", "other"}
PIPELINES = {"token-classification", "text-generation"}
TAG = re.compile(r"[a-z0-9][a-z0-9-]*")
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def metadata(path: Path) -> dict[str, Any]:
    """The front matter of a card, checked as far as models and datasets have it in common."""
    card = (DatasetCard if path.is_relative_to(DATA) else ModelCard).load(path)
    found: dict[str, Any] = card.data.to_dict()
    assert found["language"] == "en"
    licenses = found["license"] if isinstance(found["license"], list) else [found["license"]]
    assert set(licenses) <= LICENSES
    assert "other" not in licenses or {"license_name", "license_link"} <= set(found)
    assert all(TAG.fullmatch(tag) for tag in found["tags"])
    assert card.text.lstrip().startswith("# ")
    return found


@pytest.mark.parametrize("folder", MODELS)
def test_model_cards(folder: str) -> None:
    found = metadata(ROOT / folder / "README.md")
    assert found["license"] == "apache-2.0"
    assert found["library_name"] == "transformers"
    assert found["pipeline_tag"] in PIPELINES
    assert HUB_ID.fullmatch(found["base_model"])
    assert "datasets" not in found  # none is public
    assert not {"model-index", "model_name"} & set(found)
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    for heading in ("Use", "Figures", "Limits"):
        assert f"\n## {heading}\n" in text


@pytest.mark.parametrize("path", [*(f"{folder}/README.md" for folder in MODELS), "data/README.md"])
def test_links_between_cards_lead_somewhere(path: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / path).read_text(encoding="utf-8")):
        assert (ROOT / path).parent.joinpath(target).exists(), target


@pytest.mark.parametrize("folder", MODELS)
def test_code_in_cards_is_python(folder: str) -> None:
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    assert blocks
    for block in blocks:
        compile(block, folder, "exec")


def test_dataset_card() -> None:
    found = metadata(DATA / "README.md")
    configs = {config["config_name"]: config for config in found["configs"]}
    assert [name for name, config in configs.items() if config.get("default")] == ["evaluation"]
    for config in configs.values():
        for part in config["data_files"]:
            assert re.fullmatch(r"\w+", part["split"])
            assert not Path(part["path"]).is_absolute()
    listed = {part["path"]: part["split"] for part in configs["lexicon"]["data_files"]}
    assert listed == {f"lexicon/{path.name}": path.stem for path in (DATA / "lexicon").glob("*.tsv")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`data/` as it is published, with an article in place of those that are not made yet."""
    made = tmp_path_factory.mktemp("published") / "data"
    shutil.copytree(DATA, made, ignore=shutil.ignore_patterns("spun", "clean", "samples"))
    target = made / "eval" / "articles.jsonl"
    if not target.exists():
        edit = {"start": 8, "end": 13, "spun": "facet", "gold": ["side", "party"], "harmless": False}
        spun = {"id": "a", "dialect": "A", "topic": "politics", "text": "Neither facet.", "original": "Neither side."}
        clean = {"id": "b", "dialect": "", "topic": "sport", "text": "They won.", "original": "They won.", "edits": []}
        target.parent.mkdir(exist_ok=True)
        target.write_text(
            "".join(json.dumps(row) + "\n" for row in ({**spun, "edits": [edit]}, clean)), encoding="utf-8"
        )
    return made


@pytest.fixture
def load(folder: Path, tmp_path: Path) -> Any:
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    return lambda *name: datasets.load_dataset(str(folder), *name, cache_dir=str(tmp_path))


def test_lexicon_loads(load: Any) -> None:
    loaded = load("lexicon")
    for path in (DATA / "lexicon").glob("*.tsv"):
        wanted = [(row.head, row.pos, SEPARATOR.join(row.forms)) for row in read_rows(path)]
        columns = loaded[path.stem].to_dict()
        assert list(columns) == ["head", "pos", "forms"]
        assert list(zip(*columns.values(), strict=True)) == wanted, path.name


def test_evaluation_articles_load(load: Any) -> None:
    loaded = load()
    assert list(loaded) == ["test"]
    assert loaded["test"].column_names == ["id", "dialect", "topic", "text", "original", "edits"]
    check(loaded["test"])


@pytest.mark.skipif(not ARTICLES.exists(), reason="the lead makes data/eval/articles.jsonl")
def test_evaluation_articles_add_up() -> None:
    rows = [json.loads(line) for line in ARTICLES.read_text(encoding="utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) >= 20
    check(rows)


def check(rows: Any) -> None:
    for row in rows:
        restored, at = "", 0
        for edit in row["edits"]:
            assert at <= edit["start"] < edit["end"], row["id"]
            assert row["text"][edit["start"] : edit["end"]] == edit["spun"], row["id"]
            restored += row["text"][at : edit["start"]] + edit["gold"][0]
            at = edit["end"]
        assert restored + row["text"][at:] == row["original"], row["id"]
