"""Finished weights as the beginning of a model with another vocabulary.

Called by train.py and build.py of both trainings.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import PreTrainedTokenizerFast

from gap_core.errors import GapError

_WEIGHTS = "model.safetensors"
_EMBEDDINGS = "embed_tokens.weight"


def finished_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The tokenizer of the weights in a folder.

    Raises:
        GapError: no weights are there.
    """
    if not (folder / _WEIGHTS).is_file():
        raise GapError(
            f"No weights at '{folder / _WEIGHTS}'. Choose a folder that a run has written."
        )
    return PreTrainedTokenizerFast.from_pretrained(folder)


def finished_weights(folder: Path, tokenizer: PreTrainedTokenizerFast) -> dict[str, torch.Tensor]:
    """The weights in a folder, their word embeddings (V, D) for the tokens of this tokenizer.

    A token that the finished model knows keeps its embedding; another gets the mean of the pieces
    that it was read as.

    Raises:
        GapError: no weights are there.

    Source: Gee et al. 2022, "Fast Vocabulary Transfer for Language Model Compression".
    """
    known = finished_tokenizer(folder)
    weights = load_file(folder / _WEIGHTS)
    (name,) = (name for name in weights if name.endswith(_EMBEDDINGS))
    old = weights[name]
    new = torch.stack(
        [
            old[_pieces(token, known)].float().mean(0)
            for token in tokenizer.convert_ids_to_tokens(range(len(tokenizer)))
        ]
    )
    return weights | {name: new.to(old.dtype)}


def _pieces(token: str, known: PreTrainedTokenizerFast) -> list[int]:
    """What the other tokenizer reads a token of this one as; both spell in the same bytes."""
    whole = known.get_vocab().get(token)
    if whole is not None:
        return [whole]
    return [piece.id for piece in known.backend_tokenizer.model.tokenize(token)]
