"""viz.formulas: every formula of the table against the engine, and how formulas are written."""

from __future__ import annotations

import ast
import importlib
import math
import pkgutil
import warnings
from collections import defaultdict
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import autograd
import nn
import viz
from autograd import engine, float64, tensor
from autograd.broadcasting import sum_to
from autograd.graph import Leaf, Node, Output
from autograd.operator import Op
from tests.samples import CASES, ROWS
from tests.samples.build import drawn
from tests.samples.calls import call, recorded
from viz import formulas
from viz.formulas import table
from viz.tracing.trace import in_order

KEYS = [*table.ROWS, *table.DEPENDING]
OMITTED = {
    "adjoints, which only serve other operators' derivatives": """
        cross_entropy_backward sum_backward
        adaptive_avg_pool_backward avg_pool_backward max_pool_backward max_pool_pick gather_backward
        gather index_backward index_select_backward take_backward diag_embed unfold_backward
        cumsum_reverse embedding_bag_backward
        as_strided_backward convolution_backward weighted_rows_backward residual recurrence
        cofactors change_of_cofactors _ctc_loss_backward airy_ai_slope""",
    "what they compute is no formula of a line": """
        convolution im2col col2im avg_pool avg_pool1d avg_pool2d avg_pool3d adaptive_avg_pool
        adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d max_pool max_unpool max_unpool1d
        max_pool1d_with_indices max_pool2d_with_indices max_pool3d_with_indices max_unpool2d
        max_unpool3d native_batch_norm native_layer_norm native_group_norm normalized rms_norm
        grid_place grid_one weighted_rows taps embedding_bag ctc_loss cdist linalg_cross gru lstm
        rnn constant_pad_nd once_differentiable custom_view cumprod
        logcumsumexp cummax cummin""",
    "the derivative of a decomposition or of a matrix's function": """
        linalg_cholesky_ex linalg_qr linalg_svd linalg_eigh linalg_lu_factor_ex linalg_ldl_factor_ex
        linalg_ldl_solve linalg_solve_triangular linalg_pinv geqrf
        linalg_matrix_exp linalg_slogdet""",
    "they write values into some places, and their derivatives are read and cleared there": """
        setitem copy_slices select_scatter slice_scatter diagonal_scatter as_strided_scatter
        index_copy index_put index_add put scatter scatter_add scatter_reduce masked_scatter""",
    "they draw random numbers, or pick one of many equal ones": """
        uniform normal exponential cauchy log_normal geometric bernoulli poisson unique
        unique_consecutive""",
    "special functions of any order, whose derivatives are further ones": """
        bessel_j bessel_y modified_bessel_i modified_bessel_k scaled_modified_bessel_i
        scaled_modified_bessel_k spherical_bessel_j special_airy_ai mvlgamma""",
}
"""Operators without a row, and why."""

F = nn.functional


def key_of(op: Op) -> str:
    return f"{op.name}({', '.join(op.inputs)})"


# ---------------------------------------------------------------- evaluating in NumPy


def _function(of: Any) -> Any:
    """One of autograd's functions, for what NumPy lacks."""
    return lambda *args: of(*(tensor(np.asarray(each)) for each in args)).numpy()


def _others(x: Any, axis: Any = None) -> Any:
    """For each entry the product of the others, the slow way."""
    axes = tuple(range(x.ndim)) if axis is None else (axis,) if isinstance(axis, int) else axis
    out = np.empty_like(x)
    for place in np.ndindex(x.shape):
        some = x.copy()
        some[place] = 1
        out[place] = np.prod(some, axis=axes, keepdims=True)[
            tuple(0 if i in axes else n for i, n in enumerate(place))
        ]
    return out


def _reducing(function: Any) -> Any:
    def reduced(x: Any, axis: Any = None) -> Any:
        return function(x, axis=axis, keepdims=True)

    return reduced


def _most(pick: Any, reduced: Any) -> Any:
    """max(a, b) of two, max(x) and max(x, axis) of one."""

    def most(x: Any, *rest: Any, **named: Any) -> Any:
        return pick(x, *rest) if rest else reduced(x, axis=named.get("axis"), keepdims=True)

    return most


SAME = """
    sqrt exp log log2 log10 sin cos tan sinh cosh tanh floor ceil trunc sign abs isnan isfinite
    copysign nextafter flip tril triu
    """.split()  # noqa: SIM905 - so many quoted words would be harder to read
NUMPY = {
    **{name: getattr(np, name) for name in SAME},
    **{name: getattr(np, f"arc{name[1:]}") for name in ("asin", "acos", "atan")},
    **{name: getattr(np, f"arc{name[1:]}") for name in ("asinh", "acosh", "atanh")},
    **{name: _reducing(getattr(np, name)) for name in ("sum", "mean", "prod")},
    **{name: _function(getattr(autograd, name)) for name in ["erf", "erfc", "erfinv", "lgamma"]},
    **{f"{k}{n}": _function(getattr(autograd.special, f"bessel_{k.lower()}{n}"))
       for k in "JY" for n in (0, 1)},
    **{f"{k}{n}": _function(getattr(autograd.special, f"modified_bessel_{k.lower()}{n}"))
       for k in "IK" for n in (0, 1)},
    "atan2": np.arctan2,
    "digamma": _function(autograd.digamma),
    "polygamma": lambda n, x: autograd.polygamma(n, tensor(np.asarray(x))).numpy(),
    "ndtri": _function(autograd.special.ndtri),
    "Phi": _function(autograd.special.ndtr),
    "phi": lambda x: np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softmax": lambda x, axis=None: np.exp(x) / np.sum(np.exp(x), axis=axis, keepdims=True),
    "clamp": lambda x, low, high: np.minimum(np.maximum(x, low), high),
    "max": _most(np.maximum, np.max),
    "min": _most(np.minimum, np.min),
    "norm": lambda x, axis=None: np.sqrt(np.sum(x * x, axis=axis, keepdims=True)),
    "count": _reducing(np.sum),
    "others": _others,
    "round": lambda x, decimals=0: np.round(x, decimals),
    "nan_to_num": np.nan_to_num,
    "inv": np.linalg.inv,
    "det": np.linalg.det,
    "cofactors": lambda a: np.linalg.det(a) * np.linalg.inv(a).T,
    "outer": lambda u, v: u[..., :, None] * v[..., None, :],
    "Gamma": lambda x: np.exp(autograd.lgamma(tensor(x)).numpy()),
    "zeta": _function(autograd.special.zeta),
    "igamma": _function(autograd.special.gammainc),
    "igammac": _function(autograd.special.gammaincc),
    "reshape": np.reshape,
    "permute": np.transpose,
    "transpose": np.swapaxes,
    "unsqueeze": np.expand_dims,
    "squeeze": np.squeeze,
    "expand": np.broadcast_to,
    "sum_to": sum_to,
    "spread": lambda x, axis=None: x,  # reductions keep their axes here
    "diagonal": np.diagonal,
    "cumsum": lambda x, axis=0: np.cumsum(x, axis) if x.ndim else x,
    "cumsum_from_the_end": lambda g, axis=0: (
        np.flip(np.cumsum(np.flip(g, axis), axis), axis) if g.ndim else g
    ),
    "where": np.where,
    "turned": lambda x: x if x.ndim < 2 else np.swapaxes(x, -1, -2),
    "inf": math.inf,
    "nan": math.nan,
    "pi": math.pi,
}  # fmt: skip


class _ToNumPy(ast.NodeTransformer):
    """Python's conditions as NumPy's: a if c else b is where(c, a, b), a < x < b is an and."""

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        self.generic_visit(node)
        return ast.Call(ast.Name("where", ast.Load()), [node.test, node.body, node.orelse], [])

    def visit_Compare(self, node: ast.Compare) -> Any:
        self.generic_visit(node)
        ends = [node.left, *node.comparators]
        pairs = zip(ends, node.ops, ends[1:], strict=False)
        return _joined(ast.BitAnd(), [ast.Compare(a, [op], [b]) for a, op, b in pairs])

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        self.generic_visit(node)
        return _joined(ast.BitOr() if isinstance(node.op, ast.Or) else ast.BitAnd(), node.values)

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        self.generic_visit(node)
        return ast.Call(ast.Name("turned", ast.Load()), [node.value], [])

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        self.generic_visit(node)
        if ast.unparse(node) in ("x[target]", "x[rows, target]"):
            return ast.parse("picked", mode="eval").body
        return node


def _joined(op: ast.operator, parts: list[ast.expr]) -> ast.expr:
    tree = parts[0]
    for each in parts[1:]:
        tree = ast.BinOp(tree, op, each)
    return tree


def evaluate(text: str, names: dict[str, Any]) -> Any:
    """Our own table's formula, in NumPy."""
    tree = ast.fix_missing_locations(ast.Expression(_ToNumPy().visit(formulas.parse(text))))
    with np.errstate(all="ignore"):
        return eval(compile(tree, text, "eval"), {"__builtins__": {}, **NUMPY, **names})


# ------------------------------------------------------------- operations to try it on


@cache
def recorded_operations() -> dict[str, list[Node]]:
    """Operations by key, from the samples of every operator, with all of their results."""
    found: dict[str, list[Node]] = defaultdict(list)
    seen: set[Node] = set()
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the operators' own, which other tests look at
        for module in ("autograd.operator", "autograd.families", "autograd.graph"):
            patch.setattr(f"{module}.SMALL", 10**9)
        with np.errstate(all="ignore"):
            outputs = [
                output
                for name, sample in CASES
                if ROWS[name].grad and sample.floats() and not ROWS[name].random
                for output in recorded(_called(name, sample))
            ] + further()
    for output in outputs:
        root = output._node  # None where a view's history is to be made again
        for vertex in in_order([root]) if root is not None else ():
            if isinstance(vertex, Node) and vertex not in seen:
                seen.add(vertex)
                found[key_of(vertex.op)].append(vertex)
    KEEP.extend(outputs)
    return found


KEEP: list[Any] = []


def _called(name: str, sample: Any) -> Any:
    try:
        return call(autograd, name, drawn(name, sample), [])
    except (NotImplementedError, RuntimeError):
        return ()


def further() -> list[Any]:
    """Programs that reach what no sample does, most of it in second derivatives."""
    rng = np.random.default_rng(5)

    def leaf(*shape: int) -> Any:
        return tensor(rng.uniform(0.2, 1.5, shape), dtype=float64, requires_grad=True)

    made = []
    x = leaf(3, 4)
    losses = [
        F.layer_norm(x, (4,)).square().sum(),
        F.cross_entropy(x, tensor([1, 0, 3])),
        F.cross_entropy(x, tensor([1, 0, 3]), weight=leaf(4).detach()),
        F.cross_entropy(x, tensor([1, 3, 3]), ignore_index=3),
        F.nll_loss(x, tensor([1, 3, 3]), weight=leaf(4).detach()),
        F.gelu(x).sum(),
        x.tanh().square().sum(),
        F.hardtanh(x, 0.5, 1.0).sum(),
        F.relu(x - 0.7).square().sum(),
        F.leaky_relu(x - 0.7).square().sum(),
        (x.log() ** x).sum(),
        *(F.linear(row, x.sin()).square().sum() for row in (x[0], x, x.reshape(3, 1, 4))),
        autograd.div(x, 0.3, rounding_mode="floor").sum() + autograd.div(
            x, leaf(4), rounding_mode="trunc").sum(),
    ]  # fmt: skip
    for loss in losses:
        (first,) = autograd.grad(loss, x, create_graph=True, allow_unused=True)
        made += [loss, first]
    return made


def surroundings(node: Node) -> dict[str, Any]:
    """What stands behind the names of a formula: inputs, result, constants, parameters."""
    names = formulas.facts(node)
    for port, edge in zip(node.op.inputs, node.edges, strict=False):
        if edge is not None:
            names[port] = value_of(edge)
    names["y"] = node.value
    if "weighted" in names:
        x, dim = names["x"], names["dim"]
        at = np.reshape(names["target"], (-1, 1)) if "rows" in names else names["target"]
        ones = np.zeros(x.shape)
        np.put_along_axis(ones, at, 1, dim)
        names["onehot"] = lambda target: ones
        names["picked"] = np.take_along_axis(x, at, dim)
        if "rows" in names:
            names["picked"] = x[names["rows"], names["target"]]
        for each in ("weight", "ignored"):
            if names.get(each) is not None and "rows" not in names:
                names[each] = np.expand_dims(names[each], dim)
    if node.op.name == "cross_entropy_loss":
        x, target = names["x"], np.asarray(names["target"], int)
        if x.ndim == 1:
            target = target.reshape(())
        axis = 1 if x.ndim > 1 else 0
        ones = np.moveaxis(np.eye(x.shape[axis])[target], -1, axis)
        names["onehot"] = lambda target: ones
        names["picked"] = np.sum(x * ones, axis=axis, keepdims=axis == 1)
    if node.op.name == "slice" and "x" in names:
        names["onehot"] = lambda k: np.eye(np.size(names["x"]))[k]
    if "exponent" in names:
        names["exponent"] = np.asarray(names["exponent"], float)
    names["place"] = lambda g, padding=None: placed(node, g, padding)
    return {name: value for name, value in names.items() if value is not None or name != "y"}


def value_of(vertex: Any) -> Any:
    if isinstance(vertex, Output):
        return vertex.value
    return np.asarray(vertex.value)


def placed(node: Node, g: Any, padding: int | None = None) -> Any:
    """Zeros with g where the entries came from: found by sending their numbers through."""
    if padding is not None:
        g = np.where((formulas.facts(node)["index"] == padding)[..., None], 0, g)
    size = math.prod(node.edges[0].shape)
    numbers = np.arange(float(size)).reshape(node.edges[0].shape)
    rest = list(node.params) if node.op.params else []
    others = [formulas.facts(node).get(port) for port in node.op.inputs[1:]]
    places = node.op.kernel(numbers, *others, *rest).astype(int)
    out = np.zeros(size)
    np.add.at(out, places.ravel(), np.broadcast_to(g, places.shape).ravel())
    return out.reshape(numbers.shape)


def expanded(names: dict[str, Any], array: Any) -> Any:
    """A result of a reduction, with the axes that it lost."""
    if "axes" in names and not names.get("keepdim"):
        return np.expand_dims(array, names["axes"])
    if "weighted" in names and "rows" not in names:
        return np.expand_dims(array, names["dim"])
    return array


def known(text: str, names: dict[str, Any]) -> bool:
    """Whether all stands there that a formula of values needs: not every constant is kept."""
    tree = formulas.parse(text)
    called = {each.func.id for each in ast.walk(tree) if isinstance(each, ast.Call)}
    return called <= NUMPY.keys() and formulas.names_in(tree) <= NUMPY.keys() | names.keys()


def usual(node: Node) -> bool:
    """Whether this is one to try: of float64, with entries, finite, and no constant 0."""
    values = [edge.value for edge in node.edges if isinstance(edge, (Leaf, Node))]
    values += [each for each in (node.value,) if each is not None]
    return all(
        each is not None and each.dtype == np.float64 and each.size and np.isfinite(each).all()
        for each in values
    ) and not (node.op.name == "div" and node.params[1:] == (0,))


def close(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=1e-7, atol=1e-9, equal_nan=True))


def wrong(node: Node) -> tuple[list[str], set[str]]:
    """What of this operation's formulas the engine disagrees with, and the inputs tried."""
    problems = []
    tried: set[str] = set()
    names = surroundings(node)
    rng = np.random.default_rng(3)
    if node.op.outputs:
        g: Any = tuple(rng.uniform(0.5, 1.5, shape) for shape in node.shape)
    else:
        g = rng.uniform(0.5, 1.5, node.shape)[()]
    names["g"] = expanded(names, g)
    if names.get("y") is not None:
        names["y"] = expanded(names, names["y"])
    if node.op.outputs:
        names["cat"] = lambda g: np.concatenate(g, names["dim"])
        names["stack"] = lambda g: np.stack(g, names["dim"])
    with np.errstate(all="ignore"):
        flow = engine.contributions(node, g)
    ports = node.op.inputs
    facts = formulas.facts(node)
    text = formulas.expression(node.op.name, ports, facts)
    if text is not None and known(text, names) and not node.op.outputs:
        found = np.asarray(evaluate(text, names))
        if found.size == np.size(node.value):  # in keeping axes we are not like the operator
            found = found.reshape(node.shape)
        if not close(found, node.value):
            problems.append(f"{text} is {found}, not {node.value}")
    for port, edge, expected in zip(ports, node.edges, flow, strict=False):
        if edge is None or expected is None:
            continue
        text = formulas.formula(node.op.name, port, ports, facts)
        if text is None:
            continue
        result = evaluate(text, names)
        tried.add(port)
        if formulas.is_factor(text):
            result = result * names["g"]
        result = np.broadcast_to(result, np.broadcast_shapes(np.shape(result), edge.shape))
        result = sum_to(np.asarray(result, dtype=np.float64), tuple(edge.shape))
        if not close(result, expected):
            problems.append(f"by {port}, {text}: {result}, not {expected}, {names}")
    return problems, tried


def differentiable() -> set[str]:
    """The keys of all operators that stand in a module of autograd's."""
    found = set()
    for package in (autograd.ops, autograd):
        for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for value in vars(importlib.import_module(info.name)).values():
                each = value if isinstance(value, Op) else getattr(value, "op", None)
                if isinstance(each, Op) and each.differentiable:
                    found.add(key_of(each))
    return found


# --------------------------------------------------------------------------- the tests


@pytest.mark.parametrize("key", KEYS)
def test_the_engine_computes_the_same(key: str) -> None:
    operations = list(filter(usual, recorded_operations()[key]))
    tried: set[str] = set()
    for node in operations:
        problems, ports = wrong(node)
        assert not problems
        tried |= ports
    name, _, inputs = key.partition("(")
    ports = tuple(inputs[:-1].split(", "))
    row = table.row(name, ports, formulas.facts(operations[0]))
    assert row is not None
    for port, text in zip(ports, row[1:], strict=True):
        assert text is None or port in tried, f"no sample of {key} tries its derivative by {port}"


def test_facts_are_known_of_every_operation() -> None:
    for operations in recorded_operations().values():
        for node in operations:
            assert isinstance(formulas.facts(node), dict)


@pytest.mark.parametrize("name", table.JOINING)
def test_what_is_joined_comes_apart(name: str) -> None:
    operations = recorded_operations()[f"{name}()"]
    assert operations
    for node in operations:
        assert formulas.formula(name, "0", (), {}) == "part(g)"
        g = np.random.default_rng(1).uniform(0.5, 1.5, node.shape)
        sizes = [math.prod(edge.shape) for edge in node.edges if edge is not None]
        if None in node.edges or not all(sizes):
            continue
        starts = np.cumsum([0, *sizes[:-1]])
        numbers = [
            np.arange(start + 1.0, start + size + 1).reshape(edge.shape)
            for start, size, edge in zip(starts, sizes, node.edges, strict=True)
        ]
        joined = node.op.kernel(*numbers, *node.params)
        for number, back in zip(numbers, engine.contributions(node, g), strict=True):
            part = [g[joined == each].item() for each in number.ravel()]
            assert close(np.asarray(part).reshape(number.shape), back)


def test_every_operator_has_a_row_or_a_reason() -> None:
    omitted = {name for names in OMITTED.values() for name in names.split()}
    there = differentiable()
    rows = {*KEYS, *(f"{name}()" for name in table.JOINING)}
    assert len(there) > 200
    assert not [key for key in table.WORDED if key not in there | recorded_operations().keys()]
    missing = {
        key for key in there - rows if not {key.partition("(")[0], key.replace(" ", "")} & omitted
    }
    assert not missing, f"give {missing} a row in viz/formulas, or a reason here"
    assert not {name for name in omitted if f"{name}(x)" in rows}


@pytest.mark.parametrize(
    ("layer", "shape", "said"),
    [
        (lambda: nn.Conv2d(1, 1, 2), (1, 1, 3, 3), "conv(x, w) + b"),
        (lambda: nn.Conv2d(1, 1, 2, bias=False), (1, 1, 3, 3), "conv(x, w)"),
        (lambda: nn.Conv2d(1, 1, 2).requires_grad_(False), (1, 1, 3, 3), "conv(x, w) + b"),
        (lambda: nn.LayerNorm(3), (2, 3), "(x - mean(x)) / sqrt(var(x) + 1e-05) * weight + bias"),
        (
            lambda: nn.LayerNorm(3, elementwise_affine=False),
            (2, 3),
            "(x - mean(x)) / sqrt(var(x) + 1e-05)",
        ),
        (lambda: nn.MaxPool2d(2), (1, 1, 4, 4), "max_pool(x)"),
    ],
)
def test_what_a_layer_computes(layer: Any, shape: tuple[int, ...], said: str) -> None:
    made = layer()
    y = made(autograd.rand(*shape, requires_grad=True))
    told = [vertex.expression for vertex in viz.trace(y).vertices if vertex.expression]
    assert told[-1] == said


class TestWriting:
    @pytest.mark.parametrize(
        ("formula", "text", "tex"),
        [
            ("1/(2*y)", "1 / (2 * y)", r"\frac{1}{2\,y}"),
            ("a-(b-c)", "a - (b - c)", r"a - \left(b - c\right)"),
            ("a-b-c", "a - b - c", "a - b - c"),
            ("(a+b)*c", "(a + b) * c", r"\left(a + b\right) \cdot c"),
            ("a*-b", "a * (-b)", r"a \cdot \left(-b\right)"),
            ("-a**2", "-a**2", "-a^{2}"),
            ("(-a)**2", "(-a)**2", r"\left(-a\right)^{2}"),
            ("(a/b)**2", "(a / b)**2", r"\left(\frac{a}{b}\right)^{2}"),
            ("(a**b)**c", "(a**b)**c", r"\left(a^{b}\right)^{c}"),
            ("sqrt(a)+exp(b)", "sqrt(a) + exp(b)", r"\sqrt{a} + e^{b}"),
            ("g@b.T", "g @ b.T", r"g\,b^{\top}"),
            ("a.T@(g+h)", "a.T @ (g + h)", r"a^{\top}\,\left(g + h\right)"),
            (
                "1 if x>0 else s",
                "1 if x > 0 else s",
                r"\begin{cases}1 & \text{if } x \gt 0 \\ s & \text{otherwise}\end{cases}",
            ),
            ("2*(1 if x>0 else 0)", "2 * (1 if x > 0 else 0)", None),
            ("x[0, 1:]", "x[0, 1:]", "x_{0, 1:}"),
            ("1e-07*x", "1e-07 * x", r"1 \cdot 10^{-7}\,x"),
        ],
    )
    def test_in_text_and_in_latex(self, formula: str, text: str, tex: str | None) -> None:
        assert formulas.plain(formula) == text
        assert tex is None or formulas.latex(formula) == tex

    @pytest.mark.parametrize(
        ("name", "tex"),
        [
            ("x", "x"),
            ("x1", "x_{1}"),
            ("x_2", "x_{2}"),
            ("mean", r"\mathrm{mean}"),
            ("sigma", r"\sigma"),
            ("w_out", r"w_{\mathrm{out}}"),
            ("deviation 1", r"\text{deviation 1}"),
            ("a$b", r"\text{a\$b}"),
            ("a\\b", r"\text{a}\backslash\text{b}"),
            ("{x}", r"\text{\{x\}}"),
            ("<b>", r"\lt\text{b}\gt"),
            ("均值", r"\text{均值}"),
            ("-2", r"\left(-2\right)"),
            ("1e-07", r"\left(1 \cdot 10^{-7}\right)"),
        ],
    )
    def test_any_name(self, name: str, tex: str) -> None:
        assert formulas.latex("a ** 2", {"a": name}) == f"{tex}^{{2}}"

    def test_numbers_keep_their_sign_together(self) -> None:
        assert formulas.plain("a ** 2 * b", {"a": "-2", "b": "-3"}) == "(-2)**2 * (-3)"
        assert formulas.plain("a - b", {"a": "-2", "b": "-3"}) == "-2 - (-3)"

    @pytest.mark.parametrize(
        ("text", "values", "result"),
        [
            ("b * a ** (b - 1)", {"b": 2}, "2 * a"),
            ("b * a ** (b - 1)", {"b": 3.0}, "3 * a ** 2"),
            ("b * a ** (b - 1)", {"b": 1}, "1"),
            ("b * a ** (b - 1)", {"b": -1}, "-a ** (-2)"),
            ("scale * x", {"scale": 1.0}, "x"),
            ("1 / b", {"b": 2}, "1 / 2"),
            ("(n - c) * y", {"n": 3, "c": 1}, "2 * y"),
            ("a + b", {"b": "c * d"}, "a + c * d"),
            ("sum(x, axis=axes)", {"axes": (0,), "x_shape": (3,)}, "sum(x)"),
            ("sum(x, axis=axes)", {"axes": (0,), "x_shape": (3, 4)}, "sum(x, axis=0)"),
            ("sum(x, axis=axes)", {"axes": (0, 2), "x_shape": (3, 4, 5)}, "sum(x, axis=(0, 2))"),
            ("clamp(x, low, high)", {"low": -math.inf, "high": 1e-3}, "clamp(x, -inf, 0.001)"),
        ],
    )
    def test_what_is_known_is_put_in(self, text: str, values: Any, result: str) -> None:
        assert ast.dump(formulas.parse(formulas.substitute(text, values))) == ast.dump(
            formulas.parse(result)
        )

    @pytest.mark.parametrize(
        "text",
        ["lambda: 1", "[x for x in y]", "a :=", "", "a; b", "-" * 99 + "1", "a" * 9999],
    )
    def test_what_is_no_formula(self, text: str) -> None:
        with pytest.raises(ValueError, match="formula"):
            formulas.plain(text)


def _below(a: ast.expr, b: ast.expr) -> ast.expr:
    return ast.Compare(a, [ast.Lt()], [b])


NAMES = st.sampled_from(["a", "b", "y"]).map(ast.Name)
NUMBERS = st.integers(0, 9).map(ast.Constant)
SIGNED = [ast.Add(), ast.Sub(), ast.Mult(), ast.Div(), ast.Pow(), ast.MatMult()]
TREES = st.recursive(
    NAMES | NUMBERS,
    lambda inner: (
        st.builds(ast.BinOp, inner, st.sampled_from(SIGNED), inner)
        | st.builds(ast.UnaryOp, st.just(ast.USub()), inner)
        | st.builds(
            ast.IfExp,
            st.builds(ast.Compare, inner, st.just([ast.Lt()]), inner.map(lambda x: [x])),
            inner,
            inner,
        )
        | st.builds(ast.Call, st.just(ast.Name("exp")), inner.map(lambda x: [x]), st.just([]))
    ),
    max_leaves=12,
)


@given(TREES)
@settings(max_examples=200, deadline=None)
def test_parentheses_keep_the_meaning(tree: ast.expr) -> None:
    """A formula written and read again is the same one."""
    text = ast.unparse(tree)
    assert ast.dump(formulas.parse(formulas.plain(text))) == ast.dump(formulas.parse(text))
    assert formulas.latex(text).count("{") == formulas.latex(text).count("}")
