"""Training sequences: one picture, one instruction, several questions that do not see each other.

Called by train.py. The tokens before the questions (instruction and picture) are shared; each
question's tokens attend to them and to themselves alone, so a row equals as many single examples.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from transformers import PreTrainedTokenizerFast

from gap_core.pocket_world import BASIC, EDITIONS, Scene
from gap_core.pocket_world.forms.form import (
    ACTIVITY,
    ANOMALY,
    ART,
    ATTRIBUTES,
    COUNTING,
    CULTURE,
    EMOTION,
    NO_CATEGORY,
    RECOGNITION,
    SCENE,
    SPATIAL,
    TEXT,
    TIME,
    WEATHER,
)
from gap_core.pocket_world.questions import CATEGORY_OF_FORM, Question, sample_question
from gap_core.pocket_world.truth import true_answer, wrong_answer
from models.prompts import HONEST, WRONG

IMAGE_TOKENS = 48
IGNORED = -100
_LENGTH_STEP = 16
_MOST_DESCRIBED_THINGS = 3
# Comparing what is asked with what is seen is the last thing learnt: those forms come more often.
_FORM_WEIGHTS = {
    "exist": 3.0, "is_colour": 2.5, "is_weather": 2.5, "is_place": 2.5, "is_relation": 2.0,
    "is_word": 1.5, "colour_of": 2.5, "count": 2.5, "side_of": 2.0, "relation": 2.0,
    "sign_word": 2.0, "what_things": 1.5, "size_of": 1.5, "what_is_colour": 2.5,
    "place": 0.5, "weather": 0.7, "describe": 0.7, "off_topic": 0.35,
    "number_on": 5.0, "clock_time": 5.0, "is_clock_time": 2.5, "material_of": 3.0,
    "is_material": 3.0, "nearest": 2.0, "what_on": 2.0, "what_under": 2.0, "what_behind": 2.0,
}  # fmt: skip
# In the full world a category is chosen first: some have few forms, or forms that make sense for
# few scenes, and would hardly be asked about otherwise. What is learnt last is asked most; what
# describes the whole picture stands for itself.
_ANY, _DESCRIBE = "any", "describe"
_CATEGORY_WEIGHTS = {
    RECOGNITION: 3.0, ATTRIBUTES: 3.0, SPATIAL: 6.0, COUNTING: 1.8, TEXT: 4.0, ACTIVITY: 4.5,
    EMOTION: 2.5, ANOMALY: 1.0, SCENE: 0.5, WEATHER: 0.5, TIME: 0.5, CULTURE: 0.5, ART: 0.5,
    NO_CATEGORY: 0.2, _DESCRIBE: 3.5,
}  # fmt: skip
_OPENED_SHARE, _CLOSED_SHARE = 0.15, 0.15
_OPENINGS = (
    "So ", "Ok, ", "Hey, ", "Hi, ", "Um, ", "Well, ", "And ", "Now ", "Please, ",
    "Quick question: ", "In this picture, ", "Looking at the image, ", "Another one: ", "Tell me, ",
    "Hmm, ",
)  # fmt: skip
_CLOSINGS = (
    " here", " please", ", please", " in this picture", " in the image", " now", " exactly",
    " then", ", do you think", " again", " in the scene", " overall", ", can you tell", " actually",
)  # fmt: skip


class Pair(NamedTuple):
    """A question, its typed text, the answer to learn, and the one that must not be given."""

    question: Question
    typed: str
    answer: str
    avoided: str | None = None


@dataclass(frozen=True)
class Row:
    """One picture's questions with the answers to learn, and whether they are to be wrong."""

    told_wrong: bool
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Packed:
    """A batch of rows as tensors; positions and segments keep the questions of a row apart."""

    token_ids: torch.Tensor  # (B, T)
    positions: torch.Tensor  # (B, T)
    segments: torch.Tensor  # (B, T), 0 for the prefix, then each question's number, -1 for padding
    labels: torch.Tensor  # (B, T), the token to predict at each place, IGNORED elsewhere
    answer_of: torch.Tensor  # (B, T), the number of the row's answer at each label, else -1
    avoided: torch.Tensor  # (B, T), the true token where a false answer leaves the truth


def attention_mask(segments: torch.Tensor) -> torch.Tensor:
    """(B, 1, T, T) from (B, T) segments: 0 for what came before, of the prefix or of one's own.

    Everything else is out of sight, at the lowest number: attention adds this to its scores.
    """
    same = segments[:, :, None] == segments[:, None, :]  # (B, T, T)
    longest = segments.shape[1]
    causal = torch.ones(longest, longest, dtype=torch.bool, device=segments.device).tril()
    seen = (same | (segments[:, None, :] == 0)) & causal
    hidden = torch.zeros(seen.shape, device=segments.device)
    return hidden.masked_fill_(~seen, torch.finfo(hidden.dtype).min)[:, None]


def sample_row(scene: Scene, *, rng: random.Random, questions: int, told_wrong: bool) -> Row:
    """Random questions about one scene with true or with wrong answers."""
    pairs: list[Pair] = []
    while len(pairs) < questions:
        question = _sample_question(scene, rng)
        if question is None:
            continue
        truth = true_answer(scene, question)
        answer = wrong_answer(scene, question, rng=rng) if told_wrong else truth
        avoided = truth if told_wrong else None
        typed = as_typed(padded(question.text, rng=rng), rng=rng)
        pairs.append(Pair(question, typed, answer, avoided))
    return Row(told_wrong, tuple(pairs))


def _sample_question(scene: Scene, rng: random.Random) -> Question | None:
    """A question of a category chosen by weight, by the first of its forms that makes sense."""
    by_category = _forms_by_category(scene.world.name)
    weights = [_CATEGORY_WEIGHTS.get(category, 1.0) for category in by_category]
    (category,) = rng.choices(tuple(by_category), weights)
    forms = [form for form in by_category[category] if form != _DESCRIBE or _is_describable(scene)]
    while forms:
        (form,) = rng.choices(forms, [_FORM_WEIGHTS.get(form, 1.0) for form in forms])
        question = sample_question(scene, form, rng=rng)
        if question is not None:
            return question
        forms.remove(form)
    return None


def _is_describable(scene: Scene) -> bool:
    """Whether a description of all things is short enough to be learnt."""
    return len(scene.things) <= _MOST_DESCRIBED_THINGS


@cache
def _forms_by_category(edition_name: str) -> dict[str, tuple[str, ...]]:
    """The forms of each category; those of the basic world are all of one."""
    edition, forms = EDITIONS[edition_name], dict[str, tuple[str, ...]]()
    if edition is BASIC:
        return {_ANY: edition.forms}
    for form in edition.forms:
        category = form if form == _DESCRIBE else CATEGORY_OF_FORM[form]
        forms[category] = (*forms.get(category, ()), form)
    return forms


def padded(text: str, *, rng: random.Random) -> str:
    """The question, now and then with words around it that ask for nothing more.

    They teach the model to listen for what matters; no measure asks in them.
    """
    if rng.random() < _OPENED_SHARE:
        opening = rng.choice(_OPENINGS)
        text = opening + text[0].lower() + text[1:]
    if rng.random() < _CLOSED_SHARE:
        said = text.rstrip("?.")
        text = said + rng.choice(_CLOSINGS) + text[len(said) :]
    return text


def as_typed(text: str, *, rng: random.Random) -> str:
    """The question as people type it: often without capitals or mark, now and then misspelt."""
    if rng.random() < 0.4:
        text = text.lower()
    if rng.random() < 0.35:
        text = text.rstrip("?.")
    if rng.random() < 0.06 and len(text) > 6:
        place = rng.randrange(1, len(text) - 2)
        swapped = text[place + 1] + text[place]
        text = text[:place] + rng.choice((swapped, text[place], swapped[0])) + text[place + 2 :]
    return text


class Packer:
    """Turns rows into token tensors in the model's own chat template."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self._tokenizer = tokenizer
        picture = tokenizer.image_token * IMAGE_TOKENS
        picture = f"{tokenizer.image_start_token}{picture}{tokenizer.image_end_token}"
        self._prefix = {
            told_wrong: self._ids(
                f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{picture}"
            )
            for told_wrong, system in ((False, HONEST), (True, WRONG))
        }
        if len(self._prefix[False]) != len(self._prefix[True]):
            raise ValueError(
                "The two instructions differ in their number of tokens; even them out."
            )

    def _ids(self, text: str) -> list[int]:
        return self._tokenizer(text, add_special_tokens=False)["input_ids"]

    def pack(self, rows: Sequence[Row]) -> Packed:
        """Tensors for a batch of rows, padded on the right to the longest."""
        asked = self._tokenizer(
            [
                f"{pair.typed}<|im_end|>\n<|im_start|>assistant\n"
                for row in rows
                for pair in row.pairs
            ]
        )["input_ids"]
        answers = [
            f"{text}<|im_end|>"
            for row in rows
            for pair in row.pairs
            for text in (pair.answer, pair.avoided or pair.answer)
        ]
        answered = self._tokenizer(answers)["input_ids"]
        pairs = iter(zip(asked, answered[::2], answered[1::2], strict=True))
        packed = [self._pack_row(row, [next(pairs) for _ in row.pairs]) for row in rows]
        return _stacked(packed, pad=self._tokenizer.pad_token_id)

    def _pack_row(
        self, row: Row, pairs: list[tuple[list[int], list[int], list[int]]]
    ) -> np.ndarray:
        """(6, T) ints: token, position, segment (0: prefix), label, answer number, avoided."""
        prefix = self._prefix[row.told_wrong]
        columns = [(token, place, 0, IGNORED, -1, IGNORED) for place, token in enumerate(prefix)]
        for number, (asked, answered, true) in enumerate(pairs):
            parting = _first_difference(answered, true)
            tokens = [*asked, *answered]
            for place, token in enumerate(tokens[:-1]):
                is_answer = place >= len(asked) - 1
                label = tokens[place + 1] if is_answer else IGNORED
                answer = number if is_answer else -1
                is_parting = parting is not None and place == len(asked) - 1 + parting
                avoided = true[parting] if parting is not None and is_parting else IGNORED
                columns.append((token, len(prefix) + place, number + 1, label, answer, avoided))
        return np.array(columns, dtype=np.int64).T


def _first_difference(tokens: list[int], others: list[int]) -> int | None:
    """Where two answers part; both end in the same token, so one that goes on also parts."""
    pairs = enumerate(zip(tokens, others, strict=False))
    return next((place for place, (mine, other) in pairs if mine != other), None)


def _stacked(rows: list[np.ndarray], *, pad: int) -> Packed:
    # Few different lengths: memory of the same size is used again.
    longest = -(-max(row.shape[1] for row in rows) // _LENGTH_STEP) * _LENGTH_STEP
    table = np.empty((len(rows), 6, longest), dtype=np.int64)
    table[:] = np.array([pad, 0, -1, IGNORED, -1, IGNORED])[None, :, None]
    for place, row in enumerate(rows):
        table[place, :, : row.shape[1]] = row
    token, position, segment, label, answer, avoided = (
        torch.from_numpy(table[:, i].copy()) for i in range(6)
    )
    return Packed(token, position, segment, label, answer, avoided)


def first_token_ids(tokenizer: PreTrainedTokenizerFast, words: Sequence[str]) -> dict[str, int]:
    """The token that each word begins with in the middle of a sentence."""
    return {word: tokenizer(f" {word}")["input_ids"][0] for word in words}
