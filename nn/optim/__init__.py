"""Optimisers: what changes the parameters along their gradients (`torch.optim`)."""

from nn.optim.adam import Adam
from nn.optim.optimizer import Optimizer
from nn.optim.sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer"]
