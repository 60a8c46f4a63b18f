"""Model cards and the dataset card: metadata that the Hub accepts, and loader settings that give the data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import DatasetCard, ModelCard

from textrepair.evaluate.articles import Article, hand_spun, hand_training, hand_tuning
from textrepair.spin.lexicon import read_rows

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
MODELS = ["models", "models/detector", "models/rewriter"]

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


def test_the_card_of_the_language_model_says_whose_it_is() -> None:
    found = metadata(ROOT / "models/language_model/README.md")
    assert found["license"] == "apache-2.0"
    assert (found["base_model"], found["base_model_relation"]) == ("HuggingFaceTB/SmolLM2-135M-Instruct", "quantized")


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
            assert (DATA / part["path"]).is_file()


@pytest.fixture
def load(tmp_path: Path) -> Any:
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    return lambda *name: datasets.load_dataset(str(DATA), *name, cache_dir=str(tmp_path))


def test_lexicon_loads(load: Any) -> None:
    loaded = load("lexicon")["train"]
    files = sorted((DATA / "lexicon").glob("*.tsv"))
    wanted = [(path.stem, row.head, row.pos, list(row.forms)) for path in files for row in read_rows(path)]
    assert loaded.column_names == ["file", "head", "pos", "forms"]
    assert list(zip(*loaded.to_dict().values(), strict=True)) == wanted, "run python -m textrepair.spin.dataset"


def test_evaluation_articles_load(load: Any) -> None:
    loaded = load()
    assert list(loaded) == ["test"]
    rows = loaded["test"]
    assert rows.column_names == ["id", "dialect", "topic", "text", "original", "edits"]
    assert len(set(rows["id"])) == len(rows) >= 20
    assert set(rows["dialect"]) == {*"ABCDEFGHI", "clean"}
    # What is wrong is named, and not shown: nobody should read these articles by accident.
    assert [row["id"] for row in rows if not adds_up(row)] == []


@pytest.mark.parametrize(("split", "articles"), [("train", hand_training()), ("validation", hand_tuning())])
def test_hand_spun_articles_load(load: Any, split: str, articles: list[Article]) -> None:
    rows = load("hand_spun")[split]
    found = {article.name: article for article in articles}
    assert set(rows["id"]) == set(found), "run python -m textrepair.evaluate.articles"
    assert [row["id"] for row in rows if not adds_up(row) or row["text"] != found[row["id"]].text] == []


def test_no_article_is_both_learnt_from_and_measured_on() -> None:
    sets = [{a.original for a in articles} for articles in (hand_spun(), hand_tuning(), hand_training())]
    assert len(set.union(*sets)) == sum(map(len, sets))


def adds_up(row: dict[str, Any]) -> bool:
    """Whether undoing the edits of a row gives its original."""
    restored, at = "", 0
    for edit in row["edits"]:
        if not (at <= edit["start"] < edit["end"] and row["text"][edit["start"] : edit["end"]] == edit["spun"]):
            return False
        restored += row["text"][at : edit["start"]] + edit["gold"][0]
        at = edit["end"]
    return bool(restored + row["text"][at:] == row["original"])
