import sys
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from textrepair.cli import options
from textrepair.cli.demo import command
from textrepair.errors import InputError, TextrepairError

app = pytest.importorskip("textrepair.demo.app")


@pytest.fixture(autouse=True)
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "repairer", lambda *_: "repairer")


def test_the_address_is_printed_and_the_page_served(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Any] = []
    page = SimpleNamespace(local_url="http://127.0.0.1:7999/", block_thread=lambda: served.append("waited"))
    monkeypatch.setattr(app, "launch", lambda *arguments: served.append(arguments) or page)
    result = CliRunner().invoke(command, ["--port", "7999"])
    assert result.exit_code == 0
    assert "http://127.0.0.1:7999/" in result.stderr
    assert served[0][0] == "repairer"
    assert served[0][2] == 7999
    assert served[1] == "waited"


def test_a_port_in_use_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def launch(*_: Any) -> None:
        raise OSError("Cannot find empty port in range: 7999-7999.")

    monkeypatch.setattr(app, "launch", launch)
    result = CliRunner().invoke(command, ["--port", "7999"])
    assert isinstance(result.exception, InputError)
    assert str(result.exception) == "port 7999 is in use; try another --port"


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gradio", None)
    monkeypatch.delitem(sys.modules, "textrepair.demo.app")
    result = CliRunner().invoke(command, [])
    assert isinstance(result.exception, TextrepairError)
    assert "gradio: pip install 'textrepair[demo]'" in str(result.exception)
