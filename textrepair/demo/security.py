"""What the server answers for: no request leaves the page for another host, and no file is left on its disk."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from textrepair.demo.articles import LARGEST_FILE

LARGEST_REQUEST = 4 * LARGEST_FILE
"""Bytes; room for a file in base64, and for much more text than is taken, which then gets a friendly answer."""

# gradio compiles its templates in the browser, hence 'unsafe-eval'; but whatever runs can only talk to this server.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "form-action 'none'",
        "base-uri 'self'",
    )
)


class Guard:
    """ASGI middleware that adds a content security policy and refuses uploads to the disk and huge requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = _POLICY
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        refusal = _refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send_guarded)


def _refusal(scope: Scope) -> PlainTextResponse | None:
    if scope["path"].rstrip("/").endswith("/upload"):
        # gradio would keep the file in a folder; the page sends files with its events, which stay in memory.
        return PlainTextResponse("Uploads are not stored here.", 404)
    length = dict(scope["headers"]).get(b"content-length", b"0")
    if not length.isdigit() or int(length) > LARGEST_REQUEST:
        return PlainTextResponse("Too large.", 413)
    return None
