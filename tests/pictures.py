"""Takes the pictures of the README: the demo, light and dark, and the terminal, with the shipped weights.

    python tests/pictures.py FOLDER

Writes demo-light.png, demo-dark.png and terminal.svg.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright
from rich.console import CONSOLE_SVG_FORMAT, Console
from test_demo_browser import ARGUMENTS, CHROMIUM, DESKTOP, PATIENCE

from textrepair.demo.app import launch
from textrepair.demo.articles import examples
from textrepair.render.terminal import side_by_side
from textrepair.repairer import Repairer

SAMPLE = "data/samples/diplomacy.txt"
WORD = "before"
"""The restored word whose other wordings are shown."""


def terminal(repairer: Repairer, picture: Path) -> None:
    """What `textrepair diff` shows, as an SVG that asks for no font of another host."""
    console = Console(record=True, width=118, force_terminal=True, color_system="standard", file=io.StringIO())
    side_by_side(repairer.repair(Path(SAMPLE).read_text(encoding="utf-8")), SAMPLE, console)
    frame = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.S)
    frame = frame.replace("Fira Code", "ui-monospace, DejaVu Sans Mono")
    picture.write_text(console.export_svg(title=f"textrepair diff {SAMPLE}", code_format=frame), encoding="utf-8")


def demo(browser: Browser, url: str, scheme: str, picture: Path) -> None:
    """The repaired sample on the demo page, with the note of one edit."""
    page = browser.new_context(**DESKTOP, color_scheme=scheme, reduced_motion="reduce").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    page.get_by_role("button", name=Path(SAMPLE).stem.capitalize()).click()
    expect(page.get_by_role("textbox")).not_to_be_empty()
    page.get_by_role("button", name="Restore the article").click()
    expect(page.locator("#verdict")).to_be_focused()
    page.locator(".restored a", has_text=WORD).first.hover()
    expect(page.locator("#note")).to_be_visible()
    page.screenshot(path=picture)


def main() -> None:
    """Take all of them."""
    folder = Path(sys.argv[1])
    repairer = Repairer.from_pretrained()
    terminal(repairer, folder / "terminal.svg")
    url = launch(repairer, examples()).local_url
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for scheme in ("light", "dark"):
            demo(browser, url, scheme, folder / f"demo-{scheme}.png")
        browser.close()


if __name__ == "__main__":
    main()
