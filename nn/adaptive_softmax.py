"""The logarithms of many classes' probabilities, the rare ones in clusters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import autograd
from autograd import Tensor
from nn import functional
from nn.container import ModuleList, Sequential
from nn.linear import Linear
from nn.module import Module

__all__ = ["AdaptiveLogSoftmaxWithLoss"]


class ASMoutput(NamedTuple):
    """What `AdaptiveLogSoftmaxWithLoss` returns: log-probabilities of the targets, and the loss."""

    output: Tensor
    loss: Tensor


class AdaptiveLogSoftmaxWithLoss(Module):
    """log P(class | x) for classes sorted by falling frequency, after Grave and others (2017).

    The classes before ``cutoffs[0]`` have numbers of their own in the head, beside one for
    each cluster of rarer classes; cluster i, from one cutoff to the next, is reached through
    in_features / div_value**(i + 1) numbers. Raises ValueError for cutoffs that do not rise or
    are out of range. Source: `torch.nn.AdaptiveLogSoftmaxWithLoss`.

    >>> layer = nn.AdaptiveLogSoftmaxWithLoss(4, 10, [3, 6], div_value=2.0)
    >>> output, loss = layer(zeros(2, 4), tensor([0, 9]))
    >>> output
    tensor([-1.6094, -2.9957], grad_fn=<AddBackward0>)
    """

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        ends = list(cutoffs)
        if not ends:
            raise ValueError("cutoffs should be a sequence of length larger than 0")
        rising = all(a < b for a, b in pairwise(ends))
        if not rising or ends[0] <= 0 or ends[-1] > n_classes - 1 or any(int(c) != c for c in ends):
            raise ValueError(
                "cutoffs should be a sequence of unique, positive integers sorted in an increasing "
                f"order, where each value is between 1 and n_classes-1: got {ends}"
            )
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = [*ends, n_classes]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = self.cutoffs[0]
        self.n_clusters = len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        kind = {"device": device, "dtype": dtype}
        self.head = Linear(in_features, self.head_size, head_bias, **kind)
        self.tail = ModuleList()
        for i in range(self.n_clusters):
            width = int(in_features // div_value ** (i + 1))
            count = self.cutoffs[i + 1] - self.cutoffs[i]
            self.tail.append(
                Sequential(
                    Linear(in_features, width, False, **kind), Linear(width, count, False, **kind)
                )
            )

    def reset_parameters(self) -> None:
        """Draw all weights anew.

        >>> nn.AdaptiveLogSoftmaxWithLoss(2, 3, [1], 1.0).reset_parameters()
        """
        self.head.reset_parameters()
        for first, second in self.tail:
            first.reset_parameters()
            second.reset_parameters()

    def forward(self, input_: Tensor, target_: Tensor) -> ASMoutput:
        """The log-probabilities of the targets, and minus their mean.

        Input (N, in_features) and target (N,), or both without N. Raises RuntimeError for
        shapes that do not fit and targets out of range.
        """
        batched = target_.ndim > 0
        if target_.ndim > 1 or input_.ndim != target_.ndim + 1:
            raise RuntimeError(
                "0D or 1D target tensor expected, with an input of one dimension more: got input "
                f"{input_.shape} and target {target_.shape}"
            )
        if batched and input_.shape[0] != target_.shape[0]:
            raise RuntimeError(
                "Input and target should have the same size in the batch dimension: "
                f"{input_.shape} and {target_.shape}"
            )
        x = input_ if batched else input_.unsqueeze(0)
        target = target_ if batched else target_.unsqueeze(0)
        if target.numel() and not 0 <= int(target.min()) <= int(target.max()) < self.n_classes:
            raise RuntimeError(
                f"Target values should be in [0, {self.n_classes - 1}], but values in range "
                f"[{int(target.min())}, {int(target.max())}] were found."
            )
        first = target.clamp(max=self.shortlist_size - 1)
        parts = []
        for i in range(self.n_clusters):
            low, high = self.cutoffs[i], self.cutoffs[i + 1]
            inside = (target >= low) & (target < high)
            first = autograd.where(inside, self.shortlist_size + i, first)
            (rows,) = autograd.where(inside)
            if rows.numel():
                within = functional.log_softmax(self.tail[i](x[rows]), 1)
                chosen = within.gather(1, (target[rows] - low).unsqueeze(1)).squeeze(1)
                parts.append(autograd.zeros_like(target, dtype=x.dtype).index_add(0, rows, chosen))
        head = functional.log_softmax(self.head(x), 1)
        output = head.gather(1, first.unsqueeze(1)).squeeze(1)
        for part in parts:
            output = output + part
        loss = (-output).mean()
        return ASMoutput(output if batched else output.squeeze(0), loss)

    def log_prob(self, input: Tensor) -> Tensor:
        """The log-probabilities of all classes, (N, n_classes).

        >>> layer = nn.AdaptiveLogSoftmaxWithLoss(4, 10, [3, 6], div_value=2.0)
        >>> layer.log_prob(zeros(1, 4)).exp().sum()
        tensor(1.0000, grad_fn=<SumBackward0>)
        """
        head = functional.log_softmax(self.head(input), 1)
        parts = [head[:, : self.shortlist_size]]
        for i, cluster in enumerate(self.tail):
            whole = head[:, self.shortlist_size + i].unsqueeze(1)
            parts.append(functional.log_softmax(cluster(input), 1) + whole)
        return autograd.cat(parts, 1)

    def predict(self, input: Tensor) -> Tensor:
        """The most probable class of each entry, (N,).

        >>> layer = nn.AdaptiveLogSoftmaxWithLoss(4, 10, [3, 6], div_value=2.0)
        >>> layer.predict(zeros(1, 4))
        tensor([0])
        """
        return self.log_prob(input).argmax(1)
