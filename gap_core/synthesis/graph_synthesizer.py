"""Items composed from what is known to be in a picture: no model, and the answer is true.

Called by running through `Synthesizer`. It knows drawn scenes of the pocket world and COCO's
annotations. Texts are written rows of the things in a scene.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Sequence

from gap_core.pocket_world import EDITIONS, sample_scene, scene_from_json
from gap_core.synthesis.calls import Calls, ItemGivenUp, drawn_seed
from gap_core.synthesis.coco_graphs import view_of_graph
from gap_core.synthesis.config import SynthesisConfig
from gap_core.synthesis.graph_names import Words, value_words
from gap_core.synthesis.graph_plans import (
    Maker,
    Plan,
    Value,
    Values,
    answer_of,
    answers_without,
    carry_out,
)
from gap_core.synthesis.graph_views import View
from gap_core.synthesis.image_plans import IMAGE_PLANS
from gap_core.synthesis.model_checks import NEEDS_HOPS, NEEDS_SOURCE, VERIFIED
from gap_core.synthesis.pocket_graphs import view_of_scene
from gap_core.synthesis.records import (
    CheckResult,
    Language,
    MultiHop,
    Seed,
    Subject,
    SubQuestion,
)
from gap_core.synthesis.text_plans import TEXT_PLANS, write_row

PLANS = {**IMAGE_PLANS, **TEXT_PLANS}
TRIES = 24  # draws of a plan, before a picture is said to allow none
OTHER_VIEWS = 200  # pictures that a question is asked of to see what a blind guess is worth
FEWEST_ANSWERS = 8
_FIRST_OTHER_SEED = 760_000_000


class GraphSynthesizer:
    """Composes plans; what it draws depends on the run's seed and the item's place alone.

    Args:
        config: of the run.
        others: pictures of the same source, on which blind guesses are tried.
    """

    name = "graph"

    def __init__(self, config: SynthesisConfig, others: Sequence[View]) -> None:
        self._seed = config.seed
        self._others = others
        self._guesses: dict[Maker, list[Value]] = defaultdict(list)

    def make_seed(self, subject: Subject, place: int, calls: Calls) -> Seed:
        """The sub-questions of a plan that the picture allows."""
        view = view_of_subject(subject)
        _, plan = self._draw(subject, view, place)
        values = _values(plan, view)
        language = subject.language
        background = in_language(write_row(view), language) if subject.kind == "text" else ""
        return Seed(
            background=background,
            sub_questions=tuple(
                SubQuestion(
                    question=in_language(step.ask(values[:n]), language),
                    answer=in_language(value_words(values[n]), language),
                )
                for n, step in enumerate(plan.steps)
            ),
        )

    def compose(self, subject: Subject, seed: Seed, place: int, calls: Calls) -> MultiHop:
        """The plan's question, with the thinking that its steps give."""
        view = view_of_subject(subject)
        _, plan = self._draw(subject, view, place)
        values = _values(plan, view)
        return MultiHop(
            question=in_language(plan.question, subject.language),
            thinking=think(plan, values, subject.language),
            answer=in_language(value_words(_conclusion(plan, values)), subject.language),
        )

    def check(
        self, subject: Subject, seed: Seed, made: MultiHop, place: int, calls: Calls
    ) -> list[CheckResult]:
        """The graph answers again; blind guesses are tried on other pictures."""
        view = view_of_subject(subject)
        maker, plan = self._draw(subject, view, place)
        answer = answer_of(plan, view)
        said = None if answer is None else in_language(value_words(answer), subject.language)
        is_true = said == made.answer
        if answer is None:
            raise ItemGivenUp("the graph no longer answers")
        return [
            CheckResult(name=VERIFIED, passed=is_true, detail=f"the graph says '{said}'"),
            self._check_blind(maker, plan, answer),
            _check_hops(plan, view),
        ]

    def _draw(self, subject: Subject, view: View, place: int) -> tuple[Maker, Plan]:
        """A plan of the relation that the picture allows, the same at every call."""
        makers = PLANS[subject.relation]
        for number in range(TRIES):
            rng = random.Random(drawn_seed(self._seed, place, number))
            maker = rng.choice(makers)
            plan = maker(view, rng)
            if plan is not None and answer_of(plan, view) is not None:
                return maker, plan
        raise ItemGivenUp("the picture allows no such question")

    def _check_blind(self, maker: Maker, plan: Plan, answer: Value) -> CheckResult:
        """Passed if whoever guesses this answer without the picture is seldom right."""
        own = [found for view in self._others if (found := answer_of(plan, view)) is not None]
        guesses = own if len(own) >= FEWEST_ANSWERS else self._guesses_of(maker)
        if len(guesses) < FEWEST_ANSWERS:
            detail = f"only {len(guesses)} other pictures allow it"
            return CheckResult(name=NEEDS_SOURCE, passed=None, detail=detail)
        right = sum(guess == answer for guess in guesses)
        return CheckResult(
            name=NEEDS_SOURCE,
            passed=right * 2 < len(guesses),
            detail=f"blind: {right} of {len(guesses)} right",
        )

    def _guesses_of(self, maker: Maker) -> list[Value]:
        """Answers to questions of this form on other pictures."""
        if not self._guesses[maker]:
            found = []
            for number, view in enumerate(self._others):
                plan = maker(view, random.Random(number))
                answer = None if plan is None else answer_of(plan, view)
                if answer is not None:
                    found.append(answer)
            self._guesses[maker] = found
        return self._guesses[maker]


def view_of_subject(subject: Subject) -> View:
    """What is known of the subject's picture.

    Raises:
        ItemGivenUp: nothing is.
    """
    if subject.graph == "pocket":
        return view_of_scene(scene_from_json(subject.graph_json))
    if subject.graph == "coco":
        return view_of_graph(json.loads(subject.graph_json))
    raise ItemGivenUp("nothing is known of the picture")


def other_pocket_views(edition_name: str) -> list[View]:
    """Scenes beside those that items are made from."""
    edition = EDITIONS[edition_name]
    return [
        view_of_scene(
            sample_scene(
                _FIRST_OTHER_SEED + n, things=4 + n % (edition.most_things - 3), edition=edition
            )
        )
        for n in range(OTHER_VIEWS)
    ]


def think(plan: Plan, values: Values, language: Language) -> str:
    """What each step finds, a sentence each, and what follows."""
    said = [in_language(step.say(values[: n + 1]), language) for n, step in enumerate(plan.steps)]
    if plan.reckon is not None:
        said.append(in_language(plan.reckon(values), language))
    answer = in_language(value_words(_conclusion(plan, values)), language)
    if language == "zh":
        return "。".join(said) + f"。所以答案是{answer}。"
    sentences = [f"{one[0].upper()}{one[1:]}." for one in said]
    return " ".join(sentences) + f" So the answer is {answer}."


def in_language(words: Words, language: Language) -> str:
    """The words in one of both languages."""
    return words.zh if language == "zh" else words.en


def _values(plan: Plan, view: View) -> Values:
    values = carry_out(plan, view)
    if values is None:
        raise ItemGivenUp("the graph no longer answers")
    return values


def _conclusion(plan: Plan, values: Values) -> Value:
    answer = plan.conclude(values)
    if answer is None:
        raise ItemGivenUp("the graph no longer answers")
    return answer


def _check_hops(plan: Plan, view: View) -> CheckResult:
    """Passed if the answer changes or is lost whichever step is left out."""
    for left_out in range(len(plan.steps)):
        if len(answers_without(plan, view, left_out)) < 2:
            detail = f"answered without hop {left_out + 1}"
            return CheckResult(name=NEEDS_HOPS, passed=False, detail=detail)
    return CheckResult(name=NEEDS_HOPS, passed=True, detail=f"{len(plan.steps)} hops")
