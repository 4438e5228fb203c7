"""What every optimiser shares: parameter groups, their state, and the step."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from autograd import Tensor, enable_grad
from autograd.graph import Raw, touch
from autograd.operator import silently
from nn.parameter import clear_gradients

Group: TypeAlias = dict[str, Any]

PIECE = 1 << 18
"""Entries that an update goes through at a time: few enough for the cache, where its
temporaries then stay (two to three times faster for ten million), and many enough for
NumPy's calls to cost nothing beside them."""


class Optimizer:
    """The base of all optimisers (`torch.optim.Optimizer`).

    ``params`` are tensors, pairs of a name and a tensor, or dicts, each a group with
    "params" and settings of its own; ``defaults`` are the settings of the others. A
    subclass has `_update`, which changes the parameters of one group.

    Raises TypeError for other ``params``, ValueError where there are none, where one is no
    leaf, and where one is in two groups.

    >>> w = nn.Parameter(tensor([1.0, 2.0]))
    >>> optimizer = nn.optim.SGD([{"params": [w], "lr": 0.5}], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.tolist()
    [0.0, 0.0]
    """

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "an optimizer takes an iterable of Tensors or dicts, got one Tensor: write [tensor]"
            )
        self.defaults = defaults
        self.state: dict[Any, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[Group] = []
        given = list(params)
        if not given:
            raise ValueError("optimizer got an empty parameter list")
        for group in given if isinstance(given[0], dict) else [{"params": given}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: Group) -> None:
        """Add parameters with settings of their own, as when layers are unfrozen.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.1)
        >>> optimizer.add_param_group({"params": nn.Parameter(ones(2)), "lr": 0.01})
        >>> [group["lr"] for group in optimizer.param_groups]
        [0.1, 0.01]
        """
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group).__name__}")
        group = dict(param_group)
        params = group["params"]
        if isinstance(params, set):
            raise TypeError(
                "optimizer parameters need an order, which a set has not: write a list instead"
            )
        params = [params] if isinstance(params, Tensor) else list(params)
        if params and all(isinstance(each, tuple) for each in params):
            group["param_names"] = [name for name, _ in params]
            params = [parameter for _, parameter in params]
        for parameter in params:
            if not isinstance(parameter, Tensor):
                raise TypeError(
                    "optimizer can only optimize Tensors, but one of the params is "
                    f"{type(parameter).__name__}"
                )
            if not parameter.is_leaf:
                raise ValueError(
                    "can't optimize a non-leaf Tensor: what it was computed from can be optimized"
                )
        if len(set(params)) != len(params):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters, "
                "which are then updated twice",
                stacklevel=3,
            )
        known = {parameter for other in self.param_groups for parameter in other["params"]}
        if not known.isdisjoint(params):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append({**self.defaults, **group, "params": params})

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zero.

        >>> w = nn.Parameter(ones(2))
        >>> w.sum().backward()
        >>> nn.optim.SGD([w]).zero_grad()
        >>> w.grad is None
        True
        """
        for group in self.param_groups:
            clear_gradients(group["params"], set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change every parameter that has a gradient; returns what ``closure`` returned.

        A ``closure`` clears the gradients, computes the loss and calls backward on it.

        >>> w = nn.Parameter(tensor([1.0]))
        >>> def closure():
        ...     loss = (w * w).sum()
        ...     loss.backward()
        ...     return loss
        >>> nn.optim.SGD([w], lr=0.5).step(closure).item()
        1.0
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            # A loss that explodes is seen in the numbers; it does not end the program.
            silently(self._update, group)
        return loss

    def _update(self, group: Group) -> None:
        raise NotImplementedError(
            f"{type(self).__name__} does not say how it changes parameters: define "
            "_update(self, group), or step(self, closure=None)"
        )

    def state_dict(self) -> dict[str, Any]:
        """The state of every parameter by its number, and the groups with these numbers.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.1)
        >>> optimizer.state_dict()["param_groups"][0]["params"]
        [0]
        """
        numbers: dict[Tensor, int] = {}
        groups = []
        for group in self.param_groups:
            for parameter in group["params"]:
                numbers.setdefault(parameter, len(numbers))
            groups.append({**group, "params": [numbers[each] for each in group["params"]]})
        state = {numbers.get(key, key): value for key, value in self.state.items()}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from the state of another optimiser of the same groups; its tensors are copied.

        Raises ValueError where groups or their sizes differ.

        >>> w = nn.Parameter(ones(1))
        >>> optimizer = nn.optim.SGD([w], lr=0.1)
        >>> optimizer.load_state_dict(nn.optim.SGD([w], lr=0.5).state_dict())
        >>> optimizer.param_groups[0]["lr"]
        0.5
        """
        saved = state_dict["param_groups"]
        if len(saved) != len(self.param_groups):
            raise ValueError(
                f"loaded state dict has a different number of parameter groups: {len(saved)}, "
                f"this optimizer has {len(self.param_groups)}"
            )
        known: dict[Any, Tensor] = {}
        groups: list[Group] = []
        for group, new in zip(self.param_groups, saved, strict=True):
            have, want = len(new["params"]), len(group["params"])
            if have != want:
                raise ValueError(
                    "loaded state dict contains a parameter group that doesn't match the size of "
                    f"optimizer's group: {have} parameters, this group has {want}"
                )
            known.update(zip(new["params"], group["params"], strict=True))
            names = {key: group[key] for key in ("param_names",) if key in group}
            groups.append({**names, **new, "params": group["params"]})
        state: dict[Any, dict[str, Any]] = defaultdict(dict)
        for key, values in state_dict["state"].items():
            parameter = known.get(key)
            state[key if parameter is None else parameter] = {
                name: _copied(name, value, parameter) for name, value in values.items()
            }
        self.state = state
        self.param_groups = groups

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            lines += [f"    {key}: {group[key]}" for key in sorted(group) if key != "params"]
        return "\n".join([*lines, ")"])


def _copied(name: str, value: Any, parameter: Tensor | None) -> Any:
    """A copy of a state's value; tensors take the dtype of their parameter, counts do not."""
    if not isinstance(value, Tensor):
        return value
    if parameter is None or name == "step" or not parameter.is_floating_point():
        return value.clone()
    return value.to(parameter.dtype, copy=True)


def with_gradient(group: Group) -> Iterator[tuple[Tensor, Raw, Raw]]:
    """Every parameter that has a gradient, its array and its gradient's.

    The change is noted, so that a graph that still needs the old values says so.
    """
    for parameter in group["params"]:
        grad = parameter.grad
        if grad is not None:
            yield parameter, parameter._memory(), grad._array
            touch(parameter._guard())


def pieces(*arrays: Raw) -> Iterable[tuple[Raw, ...]]:
    """Cut arrays of one shape into views of some `PIECE` entries, all at the same places.

    Small arrays come as they are, large ones flat where their memory allows it.

    >>> from nn.optim.optimizer import pieces
    >>> [part.shape for (part,) in pieces(np.zeros((3, 2**18)))]
    [(262144,), (262144,), (262144,)]
    """
    first = arrays[0]
    if first.size <= PIECE:
        return (arrays,)
    if all(array.flags.c_contiguous for array in arrays):
        flat = tuple(array.reshape(-1) for array in arrays)
        rows = PIECE
    else:
        flat = arrays
        rows = max(1, PIECE * len(first) // first.size)
    starts = range(0, len(flat[0]), rows)
    return (tuple(array[i : i + rows] for array in flat) for i in starts)


def descent(x: Raw, g: Raw, weight_decay: float, maximize: bool) -> Raw:
    """The gradient that the step goes against: with the decay's, turned round to climb.

    ``g`` itself where nothing is to be done, so what comes back is not written to.

    >>> from nn.optim.optimizer import descent
    >>> descent(np.array([2.0]), np.array([1.0]), 0.5, maximize=False)
    array([2.])
    """
    if maximize:
        g = -g
    return g + weight_decay * x if weight_decay else g


def at_least_zero(**settings: Any) -> None:
    """Raise ValueError for a setting that is negative or no number.

    >>> from nn.optim.optimizer import at_least_zero
    >>> at_least_zero(momentum=0.9)
    """
    for name, value in settings.items():
        if not value >= 0.0:
            what = "learning rate" if name == "lr" else f"{name} value"
            raise ValueError(f"Invalid {what}: {value}, it must not be negative")
