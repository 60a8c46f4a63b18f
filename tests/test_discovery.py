"""From paths to articles; `cases/cli` shows folders, patterns, .gitignore and exclusions."""

from pathlib import Path

import pytest

from textrepair.editorial.discovery import Discovery, Input, Missing, Skipped


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(*names: str, text: str = "x") -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def found(*paths: str, **options: object) -> list[str]:
    items = Discovery(**options).find(list(map(Path, paths)))  # type: ignore[arg-type]
    return [item.name for item in items if isinstance(item, Input)]


def test_folders_are_searched_in_order() -> None:
    write("b/z.md", "b/a.txt", "b/c/x.html", "b/c/x.jpg", "a.rst")
    assert found(".") == ["a.rst", "b/a.txt", "b/z.md", "b/c/x.html"]
    assert found("b/c", "a.rst", "b") == ["b/c/x.html", "a.rst", "b/a.txt", "b/z.md"]


def test_a_file_is_read_once_however_it_is_named(tmp_path: Path) -> None:
    write("a.md")
    Path("link.md").symlink_to("a.md")
    assert found("a.md", "./a.md", str(tmp_path / "a.md"), "link.md", ".") == ["a.md"]


def test_links_to_folders_are_not_followed() -> None:
    write("a/x.md")
    Path("a/up").symlink_to("..")
    Path("b").symlink_to("a")
    assert found(".") == ["a/x.md"]
    assert found("b") == ["b/x.md"]  # but one that is named is


def test_patterns() -> None:
    write("a/x.md", "a/b/y.md", "a/b/z.txt", "[odd].md")
    assert found("**/*.md") == ["[odd].md", "a/b/y.md", "a/x.md"]
    assert found("a/**") == ["a/b/y.md", "a/b/z.txt", "a/x.md"]
    assert found("a/*") == ["a/b/y.md", "a/b/z.txt", "a/x.md"]
    assert found("[odd].md") == ["[odd].md"]


def test_gitignore_files_above_count_up_to_the_repository(tmp_path: Path) -> None:
    write(".gitignore", text="x.md\n")
    write("repository/.git/HEAD", "repository/x.md", "repository/sub/x.md", "repository/sub/y.md")
    write("repository/.gitignore", text="/sub/y.md\n")
    assert found("repository") == ["repository/x.md", "repository/sub/x.md"]
    assert found("repository/sub") == ["repository/sub/x.md"]


@pytest.mark.parametrize("pattern", ["node_modules/a.md", ".hidden/a.md", ".a.md"])
def test_what_is_hidden_is_read_only_if_it_is_named(pattern: str) -> None:
    write(pattern)
    assert found(".") == []
    assert found(pattern) == [pattern]


def test_a_configuration_excludes_for_what_is_below_it() -> None:
    write("a/old/x.md", "a/x.md", "b/old/x.md")
    Path("a/textrepair.toml").write_text('exclude = ["old"]\n')
    assert found(".") == ["a/x.md", "b/old/x.md"]
    assert found("a/old/x.md", "a/old") == []


def test_a_forced_type_is_that_of_all_files() -> None:
    write("a.xyz", "b.md")
    items = list(Discovery(kind="html").find([Path()]))
    assert [(i.name, i.kind) for i in items if isinstance(i, Input)] == [("a.xyz", "html"), ("b.md", "html")]


def test_what_is_left_out_is_told() -> None:
    write("a.xyz", "b.md")
    items = list(Discovery(["b.md"]).find([Path(p) for p in ("a.xyz", "b.md", "c.md", "*.nothing")]))
    assert items == [
        Skipped("a.xyz", "unknown type (--as names one)", True),
        Skipped("b.md", "excluded", True),
        Missing("c.md", "c.md: no such file or directory"),
        Missing("*.nothing", "*.nothing: no file matches"),
    ]


def test_standard_input_is_what_its_name_says() -> None:
    Path("docs").mkdir()
    Path("docs/textrepair.toml").write_text('exclude = ["old.md"]\nquotes = "keep"\n')
    (item,) = Discovery().find([Path("-")])
    assert isinstance(item, Input) and (item.name, item.kind) == ("<stdin>", "text")
    (item,) = Discovery(stdin_name="docs/new.md").find([Path("-")])
    assert isinstance(item, Input) and (item.name, item.kind) == ("docs/new.md", "markdown")
    assert item.config.settings.quotes == "keep"
    assert list(Discovery(stdin_name="docs/old.md").find([Path("-")])) == [Skipped("docs/old.md", "excluded", True)]
