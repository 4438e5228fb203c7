"""Formulas written for people: as plain text and as LaTeX, with the names of this very graph."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from viz.formulas.syntax import parse
from viz.words import clean, number

CHOICE, OR, AND, COMPARE, SUM, PRODUCT, MINUS, POWER, ATOM = range(9)
"""How tightly a piece of a formula holds together, the loosest first."""

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
LATEX_SIGNS = {
    "<": r"\lt",
    "<=": r"\le",
    ">": r"\gt",
    ">=": r"\ge",
    "==": "=",
    "!=": r"\ne",
}
FUNCTIONS = {
    "sqrt": r"\sqrt{%s}",
    "exp": "e^{%s}",
    "abs": r"\left|%s\right|",
    "norm": r"\left\lVert %s\right\rVert",
    "floor": r"\left\lfloor %s\right\rfloor",
    "ceil": r"\left\lceil %s\right\rceil",
}
"""LaTeX of functions that have a notation of their own."""

COMMANDS = {
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "log": r"\ln",
    "log2": r"\log_2",
    "log10": r"\log_{10}",
    "sigmoid": r"\sigma",
    "sum": r"\sum",
    "prod": r"\prod",
    "lgamma": r"\ln\Gamma",
    "digamma": r"\psi",
    "Phi": r"\Phi",
    "phi": r"\varphi",
    "Gamma": r"\Gamma",
    "zeta": r"\zeta",
    **{name: rf"\{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min")},
    **{f"{kind}{n}": f"{kind}_{n}" for kind in "IJKY" for n in (0, 1)},
}
"""LaTeX of names of functions; all others stand upright."""

GREEK = frozenset(
    """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau
    upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    """.split()  # noqa: SIM905 - thirty-four quoted words would be harder to read
)
SPECIAL = {
    "\\": r"}\backslash\text{",
    "^": r"}{\wedge}\text{",
    "~": r"}\sim\text{",
    "<": r"}\lt\text{",
    ">": r"}\gt\text{",
    "|": r"}\vert\text{",
    "`": "'",
    **{c: f"\\{c}" for c in "{}$&#%_"},
}
"""Characters of a name that LaTeX, or the Markdown around it, would take for its own."""


def plain(expression: str, names: Mapping[str, str] | None = None) -> str:
    """A formula as one line of text, other names in the place of its own.

    What is put in as a name or number is one thing: a negative number gets parentheses where it
    needs them. Raises ValueError for what is no formula.

    >>> from viz import formulas
    >>> formulas.plain("1 / (2 * y)", {"y": "std"}), formulas.plain("a ** 2", {"a": "-2"})
    ('1 / (2 * std)', '(-2)**2')
    """
    return _Plain(names or {}).write(parse(expression))[0]


def latex(expression: str, names: Mapping[str, str] | None = None) -> str:
    r"""A formula in LaTeX, other names in the place of its own; no dollar signs around it.

    >>> from viz import formulas
    >>> print(formulas.latex("1 / (2 * y)", {"y": "sigma"}))
    \frac{1}{2\,\sigma}
    """
    return _Latex(names or {}).write(parse(expression))[0]


def symbol(name: str) -> str:
    r"""A name in LaTeX, whatever characters it has.

    >>> from viz.formulas.rendering import symbol
    >>> print(symbol("x1"), symbol("mean"), symbol("deviation 1"), symbol("100%"))
    x_{1} \mathrm{mean} \text{deviation 1} \text{100\%}
    """
    name = clean(name)
    if name in GREEK:
        return f"\\{name}"
    parts = re.fullmatch(r"([A-Za-z]+)_?(\d*)", name)
    if parts:
        stem, index = parts.groups()
        word = _word(stem)
        return f"{word}_{{{index}}}" if index else word
    parts = re.fullmatch(r"([A-Za-z]+)_([A-Za-z]+)", name)
    if parts:
        stem, index = parts.groups()
        return f"{_word(stem)}_{{{_word(index)}}}"
    if re.fullmatch(r"-?[\d.]+(e[-+]?\d+)?|[-+\d.e, \[\]]+", name):
        return _power_of_ten(name)
    return rf"\text{{{''.join(SPECIAL.get(c, c) for c in name)}}}".replace(r"\text{}", "")


def _word(word: str) -> str:
    if word in GREEK:
        return f"\\{word}"
    return word if len(word) == 1 else rf"\mathrm{{{word}}}"


def _power_of_ten(text: str) -> str:
    """1e-07 as people write it."""
    return re.sub(
        r"(-?[\d.]+)e([-+]?)0*(\d+)",
        lambda m: rf"{m[1]} \cdot 10^{{{m[2].replace('+', '')}{m[3]}}}",
        text,
    )


class _Plain:
    """Writes a syntax tree; what it returns is the text and how tightly it holds together."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def write(self, tree: ast.expr) -> tuple[str, int]:
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
        return f"({text})"

    def _constant(self, tree: ast.Constant) -> tuple[str, int]:
        text = "..." if tree.value is Ellipsis else number(tree.value) if _is_number(tree) else None
        return str(tree.value) if text is None else text, ATOM

    def _name(self, tree: ast.Name) -> tuple[str, int]:
        text = clean(self.names.get(tree.id, tree.id))
        return text, MINUS if text.startswith("-") else ATOM

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
        return f"{self.within(base, ATOM)}**{self.within(exponent, POWER)}"

    def joined(self, left: str, sign: str, right: str, tree: ast.BinOp) -> str:
        return f"{left} {sign} {right}"

    def _compare(self, tree: ast.Compare) -> tuple[str, int]:
        text = self.within(tree.left, SUM)
        for op, right in zip(tree.ops, tree.comparators, strict=True):
            text += f" {self.sign(SIGNS[type(op)])} {self.within(right, SUM)}"
        return text, COMPARE

    def sign(self, sign: str) -> str:
        return sign

    def _boolop(self, tree: ast.BoolOp) -> tuple[str, int]:
        either = isinstance(tree.op, ast.Or)
        level = OR if either else AND
        word = self.word("or" if either else "and")
        return word.join(self.within(each, level + 1) for each in tree.values), level

    def word(self, word: str) -> str:
        return f" {word} "

    def _ifexp(self, tree: ast.IfExp) -> tuple[str, int]:
        choices, rest = _choices(tree)
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


class _Latex(_Plain):
    """The same in LaTeX."""

    def parentheses(self, text: str) -> str:
        return rf"\left({text}\right)"

    def _constant(self, tree: ast.Constant) -> tuple[str, int]:
        if tree.value is Ellipsis:
            return r"\dots", ATOM
        text = super()._constant(tree)[0]
        return (_power_of_ten(text), ATOM) if _is_number(tree) else (rf"\text{{{text}}}", ATOM)

    def _name(self, tree: ast.Name) -> tuple[str, int]:
        if tree.id == "inf" and "inf" not in self.names:
            return r"\infty", ATOM
        text = symbol(self.names.get(tree.id, tree.id))
        return text, MINUS if text.startswith("-") else PRODUCT if r"\cdot" in text else ATOM

    def power(self, base: ast.expr, exponent: ast.expr) -> str:
        return f"{self.within(base, ATOM)}^{{{self.write(exponent)[0]}}}"

    def _binop(self, tree: ast.BinOp) -> tuple[str, int]:
        if isinstance(tree.op, ast.Div):
            return rf"\frac{{{self.write(tree.left)[0]}}}{{{self.write(tree.right)[0]}}}", PRODUCT
        return super()._binop(tree)

    def within(self, tree: ast.expr, least: int) -> str:
        # A fraction is a factor without parentheses on either side.
        if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div) and least <= POWER:
            return self.write(tree)[0]
        return super().within(tree, least)

    def joined(self, left: str, sign: str, right: str, tree: ast.BinOp) -> str:
        if sign == "@":
            return rf"{left}\,{right}"
        if sign == "*":
            counted = _is_number(tree.left) and not right[0].isdigit()
            return rf"{left}\,{right}" if counted else rf"{left} \cdot {right}"
        return f"{left} {sign} {right}"

    def sign(self, sign: str) -> str:
        return LATEX_SIGNS[sign]

    def word(self, word: str) -> str:
        return rf" \text{{ {word} }} "

    def _ifexp(self, tree: ast.IfExp) -> tuple[str, int]:
        choices, rest = _choices(tree)
        lines = [
            rf"{self.write(value)[0]} & \text{{if }} {self.write(condition)[0]}"
            for value, condition in choices
        ]
        lines.append(rf"{self.write(rest)[0]} & \text{{otherwise}}")
        rows = r" \\ ".join(lines)
        return rf"\begin{{cases}}{rows}\end{{cases}}", PRODUCT

    def _call(self, tree: ast.Call) -> tuple[str, int]:
        if not isinstance(tree.func, ast.Name):
            raise ValueError("functions in formulas are called by their name")
        name = tree.func.id
        below = "".join(self.write(each.value)[0] for each in tree.keywords)
        inside = ", ".join(self.write(each)[0] for each in tree.args)
        if name in FUNCTIONS and not below:
            bracketed = name not in ("sqrt", "exp")
            return FUNCTIONS[name] % inside, ATOM if bracketed else POWER
        if name == "others" and tree.args:
            return rf"\prod_{{j \ne i}} \left({inside}\right)_j", PRODUCT
        command = COMMANDS.get(name) or rf"\operatorname{{{name}}}".replace("_", r"\_")
        if name in ("sum", "prod") and tree.args:
            inside = self.within(tree.args[0], POWER if name == "sum" else ATOM)
            command += f"_{{{below}}}" if below else "_i"
            return rf"{command} {inside}", MINUS
        if name == "onehot":
            return rf"e_{{{inside}}}", POWER
        command += f"_{{{below}}}" if below else ""
        return rf"{command}\left({inside}\right)", POWER

    def _attribute(self, tree: ast.Attribute) -> tuple[str, int]:
        if tree.attr != "T":
            raise ValueError(f"{tree.attr} has no place in a formula")
        return rf"{self.within(tree.value, ATOM)}^{{\top}}", POWER

    def _subscript(self, tree: ast.Subscript) -> tuple[str, int]:
        return rf"{self.within(tree.value, ATOM)}_{{{self.index(tree.slice)}}}", POWER


def _is_number(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Constant) and type(tree.value) in (int, float)


def _choices(tree: ast.IfExp) -> tuple[list[tuple[ast.expr, ast.expr]], ast.expr]:
    """Values with their conditions, in order, and what is left: ``a if c else b if d else e``."""
    choices = []
    rest: ast.expr = tree
    while isinstance(rest, ast.IfExp):
        choices.append((rest.body, rest.test))
        rest = rest.orelse
    return choices, rest
