"""The page's file: template, style, scripts and data put into one, under a strict policy."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from html import escape
from importlib import resources
from string import Template
from typing import Any

from viz.model import Graph
from viz.page.content import content
from viz.palette import DARK, FACES, LIGHT

STYLES = ("colours.css", "frame.css", "graph.css", "print.css")
SCRIPTS = (
    "dom.js",
    "data.js",
    "state.js",
    "sizes.js",
    "spread.js",
    "straighten.js",
    "layout.js",
    "wiring.js",
    "draw.js",
    "camera.js",
    "paths.js",
    "panel.js",
    "steps.js",
    "search.js",
    "modules.js",
    "keys.js",
    "main.js",
)
"""In the order in which they need one another."""


def to_html(graph: Graph) -> str:
    """The graph as one page: it works from a file, and asks nothing of any network.

    >>> x = tensor(3.0, requires_grad=True)
    >>> to_html(viz.trace(x * 2)).splitlines()[0]
    '<!doctype html>'
    """
    data = content(graph)
    style, script = style_of(), script_of()
    return Template(asset("page.html")).substitute(
        title=escape(data["title"]),
        policy=policy(style, script),
        style=style,
        script=script,
        data=as_json(data),
    )


def policy(style: str, script: str) -> str:
    """The content-security policy: this style and this script, by what is in them, and no more.

    >>> policy("", "")[:19]
    "default-src 'none';"
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src data:",  # an empty icon, so that no browser asks for one
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",  # no text becomes HTML
        )
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def as_json(data: Any) -> str:
    r"""JSON that cannot end the script element that it stands in.

    >>> print(as_json("</script>"))
    "\u003c/script>"
    """
    return json.dumps(data, separators=(",", ":")).replace("<", r"\u003c")


@cache
def asset(name: str) -> str:
    """The text of one of the files in ``viz/page/assets``."""
    return (resources.files("viz.page") / "assets" / name).read_text(encoding="utf-8")


@cache
def style_of() -> str:
    """The colours and all style sheets as one."""
    colours = [
        f"  --{use.replace(' ', '-')}: light-dark({LIGHT[use]}, {DARK[use]});" for use in LIGHT
    ]
    faces = ", ".join(f'"{face}"' if " " in face else face for face in FACES)
    palette = "\n".join([":root {", f"  --face: {faces};", *colours, "}"])
    return "\n" + "\n".join([palette, *map(asset, STYLES)])


@cache
def script_of() -> str:
    """All scripts as one function, so that nothing of them is global."""
    body = "\n".join(map(asset, SCRIPTS))
    return f'\n(() => {{\n"use strict";\n\n{body}}})();\n'
