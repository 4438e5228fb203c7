"""Parts of a formula put into numbers: sums, means and entries of the arrays that stand in it."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from viz.formulas.syntax import parse


def _softmax(x: Any, axis: Any = None) -> Any:
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


FOLDED: dict[str, Callable[..., Any]] = {
    "sum": np.sum,
    "mean": np.mean,
    "prod": np.prod,
    "max": np.max,
    "min": np.min,
    "norm": lambda x, axis=None: np.sqrt(np.sum(x * x, axis=axis)),
    "softmax": _softmax,
}
"""What is put into numbers where it stands within a formula, of one argument."""

INNER: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "spread": np.expand_dims,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    **{name: getattr(np, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "sign")},
    **{name: getattr(np, f"arc{name[1:]}") for name in ("asin", "acos", "atan", "acosh", "atanh")},
}
BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.true_divide,
    ast.Pow: np.power,
}
COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


def value_of(text: str, values: Mapping[str, Any]) -> Any:
    """What a formula comes to, None where that is not known here, or too large for a number.

    >>> from viz.formulas.numeric import value_of
    >>> value_of("1 / x if x > 0 else x", {"x": np.array([0.5, -3.0])})
    array([ 2., -3.])
    """
    try:
        with np.errstate(all="ignore", over="raise"):
            return _Folding({"pi": np.pi, "inf": np.inf, **values}).value(parse(text))
    except (FloatingPointError, ValueError, TypeError, IndexError):
        return None


def folded(text: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The formula with new names for its sums, means, ... within, and what these come to.

    ``values`` are arrays by the formula's names. A formula that is such a sum itself stays.

    >>> from viz.formulas.numeric import folded
    >>> text, found = folded("y * (g - sum(g * y))", {"g": np.ones(2), "y": np.array([1.0, 2.0])})
    >>> text, found["folded1"].item()
    ('y * (g - folded1)', 3.0)
    """
    tree = copy.deepcopy(parse(text))
    folding = _Folding(values)
    with np.errstate(all="ignore"):
        for field, child in ast.iter_fields(tree):
            if isinstance(child, ast.expr):
                setattr(tree, field, folding.visit(child))
        if isinstance(tree, ast.Call):
            tree.args = [folding.visit(each) for each in tree.args]
    return ast.unparse(tree), folding.found


class _Folding(ast.NodeTransformer):
    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.found: dict[str, Any] = {}

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        return self._named(node) if name in FOLDED or name == "onehot" else self._inside(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        return self._named(node)

    def _inside(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(each) for each in node.args]
        return node

    def _named(self, node: ast.expr) -> ast.expr:
        value = self.value(node)
        if value is None:
            return node
        name = f"folded{len(self.found) + 1}"
        self.found[name] = np.asarray(value)
        return ast.Name(name)

    def value(self, tree: ast.expr) -> Any:
        """What a formula comes to, None where that is not known here."""
        if isinstance(tree, ast.Constant) and type(tree.value) in (int, float):
            return tree.value
        if isinstance(tree, ast.Name):
            return self.values.get(tree.id)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
            value = self.value(tree.operand)
            return None if value is None else np.negative(value)
        if isinstance(tree, ast.BinOp) and type(tree.op) in BINARY:
            pair = self.value(tree.left), self.value(tree.right)
            return None if pair[0] is None or pair[1] is None else BINARY[type(tree.op)](*pair)
        if isinstance(tree, ast.IfExp):
            parts = [self.value(each) for each in (tree.test, tree.body, tree.orelse)]
            return None if any(part is None for part in parts) else np.where(*parts)
        if isinstance(tree, ast.Compare):
            return self._compared(tree)
        if isinstance(tree, ast.BoolOp):
            sides = [self.value(each) for each in tree.values]
            together = np.logical_or if isinstance(tree.op, ast.Or) else np.logical_and
            return None if any(side is None for side in sides) else together.reduce(sides)
        if isinstance(tree, ast.Subscript):
            return self._entry(tree)
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
            named = {str(each.arg): as_index(each.value) for each in tree.keywords}
            return self._called(tree.func.id, tree.args, named)
        return None

    def _compared(self, tree: ast.Compare) -> Any:
        sides = [self.value(each) for each in (tree.left, *tree.comparators)]
        if any(side is None for side in sides):
            return None
        pairs = zip(tree.ops, sides, sides[1:], strict=False)
        return np.logical_and.reduce([COMPARED[type(op)](a, b) for op, a, b in pairs])

    def _called(self, name: str, args: list[ast.expr], named: Mapping[str, Any]) -> Any:
        function = FOLDED.get(name) or INNER.get(name)
        if len(args) != 1 or None in named.values():
            return None
        value = self.value(args[0])
        if value is not None and name == "onehot" and "x" in self.values:
            return np.eye(np.shape(self.values["x"])[-1])[np.asarray(value, int)]
        x = self.values.get("x", 0.0)
        if name == "spread" and np.ndim(value) == np.ndim(x):
            return value  # it has kept its axes
        return None if value is None or function is None else function(value, **named)

    def _entry(self, tree: ast.Subscript) -> Any:
        whole = self.value(tree.value)
        if whole is not None and isinstance(tree.slice, ast.Tuple):
            parts = [self.value(each) for each in tree.slice.elts]
            if parts and all(part is not None for part in parts):  # an entry of each row
                return np.asarray(whole)[tuple(np.asarray(part, int) for part in parts)]
        index = as_index(tree.slice)
        return None if whole is None or index is None else np.asarray(whole)[index]


def as_index(tree: ast.expr) -> int | tuple[int, ...] | None:
    """The whole numbers of an index, or a truth value, None where it has slices or names."""
    try:
        index = ast.literal_eval(tree)
    except ValueError:
        return None
    whole = index if isinstance(index, tuple) else (index,)
    return index if all(type(each) in (int, bool) for each in whole) else None
