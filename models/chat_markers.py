"""Chat markers in what people wrote: a question or an answer is text and never ends a turn.

Called by the models that build their own prompts.
"""

from __future__ import annotations

from typing import Any


def chat_markers(tokenizer: Any) -> tuple[str, ...]:
    """Every string that the tokenizer reads as a marker and not as text, longest first."""
    markers = {*tokenizer.get_added_vocab(), *tokenizer.all_special_tokens}
    return tuple(sorted(markers, key=len, reverse=True))


def without_markers(text: str, markers: tuple[str, ...]) -> str:
    """The text with chat markers blanked: nobody can end a turn or place a picture."""
    for marker in markers:
        text = text.replace(marker, " ")
    return text


def end_ids(model: Any, tokenizer: Any) -> frozenset[int]:
    """Token ids that end an answer, from the generation settings, else from the tokenizer."""
    found = model.generation_config.eos_token_id
    if found is None:
        found = tokenizer.eos_token_id
    return frozenset(found if isinstance(found, list) else [found])
