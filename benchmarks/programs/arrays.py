"""Programs of large arrays: memory and elementwise work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Step = Callable[[], Any]


def elementwise(torch: Any, nn: Any, F: Any, optim: Any, size: int = 10**6) -> Step:
    """A chain of functions of every entry of a vector."""
    torch.manual_seed(0)
    x = torch.randn(size, requires_grad=True)

    def step() -> Any:
        x.grad = None
        y = torch.tanh(x * 2 + 1)
        loss = (y * y * torch.sigmoid(x) - x).mean()
        loss.backward()
        return loss

    return step


def indexing(torch: Any, nn: Any, F: Any, optim: Any, rows: int = 10**6) -> Step:
    """Rows of a table taken by an index, by slices and by a mask, and their gradients."""
    torch.manual_seed(0)
    table = torch.randn(rows, 8, requires_grad=True)
    index = torch.randint(0, rows, (rows // 10,))
    mask = torch.rand(rows) < 0.1

    def step() -> Any:
        table.grad = None
        loss = table[index].sum() + table[mask].sum() + table[::2, 1:].sum()
        loss.backward()
        return loss / rows

    return step


def gather(torch: Any, nn: Any, F: Any, optim: Any, rows: int = 10**6) -> Step:
    """One entry of each row, as a policy's loss takes them."""
    torch.manual_seed(0)
    scores = torch.randn(rows, 8, requires_grad=True)
    action = torch.randint(0, 8, (rows, 1))

    def step() -> Any:
        scores.grad = None
        loss = scores.gather(1, action).mean()
        loss.backward()
        return loss

    return step


def embedding(torch: Any, nn: Any, F: Any, optim: Any, rows: int = 10**6) -> Step:
    """Words as rows of a table of a million: 20,000 of them a step."""
    torch.manual_seed(0)
    table = nn.Embedding(rows, 16)
    index = torch.randint(0, rows, (200, 100))

    def step() -> Any:
        table.zero_grad()
        words = table(index)
        loss = (words * words).mean()
        loss.backward()
        return loss

    return step
