"""Optimisers: what changes the parameters along their gradients (`torch.optim`)."""

from nn.optim import lr_scheduler, swa_utils
from nn.optim.adam import Adam, Adamax, AdamW
from nn.optim.adam_variants import NAdam, RAdam
from nn.optim.asgd import ASGD
from nn.optim.lbfgs import LBFGS
from nn.optim.optimizer import Optimizer
from nn.optim.rmsprop import Adadelta, Adagrad, RMSprop
from nn.optim.rprop import Rprop
from nn.optim.sgd import SGD

__all__ = [
    "ASGD",
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "lr_scheduler",
    "swa_utils",
]
