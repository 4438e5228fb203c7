"""The table: what every operator computes, and its derivative by each input, as in a calculus book.

A row is ``"name(inputs)": (result, derivative by the first input, by the second, ...)`` in
Python's syntax. The inputs and parameters have the operator's own names (`autograd.ops`), ``y``
is the result, and a condition is Python's ``a if condition else b``. A derivative is a factor for
each entry, or, where ``g`` stands in it, what the gradient ``g`` of the result becomes on its way
back to this input. None: there is no derivative by this input. Where a row depends on parameters
it is a function of them.

Written with these: ``n``, how many entries a reduction puts together; ``axes`` and ``dim``, along
which; ``spread(y, axis=axes)``, what has lost these axes once more for every entry that was put
together, NumPy's ``expand_dims``; ``place(g)``, zeros with ``g`` where its entries came from;
``part(g)``, the entries of ``g`` that came from this input; ``onehot(k)``, 1 at entry k and 0
elsewhere; ``others(x)``, for each entry the product of all others; ``Phi`` and ``phi``, the
standard normal distribution and its density.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from viz.formulas.elementwise import ELEMENTWISE, Row
from viz.formulas.syntax import parse, replaced

Params: TypeAlias = Mapping[str, Any]

_DEVIATION = "(x - spread(mean(x, axis=axes), axis=axes))"
_VARIANCE = f"sum({_DEVIATION} ** 2, axis=axes) / (n - correction)"
_Y = "spread(y, axis=axes)"
_SHARED = f"1 / spread(count(x == {_Y}, axis=axes), axis=axes) if x == {_Y} else 0"

REDUCTIONS: dict[str, Row] = {
    "sum(x)": ("sum(x, axis=axes)", "1"),
    "mean(x)": ("mean(x, axis=axes)", "1 / n"),
    "var(x)": (_VARIANCE, f"2 * {_DEVIATION} / (n - correction)"),
    "std(x)": (f"sqrt({_VARIANCE})", f"{_DEVIATION} / ((n - correction) * {_Y})"),
    "prod(x)": ("prod(x, axis=axes)", "others(x, axis=axes)"),
    "amax(x)": ("max(x, axis=axes)", _SHARED),
    "amin(x)": ("min(x, axis=axes)", _SHARED),
    "logsumexp(x)": ("log(sum(exp(x), axis=axes))", f"exp(x - {_Y})"),
    "softmax(x)": (
        "exp(x) / spread(sum(exp(x), axis=dim), axis=dim)",
        "y * (g - spread(sum(g * y, axis=dim), axis=dim))",
    ),
    "log_softmax(x)": (
        "x - spread(log(sum(exp(x), axis=dim)), axis=dim)",
        "g - exp(y) * spread(sum(g, axis=dim), axis=dim)",
    ),
    "cumsum(x)": ("cumsum(x, axis=dim)", "cumsum_from_the_end(g, axis=dim)"),
}
"""What puts entries together along axes."""

ARRANGING: dict[str, Row] = {
    "reshape(x)": ("reshape(x, shape)", "reshape(g, x_shape)"),
    "view(x)": ("reshape(x, shape)", "reshape(g, x_shape)"),
    "squeeze(x)": ("squeeze(x)", "reshape(g, x_shape)"),
    "unsqueeze(x)": ("unsqueeze(x, dim)", "reshape(g, x_shape)"),
    "t(x)": ("x.T", "g.T"),
    "transpose(x)": ("transpose(x, dim0, dim1)", "transpose(g, dim0, dim1)"),
    "expand(x)": ("expand(x, shape)", "sum_to(g, x_shape)"),
    "flip(x)": ("flip(x, dims)", "flip(g, dims)"),
    "tril(x)": ("tril(x, diagonal)", "tril(g, diagonal)"),
    "triu(x)": ("triu(x, diagonal)", "triu(g, diagonal)"),
    "diagonal(x)": ("diagonal(x, offset, dim1, dim2)", "place(g)"),
    "index(x)": ("x[index]", "place(g)"),
    "masked_select(x)": ("x[index]", "place(g)"),
    "gather(x, index)": ("gather(x, index, axis=dim)", "place(g)", None),
    "index_select(x, index)": ("index_select(x, dim, index)", "place(g)", None),
    "take(x, index)": ("take(x, index)", "place(g)", None),
    "embedding_bag(x, index)": (None, "place(g)", None),
    "sort(x)": ("sort(x, axis=dim)", "place(g)"),
    "topk(x)": ("topk(x, axis=dim)", "place(g)"),
    "kthvalue(x)": ("kthvalue(x, axis=dim)", "place(g)"),
    "mode(x)": ("mode(x, axis=dim)", "place(g)"),
    "roll(x)": ("roll(x, shifts, dims)", "place(g)"),
    "rot90(x)": ("rot90(x, k, dims)", "place(g)"),
    "repeat(x)": ("repeat(x, counts)", "place(g)"),
    "repeat_interleave(x)": ("repeat_interleave(x, count, dim)", "place(g)"),
    "unfold(x)": ("unfold(x, dim, size, step)", "place(g)"),
    "as_strided(x)": ("as_strided(x)", "place(g)"),
    "copy(x, source)": ("source", "0", "1"),
    "fill(x, source)": ("source", "0", "1"),
    "zero(x, source)": ("0", "0", None),
    "split(x)": ("split(x, ends, dim)", "cat(g)"),
    "split_with_sizes(x)": ("split(x, ends, dim)", "cat(g)"),
    "unbind(x)": ("unbind(x, dim)", "stack(g)"),
}
"""What moves entries about and computes nothing."""

MATRICES: dict[str, Row] = {
    "linalg_inv_ex(a)": ("inv(a)", "-y.T @ g @ y.T"),
    "linalg_solve_ex(a, b)": ("inv(a) @ b", "-inv(a).T @ g @ y.T", "inv(a).T @ g"),
}
"""Functions of matrices, the last two dimensions."""

_STANDARDIZED = "(x - mean(x)) / sqrt(var(x) + eps) * weight + bias"

WORDED: dict[str, str] = {
    "convolution(x, w, b)": "conv(x, w) + b",
    **{
        f"native_{kind}_norm(x, weight, bias)": _STANDARDIZED
        for kind in ("batch", "layer", "group")
    },
    "rms_norm(x, weight)": "x / sqrt(mean(x ** 2) + eps) * weight",
    **{f"max_pool{n}d_with_indices(x)": "max_pool(x)" for n in (1, 2, 3)},
    **{f"{kind}avg_pool{n}d(x)": "avg_pool(x)" for kind in ("", "adaptive_") for n in (1, 2, 3)},
    "constant_pad_nd(x)": "pad(x)",
    "cumprod(x)": "cumprod(x, axis=dim)",
    "linalg_cholesky_ex(a)": "cholesky(a)",
    "linalg_matrix_exp(a)": "expm(a)",
}
"""What an operator computes where its derivative is no formula of a line."""

JOINING = {"cat": "cat", "stack": "stack", "block_diag": "block_diag"}
"""Operators of any number of inputs, which come back as the parts of the gradient."""


def _clamp(params: Params) -> Row:
    low, high = (f"{end}" if params.get(end, end) is not None else None for end in ("low", "high"))
    inside = "1 if {} else 0".format(" <= ".join(each for each in (low, "x", high) if each))
    result = f"clamp(x, {low}, {high})"
    if high is None:
        result = "max(x, low)"
    elif low is None:
        result = "min(x, high)"
    below = "1 if x < low else 0" if high is None else "1 if x < low and low < high else 0"
    above = "1 if x > high else 0" if low is None else "1 if x > high or high < low else 0"
    return result, inside, below if low else None, above if high else None


def _logit(params: Params) -> Row:
    if params.get("eps") is None:
        return "log(x / (1 - x))", "1 / (x * (1 - x))"
    kept = "clamp(x, eps, 1 - eps)"
    return f"log({kept} / (1 - {kept}))", "1 / (x * (1 - x)) if eps <= x <= 1 - eps else 0"


def _sinc(params: Params) -> Row:
    if params.get("order", 0):
        return None, None
    return "sin(pi * x) / (pi * x)", "(cos(pi * x) - y) / x"


def _round(params: Params) -> Row:
    return ("round(x, decimals)" if params.get("decimals") else "round(x)"), "0"


def _norm(params: Params) -> Row:
    p = params.get("p")
    if p == 2:
        return "norm(x, axis=axes)", f"x / {_Y}"
    if p == 1:
        return "sum(abs(x), axis=axes)", "sign(x)"
    if p == 0:
        return "count(x != 0, axis=axes)", "0"
    if p in (float("inf"), float("-inf")):
        most = "max" if p > 0 else "min"
        largest = f"abs(x) == {_Y}"
        count = f"spread(count({largest}, axis=axes), axis=axes)"
        shared = f"sign(x) / {count} if {largest} else 0"
        return f"{most}(abs(x), axis=axes)", shared
    return "sum(abs(x) ** p, axis=axes) ** (1 / p)", f"sign(x) * (abs(x) / {_Y}) ** (p - 1)"


def _extreme(name: str) -> Callable[[Params], Row]:
    def row(params: Params) -> Row:
        if "index" in params:
            return f"{name}(x, axis=dim)", "place(g)"
        return f"{name}(x, axis=axes)", _SHARED

    return row


def _embedding(params: Params) -> Row:
    if params.get("by_frequency"):
        return "weight[index]", None, None
    padding = params.get("padding")
    return "weight[index]", f"place(g{'' if padding is None else f', padding={padding}'})", None


OF_TARGETS = frozenset({"cross_entropy_loss", "nll_loss"})
_PICKED = {1: "x[target]", 2: "x[rows, target]"}
"""The score of the target, of one row and of several."""


def _cross_entropy(params: Params) -> Row:
    """Of one target, or a row of scores for each; with weights or ignored targets it is longer."""
    rank = len(params.get("x_shape", (0,)))
    target: Any = params.get("target")
    if rank > 2 or params.get("weight") is not None or np.any(target == params.get("ignore")):
        return None, None, None, None
    axis = ", axis=1" if rank == 2 else ""
    loss = f"log(sum(exp(x){axis})) - {_PICKED[rank]}"
    slope = f"softmax(x{axis}) - onehot(target)"
    if rank == 1:
        return loss, slope, None, None
    if params.get("reduction") == "sum":
        return f"sum({loss})", slope, None, None
    if params.get("reduction") == "none":
        return loss, f"g[:, None] * ({slope})", None, None
    return f"mean({loss})", f"({slope}) / {np.size(target)}", None, None


def _linear(params: Params) -> Row:
    """Of a vector, of rows, or of more dimensions."""
    rank = len(params.get("x_shape", (0, 0)))
    if rank == 1:
        return "w @ x", "w.T @ g", "outer(g, x)"
    return "x @ w.T", "g @ w", "g.T @ x" if rank == 2 else None


def _affine(params: Params) -> Row:
    result, *back = _linear(params)
    return f"{result} + b", *back, "1"


def _nll(params: Params) -> Row:
    """Of one target, or a row of scores for each: with weights, and with some ignored."""
    rank = len(params.get("x_shape", (0,)))
    if rank > 2:
        return None, None
    each = "[:, None]" if rank == 2 else ""
    result, back = f"-{_PICKED[rank]}", f"-g{each} * onehot(target)"
    if params.get("weighted"):
        result, back = f"weight * ({result})", f"weight{each} * ({back})"
    if params.get("ignored") is not None:
        result, back = f"0 if ignored else {result}", f"0 if ignored{each} else {back}"
    return result, back


def _product(params: Params) -> Row:
    """Of vectors (a row on the left, a column on the right), matrices and stacks of them."""
    ranks = tuple(len(params.get(f"{port}_shape", (0, 0))) for port in "ab")
    if ranks == (1, 1):
        return "a @ b", "b", "a"
    if min(ranks) < max(ranks) > 2:  # one matrix for a whole stack: no product says it shortly
        return "a @ b", None, None
    left = "outer(g, b)" if ranks[1] == 1 else "g @ b.T"
    right = "outer(a, g)" if ranks[0] == 1 else "a.T @ g"
    return "a @ b", left, right


def _crossprod(params: Params) -> Row:
    """Of vectors, of rows, or of more dimensions, which are summed over."""
    rank = len(params.get("a_shape", (0, 0)))
    result = {1: "outer(a, b)", 2: "a.T @ b"}.get(rank)
    return result, "b @ g.T", "a @ g"


def _determinant(params: Params) -> Row:
    return "det(a)", "cofactors(a)" if len(params.get("a_shape", (0, 0))) == 2 else None


def _permute(params: Params) -> Row:
    dims = params.get("dims")
    back = sorted(range(len(dims)), key=lambda i: dims[i]) if dims else "dims"
    return "permute(x, dims)", f"permute(g, {tuple(back) if dims else back})"


def _slice(params: Params) -> Row:
    """One entry of a vector is a product with a vector of zeros and a one."""
    if "index" not in params:
        return "x[index]", "place(g)"
    index, shape = params["index"], params.get("x_shape", ())
    if isinstance(index, tuple) and len(index) == 1:
        (index,) = index
    single = type(index) is int and len(shape) == 1
    return f"x[{subscript(index)}]", f"onehot({index % shape[0]})" if single else "place(g)"


def subscript(index: Any) -> str:
    """An index in Python's words; ``index`` where it is an array or otherwise long.

    >>> from viz.formulas.table import subscript
    >>> subscript((0, slice(1, None)))
    '0, 1:'
    """
    words = []
    for each in index if isinstance(index, tuple) else (index,):
        if each is Ellipsis:
            words.append("...")
        elif each is None or isinstance(each, int):
            words.append(str(each))
        elif isinstance(each, slice):
            ends = ["" if end is None else str(end) for end in (each.start, each.stop)]
            step = "" if each.step is None else f":{each.step}"
            words.append(":".join(ends) + step)
        else:
            return "index"
    return ", ".join(words) or "..."


DEPENDING: dict[str, Callable[[Params], Row]] = {
    **{f"{name}(x, low, high)": _clamp for name in ("clamp", "clamp_min", "clamp_max")},
    "logit(x)": _logit,
    "sinc(x)": _sinc,
    "round(x)": _round,
    "linalg_vector_norm(x)": _norm,
    "max(x)": _extreme("max"),
    "min(x)": _extreme("min"),
    "cross_entropy_loss(x, target, weight)": _cross_entropy,
    "linear(x, w)": _linear,
    "linear(x, w, b)": _affine,
    "nll_loss(x)": _nll,
    "embedding(weight, index)": _embedding,
    **{f"{name}(x)": _extreme("median") for name in ("median", "nanmedian")},
    **{f"{name}(a, b)": _product for name in ("mm", "mv", "dot", "bmm")},
    "crossprod(a, b)": _crossprod,
    "linalg_det(a)": _determinant,
    "permute(x)": _permute,
    "slice(x)": _slice,
}
"""Rows that depend on parameters."""

ROWS: dict[str, Row] = {**ELEMENTWISE, **REDUCTIONS, **ARRANGING, **MATRICES}
ROWS["index_fill(x, mask, value)"] = ROWS["masked_fill(x, mask, value)"]
ROWS["celu(x)"] = ROWS["elu(x)"]
ROWS["huber_loss(x)"] = ROWS["smooth_l1_loss(x)"]


def _without_absent(text: str, ports: tuple[str, ...], params: Params) -> str:
    """Without the weight and the bias that a layer does not have, as far as that is known.

    A bias is kept by no rule: where it has no gradient, it is taken for absent beside a weight
    that is trained or absent itself, and for frozen beside a frozen one.
    """
    absent: dict[str, Any] = {}
    if "weight" in params and params["weight"] is None:
        absent["weight"] = 1
    if ports[-1] in ("b", "bias") and f"{ports[-1]}_shape" not in params:
        frozen = params.get(ports[-2]) is not None
        if params and not frozen:
            absent[ports[-1]] = 0
    return ast.unparse(replaced(parse(text), absent)) if absent else text


def row(name: str, ports: tuple[str, ...], params: Params) -> Row | None:
    """The row of an operator with these inputs, None where the table has none.

    >>> from viz.formulas.table import row
    >>> row("mul", ("a", "b"), {})
    ('a * b', 'b', 'a')
    """
    key = f"{name}({', '.join(ports)})"
    if key in WORDED:
        return (_without_absent(WORDED[key], ports, params), *(None for _ in ports))
    depending = DEPENDING.get(key)
    return ROWS.get(key) if depending is None else depending(params)
