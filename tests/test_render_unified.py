import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textrepair.render.unified import unified_diff
from textrepair.results import Edit, Repair, apply_edits


def build(text: str, *changes: tuple[str, str]) -> Repair:
    """A repair that replaces the first occurrence of each wording."""
    edits = tuple(
        Edit(text.index(old), text.index(old) + len(old), old, new, 0.9, True)
        for old, new in sorted(changes, key=lambda change: text.index(change[0]))
    )
    return Repair(text, apply_edits(text, edits), edits, (), 0.9)


def applied(folder: Path, repair: Repair, name: str, command: list[str]) -> bytes:
    """The file `name` with the text of `repair` after the patch was applied to it."""
    if not shutil.which(command[0]):
        pytest.skip(f"needs {command[0]}")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(repair.text.encode())
    patch = unified_diff(repair, name)
    done = subprocess.run(command, input=patch.encode(), cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, (patch, done.stdout, done.stderr)
    return path.read_bytes()


PATCH = ["patch", "-p0", "--no-backup-if-mismatch", "--fuzz=0"]
GIT = ["git", "apply", "-p0"]

TEXT = (
    "The boat left at dawn.\nIts crew was exhausted by the tempest.\nNobody spoke.\nLand came into sight at midday.\n"
)
CHANGES = (("exhausted", "tired"), ("tempest", "storm"), ("sight", "view"))


@pytest.mark.parametrize("command", [PATCH, GIT], ids=["patch", "git"])
@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.rstrip("\n"),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r\n").rstrip("\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.replace("crew", "crew\x0c\x85\u2028and cook"),
        "Before.\n" * 40 + TEXT + "After.\n" * 40,
    ],
    ids=["lf", "no last newline", "crlf", "crlf, no last newline", "cr only", "odd breaks", "long"],
)
def test_the_patch_applies(tmp_path: Path, text: str, command: list[str]) -> None:
    repair = build(text, *CHANGES)
    assert applied(tmp_path, repair, "boat.txt", command) == repair.restored.encode()


@pytest.mark.parametrize("command", [PATCH, GIT], ids=["patch", "git"])
@pytest.mark.parametrize("name", ["news/boat.txt", "late news/the boat.txt", 'a"b\\c.txt', "tab\there.txt", "über.txt"])
def test_odd_names(tmp_path: Path, name: str, command: list[str]) -> None:
    repair = build(TEXT, *CHANGES)
    assert applied(tmp_path, repair, name, command) == repair.restored.encode()


def test_no_newline_at_the_end_is_said_on_both_sides() -> None:
    patch = unified_diff(build("Its crew was exhausted.", ("exhausted", "tired")), "boat.txt")
    assert patch == (
        "--- boat.txt\n+++ boat.txt\n@@ -1 +1 @@\n"
        "-Its crew was exhausted.\n\\ No newline at end of file\n"
        "+Its crew was tired.\n\\ No newline at end of file\n"
    )


def test_a_long_article_is_shown_paragraph_by_paragraph() -> None:
    text = "".join(f"Ship {n} was exhausted.\n\n" for n in range(150))
    edits = tuple(Edit(m.start(), m.end(), m[0], "tired", 0.9, True) for m in re.finditer("exhausted", text))
    patch = unified_diff(Repair(text, apply_edits(text, edits), edits, (), 0.9), "boat.txt")
    assert "-Ship 70 was exhausted.\n+Ship 70 was tired.\n \n-Ship 71" in patch


def test_nothing_changed_is_an_empty_patch() -> None:
    assert unified_diff(build(TEXT), "boat.txt") == ""


def test_a_name_cannot_forge_lines_of_the_patch() -> None:
    patch = unified_diff(build(TEXT, *CHANGES), "x\n--- /etc/passwd")
    assert patch.splitlines()[:2] == [r'--- "x\n--- /etc/passwd"', r'+++ "x\n--- /etc/passwd"']


@st.composite
def repairs(draw: st.DrawFn) -> Repair:
    words = st.text(st.sampled_from("ab \n\n\r\t\\-+@é\u2028") | st.characters(exclude_categories=["Cs"]), max_size=40)
    text = draw(words)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    edits = tuple(
        Edit(start, end, text[start:end], draw(words), 0.9, draw(st.booleans()))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    )
    return Repair(text, apply_edits(text, edits), edits, (), 0.9)


@settings(max_examples=100, deadline=None)
@given(repairs())
@example(build("a\n\nb\n", ("\n\n", "\n")))
def test_any_patch_applies(tmp_path_factory: pytest.TempPathFactory, repair: Repair) -> None:
    # An empty side makes patch create or remove the file, which is no repair of it.
    if repair.changed and repair.text and repair.restored:
        folder = tmp_path_factory.mktemp("patch")
        assert applied(folder, repair, "a.txt", GIT) == repair.restored.encode()
        if shutil.which("patch") and "\0" not in repair.text + repair.restored:
            assert applied(folder, repair, "b.txt", PATCH) == repair.restored.encode()
