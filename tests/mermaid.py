"""A small reader of Mermaid flowcharts, for what `viz.mermaid` writes and nothing more."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

QUOTED = r'"([^"]+)"'
VERTEX = re.compile(rf"(\w+)(\(|\[|\{{\{{|\[\[){QUOTED}(\)|\]|\}}\}}|\]\]):::(\w+)")
FRAME = re.compile(rf"subgraph (\w+)\[{QUOTED}\]")
EDGE = re.compile(rf"(\w+) (?:-- {QUOTED} )?--> (\w+)")
OTHER = re.compile(r"accDescr: .*|class \w+ \w+|classDef \w+ [\w#:, -]+")
NUMBER = re.compile(r"#(\d+);")
PAIRS = {"(": ")", "[": "]", "{{": "}}", "[[": "]]"}


@dataclass
class Flowchart:
    """What a chart says: the lines of text of every vertex, titles, edges with their texts."""

    vertices: dict[str, list[str]] = field(default_factory=dict)
    frames: dict[str, str] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)
    edges: list[tuple[str, str, str]] = field(default_factory=list)
    styles: dict[str, str] = field(default_factory=dict)


def parse(source: str) -> Flowchart:
    """Read a chart; raises ValueError at the first line that is none of a flowchart."""
    directive, first, *lines = source.splitlines()
    if not directive.startswith("%%{init: {'flowchart': ") or first != "flowchart TB":
        raise ValueError(f"{directive}\n{first}")
    chart, around = Flowchart(), list[str]()
    for line in map(str.strip, lines):
        if match := VERTEX.fullmatch(line):
            name, start, text, end, style = match.groups()
            if PAIRS[start] != end:
                raise ValueError(line)
            chart.vertices[name] = [_decoded(part) for part in text.split("<br/>")]
            chart.styles[name] = style
            if around:
                chart.inside[name] = around[-1]
        elif match := FRAME.fullmatch(line):
            chart.frames[match[1]] = _decoded(match[2])
            if around:
                chart.inside[match[1]] = around[-1]
            around.append(match[1])
        elif line == "end":
            around.pop()
        elif match := EDGE.fullmatch(line):
            chart.edges.append((match[1], match[3], _decoded(match[2] or "")))
        elif not OTHER.fullmatch(line):
            raise ValueError(line)
    if around:
        raise ValueError(f"{around} are open at the end")
    return chart


def _decoded(text: str) -> str:
    """Text as a reader sees it; raises ValueError for what Mermaid may read as its own."""
    text = text.removeprefix("<b>").removesuffix("</b>")
    rest = NUMBER.sub("", text)
    for c in rest:
        if not (c.isalnum() or c in " _.,=+^()"):
            raise ValueError(f"{c!r} stands in {text!r} as it is")
    return NUMBER.sub(lambda match: chr(int(match[1])), text)
