"""Sentences on derivatives that are no factors: why a transpose, why a sum."""

from __future__ import annotations

from collections.abc import Mapping

from autograd.operator import Op

PRODUCTS = {
    "outer(g, b)": "`{a}_ij` enters `{y}_i` alone, times `{b}_j`",
    "outer(a, g)": "`{b}_ij` enters `{y}_j` alone, times `{a}_i`",
    "a.T @ g": "`{b}_j` enters every `{y}_i`, times `{a}_ij`: the sum over i of what comes back",
    "g @ b.T": "`{a}_i` enters every `{y}_j`, times `{b}_ij`: the sum over j of what comes back",
}
"""On products of matrices."""

FUNCTIONS = {
    "place": "back at the entries it was taken from, 0 elsewhere",
    "part": "the entries that came from here",
    "onehot": "onehot is 1 at the class of the target and 0 elsewhere",
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


def note_on(formula: str | None, op: Op, names: Mapping[str, str]) -> str:
    """A remark on how the gradient of an operation comes back, empty where none is needed.

    What is mathematics in it stands between backticks.

    >>> from viz.notes import note_on
    >>> note_on("a.T @ g", (ones(2, 2, requires_grad=True) @ ones(2)).grad_fn.op,
    ...         {"a": "W", "b": "x", "y": "z"})
    '`x_j` enters every `z_i`, times `W_ij`: the sum over i of what comes back'
    """
    if formula is None:
        return f"by the rule of {op.name}"
    template = PRODUCTS.get(formula) or OPERATIONS.get(op.name)
    if template is not None:
        return template.format_map(_Names(names))
    for function, note in FUNCTIONS.items():
        if f"{function}(" in formula:
            return note
    if formula.startswith("sum(g"):
        return "summed over the entries that it was repeated for"
    if formula.startswith("g"):
        return "the same for all entries that were put together"
    return ""


class _Names(dict[str, str]):
    """A constant that has no name stays what the operator calls it."""

    def __missing__(self, key: str) -> str:
        return key
