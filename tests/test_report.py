"""The report over many articles."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from textrepair.cli import main, options
from textrepair.repairer import Repairer

SPUN = "Neither facet is anticipated to reach a settlement. The navy was instructed to leave.\n"
CLEAN = "The weather was calm on the coast. Nobody saw anything odd in the harbour that day.\n"


class Page(HTMLParser):
    """What a page holds, and whether its tags are in order."""

    VOID = ("meta", "br", "link", "input")

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.scripts = 0
        self.feed(path.read_text(encoding="utf-8"))
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.scripts += tag == "script"
        self.links += [value or "" for name, value in attributes if name == "href"]
        assert not any(name.startswith("on") for name, _ in attributes)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and "script" not in self.open:
            self.text += data


@pytest.fixture
def site(tmp_path: Path, repairer: Repairer, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(options, "repairer", lambda *_: repairer)
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "site/clean.txt": CLEAN,
        "site/a/spun.md": f"# Title\n\n{SPUN}",
        "site/a-spun.md": SPUN + CLEAN,
        "site/<script>alert(1)<.txt": "<script>alert(2)</script> " + SPUN,
    }.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    Path("site/odd.txt").write_bytes(b"\xff")
    return tmp_path


def test_the_index_ranks_articles_and_leads_to_their_pages(site: Path) -> None:
    result = CliRunner().invoke(main, ["report", "site", "-o", "report"])
    assert result.exit_code == 2  # for odd.txt
    assert "report/index.html written" in result.stderr
    index = Page(site / "report" / "index.html")
    assert index.scripts == 0
    assert "4 articles, 3 look spun" in index.text
    assert "site/odd.txt: not UTF-8 (byte 0)" in index.text
    scores = [int(p) for p in re.findall(r"\((?:[<>] )?(\d+) %\)", index.text)]
    assert len(scores) == 4 and scores == sorted(scores, reverse=True)
    assert len(set(index.links)) == 4
    for link in index.links:
        page = Page(site / "report" / link)
        assert page.scripts == 1  # its own
    last = Page(site / "report" / index.links[-1])
    assert "site/clean.txt" in last.text and "looks clean" in last.text


def test_a_second_report_replaces_the_first_and_nothing_else(site: Path) -> None:
    (site / "report").mkdir()
    (site / "report" / "notes.txt").write_text("mine")
    for _ in range(2):
        CliRunner().invoke(main, ["report", "site", "-o", "report"])
    assert (site / "report" / "notes.txt").read_text() == "mine"
    assert len(list((site / "report" / "articles").iterdir())) == 4


def test_a_report_that_cannot_be_written_is_one_line(site: Path) -> None:
    (site / "report").write_text("in the way")
    result = CliRunner().invoke(main, ["report", "site", "-o", "report"])
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == "textrepair: report: not a directory"


BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.skipif(BROWSER is None, reason="no browser")
def test_a_browser_opens_the_report_and_refuses_nothing(site: Path) -> None:
    CliRunner().invoke(main, ["report", "site", "-o", "report"])
    index = Page(site / "report" / "index.html")
    for name in ("index.html", index.links[0]):
        flags = ("--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0", "--dump-dom")
        done = subprocess.run(
            [str(BROWSER), *flags, f"--user-data-dir={site / 'browser'}", (site / "report" / name).as_uri()],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Refused to" not in done.stderr and "Content Security Policy" not in done.stderr
        assert ('class="masthead"' in done.stdout and "Neither" in done.stdout) or name == "index.html"
