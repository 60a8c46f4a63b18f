"""The demo in a real browser: Debian's Chromium, one for all tests, and one server with a stand-in for the models.

Nothing here waits for a time, only for something to appear; what has not come after `PATIENCE` will not come.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from demo_stand_in import EXAMPLES
from test_demo_downloads import texts

from textrepair.demo import word
from textrepair.results import Repair

pytest.importorskip("gradio")
api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no browser: apt-get install chromium")

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
PATIENCE = 90_000
"""Milliseconds; machines that run tests can be busy."""
CALL = 0.05
"""Seconds that each call of a model takes, so that a page has a while to show."""

FERRY, RATES, MATCH, CLEAN = (example.text for example in EXAMPLES)
SPUN = "The crew reached an settlement at dawn. The vacationers were troubled, and the vessel was overdue."
DESKTOP = {"viewport": {"width": 1280, "height": 860}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@dataclass
class Server:
    """A running demo."""

    url: str
    log: Path
    kept: Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("demo")
    (folder / "kept").mkdir()
    here = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": str(here.parent), "GRADIO_TEMP_DIR": str(folder / "kept")}
    command = [sys.executable, "-u", str(here / "demo_stand_in.py"), str(CALL)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout
        url = process.stdout.readline().strip()
        assert url.startswith("http"), (folder / "log").read_text()
        yield Server(url, folder / "log", folder / "kept")
    finally:
        process.terminate()
        process.wait(60)
        if process.stdout:
            process.stdout.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A visitor with a browser window of their own, and what the window asked for and complained of."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def restore(self, text: str) -> None:
        self.ask(text)
        eventually(self.page.locator("#verdict")).to_be_focused()

    def ask(self, text: str) -> None:
        self.page.get_by_role("textbox").fill(text)
        self.page.get_by_role("button", name="Restore the article").click()

    @property
    def facts(self) -> Any:
        return self.page.locator(".facts")

    @property
    def restored(self) -> Any:
        return self.page.locator(".restored")

    def choice(self, number: int, wording: str) -> Any:
        return self.page.locator(f"#a-e{number}-n").get_by_role("radio", name=wording, exact=True)

    def download(self, name: str) -> tuple[str, bytes]:
        with self.page.expect_download() as started:
            self.page.locator(".downloads").get_by_role("button", name=name, exact=True).click()
        return started.value.suggested_filename, Path(started.value.path()).read_bytes()


@pytest.fixture
def visit(server: Server, browser: Any) -> Iterator[Callable[..., Visit]]:
    contexts = []
    visits = []

    def arrive(**settings: Any) -> Visit:
        # Without smooth scrolling, so that nothing moves under the pointer.
        contexts.append(browser.new_context(**{**DESKTOP, **settings}, reduced_motion="reduce"))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        visit = Visit(page)
        visits.append(visit)
        page.on("request", lambda request: visit.requests.append(request.url))
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("console", lambda said: visit.complaints.append(said.text) if said.type == "error" else None)
        page.goto(server.url)
        page.get_by_role("button", name="Ferry strike").wait_for()
        return visit

    yield arrive
    for context in contexts:
        context.close()
    for visit in visits:
        assert visit.complaints == []
        elsewhere = [url for url in visit.requests if not url.startswith((server.url, "data:", f"blob:{server.url}"))]
        assert elsewhere == []


def eventually(locator: Any) -> Any:
    return api.expect(locator)


api.expect.set_options(timeout=PATIENCE)


def test_paste_repair_and_take_home(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    visitor.restore(SPUN)
    eventually(visitor.page.locator("#verdict")).to_have_text(re.compile("Looks spun"))
    eventually(visitor.restored).to_contain_text("The crew reached an agreement at dawn. The passengers were troubled")
    name, content = visitor.download("Article")
    assert name == "article-restored.txt"
    restored = content.decode()
    assert restored.startswith("The crew reached an agreement at dawn.")
    name, content = visitor.download("Diff")
    assert name == "article.diff"
    assert f"-{SPUN}\n" in content.decode()
    assert f"+{restored}\n" in content.decode()
    assert visitor.download("HTML")[1].startswith(b"<!DOCTYPE html>")
    assert b'"schema": 1' in visitor.download("JSON")[1]
    assert texts(visitor.download("Word, tracked")[1]) == ([SPUN], [restored])


def test_edits_are_rejected_and_exchanged(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    visitor.restore(SPUN)
    visitor.choice(0, "keep original").check()
    eventually(visitor.restored).to_contain_text("reached an settlement at dawn")
    visitor.choice(0, "deal").check()
    eventually(visitor.restored).to_contain_text("reached a deal at dawn")
    eventually(visitor.choice(0, "deal")).to_be_checked()
    assert visitor.download("Article")[1].startswith(b"The crew reached a deal at dawn.")


def test_a_wording_is_chosen_beside_the_word(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    visitor.restore(SPUN)
    visitor.page.locator(".restored a", has_text="agreement").hover()
    note = visitor.page.locator("#note")
    eventually(note).to_be_visible()
    note.get_by_text("deal", exact=True).click()
    eventually(visitor.restored).to_contain_text("reached a deal at dawn")
    eventually(visitor.choice(0, "deal")).to_be_checked()


def test_the_threshold_acts_without_the_models(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    visitor.restore(FERRY)
    eventually(visitor.facts).to_contain_text("edits applied")
    before = visitor.facts.text_content()
    proposed = visitor.page.locator(".edits li").count()
    assert proposed > 20
    slider = visitor.page.get_by_role("slider")
    slider.fill("100")
    eventually(visitor.facts).to_contain_text(f"no edits applied, {proposed} proposed")
    eventually(visitor.page.locator("output")).to_have_text("100 %")
    eventually(visitor.page.locator("#status")).to_have_text("")
    slider.fill("0")
    eventually(visitor.facts).to_contain_text(f"{proposed} edits applied")
    slider.fill("50")
    eventually(visitor.facts).to_have_text(before)
    slider.press("ArrowRight")
    eventually(visitor.page.locator("output")).to_have_text("51 %")


def test_files_are_opened_and_come_back_in_their_form(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    chooser = visitor.page.locator("input[type=file]")
    source = f"# A *vessel*\n\n{SPUN}\n"
    chooser.set_input_files({"name": "story.md", "mimeType": "text/markdown", "buffer": source.encode()})
    eventually(visitor.page.get_by_role("textbox")).to_have_value(re.compile(r"^A vessel\s+The crew"))
    eventually(visitor.page.locator("#status")).to_have_text("Opened story.md.")
    visitor.page.get_by_role("button", name="Restore the article").click()
    eventually(visitor.restored.last).to_contain_text("agreement")
    name, content = visitor.download("Article")
    assert name == "story-restored.md"
    assert content.decode().startswith("# A *")
    assert "reached an agreement at dawn" in content.decode()


def test_a_word_document_gets_tracked_changes(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    content = word.tracked(Repair(SPUN, SPUN, (), (), 0.0), "a", word.datetime.now())
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    chooser = visitor.page.locator("input[type=file]")
    chooser.set_input_files({"name": "story.docx", "mimeType": kind, "buffer": content})
    eventually(visitor.page.get_by_role("textbox")).to_have_value(SPUN)
    visitor.page.get_by_role("button", name="Restore the article").click()
    visitor.page.locator("#verdict").wait_for()
    old, new = texts(visitor.download("Word, tracked")[1])
    assert old == [SPUN]
    assert new[0].startswith("The crew reached an agreement")


def test_a_file_can_be_dropped_anywhere(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    visitor.page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["The navy drill."], "drill.txt", { type: "text/plain" }));
            document.querySelector(".colophon").dispatchEvent(
                new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    eventually(visitor.page.get_by_role("textbox")).to_have_value("The navy drill.")


WRONG_FILES = [
    ("photo.jpg", b"\xff\xd8\xff", "Photo.jpg is no .txt, .md, .html or .docx file."),
    ("<b>.txt", b"\xff\xfe\xff", "<b>.txt: not UTF-8 (byte 0)."),
    ("big.txt", b"a" * (2 * 1024 * 1024 + 1), "Big.txt is larger than 2 MB."),
    ("long.txt", b"a " * 10_001, "This text has 20,002 characters; the demo takes up to 20,000."),
]


def test_wrong_files_get_a_friendly_line(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    for name, content, said in WRONG_FILES:
        visitor.page.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )
        eventually(visitor.page.get_by_role("alert")).to_have_text(said)
        eventually(visitor.page.get_by_role("textbox")).to_have_value("")


def test_limits_are_friendly(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    visitor.ask("")
    eventually(visitor.page.get_by_role("alert")).to_have_text(re.compile("^Paste an article first"))
    visitor.ask("word " * 200_000)
    eventually(visitor.page.get_by_role("alert")).to_have_text(re.compile("^This text has 1,000,000 characters"))
    eventually(visitor.page.locator("#count")).to_have_text("1,000,000 of 20,000 characters")
    visitor.restore(SPUN)
    eventually(visitor.page.get_by_role("alert")).to_have_count(0)


def test_hostile_text_is_shown_and_does_nothing(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    hostile = (
        "<script>window.hacked = 1</script> <img src=x onerror='window.hacked = 1'> {{#if value}} {{value}} "
        "${window.hacked = 1} ` \\ &lt;b&gt;"
    )
    visitor.restore(f"{hostile}\n\n{SPUN}\n\n{hostile}")
    eventually(visitor.page.locator(".original").first).to_have_text(hostile)
    eventually(visitor.page.locator(".original").last).to_have_text(hostile)
    visitor.choice(0, "deal").check()
    eventually(visitor.restored.nth(1)).to_contain_text("a deal")
    assert visitor.page.evaluate("window.hacked") is None
    assert visitor.page.locator(".columns :is(script, img)").count() == 0


def test_other_languages_are_left_alone(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    visitor.restore("Der Hafen wurde am Dienstag nach einer langen Verhandlung wieder geöffnet, sagte die Ministerin.")
    eventually(visitor.facts).to_contain_text("not English (looks like 'de')")


def test_a_clean_article_looks_clean(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    visitor.page.get_by_role("button", name="Not spun").click()
    eventually(visitor.page.get_by_role("textbox")).to_have_value(CLEAN)
    visitor.page.get_by_role("button", name="Restore the article").click()
    eventually(visitor.page.locator("#verdict")).to_have_text(re.compile("Looks clean"))
    eventually(visitor.page.get_by_role("slider")).to_have_count(0)


def test_two_visitors_at_once_never_mix(visit: Callable[..., Visit]) -> None:
    first, second = visit(), visit()
    first.ask(SPUN)
    second.ask(MATCH)
    second.page.locator("#verdict").wait_for()
    first.page.locator("#verdict").wait_for()
    eventually(first.page.locator(".original")).to_have_text(SPUN)
    eventually(second.page.locator(".original").first).to_have_text(MATCH.split("\n")[0])
    first.choice(0, "keep original").check()
    eventually(first.restored).to_contain_text("an settlement")
    second.choice(0, "aim").check()
    eventually(second.restored.first).to_contain_text("Late aim")
    assert b"an settlement" in first.download("Article")[1]
    assert second.download("Article")[1].startswith(b"Late aim")


def test_progress_is_told(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    visitor.page.evaluate(
        """() => {
            window.told = [];
            const status = document.getElementById("status");
            new MutationObserver(() => window.told.push(status.textContent))
                .observe(status, { childList: true, subtree: true, characterData: true });
        }"""
    )
    visitor.restore(FERRY)
    told = visitor.page.evaluate("window.told")
    for words in ("Waiting for a free turn…", "Reading the article…", "Restoring 56 passages…"):
        assert words in told
    eventually(visitor.page.locator("#verdict")).to_be_focused()


def test_everything_works_by_keyboard(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    visitor.page.get_by_role("textbox").fill(SPUN)
    visitor.page.get_by_role("textbox").press("Tab")
    eventually(visitor.page.get_by_role("button", name="Restore the article")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    eventually(visitor.page.locator("#verdict")).to_be_focused()
    visitor.page.keyboard.press("Tab")
    eventually(visitor.page.get_by_role("slider")).to_be_focused()
    visitor.choice(0, "agreement").focus()
    visitor.page.keyboard.press("ArrowRight")
    eventually(visitor.restored).to_contain_text("reached a deal")
    eventually(visitor.choice(0, "deal")).to_be_focused()
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.keyboard.press("ArrowRight")
    eventually(visitor.restored).to_contain_text("reached an agreement")
    eventually(visitor.choice(0, "agreement")).to_be_focused()
    visitor.page.keyboard.press("Tab")
    eventually(visitor.page.locator("#a-e1-n input:checked")).to_be_focused()


UNNAMED = """() => [...document.querySelectorAll("button, input, textarea, select, a[href], fieldset, nav, section")]
    .filter((e) => e.checkVisibility())
    .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.getAttribute("aria-labelledby")
        || e.labels?.[0]?.textContent.trim()))
    .map((e) => e.outerHTML)"""

FAINT = """() => {
    const rgb = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
    const bright = ([r, g, b]) => [r, g, b].map((c) => c / 255)
        .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
    const behind = (e) => {
        for (; e; e = e.parentElement) {
            const colour = rgb(getComputedStyle(e).backgroundColor);
            if (colour.length === 3 || colour[3] > 0) return colour;
        }
        return [255, 255, 255];
    };
    return [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility()
        && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())).map((e) => {
        const [a, b] = [bright(rgb(getComputedStyle(e).color)), bright(behind(e))].sort((x, y) => y - x);
        return [(a + 0.05) / (b + 0.05), e.outerHTML.slice(0, 120)];
    }).filter(([contrast]) => contrast < 4.5);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_has_a_name_and_contrast(visit: Callable[..., Visit], scheme: str) -> None:
    visitor = visit(color_scheme=scheme)
    visitor.restore(FERRY)
    paper = visitor.page.evaluate("getComputedStyle(document.querySelector('.pair.heads')).backgroundColor")
    assert paper == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 21, 23)")
    assert visitor.page.evaluate(UNNAMED) == []
    assert visitor.page.evaluate(FAINT) == []
    assert visitor.page.locator("h1").count() == 1
    assert visitor.page.locator("html").get_attribute("lang") == "en"


def test_a_phone_shows_it_without_scrolling_sideways(visit: Callable[..., Visit]) -> None:
    visitor = visit(**PHONE)
    visitor.restore(FERRY)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == 390
    eventually(visitor.page.locator(".pair.heads")).to_be_hidden()
    word = visitor.page.locator(".restored a").first
    word.tap()
    eventually(visitor.page.locator(f"#{word.get_attribute('data-edit')}-o")).to_be_focused()
    eventually(visitor.page.locator("#note")).to_be_visible()
    box = visitor.page.locator("#note").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_nothing_is_kept(visit: Callable[..., Visit], server: Server) -> None:
    visitor = visit()
    visitor.restore(SPUN)
    visitor.download("Word, tracked")
    kept = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"
    assert "settlement" not in visitor.page.evaluate(kept)
    assert visitor.page.evaluate("indexedDB.databases()") == []
    assert visitor.page.context.cookies() == []
    assert not [path for path in server.kept.rglob("*") if path.is_file()]
    answer = visitor.page.request.post(f"{server.url}gradio_api/upload", multipart={"files": "secret"})
    assert answer.status == 404
    answer = visitor.page.request.post(f"{server.url}gradio_api/queue/join", data="x" * (9 * 1024 * 1024))
    assert answer.status == 413


def test_the_log_tells_nothing_of_the_visitors(server: Server) -> None:
    said = server.log.read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert "settlement" not in said
