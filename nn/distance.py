"""Distances and similarities of vectors, as modules."""

from __future__ import annotations

from dataclasses import InitVar

from autograd import Tensor
from nn import functional
from nn.calling import Calling, arguments

__all__ = ["CosineSimilarity", "PairwiseDistance"]


@arguments
class CosineSimilarity(Calling):
    """x1 . x2 / (|x1| |x2|) along ``dim``, each norm at least ``eps``.

    Source: `torch.nn.CosineSimilarity`.

    >>> nn.CosineSimilarity()(tensor([[3.0, 4.0]]), tensor([[4.0, 3.0]]))
    tensor([0.9600])
    """

    dim: int = 1
    eps: float = 1e-8

    function = staticmethod(functional.cosine_similarity)

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """The similarities, without the dimension."""
        output: Tensor = self.function(x1, x2, **self.options())
        return output


@arguments
class PairwiseDistance(Calling):
    """The ``p``-norm of x1 - x2 + eps along the last dimension (`torch.nn.PairwiseDistance`).

    The attribute of p is ``norm``.

    >>> nn.PairwiseDistance()(tensor([[3.0, 4.0]]), zeros(1, 2))
    tensor([5.0000])
    """

    p: InitVar[float] = 2.0
    eps: float = 1e-6
    keepdim: bool = False

    def __post_init__(self, p: float) -> None:
        super().__post_init__()
        self.norm = p

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """The distances; ``keepdim`` keeps the dimension."""
        output: Tensor = functional.pairwise_distance(x1, x2, self.norm, **self.options())
        return output
