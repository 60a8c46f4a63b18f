"""The page: gradio's components and what happens when they are used."""

from __future__ import annotations

import os

# Before gradio is imported: it would tell its makers that it runs, and ask them for newer versions.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import base64
import binascii
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from textrepair.demo import articles, view
from textrepair.demo.dialect import guess_dialect
from textrepair.demo.downloads import KINDS, download
from textrepair.demo.progress import Stage, repair_in_stages
from textrepair.demo.security import middleware
from textrepair.demo.session import Session
from textrepair.documents import Document
from textrepair.errors import InputError, TextrepairError
from textrepair.render.html import asset
from textrepair.repairer import Repairer

KEPT = 3600
"""Seconds that an article stays in memory after its visitor last touched it."""

Updates = dict[Any, Any]


def build(repairer: Repairer, examples: list[articles.Example]) -> gr.Blocks:
    """The page.

    Args:
        repairer: restores the articles, one at a time.
        examples: what is offered to try.
    """
    with gr.Blocks(title="textrepair", analytics_enabled=False) as page:
        opened = gr.State(None, time_to_live=KEPT)
        session = gr.State(None, time_to_live=KEPT)
        parcel = gr.JSON(visible=False)

        _html(view.MASTHEAD)
        with gr.Column(elem_id="ask"):
            sources = _html(view.sources(examples), js="sources")
            text = gr.Textbox(
                label="Article", placeholder="Paste an article here, or drop a file", lines=9, max_lines=18, elem_id="text"
            )
            with gr.Row(elem_id="go"):
                run = gr.Button("Restore", variant="primary", elem_id="run")
                count = _html('<p id="count"></p>')
            _html(view.LIMITS)
        status = _html("", template='<div id="status" role="status">${value}</div>')
        with gr.Column(visible=False, elem_id="result") as result:
            summary = _html("")
            with gr.Row(elem_id="tools"):
                threshold = _html("", js="threshold")
                downloads = _html(view.downloads(), js="downloads")
            shown = _html("", js="article")
        _html(view.COLOPHON)

        def decided(now: Session) -> Updates:
            return {session: now, summary: view.summary(now), shown: view.article(now)}

        def show_example(event: gr.EventData) -> Updates:
            return {text: examples[int(event.number)].text, opened: None, status: "", count: ""}

        def open_file(event: gr.EventData) -> Updates:
            try:
                document = _opened(event)
            except TextrepairError as error:
                return {status: view.problem(str(error))}
            return {text: document.prose.text, opened: document, status: view.remark(f"Opened {document.name}.")}

        def repair(given: str, document: Document | None) -> Iterator[Updates]:
            try:
                articles.check_length(given)
                if document is None or _lines(document.prose.text) != _lines(given):
                    document = articles.pasted(given)
                for news in repair_in_stages(repairer, document.prose.text):
                    if isinstance(news, Stage):
                        yield {status: view.stage(news)}
                    else:
                        now = Session(document, news, repairer.calibration, guess_dialect(news))
                        yield {status: "", result: gr.Column(visible=True), threshold: view.threshold(now), **decided(now)}
            except TextrepairError as error:
                yield {status: view.problem(str(error)), result: gr.Column(visible=False), session: None}

        def move(now: Session | None, event: gr.EventData) -> Updates:
            return decided(now.at(int(event.percent))) if now else {status: view.problem(GONE)}

        def choose(now: Session | None, event: gr.EventData) -> Updates:
            return decided(now.choose(int(event.number), int(event.choice))) if now else {status: view.problem(GONE)}

        def pack(now: Session | None, event: gr.EventData) -> Updates:
            if not now or event.kind not in KINDS:
                return {status: view.problem(GONE)}
            made = download(now, event.kind)
            content = base64.b64encode(made.content).decode("ascii")
            return {parcel: {"name": made.name, "type": made.media_type, "content": content}}

        silent = {"show_progress": "hidden", "api_visibility": "private"}
        # The quick handlers of all visitors go one after another, so that no change overtakes the one before it.
        quick = {**silent, "concurrency_limit": 1, "concurrency_id": "quick"}
        view_of = [session, summary, shown, status]
        text.change(None, text, count, js="textrepair.count", **silent)
        sources.example(show_example, None, [text, opened, status], **quick)
        sources.file(open_file, None, [text, opened, status], **quick)
        start = gr.on([run.click, text.submit], None, None, status, js="textrepair.wait", **silent)
        done = start.then(
            repair, [text, opened], [*view_of, result, threshold], concurrency_limit=1, concurrency_id="models", **silent
        )
        done.success(None, js="textrepair.arrive", **silent)
        done.failure(None, None, status, js="textrepair.fail", **silent)
        threshold.move(move, session, view_of, trigger_mode="always_last", **quick)
        shown.choose(choose, session, view_of, trigger_mode="multiple", **quick)
        downloads.download(pack, session, [parcel, status], **quick).success(
            None, parcel, None, js="textrepair.save", **silent
        )
    return page
