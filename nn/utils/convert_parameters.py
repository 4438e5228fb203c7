"""All parameters in one vector, and back, for methods that think of them as one point."""

from __future__ import annotations

from collections.abc import Iterable

from autograd import Tensor, cat


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The entries of all parameters one after the other; gradients flow back to them.

    `torch.nn.utils.parameters_to_vector`.

    >>> model = nn.Linear(3, 2)
    >>> nn.utils.parameters_to_vector(model.parameters()).shape
    (8,)
    """
    return cat([each.view(-1) for each in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Make the parameters views of a vector's pieces (`torch.nn.utils.vector_to_parameters`).

    They share its memory, as in torch. Raises TypeError where ``vec`` is no tensor,
    RuntimeError where it has too few entries.

    >>> model = nn.Linear(1, 1)
    >>> nn.utils.vector_to_parameters(tensor([2.0, 3.0]), model.parameters())
    >>> model(tensor([10.0])).item()
    23.0
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected a Tensor of all parameters' entries, got {type(vec).__name__}")
    start = 0
    for each in parameters:
        stop = start + each.numel()
        if stop > vec.numel():
            raise RuntimeError(
                f"the vector has {vec.numel()} entries, and the parameters up to one of shape "
                f"{each.shape} have {stop}"
            )
        each.data = vec[start:stop].view_as(each).data
        start = stop
