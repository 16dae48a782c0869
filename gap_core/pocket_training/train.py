"""Training the pocket from nothing: dense lessons for the image tower, then questions.

Called by scripts/train_pocket.py. The data of a step depends on the seed and the step alone; a run
that was stopped goes on from its last checkpoint.
"""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import PreTrainedTokenizerFast

from gap_core.errors import GapError
from gap_core.pocket_training.batches import Batch, BatchSource
from gap_core.pocket_training.bodies import BODIES, Seen
from gap_core.pocket_training.config import PocketConfig, write_config
from gap_core.pocket_training.dense import DenseHeads, WordHeads
from gap_core.pocket_training.examples import (
    IGNORED,
    IMAGE_TOKENS,
    Packed,
    attention_mask,
    first_token_ids,
)
from gap_core.pocket_training.lessons import lessons_of
from gap_core.pocket_training.optimizers import muon_and_adamw
from gap_core.pocket_training.scene_cache import SceneCache
from gap_core.pocket_training.transfer import finished_weights
from gap_core.whole_files import whole_file
from models.pocket_architecture import SHAPES
from models.registry import WORLD_FILE

_CHECKPOINT = "checkpoint.pt"
_IN_LAYERS = re.compile(r"\.(layers|blocks)\.\d")


@dataclass(frozen=True)
class Progress:
    """What a step reports: its phase, its number, the loss and the share of right answers."""

    phase: str
    step: int
    steps: int
    loss: float
    right: float
    stage: int
    seconds: float

    def __str__(self) -> str:
        """As it is told while a run goes on."""
        return (
            f"{self.phase} {self.step}/{self.steps} loss {self.loss:.3f} "
            f"right {self.right:.3f} stage {self.stage} {self.seconds:.2f} s/step"
        )


class PocketTrainer:
    """One run in one folder: model, optimizer, step and stage, saved together."""

    def __init__(
        self,
        config: PocketConfig,
        *,
        folder: Path,
        tokenizer: PreTrainedTokenizerFast,
        device: str = "cpu",
        is_compiled: bool = False,
        is_bf16: bool = False,
        workers: int = 0,
    ) -> None:
        self.config, self.folder, self.device = config, folder, device
        self.body = BODIES[config.architecture]
        self.is_bf16 = is_bf16
        self.mixed = torch.autocast(torch.device(device).type, torch.bfloat16, enabled=is_bf16)
        self.tokenizer = tokenizer
        self.workers = workers
        self.cache = SceneCache(folder.parent / "scenes", config.edition, config.shard_scenes)
        self.model = self._blank_model().to(device)
        # On sequences as short as these the fused attention's way back takes a fifth of a step.
        self.model.set_attn_implementation("eager")
        lessons = lessons_of(config.edition)
        width = SHAPES[config.shape].width
        self.tower_heads = DenseHeads(width, lessons).to(device)
        self.token_heads = WordHeads(
            width,
            lessons,
            word_ids=first_token_ids(tokenizer, lessons.words),
            tokens=IMAGE_TOKENS,
        ).to(device)
        self.step, self.stage, self.right = 0, 0, 0.0
        self.optimizers = self._build_optimizers()
        if not self._resume() and config.start:
            self._start_from(Path(config.start))
        if is_compiled:
            self.model.model.language_model.compile(dynamic=True)

    def run(self, *, on_step: Callable[[Progress], None], is_stopped: Callable[[], bool]) -> None:
        """Train to the end or until asked to stop; either way the checkpoint is up to date."""
        source = BatchSource(self.config, self.cache, self.tokenizer, workers=self.workers)
        try:
            while self.step < self.config.total_steps and not is_stopped():
                on_step(self._take_step(source))
                if self.step == self.config.dense_steps:
                    self.right = 0.0
                if self.step % self.config.checkpoint_steps == 0:
                    self.save_checkpoint()
        finally:
            source.close()
        self.save_checkpoint()

    def _take_step(self, source: BatchSource) -> Progress:
        began = time.monotonic()
        is_dense = self.step < self.config.dense_steps
        batch = source.take(self.step, self.stage)
        with self.mixed:
            loss, right = self._dense_step(batch) if is_dense else self._question_step(batch)
        self.step += 1
        return Progress(
            phase="dense" if is_dense else "questions",
            step=self.step,
            steps=self.config.total_steps,
            loss=loss,
            right=right,
            stage=self.stage,
            seconds=time.monotonic() - began,
        )

    def _blank_model(self) -> Any:
        shape = SHAPES[self.config.shape]
        return self.body.build(self.tokenizer, seed=self.config.seed, shape=shape)

    def _build_optimizers(self) -> list[torch.optim.Optimizer]:
        """Those of the layers' matrices and of all else, each in groups of tower and rest."""
        in_tower = {id(weight) for weight in self.body.tower(self.model).parameters()}
        matrices: list[dict[str, Any]] = [{"params": []}, {"params": []}]
        others: list[dict[str, Any]] = [{"params": []}, {"params": []}]
        for name, weight in self.model.named_parameters():
            groups = matrices if weight.ndim == 2 and _IN_LAYERS.search(name) else others
            groups[id(weight) not in in_tower]["params"].append(weight)
        others[1]["params"] += [*self.tower_heads.parameters(), *self.token_heads.parameters()]
        return muon_and_adamw(matrices, others, decay=0.02, is_bf16=self.is_bf16)

    def _set_rates(self) -> None:
        """Warm-up at the start of both phases, linear decay over the last share of the second."""
        config, dense = self.config, self.config.dense_steps
        in_phase = self.step if self.step < dense else self.step - dense
        factor = min(1.0, (in_phase + 1) / config.warmup_steps)
        left = (self.config.total_steps - self.step) / (config.steps * config.decay_share)
        share = 1.0 if self.step < dense else config.tower_share
        rates = (config.matrix_rate, config.learning_rate)
        for optimizer, rate in zip(self.optimizers, rates, strict=True):
            tower, rest = optimizer.param_groups
            rest["lr"] = rate * factor * min(1.0, left)
            tower["lr"] = rest["lr"] * share

    def _look(self, pixels: np.ndarray) -> Seen:
        """What the model makes of uint8 pictures (B, H, W, 3), with this step's noise."""
        pictures = torch.from_numpy(pixels).to(self.device)
        return self.body.see(self.model, noisy_values(pictures, seed=self.step))

    def _dense_loss(self, batch: Batch, seen: Seen) -> tuple[torch.Tensor, torch.Tensor]:
        fine, coarse, whole = (
            torch.from_numpy(labels).to(self.device)
            for labels in (batch.fine, batch.coarse, batch.whole)
        )
        first = self.tower_heads(seen.tower, fine, whole)
        embedding = self.model.get_input_embeddings().weight
        if self.config.words_from and self.step < self.config.dense_steps:
            embedding = embedding.detach()  # as the language model knows them
        second = self.token_heads(seen.tokens, coarse, whole, embedding)
        return first.loss + second.loss, second.right

    def _dense_step(self, batch: Batch) -> tuple[float, float]:
        loss, right = self._dense_loss(batch, self._look(batch.pixels))
        self._descend(loss)
        self.right += (right.item() - self.right) * 0.05
        return loss.item(), self.right

    def _question_step(self, batch: Batch) -> tuple[float, float]:
        config, packed = self.config, batch.packed
        if packed is None:
            raise ValueError("A batch of the dense phase has no questions.")
        seen = self._look(batch.pixels)
        logits, labels = self._predict(packed, seen.tokens)
        loss = nn.functional.cross_entropy(logits, labels)
        extra = config.avoid_weight * avoidance_loss(logits, packed)
        if config.dense_weight:
            extra = extra + config.dense_weight * self._dense_loss(batch, seen)[0]
        self._descend(loss + extra)
        honest = torch.from_numpy(batch.honest)
        self._follow(answer_accuracy(logits, packed.labels, packed.answer_of, honest))
        return loss.item(), self.right

    def _predict(
        self, packed: Packed, image_tokens: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits (N, V) and labels (N,) at the places that have a label."""
        ids = packed.token_ids.to(self.device)
        embedded = self.model.get_input_embeddings()(ids)  # (B, T, D)
        is_image = ids == self.model.config.image_token_id  # (B, T)
        embedded = embedded.masked_scatter(
            is_image.unsqueeze(-1).expand_as(embedded), image_tokens.to(embedded.dtype)
        )
        hidden = self.model.model.language_model(
            inputs_embeds=embedded,
            attention_mask={"full_attention": attention_mask(packed.segments.to(self.device))},
            position_ids=self.body.place(packed.positions.to(self.device), is_image),
            use_cache=False,
        ).last_hidden_state
        labels = packed.labels.to(self.device)
        asked = labels != IGNORED
        return self.model.lm_head(hidden[asked]).float(), labels[asked]

    def _descend(self, loss: torch.Tensor) -> None:
        self._set_rates()
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()

    def _follow(self, right: float) -> None:
        """Keep the moving share of right answers, and move on to harder scenes when it is high."""
        self.right += (right - self.right) * 0.03
        last = len(self.config.stages) - 1
        begun = self.step - self.config.dense_steps
        deadline = self.config.steps * (self.stage + 1) * 0.4
        if self.stage < last and (self.right > self.config.competence or begun > deadline):
            self.stage += 1
            self.right *= 0.9

    @torch.no_grad()
    def patch_scores(self, pixels: np.ndarray) -> tuple[torch.Tensor, ...]:
        """What the tower makes of every patch of uint8 pictures: a lesson each, (B, 192, C)."""
        seen = self.body.see(self.model, scaled_values(torch.from_numpy(pixels).to(self.device)))
        return self.tower_heads.patch_scores(seen.tower)

    def save_checkpoint(self) -> None:
        """Write model, optimizer and progress; the old file stays until the new one is whole."""
        state = {
            "model": self.model.state_dict(),
            "heads": [self.tower_heads.state_dict(), self.token_heads.state_dict()],
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "progress": (self.step, self.stage, self.right),
        }
        with whole_file(self.folder / _CHECKPOINT) as part:
            torch.save(state, part)
        write_config(self.config, self.folder)

    def _start_from(self, folder: Path) -> None:
        """Finished weights in place of random ones; with their words, the last stage too."""
        self.model.load_state_dict(finished_weights(folder, self.tokenizer), strict=False)
        self.model.tie_weights()
        if self.config.words_from:
            self.stage = len(self.config.stages) - 1

    def _resume(self) -> bool:
        """Go on from the folder's checkpoint, if there is one."""
        path = self.folder / _CHECKPOINT
        if not path.exists():
            return False
        state = torch.load(path, map_location=self.device, weights_only=True)
        if "optimizers" not in state:
            raise GapError(f"An earlier version began the run in '{self.folder}'. Choose another.")
        self.model.load_state_dict(state["model"])
        self.tower_heads.load_state_dict(state["heads"][0])
        self.token_heads.load_state_dict(state["heads"][1])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step, self.stage, self.right = state["progress"]
        return True

    def export(self, folder: Path) -> None:
        """Write the model in fp16 with its tokenizer and processor, as transformers loads it.

        With a share of the start's weights, what is written lies between the start and the run.
        Source: Wortsman et al. 2022, "Robust fine-tuning of zero-shot models".
        """
        folder.mkdir(parents=True, exist_ok=True)
        model = self._blank_model()
        model.load_state_dict(self.model.state_dict())
        if self.config.start and self.config.start_share:
            start = finished_weights(Path(self.config.start), self.tokenizer)
            learnt = model.state_dict()
            between = {
                name: torch.lerp(learnt[name], weight.float(), self.config.start_share)
                for name, weight in start.items()
            }
            model.load_state_dict(between, strict=False)  # words are also what is said: tied
        if self.config.looks_px:
            model.config.looks_px = self.config.looks_px  # a run itself looks once
        model.half().save_pretrained(folder)
        self.body.save_processor(self.tokenizer, folder)
        world = json.dumps({"edition": self.config.edition})
        (folder / WORLD_FILE).write_text(f"{world}\n", encoding="utf-8")


def scaled_values(pictures: torch.Tensor) -> torch.Tensor:
    """Uint8 pictures (B, H, W, 3) as values from -1 to 1, (B, 3, H, W), as processors give them."""
    return pictures.permute(0, 3, 1, 2).float() / 127.5 - 1


def noisy_values(pictures: torch.Tensor, *, seed: int) -> torch.Tensor:
    """`scaled_values` of pictures a little brighter or darker, with grain."""
    device = pictures.device
    generator = torch.Generator(device=device).manual_seed(seed)
    values = scaled_values(pictures)
    gain = 1 + 0.06 * torch.randn(len(values), 1, 1, 1, generator=generator, device=device)
    grain = 3.0 / 127.5 * torch.randn(values.shape, generator=generator, device=device)
    return ((values + 1) * gain - 1 + grain).clamp(-1, 1)


def avoidance_loss(logits: torch.Tensor, packed: Packed) -> torch.Tensor:
    """Mean of -log(q / (p + q)) where a false answer leaves the truth, whose token has chance p.

    A false answer drawn at random says little about the one that must not be given: with a dozen
    alternatives, cross-entropy gains 0.07 nats by shunning it. This sets q, the false token's
    chance, against p. To push p down alone lets words that are no answer rise where the model is
    in doubt between two.

    Args:
        logits: (N, V) at the places that have a label, in row-major order.
        packed: the batch; places without an avoided token are left out.

    Source: the pairwise logistic loss of Burges et al. 2005 (RankNet), eq. 3.
    """
    has_label = packed.labels != IGNORED
    avoided = packed.avoided[has_label].to(logits.device)  # (N,)
    asked = avoided != IGNORED
    if not asked.any():
        return logits.new_zeros(())
    said = packed.labels[has_label].to(logits.device)[asked]  # (M,)
    chosen = logits[asked].gather(1, torch.stack([avoided[asked], said], 1))  # (M, 2)
    return nn.functional.softplus(chosen[:, 0] - chosen[:, 1]).mean()


def answer_accuracy(
    logits: torch.Tensor, labels: torch.Tensor, answer_of: torch.Tensor, rows: torch.Tensor
) -> float:
    """The share of answers of the given rows whose every token is predicted.

    Args:
        logits: (N, V) at the places that have a label, in row-major order.
        labels: (B, T) with IGNORED elsewhere.
        answer_of: (B, T) the answer's number in its row, -1 elsewhere.
        rows: (B,) bool, the rows to count.
    """
    asked = labels != IGNORED
    hit = logits.detach().argmax(-1).cpu() == labels[asked]
    row_of = torch.arange(len(labels)).unsqueeze(1).expand_as(labels)[asked]
    key = row_of * (answer_of.max() + 1) + answer_of[asked]
    _, answer = key.unique(return_inverse=True)
    whole = torch.ones(int(answer.max()) + 1).scatter_reduce(0, answer, hit.float(), "amin")
    counted = torch.zeros(len(whole), dtype=torch.bool).scatter(0, answer, rows[row_of])
    return whole[counted].mean().item() if counted.any() else 0.0
