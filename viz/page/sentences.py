"""What the page says of a step, of a sum of contributions, of a local derivative."""

from __future__ import annotations

from viz.formulas import is_factor, plain
from viz.model import Edge, Graph, Values, Vertex
from viz.words import NOT_COMPUTED, brief, clean, terse

TIMES = "\N{MULTIPLICATION SIGN}"
RESULT, UPSTREAM = "y", "g"
"""What formulas call the result of an operation, and its gradient."""


def computed(graph: Graph, vertex: Vertex) -> str:
    """How a value came about: ``mean = sum / 2 = 1``.

    >>> x = tensor(3.0, requires_grad=True)
    >>> graph = viz.trace(x * 2, names={"x": x})
    >>> computed(graph, graph["x"])
    'x = 3 is given'
    """
    name = clean(vertex.name)
    if vertex.results:
        return f"{name} = {_made(graph, vertex)}: {vertex.results} results"
    value = _stated(vertex.value, vertex.shape)
    if vertex.kind == "leaf":
        return f"{name}{value} is given"
    return f"{name} = {_made(graph, vertex)}{value}"


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
        return f"{', '.join(words[:-1])} and {words[-1]} add up to {gradient}"
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
    text = f"{differential(graph, vertex)} = {total(graph, vertex)}"
    if vertex.gradient is None:
        return f"{text}: not computed"
    if vertex.seed is not None:
        text += ": here backward starts"
    return text


def local(graph: Graph, edge: Edge) -> str:
    """The local derivative, as formula and number: ``d std / d variance = 1 / (2 * std) = 0.25``.

    Empty where neither is known.

    >>> x = tensor(3.0, requires_grad=True)
    >>> graph = viz.trace(x * 2, names={"x": x})
    >>> local(graph, graph.edges[0]).startswith("d mul / d x = ")
    True
    """
    source, target = graph[edge.source], graph[edge.target]
    known = [] if edge.formula is None else [substituted(graph, target, edge.formula)]
    if edge.formula is not None and not is_factor(edge.formula):
        return f"contribution = {known[0]}"
    if edge.local is not None and terse(edge.local) not in known:
        known.append(terse(edge.local))
    if not known:
        return ""
    return " = ".join([f"d {clean(target.name)} / d {clean(source.name)}", *known])


def product(edge: Edge) -> str:
    """``upstream x local = contribution`` with its numbers.

    >>> product(viz.trace(tensor(3.0, requires_grad=True) * 2).edges[0]).replace(TIMES, "x")
    '1 x 2 = +2'
    """
    if edge.contribution is None:
        return NOT_COMPUTED
    contribution = terse(edge.contribution, signed=True)
    if edge.upstream is None:
        return contribution
    if edge.local is None:
        return f"{terse(edge.upstream)} \N{RIGHTWARDS ARROW} {contribution}"
    return f"{terse(edge.upstream)} {TIMES} {terse(edge.local)} = {contribution}"


def flowed(graph: Graph, edge: Edge) -> str:
    """What a step back says of an edge: the chain rule, with its numbers.

    >>> x = tensor(3.0, requires_grad=True)
    >>> graph = viz.trace(x * 2, names={"x": x})
    >>> flowed(graph, graph.edges[0]).replace(TIMES, "x")
    'x receives d mul / d mul x d mul / d x = 1 x 2 = +2'
    """
    source, target = graph[edge.source], graph[edge.target]
    name = clean(source.name)
    if edge.contribution is None:
        return f"{name} receives nothing"
    if edge.local is None:
        return f"{name} receives {product(edge)} from {clean(target.name)}"
    factors = f"{differential(graph, target)} {TIMES} d {clean(target.name)} / d {name}"
    return f"{name} receives {factors} = {product(edge)}"


def substituted(graph: Graph, vertex: Vertex, formula: str) -> str:
    """A formula in the names of the graph instead of those of the operator's ports.

    >>> x = tensor(3.0, requires_grad=True)
    >>> graph = viz.trace(x * 2, names={"x": x})
    >>> substituted(graph, graph["mul"], "a * 2")
    'x * 2'
    """
    names = {edge.port_name: clean(graph[edge.source].name) for edge in graph.inputs(vertex.id)}
    return plain(formula, {RESULT: clean(vertex.name), UPSTREAM: "upstream"} | names)


def _made(graph: Graph, vertex: Vertex) -> str:
    if vertex.expression is not None:
        return substituted(graph, vertex, vertex.expression)
    inputs = ", ".join(clean(graph[edge.source].name) for edge in graph.inputs(vertex.id))
    return f"{clean(vertex.operation)} of {inputs}" if inputs else clean(vertex.operation)


def _stated(values: Values | None, shape: tuple[int, ...] | None) -> str:
    """A value at the end of an equation."""
    if values is None:
        return "" if not shape else f", of shape {shape},"
    if values.entries is None:
        return f", of shape {values.shape} ({brief(values)}),"
    return f" = {brief(values)}"
