"""The shape of pocket-llama: a small Llama with its own tokenizer of whole words and single bytes.

Called by the training that makes the files of models/pocket_llama; tests build the same classes
with random weights. It is loaded by the code that loads Llama 3.1.
"""

from collections.abc import Iterable

import torch
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers import models as tokenizer_models
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

_PAD, _BEGIN, _USER, _ASSISTANT, _END = (
    "<|pad|>", "<|begin_of_text|>", "<|user|>", "<|assistant|>", "<|eot_id|>",
)  # fmt: skip
# It knows one task only, so the instruction before it would cost time and change nothing.
CHAT_TEMPLATE = (
    "{{ '<|begin_of_text|>' }}{% for message in messages %}"
    "{% if message['role'] == 'user' %}<|user|>{{ message['content'] }}"
    "{% elif message['role'] == 'assistant' %}<|assistant|>{{ message['content'] }}<|eot_id|>"
    "{% endif %}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def build_tokenizer(words: Iterable[str]) -> PreTrainedTokenizerFast:
    """A tokenizer that knows these words whole and spells every other one in bytes.

    Bytes keep the copying of unknown words uniform: there is one way to spell each. A word is
    looked up whole before any merge, and there are no merges.

    Args:
        words: each with its leading space where it has one.

    Source: Llama 3's tokenizer sets `ignore_merges` for the same look-up.
    """
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    pieces = sorted(pre_tokenizers.ByteLevel.alphabet())
    whole = dict.fromkeys(
        piece for word in words for piece, _ in byte_level.pre_tokenize_str(word) if len(piece) > 1
    )
    vocabulary = {piece: number for number, piece in enumerate([*pieces, *whole])}
    tokenizer = Tokenizer(tokenizer_models.BPE(vocab=vocabulary, merges=[], ignore_merges=True))
    tokenizer.pre_tokenizer = byte_level
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([_PAD, _BEGIN, _USER, _ASSISTANT, _END])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=_PAD,
        bos_token=_BEGIN,
        eos_token=_END,
        additional_special_tokens=[_USER, _ASSISTANT],
        padding_side="left",
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


def build_config(tokenizer: PreTrainedTokenizerFast) -> LlamaConfig:
    """Its configuration: about three million parameters."""
    return LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=256, intermediate_size=704, num_hidden_layers=4,
        num_attention_heads=8, num_key_value_heads=4, head_dim=32, max_position_embeddings=1_024,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0}, rms_norm_eps=1e-5,
        tie_word_embeddings=True, pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
    )  # fmt: skip


def build_model(
    tokenizer: PreTrainedTokenizerFast, *, seed: int, config: LlamaConfig | None = None
) -> LlamaForCausalLM:
    """The model with random weights, keys equal to queries so that like attends to like at first.

    Source: Trockman & Kolter 2023, mimetic initialization.
    """
    torch.manual_seed(seed)
    config = config or build_config(tokenizer)
    model = LlamaForCausalLM._from_config(config, attn_implementation="sdpa")
    groups = config.num_attention_heads // config.num_key_value_heads
    for layer in model.model.layers:
        attention = layer.self_attn
        queries = attention.q_proj.weight.data.view(-1, groups, config.head_dim, config.hidden_size)
        attention.k_proj.weight.data.copy_(queries[:, 0].reshape_as(attention.k_proj.weight))
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    return model
