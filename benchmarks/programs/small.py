"""Programs of small tensors, where the path of one operation is what counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Step = Callable[[], Any]


def std(torch: Any, nn: Any, F: Any, optim: Any) -> Step:
    """The standard deviation of two samples, and its gradients."""
    a = torch.tensor(-1.0, requires_grad=True)
    b = torch.tensor(3.0, requires_grad=True)

    def step() -> Any:
        a.grad = b.grad = None
        mean = (a + b) / 2
        deviation = (((a - mean) ** 2 + (b - mean) ** 2) / 2).sqrt()
        deviation.backward()
        return deviation, a.grad, b.grad

    return step


def chain(torch: Any, nn: Any, F: Any, optim: Any, length: int = 1000) -> Step:
    """Scalar operations, each on the result of the one before."""
    x = torch.tensor(0.5, requires_grad=True)

    def step() -> Any:
        x.grad = None
        y = x
        for _ in range(length // 4):
            y = (y * x + 0.5).tanh() - x
        y.backward()
        return y, x.grad

    return step


def iris(torch: Any, nn: Any, F: Any, optim: Any) -> Step:
    """A net 4-40-3 on a batch of five flowers, with Adam."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 40), nn.ReLU(), nn.Linear(40, 3))
    optimizer = optim.Adam(model.parameters(), lr=1e-3)
    x, target = torch.randn(5, 4), torch.arange(5) % 3

    def step() -> Any:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), target)
        loss.backward()
        optimizer.step()
        return loss

    return step


def hessian_vector(torch: Any, nn: Any, F: Any, optim: Any, size: int = 100) -> Step:
    """A Hessian-vector product by two gradients, one after the other."""
    torch.manual_seed(0)
    a = torch.randn(size, size) / size**0.5
    x = torch.randn(size, requires_grad=True)
    v = torch.randn(size)

    def step() -> Any:
        y = torch.tanh(a @ x)
        (g,) = torch.autograd.grad((y * y).sum(), x, create_graph=True)
        (hv,) = torch.autograd.grad((g * v).sum(), x)
        return hv.sum()

    return step


def gradient_penalty(torch: Any, nn: Any, F: Any, optim: Any) -> Step:
    """The critic's step of a Wasserstein GAN: the slope is held to 1 by its own gradient."""
    torch.manual_seed(0)
    critic = nn.Sequential(nn.Linear(16, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh())
    critic.append(nn.Linear(64, 1))
    optimizer = optim.SGD(critic.parameters(), lr=1e-3)
    real, fake, mix = torch.randn(32, 16), torch.randn(32, 16), torch.rand(32, 1)

    def step() -> Any:
        optimizer.zero_grad()
        between = (mix * real + (1 - mix) * fake).requires_grad_()
        (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
        penalty = ((slope.norm(dim=1) - 1) ** 2).mean()
        loss = critic(fake).mean() - critic(real).mean() + 10 * penalty
        loss.backward()
        optimizer.step()
        return loss

    return step
