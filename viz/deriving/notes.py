"""Sentences on derivatives that are no factors: why a transpose, why a sum."""

from __future__ import annotations

from collections.abc import Mapping

from autograd.operator import Op
from viz.deriving.chain_rule import Symbol

PRODUCTS = {
    "outer(g, b)": "`{a}_ij` enters `{y}_i` alone, times `{b}_j`",
    "outer(a, g)": "`{b}_ij` enters `{y}_j` alone, times `{a}_i`",
    "outer(g, x)": "`{w}_ij` enters `{y}_i` alone, times `{x}_j`",
    "a.T @ g": "`{b}_kj` enters every `{y}_ij`, times `{a}_ik`: the sum over i of what comes back",
    "g @ b.T": "`{a}_ik` enters every `{y}_ij`, times `{b}_kj`: the sum over j of what comes back",
    "b @ g.T": "`{a}_ki` enters every `{y}_ij`, times `{b}_kj`: the sum over j of what comes back",
    "a @ g": "`{b}_kj` enters every `{y}_ij`, times `{a}_ki`: the sum over i of what comes back",
    "w.T @ g": "`{x}_j` enters every `{y}_i`, times `{w}_ij`: the sum over i of what comes back",
    "g @ w": "`{x}_kj` enters every `{y}_ki`, times `{w}_ij`: the sum over i of what comes back",
    "g.T @ x": "`{w}_ij` enters `{y}_ki` of every row k, times `{x}_kj`: the sum over k of these",
}
"""On products of matrices."""

VECTORS = {
    "a.T @ g": "`{b}_j` enters every `{y}_i`, times `{a}_ij`: the sum over i of what comes back",
    "g @ b.T": "`{a}_i` enters every `{y}_j`, times `{b}_ij`: the sum over j of what comes back",
}
"""The same where the result is a vector."""

FUNCTIONS = {
    "spread": "spread: the same for all entries that were put together",
    "place": "back at the entries it was taken from, 0 elsewhere",
    "part": "the entries that came from here",
    "onehot": "`onehot(k)` is 1 at entry k and 0 elsewhere",
    "reshape": "in the shape it came in",
    "permute": "in the order it came in",
    "flip": "in the order it came in",
    "sum_to": "summed over the copies",
}
"""On functions that stand in a formula."""

OPERATIONS = {
    "softmax": "every `{y}_i` depends on every `{x}_j`: its derivative is `{y}_i (1 - {y}_i)` for "
    "i = j, else `-{y}_i {y}_j`",
    "log_softmax": "every `{y}_i` depends on every `{x}_j`",
}
"""On operations as a whole."""


def note_on(
    formula: str | None, op: Op, symbols: Mapping[str, Symbol], *, repeated: bool = False
) -> str:
    """A remark on how the gradient of an operation comes back, empty where none is needed.

    ``symbols`` are those of its inputs and its result, by port; ``repeated``: the input and
    the gradient have different numbers of entries. What is mathematics in the remark
    stands between backticks.

    >>> from viz.deriving.notes import note_on
    >>> note_on("place(g)", (ones(2, requires_grad=True)[0]).grad_fn.op, {})
    'back at the entries it was taken from, 0 elsewhere'
    """
    if formula is None:
        return f"by the rule of {op.name}"
    result = symbols["y"].values if "y" in symbols else None
    of_vectors = VECTORS if result is not None and len(result.shape) == 1 else {}
    template = of_vectors.get(formula) or PRODUCTS.get(formula) or OPERATIONS.get(op.name)
    if template is not None:
        return template.format_map(_Names({port: each.name for port, each in symbols.items()}))
    for function, note in FUNCTIONS.items():
        if f"{function}(" in formula:
            return note
    if repeated and formula.startswith("sum(g"):
        return "summed over the entries that it was repeated for"
    return ""


class _Names(dict[str, str]):
    """A constant that has no name stays what the operator calls it."""

    def __missing__(self, key: str) -> str:
        return key
