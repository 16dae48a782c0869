"""The prompt of one question on one picture, as the checkpoint's own chat template words it.

Called by whoever serves a model and by whoever trains one, so that both ask in the same words.
"""

from __future__ import annotations

from typing import Any

from models.base import PICTURE_PLACE
from models.chat_markers import without_markers


def chat_prompt(
    processor: Any,
    *,
    system: str,
    question: str,
    markers: tuple[str, ...],
    is_placed: bool = False,
) -> str:
    """Everything up to where the answer begins; the pictures' places are marked, not filled.

    Args:
        processor: of the checkpoint.
        system: the instruction before the conversation.
        question: what is asked.
        markers: of the tokenizer, which a question must not hold.
        is_placed: pictures stand where the question says so, and not one before it.
    """
    # Split before markers are blanked: to some tokenizers the place itself looks like one.
    texts = question.split(PICTURE_PLACE) if is_placed else ["", question]
    content: list[dict[str, str]] = []
    for number, text in enumerate(texts):
        content += [{"type": "image"}] if number else []
        content += [{"type": "text", "text": without_markers(text, markers)}] if text else []
    conversation = [
        {"role": "system", "content": [{"type": "text", "text": system}]},
        {"role": "user", "content": content},
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
