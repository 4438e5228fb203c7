"""What many tests take: a browser (the system's Chromium, without a window), and threads."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.on_threads import on_threads

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass
class Window:
    """A page of the browser, what it asked the network for, and what went wrong in it."""

    page: Any
    """Playwright's ``Page``."""
    requests: list[str] = field(default_factory=list)
    """The addresses of all requests but that for the file which was opened."""
    errors: list[str] = field(default_factory=list)
    """Errors on the console, and exceptions that nothing caught."""

    def open(self, path: Path) -> None:
        """Show a file, and wait until it has been read."""
        address = path.resolve().as_uri()
        self.page.on("request", lambda each: self._asked(each.url, address))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console", lambda line: self.errors.append(line.text) if line.type == "error" else None
        )
        self.page.goto(address)

    def _asked(self, url: str, own: str) -> None:
        if url != own and not url.startswith(("data:", "blob:", "about:")):
            self.requests.append(url)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Playwright's ``Browser``, for one file of tests; skips where it is missing.

    Not for the whole session: Playwright keeps an event loop running, and nothing else in the
    process (nbclient, for one) could then start its own.
    """
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="needs the package playwright: the 'browser' extra"
    )
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(f"needs one of the programs {', '.join(PROGRAMS)} on the PATH")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@pytest.fixture
def window(browser: Any) -> Iterator[Window]:
    """An empty page of a browser that has no network; ``window.open(path)`` shows a file."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    yield Window(context.new_page())
    context.close()


@pytest.fixture
def show(window: Window, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a graph's page, without motion, and get Playwright's ``Page``.

    At the end nothing was asked of the network, and nothing went wrong.
    """

    def shown(graph: Any, width: int = 1280, height: int = 800) -> Any:
        path = tmp_path / "a page.html"
        graph.save(path)
        window.page.set_viewport_size({"width": width, "height": height})
        window.page.emulate_media(reduced_motion="reduce")
        window.open(path)
        return window.page

    yield shown
    assert window.requests == []
    assert window.errors == []


@pytest.fixture(params=[1, 2])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    """The test runs once on each of these numbers of threads."""
    with on_threads(request.param) as count:
        yield count
