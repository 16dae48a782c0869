# The committed weights of pocket-llama: they load, mend hurried answers, and refine in the studio.
from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from apps.studio.desk import Desk
from apps.studio.model_shelf import ModelShelf
from gap_core.language import changed_facts
from gap_core.refiner_training.fluency import sentence_faults
from models.base import TextAsk
from models.errors import ModelError
from models.refine_prompt import REFINE_MAX_TOKENS, REFINE_SYSTEM, refine_prompt
from models.registry import POCKET_LLAMA_FOLDER, load_language_model
from tests.fixtures_labeling import PASSWORD
from tests.fixtures_play import fill_deck
from tests.fixtures_studio import mark_wrong, workbench_of

if TYPE_CHECKING:
    from models.base import LanguageModel

WEIGHTS = "model.safetensors"


@pytest.fixture(scope="module")
def pocket_llama() -> LanguageModel:
    return load_language_model("pocket-llama", device="cpu")


def refined(model: LanguageModel, question: str, typed: str) -> str:
    prompt = refine_prompt(question, typed)
    return model.write([TextAsk(prompt, REFINE_SYSTEM, REFINE_MAX_TOKENS)])[0].text


def test_weights_are_small_and_written_in_full(pocket_llama: LanguageModel) -> None:
    assert (POCKET_LLAMA_FOLDER / WEIGHTS).stat().st_size <= 24e6
    assert (pocket_llama.name, pocket_llama.quantization) == ("pocket-llama", "fp32")


@pytest.mark.parametrize(
    ("question", "typed", "sentence"),
    [
        ("How many dogs are there?", "tow dogs", "There are two dogs."),
        ("How many dogs are there?", "2", "There are 2 dogs."),
        ("How many chairs are there?", "none", "There are no chairs."),
        ("What colour is the car?", "gren", "The car is green."),
        ("What colour is the car?", "red n white", "The car is red and white."),
        ("Is there a cat?", "no", "No, there is no cat."),
        ("Is the ball red?", "no, its blue", "No, the ball is blue."),
        ("Where is the boat?", "on teh left", "The boat is on the left."),
        ("What is the weather like?", "its raining", "It is raining."),
        ("How does the girl look?", "sad", "The girl looks sad."),
        ("What season is it?", "witner", "It is winter."),
        ("Who is this?", "cant tell", "I cannot tell."),
        ("What is on the table?", "The cup is on the table.", "The cup is on the table."),
    ],
)
def test_hurried_answer_becomes_the_sentence_that_is_meant(
    pocket_llama: LanguageModel, question: str, typed: str, sentence: str
) -> None:
    assert refined(pocket_llama, question, typed) == sentence


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("What does the sign say?", "STOP"),
        ("What time does the clock show?", "half past 3"),
        ("How many birds are there?", "about 20"),
        ("Where is the dog?", "between the chair and the table"),
        ("What is odd here?", "the car is upsidedown"),
    ],
)
def test_facts_are_kept_and_the_sentence_reads_well(
    pocket_llama: LanguageModel, question: str, typed: str
) -> None:
    written = refined(pocket_llama, question, typed)

    assert changed_facts(typed, written, question=question) == ()
    assert sentence_faults(written) == ()


def test_studio_refines_with_it_unless_told_otherwise(tmp_path: Path) -> None:
    fill_deck(tmp_path / "gap.db", tmp_path, tainted=1, untainted=12)
    mark_wrong(tmp_path, [("How many dogs are there?", "There are three dogs.")])
    bench = workbench_of(tmp_path)
    desk = Desk(bench, bench.create_account("Ada", PASSWORD, "labeler").id, ModelShelf())
    item = desk.shown()["item"]
    desk.handle("refine", {"item": item["id"], "text": "tow dogs"})
    shown = desk.shown()["refinement"]

    assert (shown["text"], shown["model"]) == ("There are two dogs.", "by pocket-llama")
    assert shown["is_safe"] and shown["changes"] == []


def test_broken_weights_are_told(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(POCKET_LLAMA_FOLDER, tmp_path / "broken"))
    whole = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(whole[: len(whole) // 2])

    with pytest.raises(ModelError, match="can't be loaded.*Restore or retrain it"):
        load_language_model(str(folder), device="cpu")


def test_folder_without_a_tokenizer_is_told(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(POCKET_LLAMA_FOLDER, tmp_path / "silent"))
    (folder / "tokenizer.json").unlink()

    with pytest.raises(ModelError, match="can't be loaded"):
        load_language_model(str(folder), device="cpu")
