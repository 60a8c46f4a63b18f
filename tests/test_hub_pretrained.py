"""Models by name: a folder, a cached snapshot, the Hub (played by a server on this machine); saving; publishing."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import huggingface_hub
import pytest
from click.testing import CliRunner
from conftest import KNOWN, ScriptedRewriter
from huggingface_hub import constants
from tiny_models import tiny_models

from textrepair.cli import main
from textrepair.detector import Detector
from textrepair.errors import InputError, ModelError
from textrepair.hub import resolve
from textrepair.repairer import Repairer
from textrepair.rewriter import OnnxRewriter

TEXT = "Neither facet is anticipated to return to an settlement, the navy instructed reporters overseas."
COMMIT = "a" * 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tiny_models(tmp_path_factory.mktemp("models"))
    (made / "README.md").write_text("# Tiny\n", encoding="utf-8")
    (made / "rewriter" / "pytorch_model.bin").write_bytes(b"a pickle")
    return made


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the Hub's, and a Hub that is switched off."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return tmp_path / "cache"


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails a test that asks for anything but a folder."""

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("asked the Hub")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)


class Hub(ThreadingHTTPServer):
    """The part of the Hub's interface that a download uses, for one model at one commit, tagged `v1`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.sent: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        api = "/api/models/owner/model"
        if path in (f"{api}/revision/{name}" for name in ("main", "v1", COMMIT)):
            self._json({"id": "owner/model", "sha": COMMIT, "siblings": [], "tags": []})
        elif path.startswith(f"{api}/revision/"):
            self._error("RevisionNotFound")
        elif path == f"{api}/tree/{COMMIT}":
            files = (p for p in self.server.folder.rglob("*") if p.is_file())
            self._json(
                [
                    {
                        "type": "file",
                        "path": p.relative_to(self.server.folder).as_posix(),
                        "size": p.stat().st_size,
                        "oid": hashlib.sha1(p.read_bytes()).hexdigest(),
                    }
                    for p in files
                ]
            )
        elif path.startswith(f"/owner/model/resolve/{COMMIT}/"):
            name = path.split("/", 5)[5]
            content = (self.server.folder / name).read_bytes()
            if self.command == "GET":
                self.server.sent.append(name)
            self._answer(200, content, {"ETag": f'"{hashlib.sha1(content).hexdigest()}"', "X-Repo-Commit": COMMIT})
        else:
            self._error("RepoNotFound")

    def _json(self, value: object) -> None:
        self._answer(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _error(self, code: str) -> None:
        self._answer(404, b"", {"X-Error-Code": code})

    def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)


@pytest.fixture
def hub(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    server = Hub(folder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def files_of(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


# --- by name ---------------------------------------------------------------------------------------------------------


def test_a_folder_is_used_as_it_is(folder: Path, no_hub: None) -> None:
    assert resolve(folder) == resolve(str(folder)) == folder
    Repairer.from_pretrained(str(folder), revision="v1").repair(TEXT)


def test_shipped_models_ask_nobody(folder: Path, no_hub: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textrepair.repairer.models_dir", lambda: folder)
    assert Repairer.from_pretrained().folder == folder


@pytest.mark.parametrize("name", ["nowhere", "./none", "/models", "~/models", "a/b/c", "a/b c", Path("owner/model")])
def test_what_can_only_be_a_folder_is_not_sought_on_the_hub(no_hub: None, name: str | Path) -> None:
    with pytest.raises(ModelError, match="no folder"):
        resolve(name)


def test_a_file_is_no_folder(no_hub: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "file").touch()
    with pytest.raises(ModelError, match="no folder"):
        resolve("models/file")


@pytest.mark.parametrize("revision", [None, "v1", COMMIT])
def test_only_what_a_run_needs_is_fetched(hub: Hub, revision: str | None, cache: Path) -> None:
    repairer = Repairer.from_pretrained("owner/model", revision=revision)
    assert repairer.folder == cache / "models--owner--model" / "snapshots" / COMMIT
    assert files_of(repairer.folder) == set(Repairer.FILES)
    assert set(hub.sent) <= set(Repairer.FILES)


def test_no_pickles_are_fetched(hub: Hub) -> None:
    fetched = files_of(resolve("owner/model"))
    assert {"rewriter/model.safetensors", "detector/config.json"} <= fetched
    assert not any(name.endswith((".bin", ".onnx", ".py")) for name in fetched)


def test_parts_load_by_name(hub: Hub, folder: Path) -> None:
    hub.folder = folder / "detector"
    assert Detector.from_pretrained("owner/model", 1).folder is not None
    assert set(hub.sent) == set(Detector.FILES)


def test_a_cached_snapshot_works_offline(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = Repairer.from_pretrained("owner/model", revision="v1").repair(TEXT)
    hub.sent.clear()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    for revision in ("v1", COMMIT):
        assert Repairer.from_pretrained("owner/model", revision=revision).repair(TEXT) == wanted
    with pytest.raises(ModelError, match=r"owner/model: .*not in the local cache at revision 'v2'"):
        resolve("owner/model", revision="v2")
    assert not hub.sent


def test_a_pinned_commit_that_is_cached_asks_nobody(hub: Hub) -> None:
    resolve("owner/model", revision=COMMIT)
    hub.sent.clear()
    hub.folder = hub.folder / "gone"
    assert files_of(resolve("owner/model", revision=COMMIT))
    assert not hub.sent


def test_errors_are_one_line(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    def message(name: str, revision: str | None = None) -> str:
        with pytest.raises(ModelError) as raised:
            resolve(name, revision=revision)
        assert "\n" not in str(raised.value)
        return str(raised.value)

    assert message("owner/other") == "owner/other: no folder, and no public model on the Hugging Face Hub"
    assert message("owner/mo--del") == "owner/mo--del: no folder, and no public model on the Hugging Face Hub"
    assert message("owner/model", "v9") == "owner/model: has no revision 'v9' on the Hugging Face Hub"
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "the Hugging Face Hub cannot be reached" in message("owner/other")

    def proxy(*_: object, **__: object) -> None:
        raise RuntimeError("proxy says no\nand more")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", proxy)
    assert message("owner/model") == "owner/model: proxy says no"


def test_command_line_says_it_in_one_line(tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text(TEXT, encoding="utf-8")
    result = CliRunner().invoke(main, ["fix", str(article), "--model", "owner/model"], catch_exceptions=False)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert "owner/model" in result.stderr


# --- saving ----------------------------------------------------------------------------------------------------------


def test_saved_and_loaded_again(folder: Path, tmp_path: Path) -> None:
    repairer = Repairer.from_pretrained(folder)
    repairer.save_pretrained(tmp_path / "saved")
    assert files_of(tmp_path / "saved") == files_of(folder) - {"rewriter/pytorch_model.bin"}
    assert Repairer.from_pretrained(tmp_path / "saved").repair(TEXT) == repairer.repair(TEXT)


def test_parts_are_saved_by_themselves(folder: Path, tmp_path: Path) -> None:
    for kind in (Detector, OnnxRewriter):
        part = kind.from_pretrained(folder / kind.__name__.lower().removeprefix("onnx"), 1)
        part.save_pretrained(tmp_path / kind.__name__)
        kind.from_pretrained(tmp_path / kind.__name__, 1)


def test_saving_in_place_changes_nothing(folder: Path) -> None:
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    Repairer.from_pretrained(folder).save_pretrained(folder)
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_what_cannot_be_saved(folder: Path, tmp_path: Path, repairer: Repairer) -> None:
    other = Repairer.from_pretrained(folder)
    other.rewriter = ScriptedRewriter(KNOWN)
    with pytest.raises(ModelError, match="save the other by itself"):
        other.save_pretrained(tmp_path / "other")
    assert not (tmp_path / "other").exists()
    loaded = Detector.from_pretrained(folder / "detector", 1)
    with pytest.raises(ModelError, match="built in memory"):
        Detector(loaded._session, loaded.tokenizer).save_pretrained(tmp_path / "memory")
    (tmp_path / "file").touch()
    with pytest.raises(InputError):
        loaded.save_pretrained(tmp_path / "file")


# --- publishing ------------------------------------------------------------------------------------------------------


class Api:
    """Takes what is published, and keeps a list of it."""

    calls: list[tuple[object, ...]]
    error: Exception | None

    def __init__(self, **_: object) -> None: ...

    def create_repo(self, repo_id: str, private: bool | None, exist_ok: bool) -> object:
        type(self).calls.append(("create", repo_id, private, exist_ok))
        return type("Url", (), {"repo_id": f"me/{repo_id}"})

    def upload_folder(self, repo_id: str, folder_path: str, commit_message: str) -> object:
        if type(self).error:
            raise type(self).error
        type(self).calls.append(("upload", repo_id, files_of(Path(folder_path))))
        return type("Commit", (), {"commit_url": f"https://huggingface.co/{repo_id}/commit/1"})


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> type[Api]:
    Api.calls, Api.error = [], None
    monkeypatch.setattr(huggingface_hub, "HfApi", Api)
    return Api


def test_publishing(folder: Path, api: type[Api]) -> None:
    address = Repairer.from_pretrained(folder).push_to_hub("newsroom", private=True)
    assert address == "https://huggingface.co/me/newsroom/commit/1"
    create, (upload, repo_id, names) = api.calls
    assert create == ("create", "newsroom", True, True)
    assert (upload, repo_id) == ("upload", "me/newsroom")
    assert {"README.md", "calibration.json", "detector/model.safetensors", *Repairer.FILES} <= names
    assert "rewriter/pytorch_model.bin" not in names


def test_publishing_refused_is_one_line(folder: Path, api: type[Api]) -> None:
    api.error = RuntimeError("401 Unauthorized\nlog in first")
    with pytest.raises(ModelError) as raised:
        Detector.from_pretrained(folder / "detector", 1).push_to_hub("detector")
    assert str(raised.value) == "me/detector: not published: 401 Unauthorized"
