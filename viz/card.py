"""What stands in a vertex's box and on an edge, the same in every picture."""

from __future__ import annotations

from dataclasses import dataclass

from viz.model import Edge, Graph, Group, Values, Vertex, View
from viz.words import LEGENDS, NOT_COMPUTED, brief, clean, flow, number, strange, terse, wrapped

LINE = 32
"""Values are broken into lines of about this many characters."""

SHORT = 28
"""An edge's whole product is written on it up to this many characters ..."""

DIGITS = (6, 4, 3)
"""... in as many significant digits as that leaves room for. How an array is spread is told
in four in boxes; all are in the hints."""


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled line of a card; ``tone`` is plain, value, gradient, unknown or strange."""

    label: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Card:
    """The content of one box: a title, what kind of vertex it is, and its rows."""

    title: str
    operation: str
    rows: tuple[Row, ...]
    hint: str


def card(vertex: Vertex, view: View = "both") -> Card:
    """The card of a vertex; without gradients in the views that have none.

    >>> x = tensor(3.0, requires_grad=True)
    >>> card(viz.trace(x * 2, names={"x": x})["x"]).rows
    (Row(label='value', text='3', tone='value'), Row(label='gradient', text='2', tone='gradient'))
    """
    title = clean(vertex.name)
    operation = clean(vertex.operation)
    if operation == title:  # not the same word twice
        operation = "output" if vertex.output else vertex.kind
    elif vertex.output:
        operation += " (output)"
    rows: list[Row] = []
    if vertex.shape:
        rows.append(Row("shape", f"{vertex.shape} {vertex.dtype}", "plain"))
    if vertex.results:
        rows.append(Row("results", str(vertex.results), "plain"))
    elif view == "plan":
        rows += [] if vertex.memory is None else [Row("memory", clean(vertex.memory), "value")]
    else:
        rows += _rows("value", vertex.value, "value")
        if view == "both":
            rows += _rows("gradient", vertex.gradient, "gradient")
    if vertex.summary is not None and vertex.summary.parameters:
        rows.append(Row("parameters", f"{vertex.summary.parameters:,}", "plain"))
        norm = vertex.summary.norm
        rows += _rows("gradient norm", None if norm is None else Values.of(norm), "gradient")
    hint = f"{clean(vertex.name, 200)} = {clean(vertex.operation, 200)}"
    if vertex.shape is not None:
        hint += f", {vertex.dtype} of shape {vertex.shape}"
    if view == "plan":
        hint += "" if vertex.memory is None else f", memory: {clean(vertex.memory)}"
    else:
        hint += f", value {brief(vertex.value)}"
    if view == "both":
        hint += f", gradient {brief(vertex.gradient)}"
    if vertex.summary is not None:
        hint += f"; {', '.join(facts(vertex.summary))}"
    return Card(title, operation, tuple(rows), hint)


def heading(group: Group) -> str:
    """What stands over a group's box: its name, its class, and how often it was folded.

    >>> heading(viz.Group("g2", "Sequential.0", "0", "Linear"))
    '0 · Linear'
    >>> heading(viz.Group("g2", "Net.blocks", "blocks", "Block", repeats=12))
    'blocks · Block x 12'
    """
    words = clean(group.name)
    if group.kind not in (group.name, "derivative"):
        words += f" \N{MIDDLE DOT} {clean(group.kind)}"
    return words if group.repeats == 1 else f"{words} x {group.repeats}"


def facts(group: Group) -> list[str]:
    """What is known of a group as a whole, in words.

    >>> facts(viz.Group("g2", "Net.0", "0", "Linear", parameters=6, shape=(4, 2), norm=0.5))
    ['Net.0', '6 parameters', 'their gradient has norm 0.5', 'output (4, 2)']
    """
    words = [clean(group.path, 200)]
    if group.parameters:
        words.append(f"{group.parameters:,} parameters")
        if group.norm is not None:
            words.append(f"their gradient has norm {number(group.norm)}")
    if group.shape is not None:
        words.append(f"output {group.shape}")
    return words


def _rows(label: str, values: Values | None, tone: str) -> list[Row]:
    if values is None:
        return [Row(label, NOT_COMPUTED, "unknown")]
    if strange(values):
        tone = "strange"
    return [Row("" if i else label, line, tone) for i, line in enumerate(_lines(values))]


def _lines(values: Values) -> list[str]:
    """An array in lines, each row of a matrix in one of its own where one is too short for all.

    >>> _lines(Values.of(np.arange(6.0).reshape(2, 3) / 7))
    ['[[0, 0.142857, 0.285714],', '[0.428571, 0.571429, 0.714286]]']
    """
    text = brief(values, digits=DIGITS[values.entries is None])
    rows = [text] if len(text) <= LINE else text.replace("], ", "],\n").split("\n")
    return [line for row in rows for line in wrapped(row, LINE, ", ")]


@dataclass(frozen=True, slots=True)
class Tag:
    """What stands on an edge: ``product`` may be empty, ``contribution`` flows back."""

    product: str
    contribution: str
    tone: str
    hint: str


def tag(graph: Graph, edge: Edge) -> Tag:
    """The label of an edge: ``-0.5 x -1 =`` and ``+0.5``.

    >>> x = tensor(3.0, requires_grad=True)
    >>> graph = viz.trace(x * 2)
    >>> tag(graph, graph.edges[0]).contribution
    '+2'
    """
    names = (clean(graph[end].name, 200) for end in (edge.source, edge.target))
    hint = f"{' to '.join(names)} (input {clean(edge.port_name)}): {flow(edge)}"
    if edge.contribution is None:
        return Tag("", NOT_COMPUTED, "unknown", hint)
    tone = "strange" if strange(edge.contribution) else "gradient"
    for digits in DIGITS:  # all digits are in the hint
        text = terse(edge.contribution, signed=True, digits=digits)
        if edge.local is not None:
            factors = [terse(each, digits=digits) for each in (edge.upstream, edge.local)]
            product = f"{factors[0]} \N{MULTIPLICATION SIGN} {factors[1]} ="
            if len(product) + len(text) < SHORT:
                return Tag(product, text, tone, hint)
    text = terse(edge.contribution, signed=True)
    if len(text) > LINE:
        text = terse(edge.contribution, signed=True, digits=DIGITS[-1])
    return Tag("", text, tone, hint)


def tags(graph: Graph) -> list[Tag | None]:
    """The label of every edge, in order; none on any edge where nothing flows back at all.

    >>> tags(viz.trace(tensor([1.0, 2.0], requires_grad=True).exp()))
    [None]
    """
    flows = any(edge.contribution is not None for edge in graph.edges)
    return [tag(graph, edge) if flows else None for edge in graph.edges]


def remarks(graph: Graph, width: int) -> list[str]:
    """What stands under the picture, the legend and the notes, in lines of ``width`` characters.

    >>> remarks(viz.trace(tensor(3.0, requires_grad=True) * 2), 40)[0]
    'Values flow down. Gradients flow up:'
    """
    texts = [LEGENDS[graph.view], *(clean(note, 1000) for note in graph.notes)]
    return [line for text in texts for line in wrapped(text, width)]
