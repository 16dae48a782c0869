"""Trains pocket-llama: short hurried answers become clear sentences with the same facts.

Called by scripts/train_pocket_llama.py. A run lives in a folder and goes on where it stopped.
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn
from transformers import LlamaConfig, PreTrainedTokenizerFast

from gap_core.errors import GapError
from gap_core.pocket_training.optimizers import muon_and_adamw
from gap_core.pocket_training.transfer import finished_weights
from gap_core.refiner_training.cases import Case, sample_case
from gap_core.refiner_training.examples import IGNORED, copying_case, encode_case, make_batch
from gap_core.refiner_training.words import Vocabulary
from gap_core.whole_files import whole_file
from models.pocket_llama_architecture import build_model
from models.refine_prompt import REFINE_VERSION

_CHECKPOINT = "checkpoint.pt"
# Cases of this many steps are sorted by length together, so that little padding is computed;
# one case in a hundred is longer than this and would cost as much as four others.
_SORTED_STEPS, _LONGEST_TOKENS = 32, 144


@dataclass(frozen=True)
class RefinerConfig:
    """Everything a training run depends on; written beside its output.

    Copying lessons fill the start and fade out by `copying_steps`; hurry grows until
    `calm_steps`; a run that goes on from finished weights (`start`) has neither. `rare_share` of
    the open words come from the whole dictionary. The rate falls over the last `decay_share` of
    the steps.
    """

    seed: int = 1
    steps: int = 3_500
    cases: int = 96
    matrix_rate: float = 5e-3
    other_rate: float = 3e-3
    warmup_steps: int = 60
    decay_share: float = 0.6
    copying_steps: int = 200
    calm_steps: int = 500
    rare_share: float = 0.35
    checkpoint_s: float = 120.0
    is_bf16: bool = False
    start: str | None = None
    prompt_version: str = REFINE_VERSION

    def __post_init__(self) -> None:
        """Refuse settings that contradict each other."""
        if self.steps < 1 or self.cases < 1 or not 0 < self.decay_share <= 1:
            raise GapError("Steps and cases must be positive and decay_share in (0, 1].")


@dataclass(frozen=True)
class Progress:
    """What a step reports: its number, the loss, the moving share of fully right sentences."""

    step: int
    steps: int
    loss: float
    right: float
    seconds: float

    def __str__(self) -> str:
        """As it is told while a run goes on."""
        return (
            f"{self.step}/{self.steps} loss {self.loss:.3f} "
            f"right {self.right:.3f} {self.seconds:.2f} s/step"
        )


class RefinerTrainer:
    """One run in one folder: model, optimizer and step, saved together."""

    def __init__(
        self,
        config: RefinerConfig,
        *,
        folder: Path,
        tokenizer: PreTrainedTokenizerFast,
        shape: LlamaConfig | None = None,
        is_compiled: bool = False,
    ) -> None:
        self.config, self.folder, self.tokenizer = config, folder, tokenizer
        self.shape = shape
        self.model = build_model(tokenizer, seed=config.seed, config=shape)
        # On sequences as short as these the fused attention's way back takes a third of a step.
        self.model.set_attn_implementation("eager")
        self.vocabulary = Vocabulary(is_held_out=False, rare_share=config.rare_share)
        self.step, self.right = 0, 0.0
        self._sorted: tuple[int, list[list[Case]]] = (-1, [])
        self.optimizers = self._build_optimizers()
        if not self._resume() and config.start:
            self._start_from(Path(config.start))
        if is_compiled:
            for layer in self.model.model.layers:
                layer.compile(dynamic=True)

    def run(self, *, on_step: Callable[[Progress], None], is_stopped: Callable[[], bool]) -> None:
        """Train to the end or until asked to stop; either way the checkpoint is up to date."""
        saved = time.monotonic()
        while self.step < self.config.steps and not is_stopped():
            began = time.monotonic()
            loss = self._take_step()
            self.step += 1
            now = time.monotonic()
            on_step(Progress(self.step, self.config.steps, loss, self.right, now - began))
            if now - saved > self.config.checkpoint_s:
                self.save_checkpoint()
                saved = now
        self.save_checkpoint()

    def _build_optimizers(self) -> list[torch.optim.Optimizer]:
        matrices = [weight for weight in self.model.model.layers.parameters() if weight.ndim == 2]
        own = {id(weight) for weight in matrices}
        others = [weight for weight in self.model.parameters() if id(weight) not in own]
        return muon_and_adamw(matrices, others, decay=0.0, is_bf16=self.config.is_bf16)

    def _descend(self, loss: torch.Tensor) -> None:
        """One step at the rate of now: warm-up, then level, then linear to nothing."""
        config = self.config
        left = (config.steps - self.step) / (config.steps * config.decay_share)
        factor = min(1.0, (self.step + 1) / config.warmup_steps, left)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        rates = (config.matrix_rate, config.other_rate)
        for optimizer, rate in zip(self.optimizers, rates, strict=True):
            optimizer.param_groups[0]["lr"] = rate * factor
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    def cases_of(self, step: int) -> list[Case]:
        """The cases of a step; the same for the same seed, whenever the run was interrupted."""
        group = step // _SORTED_STEPS
        if self._sorted[0] != group:
            self._sorted = (group, self._draw_group(group))
        return self._sorted[1][step % _SORTED_STEPS]

    def _draw_group(self, group: int) -> list[list[Case]]:
        config = self.config
        rng = random.Random(f"{config.seed} cases {group}")
        begun = group * _SORTED_STEPS
        copying = max(0.0, 0.6 * (1 - begun / max(1, config.copying_steps)))
        level = min(1.0, 0.2 + 0.8 * begun / max(1, config.calm_steps))
        if config.start:
            copying, level = 0.0, 1.0
        drawn: list[tuple[int, Case]] = []
        while len(drawn) < config.cases * _SORTED_STEPS:
            case = (
                copying_case(self.vocabulary, rng=rng)
                if rng.random() < copying
                else sample_case(self.vocabulary, rng=rng, level=level)
            )
            length = len(encode_case(case, self.tokenizer)[0])
            if length <= _LONGEST_TOKENS:
                drawn.append((length, case))
        cases = [case for _, case in sorted(drawn, key=lambda one: one[0])]
        steps = [cases[i * config.cases :][: config.cases] for i in range(_SORTED_STEPS)]
        rng.shuffle(steps)
        return steps

    def _take_step(self) -> float:
        batch = make_batch(self.cases_of(self.step), self.tokenizer)
        asked = batch.labels != IGNORED
        with torch.autocast("cpu", torch.bfloat16, enabled=self.config.is_bf16):
            hidden = self.model.model(input_ids=batch.token_ids, use_cache=False)
            logits = self.model.lm_head(hidden.last_hidden_state[asked])  # (N, V)
        labels = batch.labels[asked]
        loss = nn.functional.cross_entropy(logits.float(), labels)
        self._descend(loss)
        hits = torch.ones_like(batch.labels, dtype=torch.bool)
        hits[asked] = logits.argmax(-1) == labels
        self.right += (hits.all(1).float().mean().item() - self.right) * 0.03
        return loss.item()

    def save_checkpoint(self) -> None:
        """Write model, optimizer and progress; the old file stays until the new one is whole."""
        state = {
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "progress": (self.step, self.right),
        }
        with whole_file(self.folder / _CHECKPOINT) as part:
            torch.save(state, part)
        (self.folder / "config.json").write_text(json.dumps(asdict(self.config), indent=1))

    def _start_from(self, folder: Path) -> None:
        """Finished weights in place of random ones; the embeddings are the head's too."""
        weights = finished_weights(folder, self.tokenizer)
        weights.setdefault("lm_head.weight", weights.get("model.embed_tokens.weight"))
        try:
            self.model.load_state_dict(weights)
        except RuntimeError as err:
            raise GapError(f"'{folder}' holds another model. Start from a pocket-llama.") from err

    def _resume(self) -> bool:
        """Go on from the folder's checkpoint, if there is one."""
        path = self.folder / _CHECKPOINT
        if not path.exists():
            return False
        state = torch.load(path, map_location="cpu", weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step, self.right = state["progress"]
        return True

    def export(self, folder: Path) -> None:
        """Write the model in fp16 with tokenizer and chat template, as transformers loads it."""
        folder.mkdir(parents=True, exist_ok=True)
        model = build_model(self.tokenizer, seed=self.config.seed, config=self.shape)
        model.load_state_dict(self.model.state_dict())
        model.half().save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
