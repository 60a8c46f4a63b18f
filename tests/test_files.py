"""Reading and writing: whatever happens, a file holds its old content or its new one, whole."""

import os
import random
import resource
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textrepair import files
from textrepair.errors import InputError

OLD, NEW = b"old\n" * 50_000, b"NEW!\n" * 50_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "article.md"
    path.write_bytes(OLD)
    return path


def leftovers(path: Path) -> list[str]:
    return [entry.name for entry in path.parent.iterdir() if entry != path]


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A Python process that runs `code` with the write function at hand."""
    code = f"import os, sys\nfrom pathlib import Path\nfrom textrepair import files\n{code}"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=Path(__file__).parent.parent,
    )


def test_writes_whole_and_leaves_nothing_behind(file: Path) -> None:
    files.write(file, NEW, expected=OLD)
    assert file.read_bytes() == NEW
    assert leftovers(file) == []


def test_a_killed_writer_leaves_the_old_content_or_the_new(file: Path) -> None:
    code = """
path, contents = Path(sys.argv[1]), (b"old\\n" * 50_000, b"NEW!\\n" * 50_000)
print("ready", flush=True)
while True:
    for content in contents:
        files.write(path, content)
"""
    rng = random.Random(5)
    seen = set()
    for _ in range(15):
        writer = child(code, file)
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0, 0.05))
        writer.kill()
        writer.communicate()
        seen.add(file.read_bytes())
    assert seen <= {OLD, NEW}


def test_a_full_disk_leaves_the_old_content(file: Path) -> None:
    code = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
try:
    files.write(Path(sys.argv[1]), b"x" * 100_000)
except Exception as error:
    print(type(error).__name__, error)
"""
    said, _ = child(code, file).communicate()
    assert said == f"InputError {file}: file too large\n"
    assert file.read_bytes() == OLD
    assert leftovers(file) == []


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that any user can enter, unlike pytest's."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="POSIX")
def test_a_read_only_folder_or_file_is_an_error(public_folder: Path) -> None:
    locked, writable = public_folder / "locked", public_folder / "writable"
    for folder in (locked, writable):
        folder.mkdir()
        (folder / "a.md").write_bytes(OLD)
    (locked / "a.md").chmod(0o666)
    locked.chmod(0o555)
    writable.chmod(0o777)
    (writable / "a.md").chmod(0o444)
    code = """
if os.geteuid() == 0:
    os.setuid(65534)  # root may write everywhere
for name in sys.argv[1:]:
    try:
        files.write(Path(name), b"new")
    except Exception as error:
        print(type(error).__name__, error)
"""
    said, _ = child(code, locked / "a.md", writable / "a.md").communicate()
    locked.chmod(0o755)
    assert said == (f"InputError {locked / 'a.md'}: permission denied\nInputError {writable / 'a.md'}: not writable\n")
    for folder in (locked, writable):
        assert (folder / "a.md").read_bytes() == OLD
        assert leftovers(folder / "a.md") == []


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o4755])
def test_keeps_the_mode(file: Path, mode: int) -> None:
    file.chmod(mode)
    files.write(file, NEW)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_keeps_the_owner(file: Path) -> None:
    os.chown(file, 1234, 2345)
    files.write(file, NEW)
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 2345)


def test_a_new_file_has_the_mode_that_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        files.write(tmp_path / "new.md", NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.md").stat().st_mode) == 0o640


def test_follows_a_link_and_leaves_it_a_link(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    link = other / "link.md"
    link.symlink_to(Path("..") / file.name)
    files.write(link, NEW, expected=OLD)
    assert link.is_symlink()
    assert file.read_bytes() == NEW
    assert leftovers(link) == []


def test_a_file_that_changed_meanwhile_is_left_alone(file: Path) -> None:
    with pytest.raises(InputError, match="changed while it was being repaired"):
        files.write(file, NEW, expected=b"what was read")
    assert file.read_bytes() == OLD
    assert leftovers(file) == []


def test_a_file_that_vanished_meanwhile_does_not_come_back(file: Path) -> None:
    file.unlink()
    with pytest.raises(InputError, match="removed while it was being repaired"):
        files.write(file, NEW, expected=OLD)
    assert not file.exists()


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    files.write(pipe, b"new")
    reader.join()
    assert got == [b"new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_long_name_leaves_room_for_the_temporary_one(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 250 + ".md")
    path.write_bytes(OLD)
    files.write(path, NEW)
    assert path.read_bytes() == NEW


def test_a_path_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or directory"):
        files.write(tmp_path / "missing" / "a.md", NEW)
    with pytest.raises(InputError, match="directory"):
        files.write(tmp_path, NEW)
    loop = tmp_path / "loop.md"
    loop.symlink_to(loop)
    with pytest.raises(InputError):
        files.write(loop, NEW)
    with pytest.raises(InputError):
        files.read(loop)


def test_a_huge_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as out:
        out.truncate(100 * 2**30)  # sparse
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InputError, match="larger than 20 MiB"):
        files.read(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 100_000  # KiB
    with pytest.raises(InputError, match="larger than 20 MiB"):
        files.read(Path("/dev/zero"))


@given(st.binary(max_size=200))
def test_what_is_decoded_is_written_back_byte_for_byte(content: bytes) -> None:
    for encoding in ("utf-8", "latin-1", "utf-16", "cp1252", "shift_jis"):
        try:
            source = files.decode(content, "a.txt", encoding)
        except InputError as error:
            assert str(error).startswith("a.txt: ")
        else:
            assert source.encode(source.text) == content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"caf\xe9", "not UTF-8 (byte 3)"),
        (b"\xef\xbb\xbfcaf\xe9", "not UTF-8 (byte 6)"),
        (b"lone surrogate \xed\xa0\x80", "not UTF-8 (byte 15)"),
        (b"\x89PNG\0\0", "a binary file"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(InputError) as error:
        files.decode(content, "a.txt")
    assert str(error.value) == f"a.txt: {reason}"


def test_a_character_that_the_encoding_lacks_is_an_error() -> None:
    source = files.decode("café".encode("latin-1"), "a.txt", "latin-1")
    assert source.text == "café"
    with pytest.raises(InputError, match=r"a.txt: '…' cannot be written in latin-1"):
        source.encode("café…")
