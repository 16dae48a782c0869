"""How often the likeliest letter is the right one, counted beside the loss. Called by train.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.utils.data import SequentialSampler
from transformers import Trainer

from gap_core.training.answer_head import answer_loss


class LetterLoss:
    """The answers' loss; where no gradients are wanted, letters are counted too.

    Args:
        letter_ids: the token that each letter is; answers with another first token don't count.
    """

    def __init__(self, letter_ids: Sequence[int]) -> None:
        self._letter_ids = torch.tensor(letter_ids)
        self.hits = self.n = 0

    def __call__(
        self,
        outputs: Any,
        labels: torch.Tensor,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> torch.Tensor:
        """As `answer_loss`."""
        if not torch.is_grad_enabled():
            self._count(outputs["logits"][0], labels)
        return answer_loss(outputs, labels, num_items_in_batch)

    def _count(self, logits: torch.Tensor, labels: torch.Tensor) -> None:
        taught = labels[:, 1:] >= 0  # (B, T - 1)
        first = taught.sum(dim=1).cumsum(0) - taught.sum(dim=1)  # (B,), rows of logits
        wanted = labels[:, 1:][taught][first]  # (B,)
        letter_ids = self._letter_ids.to(logits.device)
        is_letter = torch.isin(wanted, letter_ids)
        said = letter_ids[logits[first][:, letter_ids].argmax(dim=1)]
        self.hits += int((said == wanted)[is_letter].sum())
        self.n += int(is_letter.sum())


class LessonTrainer(Trainer):
    """Transformers' trainer with letters counted at evaluations, and lessons in their order.

    Set `letters` to count, `is_ordered` for the order that the lessons come in. The loss of an
    evaluation is the mean over all answers' tokens: one over batches would depend on their size,
    and with it the checkpoint that is kept.
    """

    letters: LetterLoss | None = None
    is_ordered = False
    _loss_sum = 0.0
    _tokens = 0

    def evaluation_loop(self, *given: Any, **named: Any) -> Any:
        """The evaluation, with an accuracy among its figures where letters are taught."""
        self._loss_sum, self._tokens = 0.0, 0
        counted = self.letters
        if counted is not None:
            counted.hits = counted.n = 0
        output = super().evaluation_loop(*given, **named)
        sums = torch.tensor([self._loss_sum, self._tokens], device=self.accelerator.device)
        loss_sum, tokens = self.accelerator.reduce(sums, "sum").tolist()
        output.metrics["eval_loss"] = loss_sum / tokens
        if counted is None:
            return output
        both = torch.tensor([counted.hits, counted.n], device=self.accelerator.device)
        hits, n = self.accelerator.reduce(both, "sum").tolist()
        if n:
            output.metrics["eval_accuracy"] = hits / n
        return output

    def prediction_step(self, model: Any, inputs: Any, *given: Any, **named: Any) -> Any:
        """The loss of one batch, remembered with its tokens."""
        tokens = (inputs["labels"][:, 1:] >= 0).sum().item()
        found = super().prediction_step(model, inputs, *given, **named)
        self._loss_sum += float(found[0]) * tokens
        self._tokens += tokens
        return found

    def _run_epoch(self, **named: Any) -> None:
        """Nothing, where the run was over when it began; see ending.py."""
        if not self.control.should_training_stop:
            super()._run_epoch(**named)

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        if self.is_ordered:
            return SequentialSampler(train_dataset or self.train_dataset)
        return super()._get_train_sampler(train_dataset)
