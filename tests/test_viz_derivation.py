"""viz.derivation: every term against the engine, the errors, and what is written."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import nn
import viz
from autograd import Tensor, float64, grad, linalg, stack, tensor
from viz import formulas

F = nn.functional


def leaf(data: Any) -> Tensor:
    return tensor(data, dtype=float64, requires_grad=True)


def std() -> tuple[Tensor, dict[str, Tensor]]:
    x1, x2 = leaf(-1.0), leaf(3.0)
    m = (x1 + x2) / 2
    std = (((x1 - m) ** 2 + (x2 - m) ** 2) / 2).sqrt()
    return std, {"x1": x1, "x2": x2, "m": m, "std": std}


def cross_entropy() -> tuple[Tensor, dict[str, Tensor]]:
    z = leaf([1.0, 2.0, 3.0])
    p = z.softmax(0)
    loss = -p.log()[1]
    return loss, {"z": z, "p": p, "L": loss}


def fused_cross_entropy() -> tuple[Tensor, dict[str, Tensor]]:
    z = leaf([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])
    loss = F.cross_entropy(z, tensor([1, 0]))
    return loss, {"z": z, "L": loss}


def neuron() -> tuple[Tensor, dict[str, Tensor]]:
    w, b = leaf([0.5, -1.0]), leaf(0.25)
    x, t = tensor([1.0, 2.0], dtype=float64), tensor(1.0, dtype=float64)
    z = w @ x + b
    a = z.sigmoid()
    loss = (a - t) ** 2 / 2
    return loss, {"w": w, "b": b, "x": x, "t": t, "z": z, "a": a, "L": loss}


def layer() -> tuple[Tensor, dict[str, Tensor]]:
    w, x, b = leaf([[1.0, 2.0], [0.5, -1.0]]), leaf([1.0, -1.0]), leaf(0.1)
    y = ((w @ x + b).tanh() ** 2).mean()
    return y, {"W": w, "x": x, "b": b}


def pieces() -> tuple[Tensor, dict[str, Tensor]]:
    x = leaf([1.0, 2.0, 4.0])
    a, b = x.split([1, 2])
    y = (stack([a[0], b[1]]) * tensor([2.0, 3.0], dtype=float64)).sum() + b.prod() + x.std()
    return y, {"x": x, "a": a, "b": b}


def matrices() -> tuple[Tensor, dict[str, Tensor]]:
    a, b = leaf([[1.0, 2.0], [0.5, -1.0]]), leaf([[0.3], [0.7]])
    y = (a @ b).relu().sum(0).square().sum() + a.t().sum(1).max()
    return y, {"a": a, "b": b}


GRAPHS: list[Callable[[], tuple[Tensor, dict[str, Tensor]]]] = [
    std,
    cross_entropy,
    fused_cross_entropy,
    neuron,
    layer,
    pieces,
    matrices,
]


def array(values: viz.Values | None) -> Any:
    assert values is not None
    assert values.entries is not None
    return np.reshape(np.asarray(values.entries), values.shape)


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.__name__)
class TestEveryTerm:
    def test_is_the_engines(self, graph: Any) -> None:
        y, names = graph()
        done = viz.derivation(y, names=names)
        picture = viz.trace(y, names=names)
        flows = sorted(
            np.ravel(array(edge.contribution)).tolist()
            for edge in picture.edges
            if picture[edge.target].kind != "result"
        )
        written = [term for total in done.totals for term in total.terms]
        assert sorted(np.ravel(array(term.contribution)).tolist() for term in written) == flows
        for term in written:
            if term.local is not None:
                product = array(term.upstream) * array(term.local)
                assert np.allclose(product, array(term.contribution))
            assert term.formula is not None or not term.local

    def test_adds_up_to_the_gradient(self, graph: Any) -> None:
        y, names = graph()
        done = viz.derivation(y, names=names)
        totals = {total.name: total for total in done.totals}
        for total in done.totals:
            parts = [array(term.contribution) for term in total.terms]
            start = 0 if total.seed is None else array(total.seed)
            assert np.allclose(sum(parts, start), array(total.value))
            for term in total.terms:
                if ", " not in term.target:
                    assert term.upstream == totals[term.target].value
        leaves = [tensor for name, tensor in names.items() if name in done.wrt]
        for tensor_, g in zip(leaves, grad(y, leaves, retain_graph=True), strict=True):
            name = next(name for name, each in names.items() if each is tensor_)
            assert np.allclose(array(totals[name].value), g.numpy())

    def test_has_its_numbers_in_both_texts(self, graph: Any) -> None:
        y, names = graph()
        done = viz.derivation(y, names=names)
        text, markdown = done.text(), done.markdown()
        for total in done.totals:
            for number in np.ravel(array(total.value)):
                shown = format(number, ".6g")
                assert shown in text
                assert shown in markdown.replace(r" \cdot 10^{", "e").replace("}", "")

    def test_is_well_formed(self, graph: Any) -> None:
        y, names = graph()
        markdown = viz.derivation(y, names=names).markdown()
        for block in re.findall(r"\$\$(.*?)\$\$", markdown, re.DOTALL):
            assert block.count("{") == block.count("}")
            assert block.count(r"\left") - block.count(r"\leftarrow") == block.count(r"\right")
            assert block.count(r"\begin") == block.count(r"\end")
            assert "$" not in re.sub(r"\\text\{[^{}]*(\{[^{}]*\}[^{}]*)*\}", "", block)
            assert not re.search(r"_\{[^{}]*\}_", block), "two indices"
        assert viz.derivation(y, names=names).markdown() == markdown

    def test_changes_nothing(self, graph: Any) -> None:
        y, names = graph()
        viz.derivation(y, names=names).text()
        assert all(each.grad is None for each in names.values() if each.is_leaf)
        y.backward()


def test_the_standard_deviation_as_it_is_written() -> None:
    y, names = std()
    text = viz.derivation(y, wrt=names["x1"], names=names).text()
    for line in (
        "  x1 = -1",
        "  v1 = x1 + x2 = -1 + 3 = 2",
        "  v3 = v2**2 = (-2)**2 = 4",
        "  std = sqrt(v7) = sqrt(4) = 2",
        "  d std/d v7 = 1 / (2 * std) = 1 / (2 * 2) = 0.25",
        "  m is used twice, in v2 and v4: what comes back from each use is added up.",
        "            = -0.5 * (-1) + 0.5 * (-1)",
        "            = 0.5 + (-0.5)",
        "  d std/d x1 = 0.25 + (-0.25) + (-0.5) = -0.5",
    ):
        assert line in text.splitlines()
    assert "d std/d x2" not in text


def test_several_results_come_back_together() -> None:
    y, names = pieces()
    lines = viz.derivation(y, names=names).text().splitlines()
    assert "          = cat([2], [4, 5]) + 1 * [-0.436436, -0.109109, 0.545545]" in lines
    x = leaf([1.0, 2.0, 4.0])
    text = viz.derivation(x.unbind()[1] * 2, names={"x": x}).text()
    assert "d y/d x = stack(0, d y/d v1, 0) = stack(0, 2, 0) = [0, 2, 0]" in text


def test_a_bias_of_one_row_comes_back_as_it_is() -> None:
    b = leaf([1.0, 2.0])
    y = (tensor([[3.0, 4.0]], dtype=float64) * leaf(1.0) + b).sum()
    text = viz.derivation(y, wrt=b, names={"b": b, "y": y}).text()
    assert "put together" not in text
    (total,) = (
        each for each in viz.derivation(y, wrt=b, names={"b": b}).totals if each.name == "b"
    )
    assert total.terms[0].note == ""


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (
            lambda x: x.sum(1) * x.sum(1)[0].detach(),
            "  d y/d x = spread(d y/d v1, axis=1) = spread([3, 3], axis=1) = [[3, 3], [3, 3]]",
        ),
        (
            lambda x: x.mean(0, keepdim=True).exp() * 0,
            "          = spread([[0, 0]], axis=0) * (1 / 2)",
        ),
        (
            lambda x: x[:, :1].sum(1) * 2,
            "  d y/d v1 = spread(d y/d v2, axis=1) = spread([2, 2], axis=1) = [[2], [2]]",
        ),
        (
            lambda x: x[0] * tensor([[1.0, 2.0]], dtype=float64),
            "  d y/d v1 = sum(d y/d v2 * [[1, 2]], axis=0) = sum([[1, 1]] * [[1, 2]], axis=0)"
            " = [1, 2]",
        ),
        (
            lambda x: x[:, :1] * tensor([[1.0, 2.0]], dtype=float64),
            "  d y/d v1 = sum(d y/d v2 * [[1, 2]], axis=1, keepdims=True)",
        ),
    ],
)
def test_both_sides_have_one_shape(make: Callable[[Tensor], Tensor], line: str) -> None:
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    done = viz.derivation(make(x).sum(), wrt=x, names={"x": x})
    assert line in done.text().splitlines()
    assert "keepdims" not in done.markdown()


def test_rows_have_their_own_mean_and_sum() -> None:
    x = leaf([[1.0, 3.0], [2.0, 6.0]])
    text = viz.derivation((x.var(1) * x.softmax(1)[:, 0]).sum(), names={"x": x}).text()
    assert "v1 = sum((x - spread(mean(x, axis=1), axis=1))**2, axis=1)" in text
    assert "2 * ([[1, 3], [2, 6]] - spread([2, 4], axis=1))" in text
    assert "exp(x) / spread(sum(exp(x), axis=1), axis=1)" in text


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (
            lambda x: F.cross_entropy(x, tensor([2, 0])),
            "y = mean(log(sum(exp(x1), axis=1)) - x1[[0, 1], [2, 0]])",
        ),
        (
            lambda x: F.nll_loss(x, tensor([2, 0])),
            "v1 = -x1[[0, 1], [2, 0]] = -[3, 2] = [-3, -2]",
        ),
        (
            lambda x: F.nll_loss(x, tensor([2, 0])),
            "d y/d x1 = -(d y/d v1)[:, None] * onehot([2, 0])",
        ),
        (lambda x: F.nll_loss(x[0], tensor(2)), "v2 = -v1[2] = -3"),
        (lambda x: F.cross_entropy(x[0], tensor(2)), "y = log(sum(exp(v1))) - v1[2]"),
        (lambda x: F.nll_loss(x[:1], tensor([2])), "v2 = -v1[[0], 2] = -[3] = [-3]"),
    ],
)
def test_a_target_of_each_row(make: Callable[[Tensor], Tensor], line: str) -> None:
    x = leaf([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]])
    assert f"  {line}" in viz.derivation(make(x), names={"x1": x}).text()


def test_a_target_of_each_row_in_latex() -> None:
    x = leaf([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]])
    markdown = viz.derivation(F.nll_loss(x, tensor([2, 0])), names={"x": x}).markdown()
    assert "v_{1} &= -x_{i, t_i} = " in markdown
    assert r"t_{i}\text{ is the target of row i: [2, 0]}" in markdown


@pytest.mark.parametrize(
    ("make", "lines"),
    [
        (lambda x: 0.0 + x ** leaf(2.0), ["  d y/d x1 = d y/d v1 * d v1/d x1 = 1 * 0 = 0",
                                          "      where d v1/d x1 = 0 (by convention)"]),
        (lambda x: x ** leaf(2.0), ["  d y/d x1 = 0", "      (by convention)"]),
        (lambda x: x ** leaf(0.0), ["  d y/d x = 0", "      (by convention)"]),
        (lambda x: 1 * linalg.norm(stack([x, x])), [
            "      where d v2/d v1 = [0, 0] (by convention)"]),
        (lambda x: x.sinc(), ["  y = 1", "  d y/d x = 0", "      (by convention)"]),
        (lambda x: x.abs(), ["  d y/d x = sign(x) = sign(0) = 0"]),
        (lambda x: x.relu(), ["  d y/d x = 1 if x > 0 else 0 = 1 if 0 > 0 else 0 = 0"]),
        (lambda x: x.sqrt(), ["  d y/d x = 1 / (2 * y) = 1 / (2 * 0) = inf"]),
        (lambda x: F.mish(x + 1000), []),
    ],
)  # fmt: skip
def test_what_holds_by_convention(make: Callable[[Tensor], Tensor], lines: list[str]) -> None:
    x = leaf(0.0)
    done = viz.derivation(make(x), names={"x": x})
    text = done.text().splitlines()
    assert [line for line in lines if line not in text] == []
    told = any("(by convention)" in line for line in lines)
    assert told == ("by convention" in done.text())
    assert told == (r"\text{by convention}" in done.markdown())


def test_entries_that_hold_by_convention() -> None:
    x = leaf([[0.0, 0.0], [3.0, 4.0]])
    done = viz.derivation(x.norm(dim=1, keepdim=True).sum(), names={"x": x})
    (term,) = done.totals[-1].terms
    assert term.by_convention == (True, True, False, False)
    lines = done.text().splitlines()
    assert "  d y/d x = [[0, 0], [0.6, 0.8]]" in lines
    assert any("(by convention where spread(d y/d v1, axis=1) * (x /" in line for line in lines)
    assert r"\text{by convention where }\operatorname{spread}" in done.markdown()


def test_paths_by_convention() -> None:
    x, b = leaf(0.0), leaf(2.0)
    text = viz.derivation((x**b) * b, wrt=b, names={"x": x, "b": b}).text()
    assert "  [b -> v1 -> y] = b * 0 = 2 * 0 = 0" in text.splitlines()


def test_paths_multiply_to_the_derivative() -> None:
    y, names = std()
    done = viz.derivation(y, names=names)
    assert {name: len(paths) for name, paths in done.paths.items()} == {"x1": 3, "x2": 3}
    for name, paths in done.paths.items():
        (total,) = (total for total in done.totals if total.name == name)
        assert sum(path.value for path in paths) == pytest.approx(array(total.value).item())
    assert not viz.derivation(cross_entropy()[0]).paths
    x = leaf(1.0)
    y = x
    for _ in range(9):
        y = y + y
    assert not viz.derivation(y).paths


def test_symbols_and_constants() -> None:
    x, y = leaf(2.0), leaf(3.0)
    done = viz.derivation((x * y).exp() / 4)
    assert [step.name for step in done.steps] == ["x1", "x2", "v1", "v2", "y"]
    v1, c = leaf(2.0), tensor(5.0, dtype=float64)
    done = viz.derivation(v1 * c + c, names={"v1": v1, "c": c})
    assert [(step.name, step.operation) for step in done.steps[:2]] == [
        ("c", "constant"),
        ("v1", "given"),
    ]
    assert "y = v2 + c = 10 + 5 = 15" in done.text()


def test_two_values_of_one_name_are_told_apart() -> None:
    a, b = leaf(2.0), leaf(5.0)
    a.name = b.name = "a"
    lines = viz.derivation(a * b).text().splitlines()
    assert lines[-2:] == ["  d y/d a = 5", "  d y/d (a#2) = 2"]
    assert "  y = a * a#2 = 2 * 5 = 10" in lines


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda x: x * 0, "  y = x * 0 = inf * 0 = nan"),
        (lambda x: x**0, "  y = x**0 = inf**0 = 1"),
    ],
)
def test_what_does_not_count_is_written(make: Callable[[Tensor], Tensor], line: str) -> None:
    x = leaf(math.inf)
    lines = viz.derivation(make(x), names={"x": x}).text().splitlines()
    assert line in lines
    assert lines[-1] == "  d y/d x = 0"


def test_by_the_value_itself() -> None:
    x = leaf(2.0)
    assert viz.derivation(x, names={"x": x}).text().splitlines()[-3:] == [
        "",
        "2. Result",
        "  d x/d x = 1",
    ]


def test_a_remark_on_two_terms_stands_once() -> None:
    x, v = leaf(2.0), leaf([3.0, 4.0])
    text = viz.derivation((x * v * x).sum(), wrt=x, names={"x": x, "v": v}).text()
    assert text.count("(summed over the entries that it was repeated for)") == 1


def test_by_an_intermediate_value() -> None:
    y, names = neuron()
    done = viz.derivation(y, wrt=[names["z"]], names=names)
    assert done.wrt == ("z",)
    assert [total.name for total in done.totals] == ["L", "v3", "v2", "a", "z"]


def test_an_operator_without_a_formula() -> None:
    a = leaf([[2.0, 1.0], [1.0, 3.0]])
    q, r = linalg.qr(a)
    done = viz.derivation((q * r).sum(), names={"a": a})
    assert "(by linalg_qr" in done.text()
    assert "(by the rule of linalg_qr)" in done.text()
    assert r"\text{by the rule of linalg\_qr}" in done.markdown()


def test_latex_of_matrices() -> None:
    y, names = matrices()
    markdown = viz.derivation(y, names=names).markdown()
    assert r"b_{kj}\text{ enters every }\left(v_{1}\right)_{ij}\text{, times }a_{ik}" in markdown
    assert r"\left(\frac{\partial y}{\partial v_{6}}\right)^{\top}" in markdown
    assert r"\sum_{\text{axis }0} v_{2}" in markdown


def test_a_weights_own_derivative_is_an_operator_of_its_own() -> None:
    x, w = tensor([[1.0, 2.0], [3.0, 4.0]], dtype=float64), leaf([[0.5, 1.0]])
    (g,) = grad(F.linear(x, w).square().sum(), w, create_graph=True)
    assert g.grad_fn is not None
    assert g.grad_fn.name() == "MmBackward0"
    assert "crossprod" in [vertex.name for vertex in viz.trace(g).vertices]
    lines = viz.derivation(g.sum(), names={"x": x, "w": w}).text().splitlines()
    assert "  v4 = v3.T @ x = [[5], [11]].T @ [[1, 2], [3, 4]] = [[38, 54]]" in lines
    assert "  d y/d v3 = x @ (d y/d v4).T = [[1, 2], [3, 4]] @ [[1, 1]].T = [[3], [7]]" in lines


@pytest.mark.parametrize(
    ("name", "tex", "plain"),
    [
        ("deviation 1", r"\text{deviation 1}", "(deviation 1)**2"),
        ("a$b", r"\text{a\$b}", "a$b"),
        ("</script>", r"\gt", "</script>"),
        ("均值", r"\text{均值}", "均值**2"),
        ("x_{1}", r"\text{x\_\{1\}}", "x_{1}"),
    ],
)
def test_any_name(name: str, tex: str, plain: str) -> None:
    x = leaf(3.0)
    done = viz.derivation(x**2, names={name: x})
    assert tex in done.markdown()
    assert plain in done.text()
    assert "</script>" not in done.markdown()


class TestErrors:
    def test_say_what_to_do(self) -> None:
        x = leaf([1.0, 2.0])
        with pytest.raises(ValueError, match=r"shape \(2,\).*y\.sum\(\)"):
            viz.derivation(x * 2)
        w = leaf(np.ones((3, 4)))
        with pytest.raises(ValueError, match=r"W has shape \(3, 4\).*6 entries.*viz\.trace"):
            viz.derivation((w * 1).sum(), names={"W": w})
        y = leaf(1.0)
        for _ in range(100):
            y = y * 1.01
        with pytest.raises(ValueError, match=r"101 steps, and 60.*detach"):
            viz.derivation(y)

    def test_of_wrt(self) -> None:
        x = leaf(1.0)
        with pytest.raises(ValueError, match=r"is no part of it. It was computed from x"):
            viz.derivation(x * 2, wrt=leaf(1.0), names={"x": x})
        with pytest.raises(ValueError, match="wrt is empty"):
            viz.derivation(x * x, wrt=[])
        with pytest.raises(ValueError, match=r"shape \(2,\).*y\.sum\(\)"):
            viz.derivation(nn.Parameter(tensor([1.0, 2.0])))
        with pytest.raises(ValueError, match="requires no gradient"):
            viz.derivation(x * 2, wrt=tensor(1.0))
        with pytest.raises(TypeError, match="int"):
            viz.derivation(x * 2, wrt=[1])  # type: ignore[list-item]
        with pytest.raises(TypeError, match="not a Tensor"):
            viz.derivation(3)  # type: ignore[arg-type]
        with pytest.raises(RuntimeError, match="does not require grad"):
            viz.derivation(tensor(3.0))

    def test_after_backward(self) -> None:
        x = leaf(2.0)
        y = (x**2).exp()
        y.backward()
        with pytest.raises(RuntimeError, match="retain_graph=True"):
            viz.derivation(y)


@given(st.lists(st.sampled_from("+-*/^sel"), min_size=1, max_size=8), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_random_graphs_of_numbers(operations: list[str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    leaves = [leaf(float(x)) for x in rng.uniform(0.5, 2, 2)]
    values = list(leaves)
    for operation in operations:
        a, b = (values[int(i)] for i in rng.integers(0, len(values), 2))
        values.append({
            "+": lambda a, b: a + b, "-": lambda a, b: a - 2 * b, "*": lambda a, b: a * b,
            "/": lambda a, b: a / (b * b + 1), "^": lambda a, b: a**2, "s": lambda a, b: a.sin(),
            "e": lambda a, b: (a * 0.1).exp(), "l": lambda a, b: (a * a + 1).log(),
        }[operation](a, b))  # fmt: skip
    y = values[-1] + 0 * leaves[0]
    done = viz.derivation(y)
    for total in done.totals:
        parts = [array(term.contribution).item() for term in total.terms]
        start = 0 if total.seed is None else array(total.seed).item()
        assert start + sum(parts) == pytest.approx(array(total.value).item(), nan_ok=True)
    assert done.text()
    assert done.markdown()


def test_numbers_within_a_formula() -> None:
    y, g = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    assert formulas.folded("sum(g * y)", {"g": g, "y": y})[0] == "sum(g * y)"
    text, found = formulas.folded("y * (g - sum(g * y)) + y[1]", {"g": g, "y": y})
    assert text == "y * (g - folded1) + folded2"
    assert [each.item() for each in found.values()] == [11, 2]
