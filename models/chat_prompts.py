"""The prompt of one question on one picture, as the checkpoint's own chat template words it.

Called by whoever serves a model and by whoever trains one, so that both ask in the same words.
"""

from __future__ import annotations

from typing import Any

from models.chat_markers import without_markers


def chat_prompt(processor: Any, *, system: str, question: str, markers: tuple[str, ...]) -> str:
    """Everything up to where the answer begins; the picture's place is marked, not filled."""
    conversation = [
        {"role": "system", "content": [{"type": "text", "text": system}]},
        {
            "role": "user",
            "content": [
                {"type": "image"},
                {"type": "text", "text": without_markers(question, markers)},
            ],
        },
    ]
    # Templates that let a model think aloud first do so by default.
    return str(
        processor.tokenizer.apply_chat_template(
            conversation,
            chat_template=processor.chat_template,
            tokenize=False,
            add_generation_prompt=True,
            enable_thinking=False,
        )
    )
