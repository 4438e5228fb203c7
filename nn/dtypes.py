"""The side of `Module` that gives all its tensors another dtype."""

from __future__ import annotations

from typing import Any, TypeVar

from autograd import float16, float32, float64
from autograd.conversion import wanted_dtype
from autograd.devices import check_device
from autograd.dtypes import checked
from nn.members import Members
from nn.uninitialized import Uninitialized

M = TypeVar("M", bound="Convertible")


class Convertible(Members):
    """Members that can be converted, in place.

    >>> nn.Linear(2, 1).double().bias.dtype
    dtype('float64')
    """

    def to(
        self: M,
        *args: Any,
        dtype: Any = None,
        device: Any = None,
        non_blocking: bool = False,
        memory_format: Any = None,
    ) -> M:
        """Give all float parameters and buffers another dtype, in place; returns itself.

        Takes a dtype, a tensor that has it, or the device "cpu", where all is anyhow; an order
        of memory changes nothing. Raises TypeError for a dtype that is not a float,
        RuntimeError for another device.

        >>> nn.Linear(2, 1).to(float64).weight.dtype
        dtype('float64')
        """
        dtype = wanted_dtype(*args, device, dtype)
        if dtype is None:
            return self
        kind = checked(dtype)
        if kind.kind != "f":
            raise TypeError(f"nn.Module.to only accepts floating point dtypes, but got {kind}")
        return self._convert(kind)

    def float(self: M) -> M:
        """All float parameters and buffers as float32.

        >>> nn.Linear(2, 1, dtype=float64).float().weight.dtype
        dtype('float32')
        """
        return self._convert(float32)

    def double(self: M) -> M:
        """All float parameters and buffers as float64.

        >>> nn.Linear(2, 1).double().weight.dtype
        dtype('float64')
        """
        return self._convert(float64)

    def half(self: M) -> M:
        """All float parameters and buffers as float16.

        >>> nn.Linear(2, 1).half().weight.dtype
        dtype('float16')
        """
        return self._convert(float16)

    def _convert(self: M, dtype: Any) -> M:
        # Parameters stay the objects that they are, so that optimisers still know them.
        for parameter in self.parameters():
            if isinstance(parameter, Uninitialized):
                parameter.convert(dtype)
            elif parameter.is_floating_point() and parameter.dtype != dtype:
                grad = parameter.grad
                parameter.data = parameter.data.to(dtype)
                parameter.grad = None if grad is None else grad.detach().to(dtype)
        for module in self.modules():
            buffers: dict[str, Any] = module._buffers
            for name, buffer in buffers.items():
                if isinstance(buffer, Uninitialized):
                    buffer.convert(dtype)
                elif buffer is not None and buffer.is_floating_point():
                    buffers[name] = buffer.to(dtype)
        return self

    def type(self: M, dst_type: Any) -> M:
        """All float parameters and buffers as ``dst_type``; see `to`.

        >>> nn.Linear(2, 1).type(float64).weight.dtype
        dtype('float64')
        """
        return self.to(dtype=dst_type)

    def cpu(self: M) -> M:
        """The module itself: there is no other device.

        >>> nn.Identity().cpu()
        Identity()
        """
        return self

    def bfloat16(self: M) -> M:
        """Raises TypeError: NumPy has no such dtype; `half` is the other small one."""
        raise TypeError("there is no dtype bfloat16 here: write half() or float()")

    def cuda(self: M, device: Any = None) -> M:
        """Raises RuntimeError: there is no device but the CPU."""
        check_device("cuda" if device is None else f"cuda:{device}")
        return self

    def to_empty(self: M, *, device: Any, recurse: bool = True) -> M:
        """The module itself on ``device``, the CPU; values may then be anything.

        >>> nn.Linear(2, 1).to_empty(device="cpu").weight.shape
        (1, 2)
        """
        check_device(device)
        return self

    def share_memory(self: M) -> M:
        """The module itself: threads share its memory anyhow, and processes are not supported.

        >>> nn.Identity().share_memory()
        Identity()
        """
        return self

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: there is nothing to compile (`torch.nn.Module.compile`).

        >>> nn.Identity().compile()
        """
