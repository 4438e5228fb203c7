"""Formulas as Python's own syntax trees: reading them, putting in what is known, simplifying."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import Any

LONGEST = 4000
"""Formulas are at most so many characters long ..."""

DEEPEST = 60
"""... and nested so deep, which keeps what reads them from recursing far."""

_KINDS = (
    ast.Expression,
    ast.Constant,
    ast.Name,
    ast.UnaryOp,
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Call,
    ast.keyword,
    ast.Attribute,
    ast.Subscript,
    ast.Slice,
    ast.Tuple,
    ast.operator,
    ast.unaryop,
    ast.boolop,
    ast.cmpop,
    ast.expr_context,
)


def parse(expression: str) -> ast.expr:
    """The syntax tree of a formula.

    Raises ValueError for what is no formula: too long, nested too deep, or with syntax that
    formulas do not have, such as a lambda.

    >>> from viz.formulas.syntax import parse
    >>> type(parse("a * b")).__name__
    'BinOp'
    """
    if len(expression) > LONGEST:
        raise ValueError(
            f"a formula of {len(expression)} characters is too long; {LONGEST} are allowed"
        )
    try:
        tree = ast.parse(expression, mode="eval").body
    except (SyntaxError, MemoryError, RecursionError, ValueError) as error:
        raise ValueError(f"{expression[:80]!r} is not a formula: {error}") from None
    level: list[ast.AST] = [tree]
    depth = 0
    while level:
        depth += 1
        for node in level:
            if not isinstance(node, _KINDS):
                raise ValueError(
                    f"{expression[:80]!r}: {type(node).__name__} has no place in a formula"
                )
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if depth > DEEPEST:
            raise ValueError(f"a formula may be nested {DEEPEST} deep, and this one is deeper")
    return tree


def names_in(tree: ast.expr) -> set[str]:
    """The names in a formula, without those of functions.

    >>> from viz.formulas.syntax import names_in, parse
    >>> sorted(names_in(parse("exp(a) * b")))
    ['a', 'b']
    """
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called
    }


def as_tree(value: Any) -> ast.expr | None:
    """A number, a tuple of integers or None as a formula; None for all else.

    >>> from viz.formulas.syntax import as_tree
    >>> import ast
    >>> ast.unparse(as_tree(-2.0))
    '-2'
    """
    if isinstance(value, ast.expr):
        return value
    if isinstance(value, bool):
        return ast.Constant(value)
    if isinstance(value, int):
        return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))
    if isinstance(value, float):
        if math.isnan(value):
            return ast.Name("nan")
        if math.isinf(value):
            unsigned: ast.expr = ast.Name("inf")
        else:
            size = abs(value)
            unsigned = ast.Constant(int(size) if size.is_integer() and size < 1e9 else size)
        return unsigned if value >= 0 else ast.UnaryOp(ast.USub(), unsigned)
    if isinstance(value, tuple) and all(type(each) is int for each in value):
        return ast.Tuple([as_tree(each) or ast.Constant(0) for each in value])
    if getattr(value, "shape", None) == () and value.dtype.kind in "fiu":
        return as_tree(value.item())
    return None


def replaced(tree: ast.expr, values: Mapping[str, Any], *, vanishing: bool = True) -> ast.expr:
    """The formula with numbers and formulas in the place of names, simplified.

    Not ``vanishing``, what is multiplied by 0 or raised to 0 is still written: what a result was
    computed from is told also where it does not count, and 0 times an infinity is no 0.

    >>> from viz.formulas.syntax import parse, replaced
    >>> import ast
    >>> ast.unparse(replaced(parse("b * a ** (b - 1)"), {"b": 2}))
    '2 * a'
    """
    result: ast.expr = _Replacing(values, vanishing).visit(tree)
    return result


class _Replacing(ast.NodeTransformer):
    """Puts in what is known, and folds what then is a number, from the leaves up."""

    def __init__(self, values: Mapping[str, Any], vanishing: bool) -> None:
        self.values = values
        self.vanishing = vanishing

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.values:
            return node
        return as_tree(self.values[node.id]) or node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        args: list[ast.expr] = [self.visit(each) for each in node.args]
        if _is_spread(node) and any(self._is_all(each.value) for each in node.keywords):
            return args[0]  # one number goes with every entry as it is
        keywords = [
            ast.keyword(each.arg, _single(self.visit(each.value)))
            for each in node.keywords
            if not self._is_all(each.value)
        ]
        return ast.Call(node.func, args, keywords)

    def _is_all(self, along: ast.expr) -> bool:
        """Whether these are all axes there are, which goes without saying."""
        if not isinstance(along, ast.Name) or not {along.id, "x_shape"} <= self.values.keys():
            return False
        axes = self.values[along.id]
        return (len(axes) if isinstance(axes, tuple) else 1) >= len(self.values["x_shape"])

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        left, right = self.visit(node.left), self.visit(node.right)
        whole = ast.BinOp(left, node.op, right)
        if not self.vanishing and _vanishes(left, node.op, right):
            return whole
        return _folded(left, node.op, right) or whole

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        operand: ast.expr = self.visit(node.operand)
        if isinstance(node.op, ast.USub):
            if isinstance(operand, ast.UnaryOp) and isinstance(operand.op, ast.USub):
                return operand.operand
            if _value(operand) == 0:
                return operand
        return ast.UnaryOp(node.op, operand)


def _is_spread(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "spread"


def _single(tree: ast.expr) -> ast.expr:
    """One axis without the brackets of several."""
    return tree.elts[0] if isinstance(tree, ast.Tuple) and len(tree.elts) == 1 else tree


def _value(tree: ast.expr) -> float | int | None:
    """The number that a formula is, None where it is more than a number."""
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        inner = _value(tree.operand)
        return None if inner is None else -inner
    if isinstance(tree, ast.Constant) and type(tree.value) in (int, float):
        return tree.value  # type: ignore[return-value]  # the line above says so
    return None


def _vanishes(left: ast.expr, op: ast.operator, right: ast.expr) -> bool:
    """Whether one side makes the other, which is more than a number, count no more."""
    a, b = _value(left), _value(right)
    if isinstance(op, ast.Mult):
        return (a == 0 and b is None) or (b == 0 and a is None)
    return isinstance(op, ast.Pow) and b == 0 and a is None


def _folded(left: ast.expr, op: ast.operator, right: ast.expr) -> ast.expr | None:
    """What a calculus student would leave out: factors of 1, terms of 0, sums of numbers."""
    a, b = _value(left), _value(right)
    if isinstance(op, ast.Mult):
        if a == 0 or b == 0:
            return ast.Constant(0)
        if a == 1:
            return right
        if b == 1:
            return left
        if a == -1:
            return ast.UnaryOp(ast.USub(), right)
        if b == -1:
            return ast.UnaryOp(ast.USub(), left)
    elif isinstance(op, ast.Div):
        if b == 1:
            return left
        if a == 0 and b is not None and b != 0:
            return ast.Constant(0)
    elif isinstance(op, ast.Pow):
        if b == 1:
            return left
        if b == 0:
            return ast.Constant(1)
    elif isinstance(op, ast.Add):
        if a == 0:
            return right
        if b == 0:
            return left
    elif isinstance(op, ast.Sub):
        if b == 0:
            return left
        if a == 0:
            return ast.UnaryOp(ast.USub(), right)
    if a is None or b is None:
        return None
    return _number(a, op, b)


def _number(a: float, op: ast.operator, b: float) -> ast.expr | None:
    """Two numbers put together where that is short and exact; a fraction stays one."""
    if isinstance(op, ast.Add):
        result = a + b
    elif isinstance(op, ast.Sub):
        result = a - b
    elif isinstance(op, ast.Mult):
        result = a * b
    else:
        return None
    return as_tree(result) if len(repr(result)) <= 8 else None
