"""Losses that want a margin between what belongs together and what does not, as modules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import InitVar

from autograd import Tensor
from nn import functional
from nn.calling import arguments
from nn.distance import PairwiseDistance
from nn.loss import Loss

__all__ = [
    "CosineEmbeddingLoss",
    "HingeEmbeddingLoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "SoftMarginLoss",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


@arguments
class SoftMarginLoss(Loss):
    """log(1 + exp(-t x)), t 1 or -1 (`torch.nn.SoftMarginLoss`).

    >>> nn.SoftMarginLoss()(tensor([0.0, 1000.0]), tensor([1.0, 1.0]))
    tensor(0.3466)
    """

    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    function = staticmethod(functional.soft_margin_loss)


@arguments
class MultiLabelSoftMarginLoss(Loss):
    """The mean over classes of -(t log(s) + (1 - t) log(1 - s)), s = sigmoid(x).

    Input and target (N, C) or (C,), ``weight`` (C,). Source: `torch.nn.MultiLabelSoftMarginLoss`.

    >>> nn.MultiLabelSoftMarginLoss()(tensor([[0.0, 0.0]]), tensor([[1.0, 0.0]]))
    tensor(0.6931)
    """

    weight: Tensor | None = None
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    function = staticmethod(functional.multilabel_soft_margin_loss)
    tensors = ("weight",)


@arguments
class MultiMarginLoss(Loss):
    """The mean over classes i != t of max(0, margin - x[t] + x[i])**p (`torch.nn.MultiMarginLoss`).

    Input (N, C) or (C,), target integers (N,) or (); ``weight`` (C,), by the target. Raises
    ValueError where p is neither 1 nor 2, or ``weight`` not a vector.

    >>> nn.MultiMarginLoss()(tensor([[1.0, 0.5, 3.0]]), tensor([0]))
    tensor(1.1667)
    """

    p: int = 1
    margin: float = 1.0
    weight: Tensor | None = None
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    function = staticmethod(functional.multi_margin_loss)
    tensors = ("weight",)

    def __post_init__(self, size_average: bool | None = None, reduce: bool | None = None) -> None:
        super().__post_init__(size_average, reduce)
        if self.p not in (1, 2):
            raise ValueError(f"only p == 1 and p == 2 supported, got {self.p}")
        if self.weight is not None and self.weight.ndim != 1:
            raise ValueError(
                "MultiMarginLoss: expected weight to be None or 1D tensor, "
                f"got {self.weight.ndim}D instead"
            )


@arguments
class MultiLabelMarginLoss(Loss):
    """The sum of max(0, 1 - x[t] + x[i]) over targets t and other classes i, by their number.

    Input (N, C) or (C,); target integers of this shape, the classes up to the first -1.
    Source: `torch.nn.MultiLabelMarginLoss`.

    >>> nn.MultiLabelMarginLoss()(tensor([[1.0, 0.5]]), tensor([[0, -1]]))
    tensor(0.2500)
    """

    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    function = staticmethod(functional.multilabel_margin_loss)


@arguments
class HingeEmbeddingLoss(Loss):
    """x where t is 1, max(0, margin - x) where it is -1 (`torch.nn.HingeEmbeddingLoss`).

    >>> nn.HingeEmbeddingLoss()(tensor([0.5, 0.75]), tensor([1.0, -1.0]))
    tensor(0.3750)
    """

    margin: float = 1.0
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    function = staticmethod(functional.hinge_embedding_loss)


@arguments
class CosineEmbeddingLoss(Loss):
    """1 - cos(x1, x2) where t is 1, max(0, cos(x1, x2) - margin) where it is -1.

    Inputs (N, D) or (D,), target (N,) or (). Source: `torch.nn.CosineEmbeddingLoss`.

    >>> nn.CosineEmbeddingLoss()(tensor([[1.0, 0.0]]), tensor([[0.0, 1.0]]), tensor([1.0]))
    tensor(1.)
    """

    margin: float = 0.0
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    function = staticmethod(functional.cosine_embedding_loss)

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:  # type: ignore[override]  # as torch
        """The loss of two inputs and a target."""
        return self._loss(input1, input2, target)


@arguments
class MarginRankingLoss(Loss):
    """max(0, margin - t (x1 - x2)), t 1 or -1 (`torch.nn.MarginRankingLoss`).

    >>> nn.MarginRankingLoss()(tensor([1.0, 1.0]), tensor([2.0, 0.0]), ones(2))
    tensor(0.5000)
    """

    margin: float = 0.0
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    function = staticmethod(functional.margin_ranking_loss)

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:  # type: ignore[override]  # as torch
        """The loss of two inputs and a target."""
        return self._loss(input1, input2, target)


@arguments
class TripletMarginLoss(Loss):
    """max(0, d(anchor, positive) - d(anchor, negative) + margin), d the p-norm's distance.

    Inputs (N, D) or (D,). ``swap`` takes d(positive, negative) where it is smaller than
    d(anchor, negative). Raises ValueError where ``margin`` is not positive. Source:
    `torch.nn.TripletMarginLoss`.

    >>> nn.TripletMarginLoss()(zeros(1, 2), zeros(1, 2), tensor([[0.0, 0.5]]))
    tensor(0.5000)
    """

    margin: float = 1.0
    p: float = 2.0
    eps: float = 1e-6
    swap: bool = False
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    function = staticmethod(functional.triplet_margin_loss)

    def __post_init__(self, size_average: bool | None = None, reduce: bool | None = None) -> None:
        super().__post_init__(size_average, reduce)
        _check_margin(self, self.margin)

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:  # type: ignore[override]  # as torch
        """The loss of triplets."""
        return self._loss(anchor, positive, negative)


def _check_margin(loss: Loss, margin: float) -> None:
    if margin <= 0:
        raise ValueError(
            f"{type(loss).__name__}: expected margin to be greater than 0, got {margin} instead"
        )


class TripletMarginWithDistanceLoss(Loss):
    """`TripletMarginLoss` with a distance of your own, a function or a module.

    Source: `torch.nn.TripletMarginWithDistanceLoss`.

    >>> loss = nn.TripletMarginWithDistanceLoss(distance_function=nn.PairwiseDistance(1))
    >>> loss(zeros(1, 2), zeros(1, 2), tensor([[0.0, 0.5]]))
    tensor(0.5000)
    """

    function = staticmethod(functional.triplet_margin_with_distance_loss)
    names = ("distance_function", "margin", "swap", "reduction")

    def __init__(
        self,
        *,
        distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        self.__post_init__()  # the distance may be a module, for which there must be a place
        _check_margin(self, margin)
        self.distance_function = distance_function or PairwiseDistance()
        self.margin = margin
        self.swap = swap
        self.reduction = reduction

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:  # type: ignore[override]  # as torch
        """The loss of triplets."""
        return self._loss(anchor, positive, negative)
