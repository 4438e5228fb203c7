"""Every optimiser of nn.optim: settings to train with, and settings that are refused."""

from __future__ import annotations

from typing import Any, NamedTuple

Settings = dict[str, Any]


class Row(NamedTuple):
    """``refused`` holds settings and what the error, a ValueError, says of them."""

    settings: tuple[Settings, ...]
    refused: tuple[tuple[Settings, str], ...]


RATE = ({"lr": -1}, "Invalid learning rate: -1")
DECAY = ({"weight_decay": -1}, "Invalid weight_decay value: -1")
EPS = ({"eps": -1}, "Invalid epsilon value: -1")
ADAMS = (
    RATE,
    DECAY,
    EPS,
    ({"betas": (-0.1, 0.9)}, "Invalid beta parameter at index 0: -0.1"),
    ({"betas": (0.9, 1.0)}, "Invalid beta parameter at index 1: 1.0"),
)
NESTEROV = "Nesterov momentum requires"

ROWS: dict[str, Row] = {
    "SGD": Row(
        (
            {},
            {"lr": 0.1},
            {"lr": 0.1, "momentum": 0.9},
            {"lr": 0.1, "momentum": 0.9, "dampening": 0.3},
            {"lr": 0.1, "weight_decay": 0.05},
            {"lr": 0.1, "momentum": 0.8, "weight_decay": 0.05, "nesterov": True},
            {"lr": 0.01, "maximize": True, "foreach": True},
            {
                "lr": 0.01,
                "momentum": 0.5,
                "dampening": 0.1,
                "weight_decay": 0.1,
                "maximize": True,
            },
        ),
        (
            RATE,
            DECAY,
            ({"momentum": -1}, "Invalid momentum value: -1"),
            ({"nesterov": True}, NESTEROV),
            ({"nesterov": True, "momentum": 0.9, "dampening": 0.1}, NESTEROV),
        ),
    ),
    "Adam": Row(
        (
            {},
            {"lr": 0.05},
            {"lr": 0.05, "betas": (0.5, 0.7), "eps": 1e-3, "foreach": True},
            {"lr": 0.05, "weight_decay": 0.1},
            {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True},
            {"lr": 0.05, "amsgrad": True},
            {"lr": 0.02, "amsgrad": True, "weight_decay": 0.1, "maximize": True},
        ),
        ADAMS,
    ),
    "AdamW": Row(
        (
            {},
            {"lr": 0.05, "weight_decay": 0.1},
            {"lr": 0.05, "betas": (0.5, 0.7), "eps": 1e-3, "weight_decay": 0},
            {"lr": 0.02, "amsgrad": True, "weight_decay": 0.1, "maximize": True, "foreach": False},
        ),
        ADAMS,
    ),
    "Adamax": Row(
        (
            {},
            {"lr": 0.05, "betas": (0.5, 0.7), "eps": 1e-3},
            {"lr": 0.05, "weight_decay": 0.1, "maximize": True},
        ),
        ADAMS,
    ),
    "NAdam": Row(
        (
            {},
            {"lr": 0.05, "betas": (0.5, 0.7), "eps": 1e-3, "momentum_decay": 0.1},
            {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True},
            {"lr": 0.05, "weight_decay": 0.1, "maximize": True},
        ),
        (*ADAMS, ({"momentum_decay": -1}, "Invalid momentum_decay value: -1")),
    ),
    "RAdam": Row(
        (
            {},
            {"lr": 0.05, "betas": (0.5, 0.9), "eps": 1e-3},
            {"lr": 0.05, "betas": (0.5, 0.5)},
            {"lr": 0.05, "weight_decay": 0.1, "maximize": True},
            {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True},
        ),
        ADAMS,
    ),
    "RMSprop": Row(
        (
            {},
            {"lr": 0.02, "alpha": 0.8, "eps": 1e-3},
            {"lr": 0.02, "momentum": 0.5},
            {"lr": 0.02, "centered": True},
            {
                "lr": 0.02,
                "momentum": 0.5,
                "centered": True,
                "weight_decay": 0.1,
                "maximize": True,
            },
        ),
        (
            RATE,
            DECAY,
            EPS,
            ({"momentum": -1}, "Invalid momentum value: -1"),
            ({"alpha": -1}, "Invalid alpha value: -1"),
        ),
    ),
    "Adagrad": Row(
        (
            {},
            {"lr": 0.1, "lr_decay": 0.1, "initial_accumulator_value": 0.5},
            {"lr": 0.1, "weight_decay": 0.1, "maximize": True, "eps": 1e-3},
        ),
        (
            RATE,
            DECAY,
            EPS,
            ({"lr_decay": -1}, "Invalid lr_decay value: -1"),
            (
                {"initial_accumulator_value": -1},
                "Invalid initial_accumulator_value value: -1",
            ),
        ),
    ),
    "Adadelta": Row(
        (
            {},
            {"lr": 0.5, "rho": 0.5, "eps": 1e-3},
            {"lr": 0.5, "weight_decay": 0.1, "maximize": True},
        ),
        (RATE, DECAY, EPS, ({"rho": 1.5}, "Invalid rho value: 1.5")),
    ),
    "Rprop": Row(
        (
            {},
            {"lr": 0.02, "etas": (0.3, 1.5), "step_sizes": (0.01, 0.03)},
            {"lr": 0.02, "maximize": True},
        ),
        (
            RATE,
            ({"etas": (1.2, 1.5)}, "Invalid eta values: 1.2, 1.5"),
            ({"etas": (0.5, 1.0)}, "Invalid eta values: 0.5, 1.0"),
        ),
    ),
    "ASGD": Row(
        (
            {},
            {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 1},
            {"lr": 0.01, "t0": 5, "weight_decay": 0.1, "maximize": True},
        ),
        (RATE, DECAY),
    ),
    # Settings at which torch beside itself, begun 1e-15 apart, stays together for 50 steps.
    "LBFGS": Row(
        (
            {"lr": 0.5, "max_iter": 3},
            {"max_iter": 4, "max_eval": 3, "history_size": 20},
            {"max_iter": 5, "line_search_fn": "strong_wolfe"},
            {"lr": 0.5, "max_iter": 2, "history_size": 5, "line_search_fn": "strong_wolfe"},
        ),
        (RATE,),
    ),
}
