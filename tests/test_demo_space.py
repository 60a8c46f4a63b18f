import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from huggingface_hub import SpaceCard

from textrepair.demo import space
from textrepair.demo.space import front_matter, main, pinned, write_space
from textrepair.errors import InputError, ModelError
from textrepair.repairer import Repairer

DECLARED = ["click>=8.1", "numpy>=1.26", "gradio>=6; extra == 'demo'", "torch>=2.6; extra == 'hub'"]


@pytest.fixture(autouse=True)
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files in the place of weights, and the requirements of an installed package."""
    folder = tmp_path / "weights"
    for name in Repairer.FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
    (folder / "detector" / "model.safetensors").write_text("not needed", encoding="utf-8")
    monkeypatch.setattr(space, "models_dir", lambda: folder)
    monkeypatch.setattr(space.metadata, "requires", lambda _: DECLARED)
    return folder


def contents(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_space_holds_what_it_needs(tmp_path: Path) -> None:
    out = tmp_path / "space"
    result = CliRunner().invoke(main, [str(out)])
    assert result.exit_code == 0, result.output
    files = contents(out)
    assert {"README.md", "app.py", "requirements.txt", ".gitattributes"} <= files
    assert {f"models/{name}" for name in Repairer.FILES} == {name for name in files if name.startswith("models/")}
    assert {"data/lexicon/dialects.json", "data/lexicon/words.tsv", "textrepair/demo/demo.css"} <= files
    assert any(name.startswith("data/samples/") for name in files)
    assert not [name for name in files if "__pycache__" in name or "/eval/" in name]


def test_its_card_is_valid(tmp_path: Path) -> None:
    write_space(tmp_path / "space")
    card = SpaceCard.load(tmp_path / "space" / "README.md")
    assert (card.data.sdk, card.data.app_file) == ("gradio", "app.py")
    assert card.data.suggested_hardware == "cpu-basic"
    assert card.data.models == [space.BASE]
    assert card.data.sdk_version.split(".")[0].isdigit()
    assert len(card.data.short_description) <= 60
    assert "models:\n- owner/model" in front_matter("owner/model")


def test_its_package_is_the_one_that_runs(tmp_path: Path) -> None:
    out = tmp_path / "space"
    write_space(out)
    code = (
        "from textrepair.resources import models_dir; from textrepair.demo.articles import examples; "
        "print(models_dir(), len(examples()))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-c", code], cwd=out, env=environment, capture_output=True, text=True)
    folder, number = done.stdout.split()
    assert Path(folder) == out / "models"
    assert int(number) > 0
    compile((out / "app.py").read_text(encoding="utf-8"), "app.py", "exec")


def test_a_model_of_the_hub_is_pinned_instead_of_copied(tmp_path: Path) -> None:
    out = tmp_path / "space"
    write_space(out, "owner/model", "abc123")
    assert not (out / "models").exists()
    assert "Repairer.from_pretrained('owner/model', threads=2, revision='abc123')" in (out / "app.py").read_text()
    assert SpaceCard.load(out / "README.md").data.models == ["owner/model"]


def test_requirements_are_those_of_the_demo_at_installed_versions() -> None:
    lines = pinned(DECLARED)
    assert [line.split("==")[0] for line in lines] == ["click", "gradio", "numpy"]
    assert all(line.split("==")[1] for line in lines)


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="not an empty folder"):
        write_space(tmp_path)
    with pytest.raises(InputError, match="not an empty folder"):
        write_space(tmp_path / "mine")


def test_missing_weights_are_named(tmp_path: Path, weights: Path) -> None:
    (weights / "calibration.json").unlink()
    with pytest.raises(ModelError, match=r"calibration\.json"):
        write_space(tmp_path / "space")
    assert not (tmp_path / "space").exists()
