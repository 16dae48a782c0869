"""From samples to tensors: the game's own prompt, the answer, and which tokens carry the loss.

Called by train.py, for every architecture that models/processors.py knows.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from PIL import Image

from gap_core.dataset.sample import Sample
from gap_core.errors import GapError
from gap_core.training.base_model import Pupil
from models.chat_markers import chat_markers, without_markers
from models.chat_prompts import chat_prompt
from models.prompts import HONEST

IGNORED = -100
PICTURE_PARTS = ("pixel_values", "target_sizes", "image_grid_thw")
REMEMBERED_MIB = 1_024  # of prepared pictures


class Lesson(NamedTuple):
    """One sample as tensors.

    Attributes:
        token_ids: (T,) prompt and answer.
        labels: (T,) the answer's tokens and the mark that ends it; IGNORED in the prompt.
        pictures: the model's inputs for each picture, under its own names.
    """

    token_ids: torch.Tensor
    labels: torch.Tensor
    pictures: list[dict[str, torch.Tensor]]


class Collator:
    """Makes batches; remembers pictures that it has prepared, as far as memory is set aside.

    Args:
        processor: of the checkpoint, as serving loads it.
        data_dir: the folder that the samples' pictures are relative to.
        wants_types: whether the model places tokens by their kind, as Qwen-VL does.
        end_id: the token that ends an answer.
    """

    def __init__(self, processor: Any, *, data_dir: Path, wants_types: bool, end_id: int) -> None:
        self._processor, self._data_dir = processor, data_dir
        self._wants_types, self._end_id = wants_types, end_id
        self._tokenizer = processor.tokenizer
        self._markers = chat_markers(self._tokenizer)
        self._remembered: OrderedDict[str, Lesson] = OrderedDict()
        self._free_bytes = REMEMBERED_MIB * 2**20

    def picture_ids(self, sample: Any) -> tuple[str, ...]:
        """What the sample's pictures are known by, in their order."""
        return (sample.image_id,)

    def __call__(self, samples: Sequence[Any]) -> dict[str, Any]:
        """A batch, padded on the right: token_ids, labels and the rest are (B, T)."""
        lessons = [self.lesson(sample) for sample in samples]
        token_ids = _padded([one.token_ids for one in lessons], self._tokenizer.pad_token_id)
        labels = _padded([one.labels for one in lessons], IGNORED)
        lengths = torch.tensor([len(one.token_ids) for one in lessons])
        batch: dict[str, Any] = {
            "input_ids": token_ids,
            "labels": labels,
            "attention_mask": (torch.arange(token_ids.shape[1]) < lengths[:, None]).long(),
            # The place before a token predicts it.
            "answer_places": torch.nn.functional.pad(labels[:, 1:] != IGNORED, (0, 1)),
        }
        if self._wants_types:
            is_picture = token_ids == self._processor.image_token_id
            batch["mm_token_type_ids"] = is_picture.long()
        # Lists and not tuples with names: the Trainer rebuilds what it moves to a device.
        batch["picture_ids"] = [one for sample in samples for one in self.picture_ids(sample)]
        batch["pictures"] = [picture for one in lessons for picture in one.pictures]
        return batch

    def lesson(self, sample: Any) -> Lesson:
        """The sample as tensors; prepared once, while memory lasts."""
        known = self._remembered.get(sample.id)
        if known is not None:
            return known
        made = self._make(sample)
        size = sum(part.nbytes for picture in made.pictures for part in picture.values())
        if size <= self._free_bytes:
            self._free_bytes -= size
            self._remembered[sample.id] = made
        return made

    def _make(self, sample: Sample) -> Lesson:
        prompt = chat_prompt(
            self._processor, system=HONEST, question=sample.question, markers=self._markers
        )
        processed = self._processor(
            images=[[self._picture(sample)]], text=[prompt], return_tensors="pt"
        )
        return self._taught(processed["input_ids"][0], sample.answer, [picture_parts(processed)])

    def _taught(
        self, asked: torch.Tensor, answer: str, pictures: list[dict[str, torch.Tensor]]
    ) -> Lesson:
        answered = torch.tensor([*self._answer_ids(answer), self._end_id])
        return Lesson(
            torch.cat([asked, answered]),
            torch.cat([torch.full_like(asked, IGNORED), answered]),
            pictures,
        )

    def _answer_ids(self, answer: str) -> list[int]:
        clean = without_markers(answer, self._markers).strip()
        return list(self._tokenizer(clean, add_special_tokens=False)["input_ids"])

    def _picture(self, sample: Sample) -> Image.Image:
        return self._opened(sample.image_path or "", sample.id)

    def _opened(self, path: str, sample_id: str) -> Image.Image:
        file = self._data_dir / path
        try:
            with Image.open(file) as picture:
                return picture.convert("RGB")
        except OSError as err:
            raise GapError(
                f"The picture '{file}' of sample '{sample_id}' can't be read ({err}). Restore it."
            ) from err


def collator_of(pupil: Pupil, *, data_dir: Path, kind: type[Collator] = Collator) -> Collator:
    """Makes batches for this model."""
    return kind(
        pupil.processor, data_dir=data_dir, wants_types=pupil.wants_types, end_id=pupil.end_id
    )


def picture_parts(processed: Any) -> dict[str, torch.Tensor]:
    """What the model takes of a picture."""
    return {name: processed[name] for name in PICTURE_PARTS if name in processed}


def _padded(rows: Sequence[torch.Tensor], filler: int) -> torch.Tensor:
    """(B, T) from rows of different lengths."""
    return torch.nn.utils.rnn.pad_sequence(list(rows), batch_first=True, padding_value=filler)
