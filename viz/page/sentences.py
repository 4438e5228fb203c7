"""What the page says of a step, of a sum of contributions, of a local derivative."""

from __future__ import annotations

import re

from viz.formulas import is_factor, plain
from viz.formulas.syntax import names_in, parse
from viz.model import Edge, Graph, Vertex
from viz.words import brief, clean, flow, terse

TIMES = "\N{MULTIPLICATION SIGN}"
RESULT, UPSTREAM = "y", "g"
"""What formulas call the result of an operation, and its gradient."""

_ASIDE = 0x561  # Armenian letters, which no formula has
_POWER = re.compile(r"\*\*(\d+)")
_RAISED = str.maketrans(
    "0123456789",
    "\N{SUPERSCRIPT ZERO}\N{SUPERSCRIPT ONE}\N{SUPERSCRIPT TWO}\N{SUPERSCRIPT THREE}"
    "\N{SUPERSCRIPT FOUR}\N{SUPERSCRIPT FIVE}\N{SUPERSCRIPT SIX}\N{SUPERSCRIPT SEVEN}"
    "\N{SUPERSCRIPT EIGHT}\N{SUPERSCRIPT NINE}",
)
_NUMBER = re.compile(r"-?[\d.]+(e[-+]?\d+)?")


def computed(graph: Graph, vertex: Vertex) -> str:
    """How a value came about: ``mean = sum / 2 = 2 / 2 = 1``.

    >>> x = tensor(3.0, requires_grad=True)
    >>> graph = viz.trace(x * 2, names={"x": x})
    >>> computed(graph, graph["x"])
    'x = 3 is given'
    """
    name = clean(vertex.name)
    steps: list[str | None] = [name]
    if vertex.kind != "leaf":
        steps.append(_made(graph, vertex))
    if graph.view == "plan":
        return _equal(*steps) + ("" if vertex.memory is None else f": {clean(vertex.memory)}")
    if vertex.results:
        return f"{_equal(*steps)}: {vertex.results} results"
    if vertex.value is not None and vertex.value.entries is not None:
        if vertex.expression is not None:
            steps.append(in_numbers(graph, vertex, vertex.expression))
        steps.append(brief(vertex.value))
    text = _equal(*steps) + (" is given" if vertex.kind == "leaf" else "")
    if vertex.value is None:
        return f"{text}: shape {vertex.shape}, its value was not kept"
    if vertex.value.entries is None:
        return f"{text}: shape {vertex.shape}, {brief(vertex.value)}"
    return text


def differential(graph: Graph, vertex: Vertex) -> str:
    """The gradient's own name, ``d std / d mean``, or in words where it is not of one output.

    >>> x = tensor(3.0, requires_grad=True)
    >>> graph = viz.trace(x * 2, names={"x": x})
    >>> differential(graph, graph["x"])
    'd mul / d x'
    """
    outputs = [each for each in graph.vertices if each.output]
    if len(outputs) == 1 and outputs[0].seed is not None and brief(outputs[0].seed) == "1":
        return f"d {clean(outputs[0].name)} / d {clean(vertex.name)}"
    return f"gradient of {clean(vertex.name)}"


def total(graph: Graph, vertex: Vertex) -> str:
    """A gradient as the sum of what it is made of: ``+0.5 - 0.5 = 0``.

    >>> x = tensor(3.0, requires_grad=True)
    >>> total(viz.trace(x * x, names={"x": x}), viz.trace(x * x)["v1"])
    '+3 + 3 = 6'
    """
    parts = [] if vertex.seed is None else [vertex.seed]
    parts += [edge.contribution for edge in graph.uses(vertex.id) if edge.contribution is not None]
    gradient = terse(vertex.gradient)
    if vertex.gradient is None or len(parts) < 2:
        return gradient
    words = [terse(part, signed=True) for part in parts]
    if vertex.gradient.entries is None:
        return f"{gradient}, the sum of {', '.join(words[:-1])} and {words[-1]}"
    text = words[0]
    for word in words[1:]:
        text += f" {word[0]} {word[1:]}" if word[0] in "+-" else f" + {word}"
    return f"{text} = {gradient}"


def arrived(graph: Graph, vertex: Vertex) -> str:
    """What a step back says of a vertex: ``d std / d mean = +0.5 - 0.5 = 0``.

    >>> x = tensor(3.0, requires_grad=True)
    >>> graph = viz.trace(x * x, names={"x": x})
    >>> arrived(graph, graph["x"])
    'd mul / d x = +3 + 3 = 6'
    """
    if vertex.results:
        return f"{clean(vertex.name)} hands on what came back to its results"
    name = differential(graph, vertex)
    if vertex.gradient is None:
        return f"{name} is not computed"
    whole = vertex.gradient.entries is not None
    text = f"{name} {'=' if whole else 'has'} {total(graph, vertex)}"
    if vertex.seed is not None:
        text += ": here backward starts"
    return text


def local(graph: Graph, edge: Edge) -> str:
    """The local derivative, as formula and number: ``1 / (2 * std) = 1 / (2 * 2) = 0.25``.

    Empty where neither is known.

    >>> x = tensor(3.0, requires_grad=True)
    >>> graph = viz.trace(x * 2, names={"x": x})
    >>> local(graph, graph.edges[0]).startswith("d mul / d x = ")
    True
    """
    source, target = graph[edge.source], graph[edge.target]
    steps: list[str | None] = []
    if edge.formula is not None:
        formula = substituted(graph, target, edge.formula)
        if not _is_factor(edge.formula):
            return f"contribution = {formula}"
        if edge.local is None or not _NUMBER.fullmatch(formula):
            steps += [formula, in_numbers(graph, target, edge.formula)]
    if edge.local is not None:
        steps.append(terse(edge.local))
    return _equal(f"d {clean(target.name)} / d {clean(source.name)}", *steps) if steps else ""


def product(edge: Edge) -> str:
    """``upstream x local = contribution`` with its numbers.

    >>> product(viz.trace(tensor(3.0, requires_grad=True) * 2).edges[0]).replace(TIMES, "x")
    '1 x 2 = +2'
    """
    return flow(edge, times=TIMES, arrow="\N{RIGHTWARDS ARROW}")


def flowed(graph: Graph, edge: Edge) -> str:
    """What a step back says of an edge: the chain rule, with its numbers.

    >>> x = tensor(3.0, requires_grad=True)
    >>> graph = viz.trace(x * 2, names={"x": x})
    >>> flowed(graph, graph.edges[0]).replace(TIMES, "x")
    'x receives d mul / d mul x d mul / d x = 1 x 2 = +2'
    """
    source, target = graph[edge.source], graph[edge.target]
    name, origin = clean(source.name), clean(target.name)
    if edge.contribution is None:
        return f"{name} receives nothing"
    if edge.local is not None:
        factors = f"{differential(graph, target)} {TIMES} d {origin} / d {name}"
        return f"{name} receives {factors} = {product(edge)}"
    contribution = terse(edge.contribution, signed=True)
    if edge.formula is None:
        return f"{name} receives {contribution} from {origin}"
    how = substituted(graph, target, edge.formula)
    if _is_factor(edge.formula):
        how = f"upstream {TIMES} ({how})" if how != "1" else "upstream"
    return f"{name} receives from {origin} {how}: {contribution}"


def substituted(graph: Graph, vertex: Vertex, formula: str) -> str:
    """A formula in the names of the graph instead of those of the operator's ports.

    >>> x = tensor(3.0, requires_grad=True)
    >>> graph = viz.trace(x * 2, names={"x": x})
    >>> substituted(graph, graph["mul"], "a + 2")
    'x + 2'
    """
    free = _names(formula)
    names = {name: "constant" for name in free or () if len(name) == 1}
    names |= {port: clean(text) for port, text in vertex.constants}
    names |= {RESULT: clean(vertex.name), UPSTREAM: "upstream"}
    names |= {edge.port_name: clean(graph[edge.source].name) for edge in graph.inputs(vertex.id)}
    if free is None:
        return clean(formula)
    # Letters stand for the names while the signs are made those of print.
    aside = {name: chr(_ASIDE + i) for i, name in enumerate(names)}
    text = _printed(plain(formula, aside))
    return text.translate({ord(aside[name]): text for name, text in names.items()})


def in_numbers(graph: Graph, vertex: Vertex, formula: str) -> str | None:
    """A formula with the numbers put in; None where there are none, or other things as well.

    >>> x = tensor(-3.0, requires_grad=True)
    >>> graph = viz.trace(x * 2, names={"x": x})
    >>> in_numbers(graph, graph["mul"], "1 / (a + y)")
    '1 / (-3 + (-6))'
    """
    values = {RESULT: vertex.value}
    values |= {edge.port_name: graph[edge.source].value for edge in graph.inputs(vertex.id)}
    names = _names(formula) or set()
    known = {name: value for name, value in values.items() if name in names and value is not None}
    if not names or known.keys() != names or any(value.shape for value in known.values()):
        return None
    return _printed(plain(formula, {name: brief(value) for name, value in known.items()}))


def _names(formula: str) -> set[str] | None:
    """The names in a formula; None for what is none, as a saved graph may have it."""
    try:
        plain(formula)
        return names_in(parse(formula))
    except ValueError:
        return None


def _is_factor(formula: str) -> bool:
    return _names(formula) is not None and is_factor(formula)


def _printed(text: str) -> str:
    """With the signs of print: powers raised, a cross for times."""
    text = _POWER.sub(lambda m: m[1].translate(_RAISED), text)
    return text.replace(" * ", f" {TIMES} ")


def _equal(*steps: str | None) -> str:
    """The steps of a calculation, none twice in a row: ``sum / 2 = 2 / 2 = 1``."""
    found: list[str] = []
    for step in steps:
        if step is not None and step not in found[-1:]:
            found.append(step)
    return " = ".join(found)


def _made(graph: Graph, vertex: Vertex) -> str:
    """The right side of the equation of a vertex."""
    if vertex.expression is not None:
        return substituted(graph, vertex, vertex.expression)
    edges = graph.inputs(vertex.id)
    inputs = ", ".join(clean(graph[edge.source].name) for edge in edges)
    if vertex.kind == "result" and edges:
        return f"result {edges[0].port} of {inputs}"
    return f"{clean(re.split(r'[ (]', vertex.operation)[0])}({inputs})"
