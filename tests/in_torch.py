"""Demos and programs as torch runs them: the same files, with only their imports exchanged."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any
from unittest import mock

from nn.data import k_fold
from tests.oracle import torch


def in_torch(name: str) -> ModuleType:
    """The module ``name``, such as "demos.lenet", made anew on torch, with its package's others.

    ``autograd`` is torch there, with ``grad`` and ``Function``, ``nn`` is torch.nn with
    ``nn.optim`` and ``nn.data`` as torch has them, with our ``k_fold``, which torch lacks. The
    module is nowhere else to be seen.
    """
    data = _module("nn.data", torch.utils.data, k_fold=k_fold)
    nn = _module("nn", torch.nn, optim=torch.optim, data=data)
    exchanged = {
        "autograd": _module(
            "autograd", torch, grad=torch.autograd.grad, Function=torch.autograd.Function
        ),
        "nn": nn,
        "nn.functional": torch.nn.functional,
        "nn.init": torch.nn.init,
        "nn.utils": torch.nn.utils,
        "nn.utils.rnn": torch.nn.utils.rnn,
        "nn.optim": torch.optim,
        "nn.optim.lr_scheduler": torch.optim.lr_scheduler,
        "nn.data": data,
    }
    package = name.rpartition(".")[0]
    if package:  # as if nothing of it had been imported: ``from package import`` asks it first
        exchanged[package] = ModuleType(package)
        exchanged[package].__path__ = importlib.import_module(package).__path__
    with mock.patch.dict(sys.modules, exchanged):
        for loaded in [each for each in sys.modules if each.startswith(f"{package}.")]:
            del sys.modules[loaded]
        return importlib.import_module(name)


def _module(name: str, content: ModuleType, **more: Any) -> ModuleType:
    made = ModuleType(name)
    vars(made).update(vars(content) | more | {"__name__": name})
    return made
