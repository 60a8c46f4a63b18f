"""Models by name, a local folder or an id on the Hugging Face Hub, and the way back: to a folder, or to the Hub."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textrepair import files
from textrepair.errors import InputError, ModelError

WEIGHTS = ("*.json", "*.safetensors", "*.model", "*.spm", "*.txt", "*.tsv")
"""What `transformers` reads a model and its tokenizer from; no pickles and no code."""

COMPANIONS = ("README.md", "config.json", "generation_config.json", "model.safetensors", "tokenizer_config.json")
"""Files that a run does without, and that a model keeps for its readers and for those who train it further."""

_HUB_ID = re.compile(r"\w[\w.-]*/\w[\w.-]*")


def resolve(name: str | Path, wanted: Iterable[str] = WEIGHTS, revision: str | None = None) -> Path:
    """The folder of a model.

    A folder that exists is used as it is, and nothing is asked of any network.  Of a model on the Hub the snapshot in
    the local cache serves where the Hub cannot be reached; it serves at once where `revision` is a commit of which
    everything is there, or `HF_HUB_OFFLINE=1` is set.

    Args:
        name: a folder, or, as a string, the id of a model on the Hub (`owner/model`).
        wanted: names or wildcards of the files to fetch from the Hub; nothing else is.
        revision: branch, tag or commit on the Hub, its main branch by default; a folder has none.

    Raises:
        ModelError: there is no such model, or it cannot be fetched.
    """
    if Path(name).is_dir():
        return Path(name)
    if isinstance(name, Path) or Path(name).exists():
        raise ModelError(f"{name}: no folder")
    if not _HUB_ID.fullmatch(name):
        raise ModelError(f"{name}: no folder, and no name of a model on the Hugging Face Hub (owner/model)")

    from huggingface_hub import errors, snapshot_download

    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=list(wanted)))
    except errors.RevisionNotFoundError as error:
        raise ModelError(f"{name}: has no revision '{revision}' on the Hugging Face Hub") from error
    except errors.GatedRepoError as error:
        raise ModelError(f"{name}: its owner on the Hugging Face Hub has not given you access") from error
    except (errors.RepositoryNotFoundError, errors.HFValidationError) as error:
        raise ModelError(f"{name}: no folder, and no public model on the Hugging Face Hub") from error
    except errors.LocalEntryNotFoundError as error:
        at = f" at revision '{revision}'" if revision else ""
        raise ModelError(
            f"{name}: no folder, not in the local cache{at}, and the Hugging Face Hub cannot be reached"
        ) from error
    except Exception as error:  # the errors of its HTTP client share no base class with its own
        raise ModelError(f"{name}: {_first_line(error)}") from error


class Pretrained:
    """What `from_pretrained` loaded, which can be saved to a folder and published on the Hub.

    Attributes:
        FILES: what a run reads.
        folder: where it was loaded from; None if it was built in memory.
    """

    FILES: ClassVar[tuple[str, ...]]
    folder: Path | None = None

    def save_pretrained(self, folder: str | Path) -> None:
        """Write what `from_pretrained` reads into a folder, and the `COMPANIONS` as far as they are there.

        Raises:
            ModelError: it was built in memory.
            InputError: a file cannot be written.
        """
        self.copy_files([*self.FILES, *COMPANIONS], folder)

    def push_to_hub(self, repo_id: str, private: bool | None = None) -> str:
        """Publish it as a model on the Hugging Face Hub, under the account of `hf auth login` or `HF_TOKEN`.

        Args:
            repo_id: `owner/model`; made if need be.
            private: whether a model that is made is visible to its owner only.

        Returns:
            The address of the commit.

        Raises:
            ModelError: there is nothing to publish, or the Hub refuses or cannot be reached.
        """
        from huggingface_hub import HfApi

        with tempfile.TemporaryDirectory() as folder:
            self.save_pretrained(folder)
            api = HfApi(library_name="textrepair")
            try:
                repo_id = api.create_repo(repo_id, private=private, exist_ok=True).repo_id
                return str(api.upload_folder(repo_id=repo_id, folder_path=folder, commit_message="Upload").commit_url)
            except Exception as error:  # see `resolve`
                raise ModelError(f"{repo_id}: not published: {_first_line(error)}") from error

    def copy_files(self, names: Iterable[str], folder: str | Path) -> None:
        """Copy those of the named files that are in the folder this was loaded from; see `save_pretrained`."""
        if self.folder is None:
            raise ModelError("a model that was built in memory has no files to save")
        target = Path(folder)
        try:
            target.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{target}: {error.strerror}") from None
        for name in names:
            source = self.folder / name
            if source.is_file() and source.resolve() != (target / name).resolve():
                files.write(target / name, source.read_bytes())


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
