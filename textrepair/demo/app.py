"""The page: gradio's components, and what happens when they are used."""

from __future__ import annotations

import os

# Before gradio is imported: it would tell its makers that it runs, and ask them for newer versions.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# Where matplotlib is installed, gradio asks it for its backend, and the first visitor would wait until it has one.
os.environ.setdefault("MPLBACKEND", "agg")

import base64
import binascii
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from textrepair.demo import articles, view
from textrepair.demo.dialect import guess_dialect, load_lexicon
from textrepair.demo.downloads import download
from textrepair.demo.progress import Stage, repair_in_stages
from textrepair.demo.security import Guard
from textrepair.demo.session import Session
from textrepair.demo.theme import THEME
from textrepair.editorial.documents import Document
from textrepair.errors import InputError, TextrepairError
from textrepair.render.html import asset
from textrepair.repairer import Repairer

KEPT = 3600
"""Seconds that an article stays in memory after its visitor last touched it."""

GONE = "the article is no longer in memory; please restore it again"
FAILED = "something went wrong, and the article was not restored; please try again"

# One model run at a time, since it uses all cores.  The quick handlers of all visitors go one after another, so that
# no change overtakes the one before it.
_SILENT: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_MODELS: dict[str, Any] = {**_SILENT, "concurrency_limit": 1, "concurrency_id": "models"}
_QUICK: dict[str, Any] = {**_SILENT, "concurrency_limit": 1, "concurrency_id": "quick"}

Updates = dict[Any, Any]


def build(repairer: Repairer, examples: list[articles.Example]) -> gr.Blocks:
    """The page.

    Args:
        repairer: restores the articles, one at a time.
        examples: what is offered to try.
    """
    page = gr.Blocks(title="textrepair", analytics_enabled=False, fill_width=True)
    with page:
        opened = gr.State(None, time_to_live=KEPT)
        session = gr.State(None, time_to_live=KEPT)
        parcel = gr.JSON(visible=False)

        _html(view.MASTHEAD)
        with gr.Column(elem_id="ask"):
            sources = _html(
                view.sources(examples),
                "textrepair.sources(element, (data) => trigger('example', data), (data) => trigger('file', data), "
                f"{articles.LARGEST_FILE})",
            )
            text = gr.Textbox(
                label="Article",
                placeholder="Paste an article here, or drop a file.",
                lines=9,
                max_lines=18,
                elem_id="text",
            )
            _html(view.LIMITS)
            with gr.Row(elem_id="go"):
                run = gr.Button("Restore the article", variant="primary", elem_id="run")
                count = _html('<p id="count"></p>')
        status = _html("", template='<div id="status" role="status">${value}</div>')
        with gr.Column(visible=False, elem_id="result") as result:
            summary = _html("")
            with gr.Row(elem_id="tools"):
                threshold = _html("", "textrepair.threshold(element, (data) => trigger('move', data))")
                downloads = _html(view.DOWNLOADS, "textrepair.downloads(element, (data) => trigger('download', data))")
            shown = _html("", "textrepair.article(element, (data) => trigger('choose', data), watch)")
        _html(view.COLOPHON)

        def decided(now: Session) -> Updates:
            return {session: now, summary: view.summary(now), shown: view.article(now)}

        def show_example(event: gr.EventData) -> Updates:
            return {text: examples[int(event.number)].text, opened: None, status: ""}

        def open_file(event: gr.EventData) -> Updates:
            try:
                article = _opened(event)
                articles.check_length(article.prose.text)
            except TextrepairError as error:
                return {status: view.problem(str(error))}
            return {text: article.prose.text, opened: article, status: view.remark(f"Opened {article.name}.")}

        def restore(given: str, article: Document | None) -> Iterator[Updates]:
            try:
                articles.check_length(given)
                if article is None or not articles.same_text(article.prose.text, given):
                    article = articles.pasted(given)
                for news in repair_in_stages(repairer, article.prose.text):
                    if isinstance(news, Stage):
                        yield {status: view.stage(news)}
                    else:
                        now = Session(article, news, repairer.calibration, guess_dialect(news))
                        shown_now = {result: gr.Column(visible=True), threshold: view.threshold(now)}
                        yield {status: "", **shown_now, **decided(now)}
            except TextrepairError as error:
                yield {status: view.problem(str(error)), result: gr.Column(visible=False), session: None}

        def move(now: Session | None, event: gr.EventData) -> Updates:
            return decided(now.at(int(event.percent))) if now else {status: view.problem(GONE)}

        def choose(now: Session | None, event: gr.EventData) -> Updates:
            return decided(now.choose(int(event.number), int(event.choice))) if now else {status: view.problem(GONE)}

        def pack(now: Session | None, event: gr.EventData) -> Updates:
            if not now:
                return {status: view.problem(GONE)}
            made = download(now, event.kind)
            content = base64.b64encode(made.content).decode("ascii")
            return {parcel: {"name": made.name, "content": content}}

        changing = [session, summary, shown, status]
        text.change(None, text, count, js=f"(text) => textrepair.count(text, {articles.MOST_CHARACTERS})", **_SILENT)
        sources.example(show_example, None, [text, opened, status], **_QUICK)
        sources.file(open_file, None, [text, opened, status], **_QUICK)
        asked = gr.on([run.click, text.submit], None, None, status, js=_says(view.waiting()), **_SILENT)
        restored = asked.then(restore, [text, opened], [*changing, result, threshold], **_MODELS)
        restored.success(None, js="textrepair.arrive", **_SILENT)
        restored.failure(None, None, status, js=_says(view.problem(FAILED)), **_SILENT)
        threshold.move(move, session, changing, trigger_mode="always_last", **_QUICK)
        shown.choose(choose, session, changing, trigger_mode="multiple", **_QUICK)
        packed = downloads.download(pack, session, [parcel, status], **_QUICK)
        packed.success(None, parcel, None, js="textrepair.save", **_SILENT)
    return page


def launch(repairer: Repairer, examples: list[articles.Example], port: int | None = None) -> gr.Blocks:
    """Serve the page in the background; `block_thread` of what is returned waits for its end.

    Args:
        repairer: restores the articles.
        examples: what is offered to try.
        port: where to listen; by default the first free one from 7860 on.

    Raises:
        OSError: the port is not free.
    """
    page = build(repairer, examples)
    page.launch(
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        theme=THEME,
        head=f"<style>{_styles()}</style><script>{_own('demo.js')}</script>",
        js=f"() => {{ textrepair.ready(); {asset('page.js')} }}",
        footer_links=[],
        # What gradio would otherwise keep or tell of its visitors.
        run_history=False,
        enable_monitoring=False,
        share=False,
        ssr_mode=False,
        app_kwargs={"middleware": [Middleware(Guard)]},
    )
    # The first visitor need not wait for the lexicon.
    threading.Thread(target=load_lexicon, daemon=True).start()
    return page


def _styles() -> str:
    # Inside its container gradio resets every element; our rules have to be there to prevail.
    return f"{asset('palette.css')}.gradio-container {{{asset('article.css')}}}{_own('demo.css')}"


def _own(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _html(value: str, script: str | None = None, template: str = "${value}") -> Any:
    """A component of our own markup, with a script that runs when it is there."""
    return gr.HTML(value, html_template=template, js_on_load=script, apply_default_css=False)


def _says(markup: str) -> str:
    """A function of JavaScript that returns markup."""
    return f"() => {json.dumps(markup)}"


def _opened(event: gr.EventData) -> Document:
    """The article in the file that a visitor opened or dropped."""
    name = str(event.name)
    if int(event.size) > articles.LARGEST_FILE:
        raise articles.too_large(name)
    try:
        content = base64.b64decode(event.content, validate=True)
    except (binascii.Error, TypeError):
        raise InputError(f"{name} did not arrive in one piece") from None
    return articles.opened(name, content)
