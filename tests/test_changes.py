"""Changed lines, as git tells them."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textrepair.editorial.changes import Changes, stretches
from textrepair.errors import InputError


class Repository:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q", "-b", "main")
        for key, value in (("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")):
            self.git("config", key, value)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, **files: str) -> str:
        for name, text in files.items():
            self.write(f"{name}.txt", text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x", "--allow-empty")
        return self.git("rev-parse", "HEAD")

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, newline="")
        return path

    def changed(self, name: str, since: str = "HEAD") -> str | None:
        """The changed text of a file, None for all of it."""
        path = self.root / name
        lines = Changes(since).lines(path)
        text = path.read_bytes().decode()
        return None if lines is None else "".join(text[start:end] for start, end in stretches(text, lines))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_changed_lines_are_those_of_the_new_file(repository: Repository) -> None:
    repository.commit(a="one\ntwo\nthree\nfour\nfive\n", b="same\n")
    repository.write("a.txt", "zero\none\nthree\nFOUR\nfive")
    assert repository.changed("a.txt") == "zero\nFOUR\nfive"
    assert repository.changed("b.txt") == ""


def test_a_file_that_git_does_not_track_is_all_new(repository: Repository) -> None:
    repository.commit(a="one\n")
    repository.write(".gitignore", "c.txt\n")
    for name in ("b.txt", "c.txt"):
        repository.write(name, "new\n")
        assert repository.changed(name) is None


def test_a_file_that_git_tracks_since_then_is_all_changed(repository: Repository) -> None:
    before = repository.commit(a="one\n")
    repository.commit(b="x\ny\n")
    assert repository.changed("b.txt", before) == "x\ny\n"


def test_a_renamed_file_has_changed_where_it_differs(repository: Repository) -> None:
    text = "".join(f"line {n}\n" for n in range(20))
    before = repository.commit(a=text)
    repository.git("mv", "a.txt", "b.txt")
    repository.write("b.txt", text.replace("line 7\n", "LINE\n"))
    assert repository.changed("b.txt", before) == "LINE\n"


def test_what_happened_on_another_branch_does_not_count(repository: Repository) -> None:
    repository.commit(a="one\ntwo\nthree\n")
    repository.git("checkout", "-q", "-b", "mine")
    repository.commit(a="one\ntwo\nTHREE\n")
    repository.git("checkout", "-q", "main")
    repository.commit(a="ONE\ntwo\nthree\n")
    repository.git("checkout", "-q", "mine")
    assert repository.changed("a.txt", "main") == "THREE\n"


@pytest.mark.parametrize(
    "name", ["ü ñ.txt", 'quo"te.txt', "tab\there.txt", "-dash.txt", ":(glob)*.txt", "new\nline.txt"]
)
def test_any_name(repository: Repository, name: str) -> None:
    repository.write(name, "one\ntwo\n")
    repository.commit()
    repository.write(name, "one\nTWO\n")
    assert repository.changed(name) == "TWO\n"


def test_the_user_s_configuration_of_git_changes_nothing(repository: Repository) -> None:
    repository.commit(a="one\ntwo\nthree\nfour\n")
    for key, value in (
        ("color.ui", "always"),
        ("diff.noprefix", "true"),
        ("diff.external", "false"),
        ("diff.interHunkContext", "9"),
        ("diff.context", "5"),
        ("diff.relative", "true"),
        ("diff.renames", "false"),
    ):
        repository.git("config", key, value)
    repository.write("a.txt", "ONE\ntwo\nthree\nFOUR\n")
    assert repository.changed("a.txt") == "ONE\nFOUR\n"


def test_a_link_has_the_changes_of_its_target(repository: Repository) -> None:
    repository.commit(a="one\n")
    repository.write("a.txt", "ONE\n")
    (repository.root / "link.txt").symlink_to("a.txt")
    assert repository.changed("link.txt") == "ONE\n"


def test_without_revision_or_repository(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> None:
    repository.commit(a="one\n")
    for revision in ("nonsense", "--cached", "", "HEAD~5"):
        with pytest.raises(InputError, match="git knows no revision"):
            Changes(revision).lines(repository.root / "a.txt")
    with pytest.raises(InputError, match="in no git repository"):
        Changes("HEAD").lines(tmp_path_factory.mktemp("elsewhere") / "a.txt")


LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\r\n", "@@ -1 +1 @@\n", "+x\n", "-y\n", "d\re\n"]), max_size=8)


@settings(deadline=None, max_examples=25)
@given(LINES, LINES, st.sampled_from(["", "end"]))
def test_lines_outside_the_changes_are_as_before(
    tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str], end: str
) -> None:
    repository = Repository(tmp_path_factory.mktemp("repository"))
    repository.commit(a="".join(old))
    text = "".join(new) + end
    repository.write("a.txt", text)
    lines = Changes("HEAD").lines(repository.root / "a.txt")
    assert lines is not None
    parts = text.split("\n")
    changed = {n for first, last in lines for n in range(first, last)}
    kept = [line for n, line in enumerate(parts) if n not in changed and (line or n < len(parts) - 1)]
    before = iter("".join(old).split("\n"))
    assert all(line in before for line in kept)  # a subsequence
