"""Neural networks: modules, losses, first values, optimisers, with torch's names and meaning.

>>> model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
>>> optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
>>> loss = nn.MSELoss()(model(ones(5, 3)), zeros(5, 1))
>>> loss.backward()
>>> optimizer.step()
"""

from nn import functional, init, optim
from nn.activation import ReLU, Sigmoid, Tanh
from nn.container import ModuleDict, ModuleList, Sequential
from nn.linear import Flatten, Identity, Linear
from nn.loss import L1Loss, MSELoss
from nn.module import Module
from nn.parameter import Parameter

__all__ = [
    "Flatten",
    "Identity",
    "L1Loss",
    "Linear",
    "MSELoss",
    "Module",
    "ModuleDict",
    "ModuleList",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "functional",
    "init",
    "optim",
]
