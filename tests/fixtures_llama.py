# A Llama checkpoint with random weights: the real classes, without trained weights.
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from models.llama import LlamaWriter

# As Llama 3's own: header marks around the role, an end mark after each turn.
TEMPLATE = (
    "<|begin_of_text|>{% for message in messages %}"
    "<|start_header_id|>{{ message['role'] }}<|end_header_id|>\n\n"
    "{{ message['content'] }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
MARKERS = [
    "<|begin_of_text|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eot_id|>",
]


def build_text_tokenizer(*more_markers: str, template: str = TEMPLATE) -> Any:
    """A byte-level BPE tokenizer as small as can be: any text is tokenized by it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from tokenizers.trainers import BpeTrainer
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=400,
        special_tokens=[*MARKERS, *more_markers],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(["the red car stands near two dogs"], trainer)
    made = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=MARKERS[0], eos_token="<|eot_id|>"
    )
    made.chat_template = template
    return made


def shake(model: Any) -> None:
    """Fresh weights hardly move the residual stream, so every answer would be the same."""
    for name, weight in model.named_parameters():
        if weight.dim() == 2 and "embed" not in name and "lm_head" not in name:
            weight.data.mul_(8)


@pytest.fixture(scope="session")
def random_llama_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint folder as `save_pretrained` writes it, but nothing was learnt."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("random_llama")
    tokenizer = build_text_tokenizer()
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    torch.manual_seed(3)
    model = LlamaForCausalLM(config)
    shake(model)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def random_llama(random_llama_folder: Path) -> LlamaWriter:
    from models.llama import LlamaWriter

    return LlamaWriter.load(random_llama_folder, name="random-llama")
