"""viz.palette: whoever reads a picture can tell its text from what is behind it."""

from __future__ import annotations

import pytest

from viz.palette import DARK, DEEPEST, FILLS, HIGHEST, LIGHT, TONES, contrast

FRAMES = [f"frame {i + 1}" for i in range(DEEPEST)]
DERIVATIVES = [f"derivative {i + 1}" for i in range(HIGHEST)]
BEHIND = ["ground", *FILLS, "alarm", *FRAMES, *DERIVATIVES]
LINES = ["rim", "edging", "wire"]


def test_both_have_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert set(LIGHT) == {*TONES, "quiet", *BEHIND, *LINES, "rule"}


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_everywhere(colours: dict[str, str]) -> None:
    for text in (*TONES, "quiet"):
        for fill in BEHIND:
            assert contrast(colours[text], colours[fill]) >= 4.5, (text, fill)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_can_be_seen(colours: dict[str, str]) -> None:
    for line in LINES:
        for fill in ("ground", *FRAMES, *DERIVATIVES):
            assert contrast(colours[line], colours[fill]) >= 3, (line, fill)


@pytest.mark.parametrize(
    ("a", "b", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),  # the grey that famously fails by a little
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast(a: str, b: str, ratio: float) -> None:
    assert contrast(a, b) == contrast(b, a) == pytest.approx(ratio, abs=0.005)
