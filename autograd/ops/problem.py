"""What a convolution is: its windows, its sizes, and what a kernel for it must do."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from autograd.graph import Raw
from autograd.ops.windowing import Sizes, Windows


class Convolution(NamedTuple):
    """The windows of a convolution, and into how many groups its channels fall."""

    windows: Windows
    groups: int


class Problem(NamedTuple):
    """What a kernel is chosen by: the sizes, the dtype, and whether the weight is finite.

    With an infinite weight a zero times it is not zero, so nothing may be computed for nothing.
    """

    windows: Windows
    groups: int
    batch: int
    channels: int
    filters: int
    dtype: str
    finite: bool = True

    @property
    def input_shape(self) -> Sizes:
        """The sizes (batch, channels, ...)."""
        return (self.batch, self.channels, *self.windows.input)

    @property
    def output_shape(self) -> Sizes:
        """The sizes (batch, filters, ...)."""
        return (self.batch, self.filters, *self.windows.output)

    @property
    def weight_shape(self) -> Sizes:
        """The sizes (filters, channels / groups, ...)."""
        return (self.filters, self.channels // self.groups, *self.windows.kernel)

    @property
    def transposed(self) -> Problem:
        """The one of strides 1 that gives the input's gradient, with the weight turned round."""
        windows = self.windows.transposed()
        return self._replace(windows=windows, channels=self.filters, filters=self.channels)


class Kernel(Protocol):
    """One way of computing the three; ``b``, one number for each channel, is added if given."""

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """The output (batch, filters, ...) of an input and a weight."""

    def input_of(self, g: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """What an output and a weight make of the input (batch, channels, ...)."""

    def weight_of(self, g: Raw, x: Raw, size: Problem) -> Raw:
        """What an output and an input make of the weight (filters, channels / groups, ...)."""
