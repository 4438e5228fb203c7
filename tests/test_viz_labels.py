"""What vertices are called, and what is written for their operations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F
import viz
from autograd import Tensor, float64, tensor
from tests.graphs import leaf


class TestOperations:
    def label(self, y: Tensor) -> str:
        return viz.trace(y).vertices[-1].operation

    @pytest.mark.parametrize(
        ("formula", "label"),
        [
            (lambda x: x / 2, "div 2"),
            (lambda x: x**2, "pow 2"),
            (lambda x: 1 - x, "sub(1, _)"),
            (lambda x: 2.0**x, "pow(2, _)"),
            (lambda x: x * 1e-7, "mul 1e-07"),
            (lambda x: x.clamp(0, 1), "clamp(_, 0, 1)"),
            (lambda x: x.clamp(0), "clamp 0"),
            (lambda x: x.clamp(max=1), "clamp(_, None, 1)"),
            (lambda x: x * tensor(5.0, dtype=float64), "mul 5"),
            (lambda x: x + tensor(5.0, dtype=float64), "add constant"),  # nobody keeps it
            (lambda x: x * x, "mul"),
        ],
    )
    def test_of_a_number(self, formula: Any, label: str) -> None:
        assert self.label(formula(leaf(3.0))) == label

    def test_of_writing_to_a_part(self) -> None:
        y = leaf([1.0, 2.0, 3.0]) * 2
        y[0] = 5
        assert self.label(y) == "setitem constant at 0"
        y[1:] = y[:2].clone()
        assert self.label(y) == "setitem at 1:"

    @pytest.mark.parametrize(
        ("formula", "label"),
        [
            (lambda x: x.sum(), "sum"),
            (lambda x: x.sum(0), "sum axes=(0,)"),
            (lambda x: x.var(), "var correction=1"),
            (lambda x: x.mean(1, keepdim=True), "mean axes=(1,), keepdim=True"),
            (lambda x: x.reshape(3, 2), "reshape (3, 2)"),
            (lambda x: x[0, 1:], "slice (0, 1:)"),
            (lambda x: x[..., ::2], "slice (..., ::2)"),
            (lambda x: x[tensor([1, 0])], "index [1, 0]"),
            (lambda x: x * np.ones((2, 3)), "mul [[1, 1, 1], [1, 1, 1]]"),
            (lambda x: x.expand(4, 2, 3) * np.ones((4, 2, 3)), "mul constant (4, 2, 3)"),
            (lambda x: x.double().to(autograd.float32), "to float32"),
            (lambda x: autograd.cat([x, x]), "cat dim=0"),
        ],
    )
    def test_of_a_matrix(self, formula: Any, label: str) -> None:
        assert self.label(formula(leaf(np.arange(6.0).reshape(2, 3)))) == label

    @pytest.mark.parametrize(
        ("formula", "label"),
        [
            (lambda x: F.conv2d(x, x[:, :, :3, :3]), "conv2d 3x3"),
            (
                lambda x: F.conv2d(x, x[..., :3, :2], stride=2, padding=1),
                "conv2d 3x2 stride 2 padding 1",
            ),
            (
                lambda x: F.conv2d(x, x[:, :1, :2, :2], dilation=(1, 2), groups=2),
                "conv2d 2x2 dilation 1x2 groups 2",
            ),
            (lambda x: F.conv2d(x.detach(), x[:, :, :2, :2]), "conv2d 2x2"),
            (lambda x: F.conv_transpose2d(x, x[..., :2, :2]), "conv_transpose2d 2x2"),
            (lambda x: F.max_pool2d(x, 2), "max_pool2d 2x2"),
            (lambda x: F.max_pool2d(x, 3, 2, 1), "max_pool2d 3x3 stride 2 padding 1"),
            (lambda x: F.avg_pool2d(x, 2, 1), "avg_pool2d 2x2 stride 1"),
            (lambda x: F.adaptive_avg_pool2d(x, 2), "adaptive_avg_pool2d 2x2"),
            (lambda x: F.interpolate(x, scale_factor=2), "upsample_nearest2d"),
            (lambda x: F.pad(x, (1, 1, 1, 1), mode="reflect"), "reflection_pad2d"),
            (lambda x: x.permute(0, 2, 1, 3), "permute (0, 2, 1, 3)"),
            (lambda x: x.transpose(1, 3), "transpose (1, 3)"),
            (lambda x: x[0, 0].t(), "t"),
            (lambda x: x.softmax(1), "softmax dim=1"),
            (lambda x: x.sort()[0], "sort dim=3"),
            (lambda x: autograd.stack([x, x], 1), "stack dim=1"),
            (lambda x: F.elu(x, 0.5), "elu alpha=0.5"),
            (lambda x: x.reshape(*[1] * 20, -1), "reshape (1, 1, 1, 1, 1, 1, 1, 1, ...)"),
        ],
    )
    def test_of_a_picture(self, formula: Any, label: str) -> None:
        assert self.label(formula(leaf(np.arange(64.0).reshape(2, 2, 4, 4)))) == label

    @pytest.mark.parametrize("name", ["t", "transpose", "convolution", "elu", "cat", "exp", "mul"])
    def test_of_a_function_that_is_called_as_an_operator(self, name: str) -> None:
        class Base(autograd.Function):
            @staticmethod
            def forward(ctx: Any, x: Tensor, scale: float) -> Tensor:
                return x * scale

            @staticmethod
            def backward(ctx: Any, *g: Tensor) -> Any:
                return g[0], None

        graph = viz.trace(type(name, (Base,), {}).apply(leaf(1.0), 2.0))
        assert graph.vertices[-1].operation == name
        assert graph.edges[0].formula is None
        assert graph.vertices[-1].expression is None

    def test_of_a_loss(self) -> None:
        loss = F.cross_entropy(leaf(np.eye(3)), tensor([0, 2, 1]))
        _, vertex, *_ = viz.trace(loss).vertices
        assert vertex.name == "cross_entropy_loss"
        assert vertex.operation == "cross_entropy_loss [0, 2, 1]"

    def test_a_constant_with_a_name(self) -> None:
        x, scale = leaf([1.0, 2.0]), tensor([3.0, 4.0], dtype=float64)
        graph = viz.trace(x * scale, names={"scale": scale})
        assert graph.vertices[-1].operation == "mul scale"


class TestNames:
    def test_locals(self) -> None:
        x = leaf(1.0)
        y = x.exp()
        _hidden = y  # a better name for the same tensor goes first
        graph = viz.trace(y, names=locals())
        assert [vertex.name for vertex in graph.vertices] == ["x", "y"]

    def test_the_tensors_own(self) -> None:
        x = leaf(1.0)
        x.name = "weight"
        y = x.exp()
        y.name = "result"
        graph = viz.trace(y)
        assert [vertex.name for vertex in graph.vertices] == ["weight", "result"]

    def test_made_ones(self) -> None:
        a, b = leaf(1.0), leaf(2.0)
        graph = viz.trace((a * b) * (a + b), names={"mul#1": b})
        names = [vertex.name for vertex in graph.vertices]
        assert names == ["leaf 1", "mul#1", "mul#2", "add", "mul#3"]

    def test_of_parameters(self) -> None:
        model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
        head = nn.Linear(1, 1)
        x = leaf([1.0]).float()
        named = {"first": model[0].weight}
        names = [vertex.name for vertex in viz.trace(model(x), names=named).vertices]
        assert names[2] == "first"  # the user's name goes before the path
        assert [name for name in names if "bias" in name] == ["0.bias", "1.bias"]
        names = [vertex.name for vertex in viz.trace(head(model(x))).vertices]
        assert [name for name in names if "bias" in name] == [
            "Sequential.0.bias",
            "Sequential.1.bias",
            "Linear.bias",
        ]

    def test_the_wrong_way_around(self) -> None:
        x = leaf(1.0)
        for names in ({x: "x"}, [x], "x"):
            with pytest.raises(TypeError, match="must map names to tensors"):
                viz.trace(x.exp(), names=names)  # type: ignore[arg-type]

    def test_unknown(self) -> None:
        with pytest.raises(KeyError, match="there are leaf 1, exp"):
            viz.trace(leaf(1.0).exp())["nobody"]
