# Training pocket-llama on a tiny Llama of the same classes: learns, resumes, loads in the studio.
import json
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from transformers import LlamaConfig, PreTrainedTokenizerFast

from gap_core.errors import GapError
from gap_core.refiner_training.cases import Case
from gap_core.refiner_training.examples import IGNORED, make_batch
from gap_core.refiner_training.train import Progress, RefinerConfig, RefinerTrainer
from models.base import TextAsk
from models.pocket_llama_architecture import build_config, build_model, build_tokenizer
from models.refine_prompt import REFINE_SYSTEM, refine_prompt
from models.registry import load_language_model
from scripts.train_pocket_llama import main as train_pocket_llama

CASE = Case("Counting", "How many dogs?", "2 blicks", "2 blicks", "There are 2 blicks.")


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return build_tokenizer([" are", "There", " many", "Question", "Answer", "How"])


def tiny_shape(tokenizer: PreTrainedTokenizerFast) -> LlamaConfig:
    config = build_config(tokenizer)
    config.update(
        {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "head_dim": 8,
         "num_attention_heads": 4, "num_key_value_heads": 2}
    )  # fmt: skip
    return config


def make_trainer(
    folder: Path, tokenizer: PreTrainedTokenizerFast, *, steps: int = 2
) -> RefinerTrainer:
    config = RefinerConfig(steps=steps, cases=4, is_bf16=False, warmup_steps=1, copying_steps=0)
    return RefinerTrainer(config, folder=folder, tokenizer=tokenizer, shape=tiny_shape(tokenizer))


def run_steps(trainer: RefinerTrainer, count: int) -> list[Progress]:
    seen: list[Progress] = []
    trainer.run(on_step=seen.append, is_stopped=lambda: len(seen) >= count)
    return seen


@pytest.mark.parametrize(
    "text", ["The dogs are there.", "Ein Bär 🐻", " two  spaces\n", "WEEKDAYS"]
)
def test_any_text_survives_the_tokenizer(tokenizer: PreTrainedTokenizerFast, text: str):
    ids = tokenizer.encode(text, add_special_tokens=False)

    assert tokenizer.decode(ids) == text


def test_listed_words_are_one_token_and_others_are_spelled(tokenizer: PreTrainedTokenizerFast):
    ids = tokenizer.encode("There are dogs", add_special_tokens=False)

    assert tokenizer.convert_ids_to_tokens(ids) == ["There", "Ġare", "Ġ", "d", "o", "g", "s"]


def test_template_leaves_out_the_instruction(tokenizer: PreTrainedTokenizerFast):
    turns = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}]
    prompt = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)

    assert prompt == "<|begin_of_text|><|user|>Hello<|assistant|>"


def test_only_the_sentence_and_its_end_are_learned(tokenizer: PreTrainedTokenizerFast):
    longer = Case("", "How many red dogs are there?", "2", "2", "There are 2 blicks.")
    batch = make_batch([CASE, longer], tokenizer)
    labels = batch.labels[0]

    assert tokenizer.decode(labels[labels != IGNORED]) == "There are 2 blicks.<|eot_id|>"
    # Each label stands one place before its own token.
    places = (labels != IGNORED).nonzero().flatten()
    assert torch.equal(batch.token_ids[0, places + 1], labels[places])


def test_batch_is_what_the_studio_asks(tokenizer: PreTrainedTokenizerFast):
    turns = [
        {"role": "system", "content": REFINE_SYSTEM},
        {"role": "user", "content": refine_prompt(CASE.question, CASE.typed)},
    ]
    asked = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    batch = make_batch([CASE], tokenizer)
    said = f"{asked}{CASE.truth}<|eot_id|>"
    padding = tokenizer.decode(batch.token_ids[0]).removeprefix(said)

    assert padding.replace("<|pad|>", "") == ""


def test_committed_shape_is_small(tokenizer: PreTrainedTokenizerFast):
    model = build_model(tokenizer, seed=1)

    assert 3e6 < sum(weight.numel() for weight in model.parameters()) < 6e6


def test_every_weight_learns(tmp_path: Path, tokenizer: PreTrainedTokenizerFast):
    trainer = make_trainer(tmp_path, tokenizer)
    before = {name: weight.clone() for name, weight in trainer.model.named_parameters()}
    run_steps(trainer, 2)
    still = [n for n, w in trainer.model.named_parameters() if torch.equal(w, before[n])]

    assert still == []


def test_interrupted_run_goes_on_as_if_it_had_not_stopped(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast
):
    whole = make_trainer(tmp_path / "whole", tokenizer, steps=3)
    run_steps(whole, 3)
    run_steps(make_trainer(tmp_path / "parts", tokenizer, steps=3), 1)
    rest = make_trainer(tmp_path / "parts", tokenizer, steps=3)
    run_steps(rest, 2)

    assert rest.step == 3
    ours, theirs = rest.model.state_dict(), whole.model.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_loss_falls_on_a_case_seen_again(tmp_path: Path, tokenizer: PreTrainedTokenizerFast):
    trainer = make_trainer(tmp_path, tokenizer, steps=1_000)
    trainer.cases_of = lambda step: [CASE]  # type: ignore[method-assign]
    losses = [progress.loss for progress in run_steps(trainer, 40)]

    assert losses[-1] < losses[0] / 2


def test_exported_model_writes_behind_the_studios_door(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast
):
    trainer = make_trainer(tmp_path / "run", tokenizer)
    trainer.export(tmp_path / "out")
    model = load_language_model(str(tmp_path / "out"))
    reply = model.write([TextAsk(refine_prompt("How many?", "2"), REFINE_SYSTEM, max_tokens=5)])[0]

    assert 0 < reply.tokens <= 5
    assert json.loads((tmp_path / "out" / "config.json").read_text())["dtype"] == "float16"


def test_steps_below_one_are_refused():
    with pytest.raises(GapError, match="Steps"):
        RefinerConfig(steps=0)


def test_run_starts_from_finished_weights(tmp_path: Path, tokenizer: PreTrainedTokenizerFast):
    first = make_trainer(tmp_path / "first", tokenizer)
    run_steps(first, 2)
    first.export(tmp_path / "out")
    config = RefinerConfig(steps=2, cases=4, is_bf16=False, start=str(tmp_path / "out"))
    shape = tiny_shape(tokenizer)
    second = RefinerTrainer(config, folder=tmp_path / "on", tokenizer=tokenizer, shape=shape)
    ours, theirs = second.model.state_dict(), first.model.state_dict()

    assert second.step == 0
    assert all(torch.allclose(ours[name], theirs[name], atol=1e-3) for name in theirs)


def test_run_from_finished_weights_has_no_beginners_lessons(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast
):
    trainer = make_trainer(tmp_path / "first", tokenizer)
    trainer.export(tmp_path / "out")
    config = RefinerConfig(steps=2, cases=16, start=str(tmp_path / "out"))
    shape = tiny_shape(tokenizer)
    second = RefinerTrainer(config, folder=tmp_path / "on", tokenizer=tokenizer, shape=shape)

    assert all(case.category for case in second.cases_of(0))  # lessons of copying have none


@pytest.mark.slow
def test_train_script_writes_a_model_and_a_last_line_of_json(tmp_path: Path):
    arguments = ["--run-dir", str(tmp_path), "--steps", "1", "--cases", "2", "--threads", "1"]
    result = CliRunner().invoke(train_pocket_llama, arguments)

    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout.splitlines()[-1])
    assert told["step"] == 1 and told["out"] == str(tmp_path / "model")
    assert (tmp_path / "model" / "model.safetensors").stat().st_size < 12e6


def test_train_script_says_where_weights_to_start_from_are_missing(tmp_path: Path):
    arguments = ["--run-dir", str(tmp_path), "--start", str(tmp_path / "nowhere")]
    result = CliRunner().invoke(train_pocket_llama, arguments)

    assert result.exit_code == 1
    assert "No weights" in result.output


def test_train_script_refuses_to_start_from_another_kind_of_model(tmp_path: Path):
    arguments = ["--run-dir", str(tmp_path), "--start", "models/pocket"]
    result = CliRunner().invoke(train_pocket_llama, arguments)

    assert result.exit_code == 1
    assert "Start from a pocket-llama" in result.output


def test_train_script_refuses_no_steps(tmp_path: Path):
    result = CliRunner().invoke(train_pocket_llama, ["--run-dir", str(tmp_path), "--steps", "0"])

    assert result.exit_code == 1
    assert "Steps" in result.output
