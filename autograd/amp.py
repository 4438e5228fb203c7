"""Mixed precision, which is not done here: every operation keeps the dtype of its inputs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

from autograd.tensor import Tensor

__all__ = ["GradScaler", "autocast"]

F = TypeVar("F", bound=Callable[..., Any])


class autocast:  # noqa: N801 - torch's name
    """A part of a program that may run in a smaller dtype (`torch.amp.autocast`).

    Here it runs in the dtype of its inputs, which is at least as precise; where ``enabled`` a
    warning says so. Also a decorator.

    >>> with autograd.amp.autocast("cpu", enabled=False):
    ...     ones(2) @ ones(2)
    tensor(2.)
    """

    def __init__(
        self,
        device_type: str = "cuda",
        dtype: Any = None,
        enabled: bool = True,
        cache_enabled: bool | None = None,
    ) -> None:
        if enabled:
            warnings.warn(
                "autocast is disabled here: operations keep the dtype of their inputs; write "
                "enabled=False, or model.half() for a smaller dtype",
                stacklevel=2,
            )

    def __enter__(self) -> autocast:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def __call__(self, function: F) -> F:
        """The function itself: what a decorator leaves."""
        return function


class GradScaler:
    """Scales a loss so that small gradients do not vanish in float16 (`torch.amp.GradScaler`).

    Gradients here are as precise as their parameters, so it leaves all as it is; where
    ``enabled`` a warning says so.

    >>> scaler = autograd.amp.GradScaler("cpu", enabled=False)
    >>> scaler.scale(tensor(3.0))
    tensor(3.)
    """

    def __init__(
        self,
        device: str = "cuda",
        init_scale: float = 65536.0,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        if enabled:
            warnings.warn(
                "GradScaler is disabled here: losses and gradients are not scaled; write "
                "enabled=False",
                stacklevel=2,
            )

    def scale(self, outputs: Any) -> Any:
        """The losses themselves.

        >>> autograd.amp.GradScaler(enabled=False).scale(tensor(3.0))
        tensor(3.)
        """
        return outputs

    def unscale_(self, optimizer: Any) -> None:
        """Nothing: the gradients are not scaled.

        >>> autograd.amp.GradScaler(enabled=False).unscale_(None)
        """

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """The optimiser's step."""
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale: float | Tensor | None = None) -> None:
        """Nothing: the scale is always 1.

        >>> autograd.amp.GradScaler(enabled=False).update()
        """

    def get_scale(self) -> float:
        """1, as in torch where it is disabled.

        >>> autograd.amp.GradScaler(enabled=False).get_scale()
        1.0
        """
        return 1.0

    def is_enabled(self) -> bool:
        """False.

        >>> autograd.amp.GradScaler(enabled=False).is_enabled()
        False
        """
        return False

    def state_dict(self) -> dict[str, Any]:
        """Empty, as in torch where it is disabled.

        >>> autograd.amp.GradScaler(enabled=False).state_dict()
        {}
        """
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Nothing: there is no state.

        >>> autograd.amp.GradScaler(enabled=False).load_state_dict({})
        """
