# Muon beside PyTorch's own, and what its steps are like.
import pytest
import torch

from gap_core.pocket_training.muon import Muon, orthogonalized

SHAPES = [(12, 5), (5, 12), (8, 8)]


def moved(optimizer_of, *, steps: int = 4) -> list[torch.Tensor]:
    """Matrices after some steps along gradients that are the same for every optimizer."""
    torch.manual_seed(3)
    weights = [torch.nn.Parameter(torch.randn(shape)) for shape in SHAPES]
    optimizer = optimizer_of(weights)
    for _ in range(steps):
        for weight in weights:
            weight.grad = torch.randn(weight.shape)
        optimizer.step()
    return [weight.detach() for weight in weights]


def test_steps_are_those_of_pytorch():
    theirs = moved(
        lambda weights: torch.optim.Muon(
            weights, lr=0.02, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"
        )
    )
    same = moved(lambda weights: Muon(weights, lr=0.02, weight_decay=0.1, is_bf16=True))
    finer = moved(lambda weights: Muon(weights, lr=0.02, weight_decay=0.1))

    for one, other, third in zip(theirs, same, finer, strict=True):
        assert torch.allclose(one, other, atol=1e-6)
        assert torch.allclose(one, third, atol=3e-3) and not torch.equal(one, third)


@pytest.mark.parametrize("shape", SHAPES)
def test_directions_are_nearly_orthonormal(shape: tuple[int, int]):
    torch.manual_seed(1)
    sizes = torch.linalg.svdvals(orthogonalized(torch.randn(shape)))

    assert sizes.min() > 0.3 and sizes.max() < 1.3


def test_nothing_moves_without_a_gradient():
    weight = torch.nn.Parameter(torch.ones(2, 2))
    Muon([weight], lr=1.0).step()

    assert torch.equal(weight, torch.ones(2, 2))


def test_what_is_no_matrix_is_refused():
    bias = torch.nn.Parameter(torch.ones(3))
    bias.grad = torch.ones(3)

    with pytest.raises(ValueError, match="this weight is \\(3,\\)"):
        Muon([bias], lr=1.0).step()
    with pytest.raises(ValueError, match="no closure"):
        Muon([bias], lr=1.0).step(lambda: 0.0)
