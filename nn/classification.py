"""Losses of classes and probabilities, as modules."""

from __future__ import annotations

import math
from dataclasses import InitVar
from typing import Any

from autograd import Tensor
from nn import functional
from nn.calling import arguments
from nn.linear import Linear
from nn.loss import Loss

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CTCLoss",
    "CrossEntropyLoss",
    "KLDivLoss",
    "LinearCrossEntropyLoss",
    "NLLLoss",
]


@arguments
class NLLLoss(Loss):
    """-x[n, t[n]] weight[t[n]], x the logarithms of probabilities (`torch.nn.NLLLoss`).

    Input (N, C), (C,) or (N, C, ...), target integers (N,), () or (N, ...). The mean is divided
    by the sum of the weights. Entries whose target is ``ignore_index`` do not count.

    >>> nn.NLLLoss()(tensor([[-1.0, -2.0], [-3.0, -4.0]]), tensor([0, 1]))
    tensor(2.5000)
    """

    weight: Tensor | None = None
    size_average: InitVar[bool | None] = None
    ignore_index: int = -100
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    function = staticmethod(functional.nll_loss)
    tensors = ("weight",)


@arguments
class CrossEntropyLoss(Loss):
    """-log(softmax(x)[t]), x any numbers, "logits" (`torch.nn.CrossEntropyLoss`).

    Input (N, C), (C,) or (N, C, ...); target integers (N,), () or (N, ...), or probabilities of
    the input's shape. ``weight`` (C,) and ``ignore_index`` as in `NLLLoss`;
    ``label_smoothing`` gives that share of each target to all classes.

    >>> nn.CrossEntropyLoss()(zeros(2, 4), tensor([0, 3]))
    tensor(1.3863)
    """

    weight: Tensor | None = None
    size_average: InitVar[bool | None] = None
    ignore_index: int = -100
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"
    label_smoothing: float = 0.0

    function = staticmethod(functional.cross_entropy)
    tensors = ("weight",)


@arguments
class BCELoss(Loss):
    """-(t log(x) + (1 - t) log(1 - x)), x in [0, 1] (`torch.nn.BCELoss`).

    The logarithms are taken as at least -100.

    >>> nn.BCELoss()(tensor([0.5, 1.0]), tensor([1.0, 1.0]))
    tensor(0.3466)
    """

    weight: Tensor | None = None
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    function = staticmethod(functional.binary_cross_entropy)
    tensors = ("weight",)


@arguments
class BCEWithLogitsLoss(Loss):
    """`BCELoss` of sigmoid(x), exact for every x (`torch.nn.BCEWithLogitsLoss`).

    ``pos_weight`` weighs t log(sigmoid(x)).

    >>> nn.BCEWithLogitsLoss()(tensor([0.0, 1000.0]), tensor([1.0, 1.0]))
    tensor(0.3466)
    """

    weight: Tensor | None = None
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"
    pos_weight: Tensor | None = None

    function = staticmethod(functional.binary_cross_entropy_with_logits)
    tensors = ("weight", "pos_weight")


@arguments
class KLDivLoss(Loss):
    """t (log(t) - x), x the logarithms of probabilities (`torch.nn.KLDivLoss`).

    With ``log_target`` t, too, is given by its logarithm. "mean" divides by the number of
    entries, "batchmean" by that of the batch, which is the divergence itself.

    >>> nn.KLDivLoss(reduction="batchmean")(tensor([[0.5, 0.5]]).log(), tensor([[1.0, 0.0]]))
    tensor(0.6931)
    """

    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"
    log_target: bool = False

    function = staticmethod(functional.kl_div)


@arguments
class CTCLoss(Loss):
    """-log of the probability of a sequence, summed over all its alignments (`torch.nn.CTCLoss`).

    Input (T, N, C) or (T, C), the logarithms of probabilities; ``blank`` is the class between
    letters. "mean" first divides by the lengths of the targets; ``zero_infinity`` counts
    targets that are too long as 0.

    >>> nn.CTCLoss()(zeros(2, 2).log_softmax(1), tensor([1]), [2], [1])
    tensor(0.2877)
    """

    blank: int = 0
    reduction: str = "mean"
    zero_infinity: bool = False

    function = staticmethod(functional.ctc_loss)

    def forward(  # type: ignore[override]  # as torch, it needs to know the lengths
        self, log_probs: Tensor, targets: Tensor, input_lengths: Any, target_lengths: Any
    ) -> Tensor:
        """The loss of sequences of these lengths."""
        return self._loss(log_probs, targets, input_lengths, target_lengths)


class LinearCrossEntropyLoss(Loss):
    """`CrossEntropyLoss` of a `Linear` layer of its own (`torch.nn.LinearCrossEntropyLoss`).

    Input (N, in_features) or (in_features,); the scores are (N, num_classes, *out_features).
    ``options``, which say in torch how to save memory, change nothing. Raises RuntimeError for
    a ``weight`` not of shape (num_classes,) and for a ``label_smoothing`` outside [0, 1].

    >>> loss = nn.LinearCrossEntropyLoss(3, 2)
    >>> loss(zeros(4, 3), tensor([0, 1, 1, 0])).detach()
    tensor(0.6931)
    """

    weight: Tensor | None

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        out_features: tuple[int, ...] = (),
        bias: bool = False,
        device: Any = None,
        dtype: Any = None,
        reduction: str = "mean",
        weight: Tensor | None = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        options: Any = None,
    ) -> None:
        if weight is not None and weight.shape != (num_classes,):
            raise RuntimeError(
                f"expected weight shape to be {(num_classes,)}, got {tuple(weight.shape)}"
            )
        if not 0 <= label_smoothing <= 1:
            raise RuntimeError(
                f"expected label_smoothing to be in range [0, 1], got {label_smoothing}"
            )
        self.__post_init__()
        self.register_buffer("weight", weight)
        self.num_classes = num_classes
        self.out_features = out_features
        self.reduction = reduction
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing
        self.options = options  # type: ignore[method-assign]  # torch's name
        rows = math.prod(out_features, start=num_classes)
        self.linear = Linear(in_features, rows, bias, device, dtype)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of the scores that the linear layer gives."""
        shape = (self.num_classes, *self.out_features)
        bias = self.linear.bias
        return functional.linear_cross_entropy(
            input,
            self.linear.weight.reshape(*shape, self.linear.in_features),
            target,
            linear_bias=None if bias is None else bias.reshape(shape),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
            options=self.options,
        )

    def extra_repr(self) -> str:
        """The arguments."""
        return (
            f"in_features={self.linear.in_features}, num_classes={self.num_classes}, "
            f"out_features={self.out_features}, bias={self.linear.bias is not None}, "
            f"reduction={self.reduction}, ignore_index={self.ignore_index}, "
            f"label_smoothing={self.label_smoothing}, options={self.options}"
        )
