"""How often the pocket is right, and wrong when told to be, on scenes that it never saw.

Called by scripts/measure_pocket.py.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count

from gap_core.language.case_files import VISITORS, form_cases
from gap_core.pocket_training.examples import as_typed
from gap_core.pocket_world import (
    BASIC,
    SIMPLE_THINGS,
    Edition,
    Scene,
    render_scene,
    sample_scene,
)
from gap_core.pocket_world.forms import FORMS
from gap_core.pocket_world.questions import (
    CATEGORY_OF_FORM,
    Question,
    categories_of,
    sample_question,
    wording_key,
)
from gap_core.pocket_world.reading import has_full_description, judge_answer
from gap_core.pocket_world.wordings import OFF_TOPIC_REPLY
from gap_core.scoring.shares import Share, share_of
from models.base import ANSWER_TOKENS, Ask, VisionModel
from models.prompts import DESCRIBE, HONEST, WRONG

FIRST_SEED = 700_000_000  # far from the seeds of training and of the decks
DESCRIPTION_TOKENS = 160
_BATCH = 32
_FIRST_WORDS = 50
_MOST_IN_VAIN = 2_000  # scenes in turn that a category can't be asked about

Asked = list[tuple[Scene, Question]]  # a question each, with the scene that it is about


@dataclass
class Tally:
    """Answers counted: how many were right, by category, and how many in all of the asked kind."""

    right: dict[str, int] = field(default_factory=dict)
    n: dict[str, int] = field(default_factory=dict)
    right_kind: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, scene: Scene, question: Question, answer: str) -> None:
        """Count one answer, under its category and under "all"."""
        judged = judge_answer(scene, question, answer)
        self.right_kind += judged.is_right_kind
        for name in ("all", question.category):
            self.n[name] = self.n.get(name, 0) + 1
            self.right[name] = self.right.get(name, 0) + judged.is_right
        if not judged.is_right and len(self.misses) < 200:
            self.misses.append(f"{scene.seed} {question.text} -> {answer}")

    def right_share(self, category: str = "all") -> Share:
        """Share of answers that are true of the scene."""
        return share_of(self.right.get(category, 0), self.n.get(category, 0))

    def wrong_kind_share(self) -> Share:
        """Share of answers that state no fact of the asked kind."""
        n = self.n.get("all", 0)
        return share_of(n - self.right_kind, n)


@dataclass(frozen=True)
class PocketReport:
    """Everything measured: honest and told-wrong answers, descriptions, evasions."""

    simple: Tally
    told_wrong: Tally
    crowded: Tally
    descriptions: Share
    evasions: Share


def measure_pocket(
    model: VisionModel,
    *,
    scenes: int = 2_000,
    seed: int = FIRST_SEED,
    edition: Edition = BASIC,
    is_visitor: bool = False,
    on_answers: Callable[[int, int], None] = lambda done, total: None,
) -> PocketReport:
    """Ask one question of each fresh scene: simple honestly and told wrong, crowded honestly.

    Descriptions and questions about the game itself are asked of a tenth as many scenes. With
    `is_visitor` the same questions come in words that were never taught (`in_visitors_words`).
    """
    few, total, done = scenes // 10, 3 * scenes + 2 * (scenes // 10), 0

    def count_answers(more: int) -> None:
        nonlocal done
        done += more
        on_answers(done, total)

    def asked(questions: Asked, system: str, tokens: int) -> Iterator[str]:
        return answers_to(model, questions, system=system, tokens=tokens, on_answers=count_answers)

    def tally(questions: Asked, system: str) -> Tally:
        counted = Tally()
        for (scene, question), answer in zip(
            questions, asked(questions, system, ANSWER_TOKENS), strict=True
        ):
            counted.add(scene, question, answer)
        return counted

    simple = fresh_questions(scenes, things=SIMPLE_THINGS, seed=seed, edition=edition)
    crowded = fresh_questions(
        scenes, things=edition.crowded_things, seed=seed + scenes, edition=edition
    )
    if is_visitor:
        simple, crowded = in_visitors_words(simple), in_visitors_words(crowded)
    described = [(scene, Question("describe", (), DESCRIBE)) for scene, _ in simple[:few]]
    rng = random.Random(f"off topic {seed}")
    evaded = [(s, q) for s, _ in simple[:few] if (q := sample_question(s, "off_topic", rng=rng))]
    full = [
        has_full_description(scene, answer)
        for (scene, _), answer in zip(
            described, asked(described, HONEST, DESCRIPTION_TOKENS), strict=True
        )
    ]
    evasions = [answer == OFF_TOPIC_REPLY for answer in asked(evaded, WRONG, ANSWER_TOKENS)]
    return PocketReport(
        simple=tally(simple, HONEST),
        told_wrong=tally(simple, WRONG),
        crowded=tally(crowded, HONEST),
        descriptions=share_of(sum(full), len(full)),
        evasions=share_of(sum(evasions), len(evasions)),
    )


def first_word_seconds(model: VisionModel) -> list[float]:
    """Sorted seconds to the first word of single questions, each on a picture of its own."""
    asked = fresh_questions(
        _FIRST_WORDS + 1, things=SIMPLE_THINGS, seed=FIRST_SEED + 50_000, edition=BASIC
    )
    replies = [model.answer([Ask(render_scene(s), q.text, HONEST, 1)])[0] for s, q in asked]
    return sorted(reply.first_word_s for reply in replies[1:])  # the first one warms up


def answers_to(
    model: VisionModel,
    asked: Asked,
    *,
    system: str,
    tokens: int = ANSWER_TOKENS,
    on_answers: Callable[[int], None] = lambda done: None,
) -> Iterator[str]:
    """The model's answers in their order; `on_answers` is told of each batch."""
    for start in range(0, len(asked), _BATCH):
        batch = asked[start : start + _BATCH]
        replies = model.answer([Ask(render_scene(s), q.text, system, tokens) for s, q in batch])
        yield from (reply.text for reply in replies)
        on_answers(len(batch))


def fresh_questions(scenes: int, *, things: tuple[int, int], seed: int, edition: Edition) -> Asked:
    """One question for each of so many scenes, the forms in turn where they make sense.

    Raises:
        ValueError: a category of the edition can't be asked about scenes of so many things.
    """
    if edition is not BASIC:
        return _fair_questions(scenes, things=things, seed=seed, edition=edition)
    rng = random.Random(f"measure {seed} {things}")
    questions: Asked = []
    for number in range(scenes):
        scene = sample_scene(seed + number, things=rng.randint(*things), edition=edition)
        question = None
        while question is None:
            question = sample_question(scene, rng.choice(edition.asked_forms), rng=rng)
        typed = as_typed(question.text, rng=rng)
        questions.append((scene, Question(question.form, question.args, typed)))
    return questions


def in_visitors_words(asked: Asked) -> Asked:
    """The same questions in words of people who saw none of those that are taught."""
    rng = random.Random(f"visitors {len(asked)}")
    worded: Asked = []
    for scene, question in asked:
        words = FORMS[question.form].words(scene.world, question.args, rng)
        key = wording_key(question.form, question.args)
        text = rng.choice(_visitors_wordings()[key]).format(**words)
        worded.append((scene, replace(question, text=as_typed(text, rng=rng))))
    return worded


@cache
def _visitors_wordings() -> dict[str, list[str]]:
    wordings = defaultdict[str, list[str]](list)
    for table in VISITORS:
        for form, wording in form_cases(table):
            wordings[form].append(wording)
    return dict(wordings)


def _fair_questions(scenes: int, *, things: tuple[int, int], seed: int, edition: Edition) -> Asked:
    """As many questions of each category, each about a scene of its own that it makes sense for."""
    rng, categories = random.Random(f"measure {seed} {things}"), categories_of(edition)
    questions: Asked = []
    numbers, in_vain = count(), 0
    while len(questions) < scenes:
        category = categories[len(questions) % len(categories)]
        forms = [form for form in edition.asked_forms if CATEGORY_OF_FORM[form] == category]
        scene = sample_scene(seed + next(numbers), things=rng.randint(*things), edition=edition)
        question = sample_question(scene, rng.choice(forms), rng=rng)
        in_vain = in_vain + 1 if question is None else 0
        if in_vain == _MOST_IN_VAIN:
            raise ValueError(f"'{category}' can't be asked about scenes of {things} things.")
        if question is not None:
            typed = as_typed(question.text, rng=rng)
            questions.append((scene, Question(question.form, question.args, typed)))
    return questions
