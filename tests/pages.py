"""Graphs whose pages are tested in a browser, and what can be asked of such a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import nn
import viz
from autograd import Tensor, manual_seed, randn
from demos.std_graph import report

TIMES = "\N{MULTIPLICATION SIGN}"


@cache
def std_graph() -> viz.Graph:
    return report(-1.0, 3.0)[1]


class Net(nn.Module):
    """A module within a module, and a value that goes around it."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 3))
        self.last = nn.Linear(3, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(x + self.inside(x))


@cache
def net_graph() -> viz.Graph:
    manual_seed(0)
    net = Net()
    loss = net(randn(2, 3)).square().mean()
    return viz.trace(loss, names={"loss": loss})


Show = Callable[..., Any]


def texts(page: Any, selector: str) -> list[str]:
    """What can be read in all elements that are shown."""
    found = page.locator(selector).all()
    return [each.text_content() or "" for each in found if each.is_visible()]


def box_rows(page: Any, id: str) -> list[str]:
    return texts(page, f"#{id} .row")


def classes(page: Any, id: str) -> set[str]:
    return set((page.locator(f"#{id}").get_attribute("class") or "").split())


def with_class(page: Any, name: str) -> set[str]:
    return set(page.locator(f"#boxes .{name}").evaluate_all("all => all.map((each) => each.id)"))


def place(page: Any, selector: str) -> dict[str, float]:
    found: dict[str, float] = page.locator(selector).bounding_box()
    return found


def slide(page: Any, to: int) -> None:
    page.locator("#slider").fill(str(to))


def ids(graph: viz.Graph, *names: str) -> set[str]:
    return {graph[name].id for name in names}
