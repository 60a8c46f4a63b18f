from dataclasses import replace

from demo_stand_in import EXAMPLES, FERRY, stand_in
from hypothesis import given, settings
from hypothesis import strategies as st
from test_render_html import ALLOWED, HOSTILE, Tree, build, repairs

from textrepair.demo import view
from textrepair.demo.articles import Example, pasted
from textrepair.demo.dialect import Guess
from textrepair.demo.progress import Stage, repair_in_stages
from textrepair.demo.session import Session
from textrepair.evidence import Calibration
from textrepair.repairer import Repairer
from textrepair.results import Repair


class Fragment(Tree):
    """Reads a part of the page strictly."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag == "input":
            self.open.pop()

    @property
    def checked(self) -> list[str | None]:
        return [a["value"] for tag, a, _ in self.elements if tag == "input" and "checked" in a]


class Anything:
    """An article that has a place for every edit."""

    name = "article.txt"

    def proven(self, repair: Repair) -> Repair:
        return repair


def seen(repair: Repair) -> Session:
    return Session(Anything(), repair, Calibration())  # type: ignore[arg-type]


REPAIR = build(
    "The tempest thrashed the pier.\n\nNobody was damage.",
    ("tempest", "storm", True),
    ("thrashed", "hit", False),
    ("damage", "hurt", True),
    others=("gale",),
)


def test_every_edit_offers_its_wordings_and_the_original() -> None:
    tree = Fragment(view.article(seen(REPAIR)))
    groups = {}
    for tag, attributes, _ in tree.elements:
        if tag == "input":
            groups.setdefault(attributes["name"], []).append(attributes["value"])
    assert groups == {f"a-e{n}": ["1", "2", "0"] for n in range(3)}
    assert tree.checked == ["1", "0", "1"]
    said = tree.texts["a-e1-n"].replace("\xa0", " ")
    assert said.split("\n") == ["", "thrashed93 % sure", "hit", "gale", "keep original", ""]


def test_every_change_is_described_by_its_entry() -> None:
    tree = Fragment(view.article(seen(REPAIR)))
    described = {a["aria-describedby"] for _, a, _ in tree.elements if "aria-describedby" in a}
    assert described == {f"a-e{n}-n" for n in range(3)}
    assert described <= set(tree.texts)


def test_a_choice_is_shown_in_the_list_and_in_the_text() -> None:
    tree = Fragment(view.article(seen(REPAIR).choose(0, 2).choose(2, 0)))
    assert tree.checked == ["2", "0", "0"]
    assert tree.texts["a-e0-r"] == "gale"
    assert "a-e2-r" not in tree.texts


def test_the_summary_gives_verdict_and_figures() -> None:
    tree = Fragment(view.summary(seen(REPAIR)))
    for words in ("Looks spun (97 %)", "2 edits applied, 1 more proposed", "2 of 2 sentences flagged"):
        assert words in tree.said
    assert "dialect" not in tree.said
    guessed = Session(Anything(), REPAIR, Calibration(), Guess("D", 0.93))  # type: ignore[arg-type]
    assert "looks like dialect D (93 %)" in Fragment(view.summary(guessed)).said


def test_the_figures_follow_the_visitor() -> None:
    assert "1 edit applied, 2 more proposed" in Fragment(view.summary(seen(REPAIR).choose(0, 0))).said


def test_a_skipped_article_says_why() -> None:
    session = seen(Repair("Rien.", "Rien.", (), (), 0.0, "not English (looks like 'fr')"))
    assert "not English (looks like 'fr')" in Fragment(view.summary(session)).said
    assert "Rien." in Fragment(view.article(session)).said


def test_an_article_without_edits_is_shown_once() -> None:
    tree = Fragment(view.article(seen(build("All is well.\n\nTruly."))))
    assert tree.said.count("All is well.") == 1
    assert not tree.with_class("edits")


def test_hostile_text_is_text() -> None:
    hostile = build(HOSTILE, ("tempest", '"><script>alert(3)</script>', True), others=("</label><script>",))
    for shown in (
        view.article(seen(hostile)),
        view.problem(HOSTILE),
        view.remark(HOSTILE),
        view.stage(Stage(HOSTILE, 0)),
    ):
        tree = Fragment(shown)
        assert not [tag for tag, _, _ in tree.elements if tag in ("script", "img")]
    assert not [
        tag for tag, _, _ in Fragment(view.sources([Example(HOSTILE, "")])).elements if tag in ("script", "img")
    ]


@settings(deadline=None)
@given(repairs(), st.integers(0, 100), st.dictionaries(st.integers(0, 3), st.integers(0, 3), max_size=3))
def test_any_session_gives_well_formed_parts(repair: Repair, percent: int, choices: dict[int, int]) -> None:
    session = seen(repair).at(percent)
    for number, choice in choices.items():
        session = session.choose(number, choice)
    tree = Fragment(f"<div>{view.summary(session)}{view.threshold(session)}{view.article(session)}</div>")
    assert {tag for tag, _, _ in tree.elements} <= ALLOWED | {
        *("section", "fieldset", "legend", "label", "input", "output"),
    }
    assert len(tree.checked) == len(repair.edits)


def test_stages_end_in_the_repair_that_the_command_makes() -> None:
    *stages, repair = repair_in_stages(stand_in(), EXAMPLES[0].text)
    assert repair == stand_in().repair(EXAMPLES[0].text)
    assert [stage.doing for stage in stages][:2] == ["Reading the article", f"Restoring {FERRY.count('{')} passages"]
    assert [stage.done for stage in stages] == sorted(stage.done for stage in stages)
    assert all(isinstance(stage, Stage) for stage in stages)


def test_a_round_that_rewrites_several_times_is_still_one_round() -> None:
    class Layered(Repairer):
        def repair(self, text: str, threshold: float | None = None) -> Repair:
            for layers in (3, 1):
                self.detector.detect([])
                for _ in range(layers):
                    self.rewriter.rewrite(text, [], [])
            return Repair(text, text, (), (), 0.0)

    models = stand_in()
    *stages, _ = repair_in_stages(Layered(models.detector, models.rewriter, Calibration()), "x")
    done = [stage.done for stage in stages if isinstance(stage, Stage)]
    assert done == sorted(done)
    assert len(set(done)) == 4  # two readings, two rounds of rewriting


def test_the_language_model_is_a_stage_for_each_part_that_it_reads() -> None:
    class Listening:
        def read(self, text: str) -> str:
            return text

    class Thorough(Repairer):
        def repair(self, text: str, threshold: float | None = None) -> Repair:
            for _ in range(2):
                self.detector.detect([])
                self.rewriter.rewrite(text, [], [])
                assert [self.language_model.read(part) for part in "abc"] == list("abc")  # type: ignore[union-attr]
            return Repair(text, text, (), (), 0.0)

    models = stand_in()
    thorough = Thorough(models.detector, models.rewriter, Calibration(), language_model=Listening())  # type: ignore[arg-type]
    *stages, _ = repair_in_stages(thorough, "x")
    done = [stage.done for stage in stages if isinstance(stage, Stage)]
    assert len(done) == 10 and done == sorted(set(done)) and done[-1] < 1


def test_the_repairer_keeps_all_its_parts() -> None:
    class Odd(Repairer):
        def repair(self, text: str, threshold: float | None = None) -> Repair:
            kinds = [type(part).__name__ for part in (self.detector, self.rewriter)]
            return Repair(text, f"{self.usage} {kinds}", (), (), 0.0)

    models = stand_in()
    odd = Odd(models.detector, models.rewriter, Calibration(), "counts")  # type: ignore[arg-type]
    (repair,) = repair_in_stages(odd, "x")
    assert isinstance(repair, Repair)
    # What a repairer makes of spans depends on the class of its rewriter.
    assert repair.restored == "counts ['PhraseDetector', 'PhraseRewriter']"


def test_a_mistake_in_the_models_reaches_the_page() -> None:
    broken = stand_in()
    broken.rewriter = None  # type: ignore[assignment]
    try:
        list(repair_in_stages(broken, EXAMPLES[0].text))
    except AttributeError:
        return
    raise AssertionError


def test_the_slider_stands_at_the_threshold() -> None:
    session = Session(pasted("x"), REPAIR, Calibration(apply=0.537))
    (slider,) = [a for tag, a, _ in Fragment(view.threshold(session)).elements if tag == "input"]
    assert (slider["value"], slider["aria-valuetext"]) == ("54", "54 percent")
    assert "at least 30 % sure" in Fragment(view.threshold(session.at(30))).said


def test_no_slider_stands_where_it_would_do_nothing() -> None:
    clean = Session(pasted("x"), replace(REPAIR, score=0.1), Calibration())
    assert Fragment(view.threshold(clean)).said == view.UNSURE
    assert view.threshold(seen(build("All is well."))) == ""
