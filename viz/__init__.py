"""Pictures of a computation: what every vertex is, its value, and what flows back.

>>> x = tensor(3.0, requires_grad=True)
>>> graph = viz.trace(x * x, names={"x": x})
>>> graph["x"].gradient.entries
(6.0,)
>>> graph.save("square.svg")  # doctest: +SKIP
"""

from viz.deriving.chain_rule import Derivation
from viz.deriving.derivation import derivation
from viz.doctor import doctor
from viz.errors import GraphvizMissingError, RenderError
from viz.model import Edge, Graph, Group, Values, Vertex
from viz.registry import render
from viz.tracing.plan import plan
from viz.tracing.trace import trace

__all__ = [
    "Derivation",
    "Edge",
    "Graph",
    "GraphvizMissingError",
    "Group",
    "RenderError",
    "Values",
    "Vertex",
    "derivation",
    "doctor",
    "plan",
    "render",
    "trace",
]
