"""What every optimiser shares: parameter groups, their state, and the step."""

from __future__ import annotations

import copy
import functools
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autograd import Tensor, enable_grad
from autograd.capture.quiet import quiet
from nn.optim.hooks import KINDS, Hooked, hooked
from nn.optim.joined import Found
from nn.optim.stepping import Group, Numbers, check_group
from nn.optim.together import Together
from nn.parameter import clear_gradients

FLAGS: Group = {
    "maximize": False,
    "foreach": None,
    "capturable": False,
    "differentiable": False,
    "fused": None,
    "decoupled_weight_decay": False,
    "nesterov": False,
    "amsgrad": False,
    "centered": False,
}
"""Settings that a state saved by an older release of torch may lack, and what they were then."""

required: Any = object()
"""The default of a setting that every group must give itself."""


class Optimizer(Hooked):
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

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give the hooks to a subclass that has a ``step`` of its own."""
        super().__init_subclass__(**kwargs)
        if "step" in vars(cls):
            cls.step = hooked(cls.step)  # type: ignore[method-assign]

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "an optimizer takes an iterable of Tensors or dicts, got one Tensor: write [tensor]"
            )
        self.defaults = defaults
        self._begin_hooks()
        self.state: dict[Any, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[Group] = []
        given = list(params)
        if not given:
            raise ValueError("optimizer got an empty parameter list")
        for group in given if isinstance(given[0], dict) else [{"params": given}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: Group) -> None:
        """Add parameters with settings of their own, as when layers are unfrozen.

        The dict itself becomes the group, in torch too: it gets what it lacks.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.1)
        >>> optimizer.add_param_group({"params": nn.Parameter(ones(2)), "lr": 0.01})
        >>> [group["lr"] for group in optimizer.param_groups]
        [0.1, 0.01]
        """
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group).__name__}")
        group = dict(param_group)  # nothing is changed where something is refused
        params = group["params"]
        if isinstance(params, set):
            raise TypeError(
                "optimizer parameters need an order, which a set has not: write a list instead"
            )
        params = [params] if isinstance(params, Tensor) else list(params)
        named = [isinstance(each, tuple) for each in params]
        if any(named):
            if not all(named):
                raise ValueError(
                    "all optimizer params should be with/without names: some are pairs of a name "
                    "and a Tensor, others are not"
                )
            if any(len(each) != 2 for each in params):
                raise ValueError("named params are pairs (name, Tensor), one here is longer")
            group["param_names"] = [name for name, _ in params]
            params = [parameter for _, parameter in params]
        for parameter in params:
            if not isinstance(parameter, Tensor):
                raise TypeError(
                    "optimizer can only optimize Tensors, but one of the params is "
                    f"{type(parameter).__name__}"
                )
            if not (parameter.is_leaf or parameter.retains_grad):
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
        if any(("param_names" in group) != ("param_names" in other) for other in self.param_groups):
            raise ValueError(
                "all optimizer param groups should be with/without names: this one and those "
                "before it differ"
            )
        group = {**group, "params": params}
        group |= {name: value for name, value in self.defaults.items() if name not in group}
        missing = [name for name, value in group.items() if value is required]
        if missing:
            raise ValueError(
                f"parameter group didn't specify a value of required optimization "
                f"parameter {missing}"
            )
        check_group(group)
        param_group.update(group)
        self.param_groups.append(param_group)

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

    @hooked
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
        with quiet():  # a loss that explodes is seen in the numbers; it does not end the program
            for group in self.param_groups:
                self._update(group)
        return loss

    def _captured_parts(self) -> list[Any]:
        """What a captured call relies on, beside its steps, which it calls as they are."""
        return [self.param_groups]

    _counts = False
    """Whether the state of a parameter has its "step"."""

    _varies = False
    """Whether the number of coefficients, and with it the formula, depends on the step."""

    def _takes(self, group: Group) -> tuple[str, ...] | None:
        """The arrays of the state that `_step` takes; None where there is no such formula."""
        return None

    def _coefficients(self, group: Group, t: float) -> Numbers:
        """The numbers of step ``t`` that `_step` takes: from the group's settings alone."""
        raise NotImplementedError

    def _step(self, group: Group, numbers: Numbers, g: Any, *arrays: Any) -> Any:
        """What is taken from a parameter with gradient ``g``; changes the state in place.

        It asks the group only whether something is to be done; every number is in ``numbers``.
        """
        raise NotImplementedError

    def _stepped(self, group: Group, found: list[Found]) -> list[Found]:
        """Step those of the parameters for which the calls are prepared; returns the others."""
        together = self._steppers.get(id(group))
        if together is None or together.group is not group:
            together = self._steppers[id(group)] = Together(self, group)
        return together.step(found)

    @functools.cached_property
    def _steppers(self) -> dict[int, Together]:
        return {}

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
        for before in list(self._state_dict_pre_hooks.values()):
            before(self)
        numbers: dict[Tensor, int] = {}
        groups: list[Group] = []
        for group in self.param_groups:
            for parameter in group["params"]:
                numbers.setdefault(parameter, len(numbers))
            settings = {key: value for key, value in group.items() if key != "params"}
            groups.append({**settings, "params": [numbers[each] for each in group["params"]]})
        state = {numbers.get(key, key): value for key, value in self.state.items()}
        saved: dict[str, Any] = {"state": state, "param_groups": groups}
        for after in list(self._state_dict_post_hooks.values()):
            changed = after(self, saved)
            saved = saved if changed is None else changed
        return saved

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from the state of another optimiser of the same groups; its tensors are copied.

        Raises ValueError where groups or their sizes differ.

        >>> w = nn.Parameter(ones(1))
        >>> optimizer = nn.optim.SGD([w], lr=0.1)
        >>> optimizer.load_state_dict(nn.optim.SGD([w], lr=0.5).state_dict())
        >>> optimizer.param_groups[0]["lr"]
        0.5
        """
        state_dict = dict(state_dict)
        for before in list(self._load_state_dict_pre_hooks.values()):
            changed = before(self, state_dict)
            state_dict = state_dict if changed is None else changed
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
            settings = {key: copy.deepcopy(new[key]) for key in new if key != "params"}
            settings["params"] = group["params"]
            lacking = {key: group[key] for key in ("param_names",) if key in group}
            lacking |= {key: value for key, value in FLAGS.items() if key in self.defaults}
            groups.append({**settings, **{k: v for k, v in lacking.items() if k not in settings}})
        state: dict[Any, dict[str, Any]] = defaultdict(dict)
        for key, values in state_dict["state"].items():
            parameter = known.get(key)
            state[key if parameter is None else parameter] = {
                name: _copied(name, value, parameter) for name, value in values.items()
            }
        self.__setstate__({"state": state, "param_groups": groups})  # as torch: some override it
        for after in list(self._load_state_dict_post_hooks.values()):
            after(self)

    def __getstate__(self) -> dict[str, Any]:
        """Without what a scheduler, or the user, hung on this very object, and without caches."""
        hung = ("step", "_opt_called", "_joined", "_steppers", *KINDS)
        return {key: value for key, value in vars(self).items() if key not in hung}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._begin_hooks()

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for number, group in enumerate(self.param_groups):
            lines += [""] * (number > 0) + [f"Parameter Group {number}"]
            lines += [f"    {key}: {group[key]}" for key in sorted(group) if key != "params"]
        return "\n".join([*lines, ")"])


def _copied(name: str, value: Any, parameter: Tensor | None) -> Any:
    """A copy of a state's value; tensors take the dtype of their parameter, counts do not."""
    if isinstance(value, Mapping):
        return {key: _copied(key, each, parameter) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_copied(name, each, parameter) for each in value)
    if not isinstance(value, Tensor):
        return value
    if parameter is None or name == "step" or not parameter.is_floating_point():
        return value.clone()
    return value.to(parameter.dtype, copy=True)
