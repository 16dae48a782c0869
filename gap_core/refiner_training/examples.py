"""Cases as token batches, and the words that the tokenizer knows whole.

Called by train.py and scripts/train_pocket_llama.py.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedTokenizerFast

from gap_core.refiner_training import word_lists
from gap_core.refiner_training.cases import Case, sample_case
from gap_core.refiner_training.words import Vocabulary
from models.refine_prompt import refine_prompt

IGNORED = -100
_LENGTH_STEP = 8
_CORPUS_CASES, _WHOLE_SHARE = 20_000, 1 / 300
_PIECE = re.compile(r" ?[A-Za-z]+|'[a-z]+")


@dataclass(frozen=True)
class Batch:
    """Token ids (B, T), padded on the right, and labels (B, T) with IGNORED before the sentence."""

    token_ids: torch.Tensor
    labels: torch.Tensor


def whole_words(*, seed: int) -> list[str]:
    """Words of questions and sentences that stand in one case of three hundred.

    Words of the open lists are left out: what is spelled in bytes is copied like any new word.
    """
    rng = random.Random(f"corpus {seed}")
    vocabulary, counts = Vocabulary(is_held_out=False), Counter[str]()
    for _ in range(_CORPUS_CASES):
        case = sample_case(vocabulary, rng=rng)
        found = _PIECE.findall(f"{refine_prompt(case.question, case.truth)}\n{case.truth}")
        counts.update(set(found))
    open_words = {word.lower() for words in _open_lists() for word in words}
    return [
        word
        for word, count in counts.most_common()
        if count >= _CORPUS_CASES * _WHOLE_SHARE and word.strip().lower() not in open_words
    ]


def _open_lists() -> Iterator[Iterable[str]]:
    yield from (word_lists.NOUNS, word_lists.PEOPLE, word_lists.ADJECTIVES, word_lists.PLACES)
    yield from (word_lists.EVENTS, word_lists.ACTIONS, word_lists.HANDLINGS)
    yield from (word_lists.FIRST_NAMES, word_lists.PLACE_NAMES, word_lists.SIGN_WORDS)


def copying_case(vocabulary: Vocabulary, *, rng: random.Random) -> Case:
    """Invented words to be said again as they are: the first thing to learn."""
    words = [vocabulary.invented(rng) for _ in range(rng.randint(1, 5))]
    text = " ".join(words).capitalize() + "."
    question = f"What {vocabulary.invented(rng)} is it?"
    typed = text if rng.random() < 0.5 else text.rstrip(".").lower()
    return Case("", question, text, typed, text)


def make_batch(cases: Sequence[Case], tokenizer: PreTrainedTokenizerFast) -> Batch:
    """The cases side by side, asked in the very words that the studio asks in."""
    rows = [encode_case(case, tokenizer) for case in cases]
    # Few different lengths: each new one costs time to prepare and memory to remember.
    longest = -(-max(len(ids) for ids, _ in rows) // _LENGTH_STEP) * _LENGTH_STEP
    token_ids = torch.full((len(rows), longest), tokenizer.pad_token_id)
    labels = torch.full((len(rows), longest), IGNORED)
    for row, (ids, asked) in enumerate(rows):
        token_ids[row, : len(ids)] = torch.tensor(ids)
        # The place before a token predicts it.
        labels[row, asked - 1 : len(ids) - 1] = torch.tensor(ids[asked:])
    return Batch(token_ids, labels)


def encode_case(case: Case, tokenizer: PreTrainedTokenizerFast) -> tuple[list[int], int]:
    """Token ids of the whole conversation, and where the sentence begins."""
    prompt = f"<|begin_of_text|><|user|>{refine_prompt(case.question, case.typed)}<|assistant|>"
    before = tokenizer.encode(prompt, add_special_tokens=False)
    after = tokenizer.encode(case.truth + tokenizer.eos_token, add_special_tokens=False)
    return before + after, len(before)
