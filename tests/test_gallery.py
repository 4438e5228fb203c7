"""docs/gallery.md: its programs run, and their pictures are those that are committed."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from demos import gallery

ENTRIES = gallery.entries(gallery.PAGE.read_text("utf-8"))
NAMES = [entry.picture for entry in ENTRIES]


def test_there_are_the_pictures_of_the_page_and_no_others() -> None:
    assert len(ENTRIES) >= 10
    assert len(set(NAMES)) == len(NAMES)
    there = {f"gallery/{path.name}" for path in (gallery.PAGE.parent / "gallery").iterdir()}
    assert there == set(NAMES)


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_the_picture_is_what_the_program_draws(entry: gallery.Entry) -> None:
    """After a change of the pictures: make gallery, and look at them."""
    committed = (gallery.PAGE.parent / entry.picture).read_text("utf-8")
    assert committed == gallery.draw(entry), "make gallery draws the pictures again"
    ElementTree.fromstring(committed)


def test_one_command_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "docs" / "gallery.md"
    page.parent.mkdir()
    page.write_text(
        "```python\nfrom autograd import tensor\n```\n"
        "```python\ngraph = viz.trace(tensor(1.0, requires_grad=True) * 2)\n```\n\n"
        "![double](gallery/double.svg)\n"
    )
    monkeypatch.setattr(gallery, "PAGE", page)
    assert gallery.main([]) == 0
    assert capsys.readouterr().out == "wrote docs/gallery/double.svg\n"
    assert (page.parent / "gallery" / "double.svg").read_text("utf-8").startswith("<svg")
