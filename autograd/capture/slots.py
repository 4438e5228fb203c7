"""The slots of tensors and operators as they are, whatever a recording lays over them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.graph import Raw
from autograd.operator import Op
from autograd.readout import Readout
from autograd.tensor import Tensor

ARRAY: Any = Tensor.__dict__["_array"]
GRAD: Any = Tensor.__dict__["_grad"]
MEMORY = Readout._memory
KERNEL: Any = Op.__dict__["kernel"]
RULES: Any = Op.__dict__["rules"]
TOGETHER: Any = Op.__dict__["together"]

array_of: Callable[[Tensor], Raw] = ARRAY.__get__
"""A tensor's memory as it is."""

set_grad: Callable[[Tensor, Any], None] = GRAD.__set__
"""Set a gradient without any check."""


node_of: Callable[[Tensor], Any] = Tensor.__dict__["_node"].__get__
"""A tensor's vertex."""


def grad_of(tensor: Tensor) -> Any:
    """A tensor's gradient as it is kept: an array, a tensor, or None."""
    try:
        return GRAD.__get__(tensor)
    except AttributeError:
        return None
