"""The graph as a page: one file that needs no network, to be looked at and played step by step."""

from viz.page.html import to_html

__all__ = ["to_html"]
