"""Settings: where they come from, and the lines of errors."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textrepair.editorial.config import KEYS, Settings, config_for
from textrepair.errors import ConfigError


def test_without_a_configuration_everything_is_default(tmp_path: Path) -> None:
    config = config_for(tmp_path / "a.md")
    assert config.settings == Settings()
    assert {config.origin(key) for key in KEYS} == {"default"}


def test_the_nearest_configuration_counts_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.textrepair]\nquotes = "keep"\nthreshold = 1\n')
    (tmp_path / "deep" / "textrepair.toml").write_text('accept = ["navy"]\n')
    outer, inner = config_for(tmp_path / "a.md"), config_for(tmp_path / "deep" / "er" / "missing.md")
    assert outer.settings == Settings(quotes="keep", threshold=1.0)
    assert inner.settings == Settings(accept=("navy",))
    assert inner.origin("accept") == f"{tmp_path / 'deep' / 'textrepair.toml'}:1"
    assert inner.origin("quotes") == "default"


def test_textrepair_toml_comes_before_pyproject_toml(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.textrepair]\nquotes = "keep"\n')
    (tmp_path / "textrepair.toml").write_text("")
    assert config_for(tmp_path).settings == Settings()


def test_a_pyproject_toml_without_our_table_is_passed_by(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "textrepair.toml").write_text('quotes = "keep"\n')
    (tmp_path / "sub" / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    assert config_for(tmp_path / "sub").settings.quotes == "keep"


def test_a_linked_file_belongs_to_the_project_of_the_link(tmp_path: Path) -> None:
    for name, quotes in (("one", "keep"), ("two", "fix")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "textrepair.toml").write_text(f'quotes = "{quotes}"\n')
    (tmp_path / "two" / "a.md").write_text("x")
    (tmp_path / "one" / "a.md").symlink_to(tmp_path / "two" / "a.md")
    assert config_for(tmp_path / "one" / "a.md").settings.quotes == "keep"


def test_paths_are_relative_to_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "textrepair.toml").write_text(
        'accept-file = "a.txt"\nmodel = "models"\nrewriter = "owner/on-the-hub"\n'
    )
    settings = config_for(tmp_path).settings
    assert settings.accept_file == str(tmp_path / "a.txt")
    assert settings.model == str(tmp_path / "models")
    assert settings.rewriter == "owner/on-the-hub"


@pytest.mark.parametrize("value", ["true", "-0.1", "1.5", '"0.5"', "nan", "[]"])
def test_what_is_no_share_is_refused(tmp_path: Path, value: str) -> None:
    (tmp_path / "textrepair.toml").write_text(f"threshold = {value}\n")
    with pytest.raises(ConfigError, match=r"textrepair.toml:1: threshold must be a number from 0 to 1"):
        config_for(tmp_path)


def test_a_wrong_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\n\ntextrepair = 3\n")
    with pytest.raises(ConfigError, match=r"pyproject.toml:3: \[tool.textrepair\] must be a table"):
        config_for(tmp_path)


FILLERS = st.sampled_from(
    [
        "",
        "# a comment\n",
        "\n\n",
        'exclude = [\n  "a",\n  # quotse = 1\n\n  "b",\n]\n',
        'encoding = "utf-8"\n',
        'accept-file = """a\nquotse = 3\n[x]\n"""\n',
        "model = '''\n\n'''\n",
    ]
)


@given(st.lists(FILLERS, max_size=5, unique=True), st.lists(FILLERS, max_size=5, unique=True), st.booleans())
def test_an_error_names_the_line_of_its_key(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], after: list[str], in_pyproject: bool
) -> None:
    folder = tmp_path_factory.mktemp("config")
    head = "".join(before)
    tail = "".join(text for text in after if text not in before or text.isspace())
    if in_pyproject:
        head = "[tool.other]\nquotse = 1\n[tool.textrepair]\n" + head
        tail += "[tool.zzz]\nquotse = 2\n"
    name = "pyproject.toml" if in_pyproject else "textrepair.toml"
    (folder / name).write_text(f"{head}quotse = 1\n{tail}")
    with pytest.raises(ConfigError) as error:
        config_for(folder)
    line = head.count("\n") + 1
    assert str(error.value) == f"{folder / name}:{line}: unknown key 'quotse'; did you mean 'quotes'?"
