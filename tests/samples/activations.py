"""Samples: activation functions."""

from collections.abc import Iterator
from typing import Any

from tests.samples.build import A, Dtype, S, Sample, only_here, rough, row, turned


def _samples(
    kinks: tuple[float, ...] = (), variants: tuple[Any, ...] = (), inplace: bool = False
) -> Iterator[Sample]:
    """The shapes that every activation is tried on, then its parameters, on one of them."""
    yield S(A(2, 3, away=kinks))
    yield S(turned(2, 3, away=kinks))
    yield S(A(0))
    yield S(A(away=kinks, low=-4.0, high=4.0))
    yield from (S(A(5, low=-4.0, high=4.0, away=kinks), **each) for each in variants)
    if inplace:
        yield S(A(4, low=-3.0, high=3.0, away=kinks), inplace=True)


def _row(name: str, *given: Any, **options: Any) -> None:
    row(f"nn.functional.{name}", *_samples(*given), **options)


for _name in ("relu", "sigmoid", "tanh"):
    _row(_name, (0.0,), (), _name == "relu")
for _name in ("logsigmoid", "softsign", "tanhshrink"):
    _row(_name, (0.0,))
for _name in ("silu", "mish"):
    _row(_name, (), (), True)
_row("relu6", (0.0, 6.0), (), True)
row(  # torch holds 1/6 in float32 in the gradient, and has no second order
    "nn.functional.hardsigmoid", only_here(*_samples((-3.0, 3.0), (), True))
)
_row("hardswish", (-3.0, 3.0), (), True)
_row("leaky_relu", (0.0,), ({"negative_slope": 0.3},), True)
_row("elu", (0.0,), ({"alpha": 0.3}, {"alpha": -0.3}), True)
_row(
    "celu",
    (0.0,),
    ({"alpha": 0.5}, {"alpha": -2.0}),  # torch rounds 1 / alpha to float32 in the gradient
    True,
    refused=(S(A(2), 0.0), S(A(2), 0.0, inplace=True)),
)
row("celu", _samples((0.0,), ({"alpha": 0.5},)), refused=(S(A(2), 0.0),))
_row("selu", (0.0,), (), True)
row("selu", _samples((0.0,)))
_row("gelu", (), ({"approximate": "tanh"},), refused=(S(A(2), approximate="sigmoid"),))
_row("softplus", (), ({"beta": 3.0}, {"beta": 2.0, "threshold": 3.0}, {"threshold": -1.0}))
_row("softshrink", (-0.5, 0.5), ({"lambd": 1.0}, {"lambd": 0.0}), refused=(S(A(2), -1.0),))
row("hardshrink nn.functional.hardshrink", _samples((-0.5, 0.5), ({"lambd": 1.0}, {"lambd": 0})))
_row(
    "hardtanh",
    (-1.0, 1.0),
    ({"min_val": -2, "max_val": 2.5}, {"min_val": 0.5, "max_val": 0.5}),
    True,
    refused=(S(A(2), 1.0, -1.0),),
)
_THRESHOLDS = (
    S(A(2, 3, away=(0.5,)), 0.5, 9.0),
    S(turned(2, 3, away=(0.0,)), 0, -2),
    S(A(0), 1, 2),
)
row("nn.functional.threshold", *_THRESHOLDS, S(A(3, away=(0.5,)), 0.5, 9.0, inplace=True))
row("threshold", *_THRESHOLDS)
row(
    "prelu nn.functional.prelu",
    S(A(2, 3, away=(0.0,)), A(1)),
    S(A(2, 3, 2, away=(0.0,)), A(3)),
    S(turned(2, 3, away=(0.0,)), A()),
    S(A(4, away=(0.0,)), A(1)),
    S(A(low=-2.0, high=-1.0), A()),
    S(A(low=-2.0, high=-1.0), A(1)),
    S(A(0, 3), A(3)),
    refused=(
        S(A(2, 3), A(2)),
        S(A(2, 3), A(1, 3)),
        S(A(3), A(3)),
        S(A(), A(2)),
        S(A(2, 3), 0.5),
    ),
)
_RANDOM = (
    *_samples((0.0,), ({"lower": 0.1, "upper": 0.5},)),
    *_samples((0.0,), ({"lower": 0.1, "upper": 0.5, "training": True},)),
    S(A(2, 20, away=(0.0,)), training=True),
)
row("rrelu", *_RANDOM, random=True, refused=(S(A(2), 2.0, 1.0),))
row("nn.functional.rrelu", *_RANDOM, S(A(3), training=True, inplace=True), random=True)

for _name in ("softmax", "softmin", "log_softmax"):
    row(
        f"nn.functional.{_name}",
        S(A(4), 0),
        S(A(2, 3), -1),
        S(turned(2, 3, 2), dim=1),
        S(A(2, 3), 1, 3, Dtype("float64")),
        S(A(), 0),
        S(A(0, 3), 1),
        refused=(S(A(2), 1), S(A(2), "0")),
        whole=False,  # torch takes integers where there are none
    )
row(
    "nn.functional.glu",
    S(A(4)),
    S(A(2, 6)),
    S(turned(4, 3), 0),
    S(A(2, 2, 3), dim=-2),
    S(A(0, 2)),
    refused=(S(A(3)), S(A()), S(A(2), 1)),
)
row(
    "nn.functional.gumbel_softmax",
    S(A(4)),
    S(A(2, 3), 0.5),
    *rough(S(A(2, 3), 2.0, True, dim=0)),  # the gradient is that of the soft result
    S(turned(2, 3)),
    S(A(17)),
    random=True,
    refused=(S(A(2), dim=1),),
)

# The in-place forms that are functions.
for _name, _given in (
    ("nn.functional.relu_", ()),
    ("nn.functional.leaky_relu_", (0.3,)),
    ("nn.functional.elu_", (0.3,)),
    ("celu_ nn.functional.celu_", (0.5,)),
    ("selu_ nn.functional.selu_", ()),
    ("nn.functional.hardtanh_", (-0.5, 1.5)),
    ("threshold_ nn.functional.threshold_", (0.0, 9.0)),
    ("rrelu_ nn.functional.rrelu_", (0.1, 0.5, True)),
):
    row(
        _name,
        S(A(2, 3, away=(-0.5, 0.0, 1.5)), *_given),
        S(turned(2, 3, away=(-0.5, 0.0, 1.5)), *_given),
        random="rrelu" in _name,
    )
