"""Models over several accelerators, of which there are none: the model itself, wrapped."""

from __future__ import annotations

from typing import Any

from nn.module import Module

__all__ = ["DataParallel"]


class DataParallel(Module):
    """A model whose batches are divided among accelerators (`torch.nn.DataParallel`).

    Without one it calls the model, as torch does; its state has ``module.`` before the names.

    >>> model = nn.DataParallel(nn.Linear(2, 1))
    >>> list(model.state_dict()), model(zeros(5, 2)).shape
    (['module.weight', 'module.bias'], (5, 1))
    """

    def __init__(
        self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0
    ) -> None:
        super().__init__()
        self.module = module
        self.device_ids: list[Any] = []

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        """What the model returns."""
        return self.module(*inputs, **kwargs)
