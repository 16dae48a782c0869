"""The factual scorer held against the scene graph: true and false answers, worded in many ways.

Called by scripts/measure_language.py.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gap_core.evaluation.factual import score_answer
from gap_core.language.case_files import scored_cases
from gap_core.language.measure import Tally
from gap_core.language.scenes import sample_scenes
from gap_core.language.tally import ClusterTally
from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.questions import Question, sample_question
from gap_core.pocket_world.reading import judge_answer
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.truth import true_answer, wrong_answer
from gap_core.pocket_world.vocabulary import NUMBER_WORDS
from gap_core.scoring.shares import share_of

_FIRST_SEED = 640_000_000  # far from every other seed


@dataclass
class FactualReport:
    """Answers that the graph calls right and wrong, and how many of each the scorer called so."""

    right: ClusterTally = field(default_factory=ClusterTally)
    wrong: ClusterTally = field(default_factory=ClusterTally)
    unscored: int = 0  # a miss on either side
    misses: list[str] = field(default_factory=list)

    @property
    def balanced_accuracy(self) -> float:
        """The mean of both shares."""
        return ((self.right.share.mean or 0.0) + (self.wrong.share.mean or 0.0)) / 2


def check_scorer(edition: Edition, *, scenes: int, seed: int = 1) -> FactualReport:
    """Score true and false answers to every form of question on fresh scenes.

    The reference is the graph's own sentence. Each answer is put once as the pocket says it and
    once as somebody else would: terse, with digits, without the conclusion or with it in front.
    """
    report = FactualReport()
    rng = random.Random(f"factual check {seed}")
    for scene, question in asked_questions(edition, scenes, rng):
        truth = true_answer(scene, question)
        for said in (truth, wrong_answer(scene, question, rng=rng)):
            is_right = judge_answer(scene, question, said).is_right
            for worded in _wordings(scene, question, said, rng):
                if worded != truth:  # the same words would prove nothing
                    _count(report, (scene, question), (worded, truth), is_right)
    return report


def _wordings(scene: Scene, question: Question, said: str, rng: random.Random) -> tuple[str, ...]:
    """An answer and the same reworded, unless that leaves out what was asked."""
    worded = reworded(said, rng)
    if worded == _terse(said) and not judge_answer(scene, question, worded).is_right_kind:
        return (said,)
    return said, worded


def asked_questions(
    edition: Edition, scenes: int, rng: random.Random
) -> Iterator[tuple[Scene, Question]]:
    """One question of each form, where it makes sense, of each of so many fresh scenes."""
    for scene in sample_scenes(edition, first_seed=_FIRST_SEED, count=scenes):
        for form in edition.asked_forms:
            question = sample_question(scene, form, rng=rng)
            if question is not None:
                yield scene, question


def _count(
    report: FactualReport, asked: tuple[Scene, Question], texts: tuple[str, str], is_right: bool
) -> None:
    scene, question = asked
    scored = score_answer(*texts, question=question.text)
    is_hit = scored.is_right is is_right
    report.unscored += scored.score is None
    (report.right if is_right else report.wrong).add(scene.seed, is_hit=is_hit)
    if not is_hit:
        shown = "unscored" if scored.score is None else f"{scored.score:.2f}"
        report.misses.append(
            f"{question.form} | {question.text} | {texts[0]} | {texts[1]} -> {shown}, "
            f"{'right' if is_right else 'wrong'}"
        )


def measure_photo_answers(table: str) -> Tally:
    """How often the scorer calls right or wrong what a table of answers on photographs does."""
    cases = scored_cases(table)
    scored = [score_answer(c.answer, c.reference, question=c.question) for c in cases]
    misses = tuple(
        f"{case.question} | {case.answer} | {case.reference} -> {found.score}, "
        f"{'right' if case.is_right else 'wrong'}"
        for case, found in zip(cases, scored, strict=True)
        if found.is_right is not case.is_right
    )
    return Tally(table, share_of(len(cases) - len(misses), len(cases)), misses)


def reworded(answer: str, rng: random.Random) -> str:
    """The same statement as somebody else would put it."""
    ways = [way for way in _WAYS if way(answer) != answer]
    return rng.choice(ways)(answer) if ways else answer.lower().rstrip(".")


def _with_digits(answer: str) -> str:
    return re.sub(
        r"\b(" + "|".join(NUMBER_WORDS[1:]) + r")\b",
        lambda found: str(NUMBER_WORDS.index(found[1].lower())),
        answer,
        flags=re.IGNORECASE,
    )


def _conclusion_first(answer: str) -> str:
    found = re.fullmatch(r"(.*), so (yes|no)\.", answer)
    if found is None:
        return answer
    return f"{found[2].capitalize()}, {found[1][0].lower()}{found[1][1:]}."


def _terse(answer: str) -> str:
    """Without the words before the value: "on the left", "red", "two dogs"."""
    found = re.fullmatch(
        r"(?:There (?:is|are)|I see|It is|This is|The sign says|"
        r"The \w+(?:'s \w+)? (?:is|are)) (.*)\.",
        answer,
    )
    return answer if found is None or ", so " in answer else found[1]


def _with_frame(answer: str) -> str:
    return f"In the picture, {answer[0].lower()}{answer[1:]}" if ", so " not in answer else answer


def _without_contraction(answer: str) -> str:
    return answer.replace("There is no ", "I don't see any ").replace(
        "Nothing is", "There is nothing"
    )


_WAYS: tuple[Callable[[str], str], ...] = (
    _with_digits,
    _conclusion_first,
    _terse,
    _with_frame,
    _without_contraction,
)
