"""Formulas written for people as plain text, with the names of this very graph; `tex` for LaTeX."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from viz.formulas.syntax import parse
from viz.words import clean, number

CHOICE, OR, AND, COMPARE, SUM, PRODUCT, MINUS, POWER, ATOM = range(9)
"""How tightly a piece of a formula holds together, the loosest first."""

LONG = 400
"""Names are cut to this many characters: the numbers of an array are a name, too."""

SIGNS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.MatMult: "@",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


def plain(expression: str, names: Mapping[str, str] | None = None) -> str:
    """A formula as one line of text, other names in the place of its own.

    What is put in as a name or number is one thing: a negative number gets parentheses where it
    needs them. Raises ValueError for what is no formula.

    >>> from viz import formulas
    >>> formulas.plain("1 / (2 * y)", {"y": "std"}), formulas.plain("a ** 2", {"a": "-2"})
    ('1 / (2 * std)', '(-2)**2')
    """
    return Plain(names or {}).write(parse(expression))[0]


class Plain:
    """Writes a syntax tree; what it returns is the text and how tightly it holds together."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def write(self, tree: ast.expr) -> tuple[str, int]:
        """The text, and how tightly it holds together."""
        method = getattr(self, f"_{type(tree).__name__.lower()}", None)
        if method is None:
            raise ValueError(f"{type(tree).__name__} has no place in a formula")
        written: tuple[str, int] = method(tree)
        return written

    def within(self, tree: ast.expr, least: int) -> str:
        """In parentheses where it holds together less than ``least``."""
        text, tightness = self.write(tree)
        return text if tightness >= least else self.parentheses(text)

    def parentheses(self, text: str) -> str:
        """The text in parentheses."""
        return f"({text})"

    def _constant(self, tree: ast.Constant) -> tuple[str, int]:
        text = "..." if tree.value is Ellipsis else number(tree.value) if is_number(tree) else None
        return str(tree.value) if text is None else text, ATOM

    def _name(self, tree: ast.Name) -> tuple[str, int]:
        text = clean(self.names.get(tree.id, tree.id), LONG)
        if text.startswith("-"):
            return text, MINUS
        return text, PRODUCT if " " in text and text[0] not in "[(" else ATOM

    def _unaryop(self, tree: ast.UnaryOp) -> tuple[str, int]:
        if not isinstance(tree.op, ast.USub):
            raise ValueError(f"{type(tree.op).__name__} has no place in a formula")
        return f"-{self.within(tree.operand, POWER)}", MINUS

    def _binop(self, tree: ast.BinOp) -> tuple[str, int]:
        if isinstance(tree.op, ast.Pow):
            return self.power(tree.left, tree.right), POWER
        sign = SIGNS.get(type(tree.op))
        if sign is None:
            raise ValueError(f"{type(tree.op).__name__} has no place in a formula")
        level = SUM if sign in "+-" else PRODUCT
        # A minus sign in front of a first factor needs no parentheses: -a * b is (-a) * b.
        left = self.within(tree.left, level)
        right = self.within(tree.right, max(level + 1, POWER if level == PRODUCT else PRODUCT))
        if level == SUM and self.write(tree.right)[0].startswith("-") and right[0] == "-":
            right = self.parentheses(right)
        return self.joined(left, sign, right, tree), level

    def power(self, base: ast.expr, exponent: ast.expr) -> str:
        """A power."""
        return f"{self.within(base, ATOM)}**{self.within(exponent, POWER)}"

    def joined(self, left: str, sign: str, right: str, tree: ast.BinOp) -> str:
        """Two operands with their sign, ``tree`` when they were not written yet."""
        return f"{left} {sign} {right}"

    def _compare(self, tree: ast.Compare) -> tuple[str, int]:
        text = self.within(tree.left, SUM)
        for op, right in zip(tree.ops, tree.comparators, strict=True):
            text += f" {self.sign(SIGNS[type(op)])} {self.within(right, SUM)}"
        return text, COMPARE

    def sign(self, sign: str) -> str:
        """The sign of a comparison."""
        return sign

    def _boolop(self, tree: ast.BoolOp) -> tuple[str, int]:
        either = isinstance(tree.op, ast.Or)
        level = OR if either else AND
        word = self.word("or" if either else "and")
        return word.join(self.within(each, level + 1) for each in tree.values), level

    def word(self, word: str) -> str:
        """``and`` and ``or``."""
        return f" {word} "

    def _ifexp(self, tree: ast.IfExp) -> tuple[str, int]:
        choices, rest = choices_of(tree)
        text = "".join(
            f"{self.within(value, OR)} if {self.within(condition, OR)} else "
            for value, condition in choices
        )
        return text + self.within(rest, OR), CHOICE

    def _call(self, tree: ast.Call) -> tuple[str, int]:
        if not isinstance(tree.func, ast.Name):
            raise ValueError("functions in formulas are called by their name")
        inside = [self.write(each)[0] for each in tree.args]
        inside += [f"{each.arg}={self.write(each.value)[0]}" for each in tree.keywords]
        return f"{tree.func.id}({', '.join(inside)})", ATOM

    def _attribute(self, tree: ast.Attribute) -> tuple[str, int]:
        return f"{self.within(tree.value, ATOM)}.{tree.attr}", ATOM

    def _subscript(self, tree: ast.Subscript) -> tuple[str, int]:
        return f"{self.within(tree.value, ATOM)}[{self.index(tree.slice)}]", ATOM

    def index(self, tree: ast.expr) -> str:
        """What stands between the brackets of an index."""
        if isinstance(tree, ast.Tuple) and tree.elts:
            return ", ".join(self.write(each)[0] for each in tree.elts)
        return self.write(tree)[0]

    def _slice(self, tree: ast.Slice) -> tuple[str, int]:
        ends = ["" if end is None else self.write(end)[0] for end in (tree.lower, tree.upper)]
        step = "" if tree.step is None else f":{self.write(tree.step)[0]}"
        return ":".join(ends) + step, ATOM

    def _tuple(self, tree: ast.Tuple) -> tuple[str, int]:
        words = [self.write(each)[0] for each in tree.elts]
        return f"({', '.join(words)}{',' if len(words) == 1 else ''})", ATOM


def is_number(tree: ast.expr) -> bool:
    """Whether this is a number written out, without a sign."""
    return isinstance(tree, ast.Constant) and type(tree.value) in (int, float)


def choices_of(tree: ast.IfExp) -> tuple[list[tuple[ast.expr, ast.expr]], ast.expr]:
    """Values with their conditions, in order, and what is left: ``a if c else b if d else e``."""
    choices = []
    rest: ast.expr = tree
    while isinstance(rest, ast.IfExp):
        choices.append((rest.body, rest.test))
        rest = rest.orelse
    return choices, rest
