"""Filling parameters with their first values (`torch.nn.init`).

Every function writes into the tensor that it is given, of any float dtype, outside the
graph, and returns it. The random ones draw from ``generator``, by default the one that
`autograd.manual_seed` seeds, and give torch's numbers for the same seed.
"""

from __future__ import annotations

import math
import warnings

from autograd import Generator, Tensor, from_numpy, linalg, no_grad, randperm, where
from autograd.random import current_generator

__all__ = [
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

_GAINS = {
    "sigmoid": 1.0,
    "tanh": 5.0 / 3,
    "relu": math.sqrt(2.0),
    "selu": 3.0 / 4,
    "linear": 1.0,
    "conv1d": 1.0,
    "conv2d": 1.0,
    "conv3d": 1.0,
    "conv_transpose1d": 1.0,
    "conv_transpose2d": 1.0,
    "conv_transpose3d": 1.0,
}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """How much wider the weights before this function should be spread.

    1 for "linear", convolutions and "sigmoid", 5/3 for "tanh", sqrt(2) for "relu", 3/4 for
    "selu", sqrt(2 / (1 + a**2)) for "leaky_relu" with the slope a, ``param`` or 0.01.
    Raises ValueError for others, and for a slope that is no number.

    >>> nn.init.calculate_gain("leaky_relu", 1.0)
    1.0
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, (int, float)):
            raise ValueError(f"negative_slope {slope!r} not a valid number")
        return math.sqrt(2.0 / (1 + slope**2))
    if nonlinearity not in _GAINS:
        raise ValueError(
            f"Unsupported nonlinearity {nonlinearity!r}: one of leaky_relu, {', '.join(_GAINS)}"
        )
    return _GAINS[nonlinearity]


def _fans(tensor: Tensor) -> tuple[int, int]:
    """How many inputs each output has, and outputs each input: (fan_in, fan_out)."""
    if tensor.ndim < 2:
        raise ValueError(
            "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions: "
            f"this one has shape {tensor.shape}; draw it with uniform_ or normal_"
        )
    field = math.prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


def uniform_(
    tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Uniform on [a, b).

    >>> _ = manual_seed(0)
    >>> nn.init.uniform_(empty(2))
    tensor([0.4963, 0.7682])
    """
    stream = current_generator() if generator is None else generator
    return _filled(tensor, from_numpy(stream.uniform(tensor.shape, a, b, tensor.dtype)))


def normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Normal with this mean and standard deviation.

    >>> _ = manual_seed(0)
    >>> nn.init.normal_(empty(2))
    tensor([ 1.5410, -0.2934])
    """
    stream = current_generator() if generator is None else generator
    return _filled(tensor, from_numpy(stream.normal(tensor.shape, mean, std, tensor.dtype)))


def _filled(tensor: Tensor, values: Tensor) -> Tensor:
    with no_grad():
        return tensor.copy_(values)


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Normal with this mean and standard deviation, given that it is in [a, b].

    What falls outside is drawn anew; where [a, b] is out of the way, draws from it are kept
    with the probability that their density asks for. Warns where ``mean`` is more than two
    ``std`` outside.

    >>> bool((nn.init.trunc_normal_(empty(100), std=0.5, a=-1, b=1).abs() <= 1).all())
    True
    """
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of "
            "values may be incorrect.",
            stacklevel=2,
        )
    inside = _below((b - mean) / std) - _below((a - mean) / std)
    with no_grad():
        drawn = tensor.detach().clone()
        if inside > 0.3:
            low, high = (tensor.new_tensor(bound).item() for bound in (a, b))
            normal_(drawn, mean, std, generator)
            while (outside := (drawn < low) | (drawn > high)).any():
                again = normal_(tensor.detach().clone(), mean, std, generator)
                drawn = where(outside, again, drawn)
            return tensor.copy_(drawn)
        peak = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2
        waiting: Tensor | None = None
        while waiting is None or waiting.any():
            offered = uniform_(tensor.detach().clone(), a, b, generator)
            density = offered.sub(mean).div_(std).pow_(2).mul_(-0.5).sub_(peak)
            chance = uniform_(tensor.detach().clone(), generator=generator).log_()
            refused = chance > density
            drawn = offered if waiting is None else where(waiting, offered, drawn)
            waiting = refused if waiting is None else waiting & refused
        return tensor.copy_(drawn)


def _below(z: float) -> float:
    """The share of a standard normal distribution below ``z``."""
    return (1 + math.erf(z / math.sqrt(2))) / 2


def constant_(tensor: Tensor, val: float) -> Tensor:
    """``val`` everywhere.

    >>> nn.init.constant_(empty(2), 0.5)
    tensor([0.5000, 0.5000])
    """
    with no_grad():
        return tensor.fill_(val)


def ones_(tensor: Tensor) -> Tensor:
    """1 everywhere.

    >>> nn.init.ones_(empty(2))
    tensor([1., 1.])
    """
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    """0 everywhere.

    >>> nn.init.zeros_(empty(2))
    tensor([0., 0.])
    """
    return constant_(tensor, 0.0)


def eye_(tensor: Tensor) -> Tensor:
    """The identity matrix, cut to the shape.

    Raises ValueError where ``tensor`` is no matrix.

    >>> nn.init.eye_(empty(2, 3))
    tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """
    if tensor.ndim != 2:
        raise ValueError(
            f"Only tensors with 2 dimensions are supported, and this one has shape {tensor.shape}"
        )
    with no_grad():
        tensor.zero_()
        tensor.diagonal().fill_(1.0)
    return tensor


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """The kernel of a convolution that passes its channels on, as many as there are.

    1 in the middle of the field from channel i to channel i, in each of the groups, and 0
    elsewhere. Raises ValueError where ``tensor`` has not 3, 4 or 5 dimensions, and where its
    first one is not divisible by ``groups``.

    >>> nn.init.dirac_(empty(2, 2, 3))
    tensor([[[0., 1., 0.],
             [0., 0., 0.]],
    <BLANKLINE>
            [[0., 0., 0.],
             [0., 1., 0.]]])
    """
    if tensor.ndim not in (3, 4, 5):
        raise ValueError(
            "Only tensors with 3, 4, or 5 dimensions are supported, and this one has shape "
            f"{tensor.shape}"
        )
    outer, inner, *field = tensor.shape
    if outer % groups:
        raise ValueError(f"dim 0 must be divisible by groups: {outer} and {groups}")
    middle = [size // 2 for size in field]
    with no_grad():
        tensor.zero_()
        for channel in range(outer):
            place = channel % (outer // groups)
            if place < inner:
                tensor[(channel, place, *middle)] = 1.0
    return tensor


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """``gain`` times a matrix with orthonormal rows, or columns, whichever are fewer.

    A tensor of more dimensions is taken as a matrix whose columns are all of them but the
    first. After Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of
    learning in deep linear neural networks" (2013). Raises ValueError for fewer than two
    dimensions.

    >>> w = nn.init.orthogonal_(empty(2, 3))
    >>> (w @ w.T).round(decimals=4) + 0
    tensor([[1., 0.],
            [0., 1.]])
    """
    if tensor.ndim < 2:
        raise ValueError(
            "Only tensors with 2 or more dimensions are supported, and this one has shape "
            f"{tensor.shape}"
        )
    if not tensor.numel():
        return tensor
    drawn = normal_(tensor.new_empty(tensor.shape[0], tensor.shape[1:].numel()), 0, 1, generator)
    wide = drawn.shape[0] < drawn.shape[1]
    q, r = linalg.qr(drawn.t() if wide else drawn)
    q = q * r.diagonal().sign()  # the signs that make the distribution uniform
    return _filled(tensor, (q.t() if wide else q).reshape(tensor.shape) * gain)


def sparse_(
    tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None
) -> Tensor:
    """Normal with this standard deviation; in each column a share of ``sparsity`` is 0.

    After Martens, "Deep learning via Hessian-free optimization" (2010). Raises ValueError where
    ``tensor`` is no matrix.

    >>> (nn.init.sparse_(empty(10, 2), sparsity=0.5) == 0).sum(0).tolist()
    [5, 5]
    """
    if tensor.ndim != 2:
        raise ValueError(
            f"Only tensors with 2 dimensions are supported, and this one has shape {tensor.shape}"
        )
    rows, columns = tensor.shape
    normal_(tensor, 0.0, std, generator)
    with no_grad():
        for column in range(columns):
            tensor[randperm(rows)[: math.ceil(sparsity * rows)], column] = 0.0
    return tensor


def xavier_uniform_(
    tensor: Tensor, gain: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Uniform with std = gain sqrt(2 / (fan_in + fan_out)), after Glorot and Bengio (2010).

    Raises ValueError for fewer than two dimensions, as all functions do that need the fans.

    >>> bool((nn.init.xavier_uniform_(empty(3, 3)).abs() <= 1).all())
    True
    """
    bound = math.sqrt(3.0) * _xavier(tensor, gain)
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Normal with std = gain sqrt(2 / (fan_in + fan_out)), after Glorot and Bengio (2010).

    >>> nn.init.xavier_normal_(empty(3, 2)).shape
    (3, 2)
    """
    return normal_(tensor, 0.0, _xavier(tensor, gain), generator)


def _xavier(tensor: Tensor, gain: float) -> float:
    fan_in, fan_out = _fans(tensor)
    return gain * math.sqrt(2.0 / (fan_in + fan_out))


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Uniform with std = gain / sqrt(fan), after He and others (2015).

    The gain is that of ``nonlinearity`` with the slope ``a``, the fan ``mode``, "fan_in" or
    "fan_out". Raises ValueError for another mode.

    >>> nn.init.kaiming_uniform_(empty(3, 2)).shape
    (3, 2)
    """
    if _empty(tensor):
        return tensor
    bound = math.sqrt(3.0) * _kaiming(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Normal with std = gain / sqrt(fan), after He and others (2015); see `kaiming_uniform_`.

    >>> nn.init.kaiming_normal_(empty(3, 2)).shape
    (3, 2)
    """
    if _empty(tensor):
        return tensor
    return normal_(tensor, 0.0, _kaiming(tensor, a, mode, nonlinearity), generator)


def _empty(tensor: Tensor) -> bool:
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=3)
        return True
    return False


def _kaiming(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    modes = ("fan_in", "fan_out")
    if mode.lower() not in modes:
        raise ValueError(f"Mode {mode!r} not supported, please use one of {modes}")
    fan = _fans(tensor)[modes.index(mode.lower())]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)
