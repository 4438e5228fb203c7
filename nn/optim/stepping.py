"""What the steps of all optimisers are made of: gradients, pieces of arrays, checks of settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from autograd import Tensor
from autograd.blocks import by_pieces
from autograd.graph import Raw, touch
from autograd.lent_gradient import LentGradient

Group: TypeAlias = dict[str, Any]
"""Parameters ("params") and the settings that they share."""

Numbers: TypeAlias = tuple[Any, ...]
"""Numbers of one step: of Python, or as arrays without dimensions."""

PIECE = 1 << 18
"""Entries that an update goes through at a time: few enough for the cache, where its
temporaries then stay (two to three times faster for ten million), and many enough for
NumPy's calls to cost nothing beside them."""


def with_gradient(group: Group) -> list[tuple[Tensor, Raw, Raw]]:
    """Every parameter that has a gradient, its array and its gradient's.

    The change to come is noted, so that a graph that still needs the old values says so.
    """
    found = []
    for parameter in group["params"]:
        grad = getattr(parameter, "_grad", None)  # the array alone, until somebody looks at it
        if grad is not None:
            if type(grad) is LentGradient:
                grad = grad.array
            elif isinstance(grad, Tensor):
                grad = grad._array
            found.append((parameter, parameter._memory(), grad))
    touch(*[parameter._cell or parameter._guard() for parameter, _, _ in found])
    return found


def in_pieces(change: Callable[..., None], *arrays: Raw) -> None:
    """``change(*arrays)``, a step in place, on some `PIECE` entries of all of them at a time.

    >>> from nn.optim.stepping import in_pieces
    >>> x, g = np.zeros((2, 2**19))
    >>> in_pieces(lambda x, g: np.subtract(x, g, out=x), x, g)
    """
    by_pieces(change, PIECE, *arrays)


def descent(x: Raw, g: Raw, weight_decay: float, maximize: bool) -> Raw:
    """The gradient that the step goes against: with the decay's, turned round to climb.

    ``g`` itself where nothing is to be done, so what comes back is not written to.

    >>> from nn.optim.stepping import descent
    >>> descent(np.array([2.0]), np.array([1.0]), 0.5, maximize=False)
    array([2.])
    """
    if maximize:
        g = -g
    return g + weight_decay * x if weight_decay else g


_NOT_NEGATIVE = {
    "lr": "learning rate",
    "eps": "epsilon value",
    **{
        name: f"{name} value"
        for name in (
            "alpha",
            "initial_accumulator_value",
            "lr_decay",
            "momentum",
            "momentum_decay",
            "weight_decay",
        )
    },
}
"""Settings that are 0 or more, and what a message calls them."""


def checked(**settings: Any) -> Group:
    """An optimiser's settings, each looked at by its name.

    A learning rate may be a tensor of one element. Raises ValueError for what is negative or
    nan where it must not be, and for ``betas`` (how slowly two running means forget) outside
    [0, 1); TypeError for what is no number, or no pair of them.

    >>> from nn.optim.stepping import checked
    >>> checked(lr=0.1, betas=(0.9, 0.999))
    {'lr': 0.1, 'betas': (0.9, 0.999)}
    """
    for name, value in settings.items():
        if name in _NOT_NEGATIVE:
            _check_not_negative(name, value)
        elif name == "betas":
            _check_betas(value)
    return settings


def _check_not_negative(name: str, value: Any) -> None:
    what = _NOT_NEGATIVE[name]
    if value is None or isinstance(value, str):
        raise TypeError(f"Invalid {what}: a number is expected, got {value!r}")
    if name == "lr" and isinstance(value, Tensor) and value.numel() != 1:
        raise ValueError(f"Tensor lr must be 1-element, this one has shape {value.shape}")
    if not value >= 0.0:
        raise ValueError(f"Invalid {what}: {value}, it must not be negative")


def _check_betas(betas: Any) -> None:
    if not isinstance(betas, (tuple, list)) or len(betas) != 2:
        raise TypeError(f"betas are two numbers, such as (0.9, 0.999), got {betas!r}")
    for index, beta in enumerate(betas):
        if not 0.0 <= beta < 1.0:
            raise ValueError(f"Invalid beta parameter at index {index}: {beta}, it lies in [0, 1)")


def check_group(group: Group) -> None:
    """Refuse what no optimiser here can do; the ways of computing a step are all one here.

    ``foreach``, ``fused`` and ``capturable`` choose between torch's kernels and change no
    number. Raises NotImplementedError for ``differentiable``, and RuntimeError, as torch
    does, for ``fused`` together with ``foreach``.

    >>> from nn.optim.stepping import check_group
    >>> check_group({"foreach": True, "differentiable": False})
    """
    if group.get("differentiable"):
        raise NotImplementedError(
            "differentiable=True asks for a step that is recorded, and steps here change raw "
            "memory: take grad(loss, parameters, create_graph=True), compute the new values from "
            "it with operators, and hand them to the model (functional_call, or assignment)"
        )
    if group.get("fused") and group.get("foreach"):
        raise RuntimeError("`fused` and `foreach` cannot be `True` together: leave one out")
