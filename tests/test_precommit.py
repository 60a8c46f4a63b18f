"""The hooks of `.pre-commit-hooks.yaml`, run by the real pre-commit."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pre_commit")

ROOT = Path(__file__).parent.parent
SPUN = "# News\n\nNeither *facet* is anticipated to reach a settlement.\n"
CONFIG = """\
repos:
- repo: {hooks}
  rev: {revision}
  hooks:
  - {{id: textrepair-check, language: system, args: [--no-cache, --exclude, old/]}}
  - {{id: textrepair-fix, language: system, args: [--no-cache, --exclude, old/]}}
"""


class Project:
    """A repository that uses the hooks, with the stand-in models behind the command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        binaries = folder / "bin"
        binaries.mkdir()
        command = [sys.executable, str(Path(__file__).with_name("scripted.py"))]
        (binaries / "textrepair").write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        (binaries / "textrepair").chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PRE_COMMIT_HOME": str(folder / "home"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{
                f"GIT_{who}_{what}": f"a{at}"
                for who in ("AUTHOR", "COMMITTER")
                for what, at in (("NAME", ""), ("EMAIL", "@b.c"))
            },
        }
        hooks = folder / "hooks"
        hooks.mkdir()
        (hooks / ".pre-commit-hooks.yaml").write_bytes((ROOT / ".pre-commit-hooks.yaml").read_bytes())
        revision = self.commit(hooks)
        self.folder.mkdir()
        self.write(".pre-commit-config.yaml", CONFIG.format(hooks=hooks, revision=revision))

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text)

    def commit(self, folder: Path) -> str:
        for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
            subprocess.run(["git", *arguments], cwd=folder, env=self.environment, check=True, capture_output=True)
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=folder, env=self.environment, check=True, capture_output=True, text=True
        )
        return found.stdout.strip()

    def pre_commit(self, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.write("docs/news.md", SPUN)
    made.write("docs/clean.txt", "The weather was calm on the coast.\n")
    made.write("old/news.md", SPUN)
    made.write("code.py", f"'''{SPUN}'''\n")
    made.commit(made.folder)
    return made


def test_the_hooks(project: Project) -> None:
    code, said = project.pre_commit("run", "--all-files", "textrepair-check")
    assert code == 1, said
    assert "docs/news.md:1:3" not in said and "docs/news.md:3:1: looks spun" in said
    assert "code.py" not in said
    assert (project.folder / "docs/news.md").read_text() == SPUN

    code, said = project.pre_commit("run", "--all-files", "textrepair-fix")
    assert code == 1, said
    assert "files were modified by this hook" in said
    assert (
        project.folder / "docs/news.md"
    ).read_text() == "# News\n\nNeither *side* is expected to reach an agreement.\n"
    assert (project.folder / "old/news.md").read_text() == SPUN
    assert SPUN in (project.folder / "code.py").read_text()

    code, said = project.pre_commit("run", "--all-files")
    assert code == 0, said


def test_the_manifest_is_valid(project: Project) -> None:
    code, said = project.pre_commit("validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"))
    assert code == 0, said
