"""The page in a notebook's frame, in a browser: it works, and reaches nothing outside of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import viz
from autograd import float64, tensor


def test_the_page_works_in_its_frame(window: Any, tmp_path: Path) -> None:
    name = "</script><script>parent.document.title = 'reached'</script>"
    x = tensor(3.0, dtype=float64, requires_grad=True)
    frame = viz.trace(x * x, names={name: x}).interactive()
    book = tmp_path / "a notebook.html"
    book.write_text(f"<title>book</title>{frame._repr_html_()}", "utf-8")
    window.open(book)
    inside = window.page.frame_locator("iframe")
    inside.locator("#v1").wait_for()
    assert name[:30] in (inside.locator("#v1").text_content() or "")
    outside = inside.locator(":root").evaluate(
        "() => { try { return parent.document.title } catch (error) { return error.name } }"
    )
    assert outside == "SecurityError"
    assert window.page.title() == "book"
    assert window.requests == []
    assert window.errors == []
