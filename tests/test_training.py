"""Training on a toy: it learns, it goes on after a kill, and what it writes is what the run-time path reads."""

import json
import random
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("datasets")
pytest.importorskip("lemminflect")

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors  # noqa: E402

from textrepair.evaluate.articles import parse_inline  # noqa: E402
from textrepair.repairer import Repairer  # noqa: E402
from textrepair.spin.dialect import load_dialects  # noqa: E402
from textrepair.spin.engine import Spun, Substitution, join  # noqa: E402
from textrepair.tokenization import CASE_TYPES, PieceTokenizer  # noqa: E402
from textrepair.train.batches import IGNORED, rewriter_batch  # noqa: E402
from textrepair.train.examples import SpunArticles, detector_example, rewriter_example  # noqa: E402
from textrepair.train.session import Plan, Session  # noqa: E402

SENTENCES = [
    "The prime minister said on Monday that the price of bread would rise before the end of the year.",
    "Officials told reporters that the talks were difficult and that no agreement was expected this week.",
    "The company reported higher profits, helped by strong demand for its new products in several countries.",
    "Doctors at the hospital said the patient was in a stable condition after the operation.",
    "The team won the match by two goals and moved to the top of the table.",
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    rng = random.Random(0)
    with (folder / "news.jsonl").open("w", encoding="utf-8") as out:
        for _ in range(60):
            out.write(json.dumps({"text": " ".join(rng.choices(SENTENCES, k=8))}) + "\n")
    (folder / "one.txt").write_text(" ".join(SENTENCES), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of 16 dimensions."""
    folder = tmp_path_factory.mktemp("base")
    letters = [chr(n) for n in range(33, 127)]
    words = sorted({w.strip(".,").lower() for s in SENTENCES for w in s.split()})
    pieces = [
        "[PAD]",
        "[unused1]",
        "[unused2]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *letters,
        *(f"##{c}" for c in letters),
    ]
    vocabulary = {piece: n for n, piece in enumerate(dict.fromkeys([*pieces, *words]))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=6, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=256,
    )  # fmt: skip
    transformers.BertModel(config).save_pretrained(folder)
    return folder


def plan(corpus: Path, base: Path, runs: Path, minutes: float) -> Plan:
    return Plan(corpus=corpus, runs=runs, base=base, start=None, lexicon=None, minutes=minutes, threads=1)


@pytest.mark.filterwarnings("ignore")
def test_train_kill_resume_export_repair(corpus: Path, base: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, float]] = []
    runs = tmp_path / "runs"

    def report(name: str, figures: dict[str, float]) -> None:
        seen.append((name, figures["step"]))
        if name == "detector" and len(seen) == 1:
            raise KeyboardInterrupt  # as a user does, in the middle of a run

    with pytest.raises(KeyboardInterrupt):
        Session(plan(corpus, base, runs, 5.0), report).detector()
    first = json.loads((runs / "detector" / "log.jsonl").read_text().splitlines()[0])
    session = Session(plan(corpus, base, runs, 0.08), report)
    detector = session.detector()
    session.rewriter()
    losses = [json.loads(line) for line in (runs / "detector" / "log.jsonl").read_text().splitlines()]
    assert losses[0] == first
    target = session.finish()
    repair = Repairer.from_pretrained(target, threads=1).repair(" ".join(SENTENCES))
    assert len(repair.sentences) == len(SENTENCES)
    assert transformers.AutoModelForTokenClassification.from_pretrained(target / "detector").config.num_labels == 3
    again = Plan(corpus, tmp_path / "more", None, target, None, 0.01, 1)
    assert Session(again, lambda *_: None).detector().config.vocab_size == detector.config.vocab_size


@pytest.fixture(scope="module")
def tokenizer(base: Path, tmp_path_factory: pytest.TempPathFactory) -> PieceTokenizer:
    from textrepair.train.vocabulary import shrink_tokenizer

    target = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    shrink_tokenizer(base / "tokenizer.json", SENTENCES, 400, target)
    return PieceTokenizer.from_file(target)


WINDOW = join(
    [
        Spun("The Price said so.", (Substitution(4, 9, "company"),)),
        Spun("It is difficult.", (Substitution(6, 15, "hard to do"),)),
    ]
)


def test_labels_of_a_window(tokenizer: PieceTokenizer) -> None:
    assert WINDOW.restore() == "The company said so. It is hard to do."
    pieces = tokenizer.encode([WINDOW.text])[0]
    example = detector_example(WINDOW, pieces, tokenizer, random.Random(1))
    by_piece = dict(zip([WINDOW.text[s:e] for s, e in pieces.offsets], example.labels[1:-1], strict=True))
    assert by_piece["Price"] == 1
    assert by_piece["difficult"] == 1
    assert sum(example.labels) == 2
    assert example.types[1:3] == [1, 1]


def test_hand_spun_articles_are_read_spun_and_as_they_were(tokenizer: PieceTokenizer) -> None:
    source = "The [[value|price]] of bread would rise. Officials [[instructed|told]] reporters that it was difficult."
    article = parse_inline("x", "A", source)
    stream = SpunArticles([], load_dialects(), random.Random(2), hand=([article], 1.0)).windows(tokenizer)
    windows = [next(stream)[0] for _ in range(40)]
    assert all(w.restore() in article.original for w in windows)
    assert {len(w.substitutions) for w in windows} >= {0, 2}


def test_prompts_answers_and_the_mask_between_spans(tokenizer: PieceTokenizer) -> None:
    pieces = tokenizer.encode([WINDOW.text])[0]
    example = None
    for seed in range(20):  # some seeds forget the case or widen a span
        example = rewriter_example(WINDOW, pieces, tokenizer, random.Random(seed), frozenset())
        if example and len(example.targets) == 2 and example.types.count(1 + CASE_TYPES) == 2:
            break
    assert example
    (start, answer), (_, second) = example.targets
    assert start == [tokenizer.markers[0], *tokenizer.encode(["price"])[0].ids, tokenizer.cls]
    assert tokenizer.decode(answer) == "company"
    assert answer[-1] == second[-1] == tokenizer.sep
    batch = rewriter_batch([example])
    length = len(start) + len(answer) - 1
    mask = batch["decoder_attention_mask"][0, 0]
    assert mask[length - 1, :length].all()
    assert not mask[length, :length].any()
    labels = batch["labels"][0].tolist()
    assert labels[: len(start) - 1] == [IGNORED] * (len(start) - 1)
    assert labels[len(start) - 1 : length] == answer
    marker = batch["input_ids"][0].tolist().index(tokenizer.markers[0])
    assert batch["encoder_labels"][0, marker] == batch["encoder_labels"][0, marker + 1] == answer[0]
