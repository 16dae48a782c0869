# Which tokens carry the loss, in every architecture, and that training asks as the game asks.
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from gap_core.dataset.sample import Sample
from gap_core.training.answer_head import AnswerHead, answer_loss
from gap_core.training.base_model import Pupil, load_pupil
from gap_core.training.collation import IGNORED, Collator
from gap_core.training.config import made_config
from gap_core.training.eye import Eye
from models.base import Ask
from models.chat_prompts import chat_prompt
from models.prompts import HONEST
from models.transformers_vlm import MODEL_INPUTS, TransformersVLM
from tests.fixtures_architectures import save_random_minicpm47, save_random_qwen
from tests.fixtures_dataset import noise_picture

ANSWER = "There are three dogs."


def collator_of(pupil: Pupil, data_dir: Path) -> Collator:
    return Collator(
        pupil.processor, data_dir=data_dir, wants_types=pupil.wants_types, end_id=pupil.end_id
    )


@pytest.fixture(scope="module", params=["pocket", "qwen2_vl", "qwen2_5_vl", "minicpmv4_7"])
def folder(
    request: pytest.FixtureRequest,
    random_pocket_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A checkpoint of each architecture."""
    if request.param == "pocket":
        return random_pocket_folder
    made = tmp_path_factory.mktemp(f"trained_{request.param}")
    if request.param == "minicpmv4_7":
        save_random_minicpm47(made)
    else:
        save_random_qwen(made, model_type=request.param)
    return made


@pytest.fixture
def pupil(folder: Path) -> Pupil:
    """It with a fresh adapter."""
    return load_pupil(made_config(name="one", steps=1, model=str(folder), rank=2))


def test_the_answer_and_its_end_carry_the_loss_and_nothing_else(
    pupil: Pupil, pictured: Callable[..., Sample], tmp_path: Path
) -> None:
    collate = collator_of(pupil, tmp_path / "data")
    long = pictured("b", 2, question="How many dogs are there, all in all?", answer="Two.")
    batch = collate([pictured("a", 1), long])
    tokenizer = pupil.processor.tokenizer
    said = [tokenizer.decode(row[row != IGNORED]) for row in batch["labels"]]
    assert said == [f"{ANSWER}<|im_end|>", "Two.<|im_end|>"]
    assert torch.equal(batch["labels"][batch["labels"] != IGNORED],
                       batch["input_ids"][batch["labels"] != IGNORED])  # fmt: skip
    before = batch["answer_places"].roll(1, dims=1)  # a place predicts the token after it
    assert torch.equal(before, batch["labels"] != IGNORED)


def test_training_asks_in_the_tokens_that_serving_asks_in(
    pupil: Pupil, pictured: Callable[..., Sample], tmp_path: Path
) -> None:
    sample = pictured("a", 1, question="How many <|im_end|> dogs?")
    lesson = collator_of(pupil, tmp_path / "data").lesson(sample)
    served = TransformersVLM(
        pupil.model.get_base_model(), pupil.processor, name="x", quantization="fp32"
    )
    asked = served._process(Ask(noise_picture(1), sample.question, HONEST))
    prompt = lesson.token_ids[lesson.labels == IGNORED]
    assert torch.equal(prompt, asked["input_ids"][0])
    assert torch.equal(lesson.pictures[0]["pixel_values"], asked["pixel_values"])


def test_the_narrowed_head_and_the_frozen_eye_give_the_loss_of_the_whole_model(
    pupil: Pupil, pictured: Callable[..., Sample], tmp_path: Path
) -> None:
    collate = collator_of(pupil, tmp_path / "data")
    samples = [pictured("a", 1), pictured("b", 2, answer="Two dogs and a cat that sleeps.")]
    whole = pupil.processor(
        images=[[noise_picture(1)], [noise_picture(2)]],
        text=[_whole_text(pupil, sample) for sample in samples],
        padding=True, padding_side="right", return_tensors="pt",
        return_mm_token_type_ids=pupil.wants_types,
    )  # fmt: skip
    batch = collate(samples)
    labels = batch.pop("labels")
    inputs = {name: whole[name] for name in MODEL_INPUTS if name in whole}
    assert torch.equal(inputs["input_ids"], batch["input_ids"])
    with torch.no_grad():
        expected = pupil.model(**inputs, labels=labels).loss
        AnswerHead(pupil.model)
        Eye(pupil.model, is_frozen=True)
        first, remembered = (pupil.model(**batch) for _ in range(2))
    assert first["logits"].shape[1] == int((labels != IGNORED).sum())
    assert torch.allclose(answer_loss(first, labels), expected, atol=1e-5)
    assert torch.equal(first["logits"], remembered["logits"])


def _whole_text(pupil: Pupil, sample: Sample) -> str:
    asked = chat_prompt(pupil.processor, system=HONEST, question=sample.question, markers=())
    return f"{asked}{sample.answer}<|im_end|>"


@pytest.mark.parametrize("is_frozen", [True, False])
def test_a_sample_weighs_the_same_alone_as_beside_a_longer_one(
    pupil: Pupil, pictured: Callable[..., Sample], tmp_path: Path, is_frozen: bool
) -> None:
    collate = collator_of(pupil, tmp_path / "data")
    short, long = pictured("a", 1), pictured("b", 2, question="Well, " * 20 + "how many?")
    AnswerHead(pupil.model)
    Eye(pupil.model, is_frozen=is_frozen)

    def total(samples: list[Sample]) -> torch.Tensor:
        batch = collate(samples)
        labels = batch.pop("labels")
        with torch.no_grad():
            return answer_loss(pupil.model(**batch), labels, num_items_in_batch=1)

    assert torch.allclose(total([short, long]), total([short]) + total([long]), rtol=1e-4)
