"""Where the files that travel with the program lie, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# A wheel carries `models/` and `data/` inside the package (see pyproject.toml); a checkout has them beside it.
_ROOT = _PACKAGE / "_shipped" if (_PACKAGE / "_shipped").is_dir() else _PACKAGE.parent


def models_dir() -> Path:
    """The folder of the shipped detector and rewriter."""
    return _ROOT / "models"


def lexicon_dir() -> Path:
    """The folder of the lexicon's TSV files."""
    return _ROOT / "data" / "lexicon"


def eval_dir() -> Path:
    """The folder of the hand-spun evaluation articles."""
    return _ROOT / "data" / "eval"


def tuning_dir() -> Path:
    """The folder of the hand-spun articles that scores are calibrated on."""
    return _ROOT / "data" / "tuning"


def training_dir() -> Path:
    """The folder of the hand-spun articles that models are trained on, beside text spun by machine."""
    return _ROOT / "data" / "training"
