from pathlib import Path

import pytest

from textrepair.demo.articles import LARGEST_FILE, MOST_CHARACTERS, check_length, examples, opened, pasted, same_text
from textrepair.errors import InputError


def test_a_pasted_text_is_read_as_it_is() -> None:
    assert pasted("Line.\n\n  Other line.").prose.text == "Line.\n\n  Other line."


def test_markup_of_a_file_is_left_out() -> None:
    assert opened("story.md", b"# Title\n\nSome *words*.").prose.text.split() == ["Title", "Some", "words."]
    assert opened("story.HTML", b"<p>Some <b>words</b>.</p>").prose.text.split() == ["Some", "words."]


@pytest.mark.parametrize(
    ("name", "called"), [("../../etc/passwd.txt", "passwd.txt"), ("C:\\texts\\a.txt", "a.txt"), ("b.txt", "b.txt")]
)
def test_a_file_has_a_name_without_folders(name: str, called: str) -> None:
    assert opened(name, b"text").name == called


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("photo.jpg", b"\xff\xd8", "photo.jpg is no .txt, .md, .html or .docx file"),
        ("photo.txt", b"\xff\xd8\xff", "photo.txt: not UTF-8"),
        ("photo.docx", b"\xff\xd8\xff", "photo.docx"),
        ("big.txt", b"a" * (LARGEST_FILE + 1), "big.txt is larger than 2 MB"),
    ],
)
def test_wrong_files_are_refused_in_one_line(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as refused:
        opened(name, content)
    assert "\n" not in str(refused.value)


def test_limits_of_length() -> None:
    check_length("a" * MOST_CHARACTERS)
    with pytest.raises(InputError, match="20,001 characters; the demo takes up to 20,000"):
        check_length("a" * (MOST_CHARACTERS + 1))
    with pytest.raises(InputError, match="paste an article"):
        check_length(" \n")


def test_line_ends_make_no_other_text() -> None:
    assert same_text("one\r\ntwo\r\n", "one\ntwo\n")
    assert not same_text("one\ntwo", "one two")


def test_examples_are_named_by_their_files(tmp_path: Path) -> None:
    (tmp_path / "02-cup_match.txt").write_text("Rovers won.\n", encoding="utf-8")
    (tmp_path / "01-rates.txt").write_text("Rates fell.\n", encoding="utf-8")
    assert [(e.label, e.text) for e in examples(tmp_path)] == [("Rates", "Rates fell."), ("Cup match", "Rovers won.")]


def test_shipped_examples_keep_the_limit() -> None:
    assert examples()
    for example in examples():
        check_length(example.text)
