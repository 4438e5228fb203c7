"""Statistics, linear algebra and physics as courses write them, here and in torch."""
# ruff: noqa: N806 - matrices have their usual capital letters

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from tests.both import both
from tests.test_programs_networks import draw


def k_means(torch: Any) -> Any:
    points = draw(torch, 30, 2, grad=False)
    centers = points[:3].clone()
    for _ in range(4):
        nearest = torch.cdist(points, centers).argmin(dim=1)
        sums = torch.zeros_like(centers).index_add_(0, nearest, points)
        counts = torch.bincount(nearest, minlength=3).clamp(min=1)
        centers = sums / counts[:, None]
    means = torch.stack([points[nearest == k].mean(0) for k in range(3)])
    spread = torch.zeros(3, dtype=points.dtype).scatter_add_(
        0, nearest, (points - centers[nearest]).pow(2).sum(-1)
    )
    return centers, nearest, means, spread, torch.unique(nearest, return_counts=True)


def soft_k_means(torch: Any) -> Any:
    points, centers = draw(torch, 10, 2), draw(torch, 3, 2)
    weight = (-(torch.cdist(points, centers) ** 2)).softmax(1)
    moved = (weight.t() @ points) / weight.sum(0).unsqueeze(-1)
    loss = (moved - centers).norm() + torch.cdist(moved, moved, p=1).sum()
    return loss, torch.autograd.grad(loss, (points, centers))


def principal_components(torch: Any) -> Any:
    X = draw(torch, 12, 4)
    centred = X - X.mean(dim=0, keepdim=True)
    U, S, Vh = torch.linalg.svd(centred, full_matrices=False)
    projected = centred @ Vh[:2].mH.abs()
    explained = S**2 / (S**2).sum()
    L, _ = torch.linalg.eigh(torch.cov(X.T))
    loss = explained[0] + projected.abs().sum() + (U[:, :2].abs()).sum()
    loss.backward()
    return explained, projected, torch.allclose(L.flip(0), S**2 / 11), X.grad


def least_squares(torch: Any) -> Any:
    A, b = draw(torch, 8, 3), draw(torch, 8)
    x1 = torch.linalg.lstsq(A, b.unsqueeze(1)).solution.squeeze(1)
    x2 = torch.linalg.solve(A.T @ A, A.T @ b)
    x3 = torch.linalg.pinv(A) @ b
    Q, R = torch.linalg.qr(A)
    x4 = torch.linalg.solve_triangular(R, (Q.T @ b)[:, None], upper=True)[:, 0]
    grads = torch.autograd.grad((x1 + x2 + x3 + x4).square().sum(), (A, b))
    return x1, x2, x3, x4, grads


def ridge(torch: Any) -> Any:
    x = torch.linspace(-1, 1, 15, dtype=torch.float64)
    y = torch.sin(3 * x) + x.exp()
    X = torch.stack([x**i for i in range(5)], dim=1)
    same = torch.allclose(X, torch.vander(x, 5, increasing=True))
    log_lam = torch.tensor(-2.0, dtype=torch.float64, requires_grad=True)
    w = torch.linalg.solve(X.T @ X + log_lam.exp() * torch.eye(5, dtype=x.dtype), X.T @ y)
    residual = y - X @ w
    r2 = 1 - (residual**2).sum() / ((y - y.mean()) ** 2).sum()
    r2.backward()
    return w, r2, log_lam.grad, same


def gaussian_process(torch: Any) -> Any:
    x, y = draw(torch, 6, 1, grad=False), draw(torch, 6, grad=False)
    log = draw(torch, 3)
    scale, length, noise = log.exp().unbind()
    square = (x.unsqueeze(1) - x.unsqueeze(0)).pow(2).sum(-1)
    K = scale * torch.exp(-0.5 * square / length**2) + noise * torch.eye(6, dtype=x.dtype)
    L = torch.linalg.cholesky(K)
    alpha = torch.cholesky_solve(y[:, None], L).squeeze(-1)
    nll = 0.5 * y @ alpha + L.diagonal().log().sum() + 3 * math.log(2 * math.pi)
    z = torch.linalg.solve_triangular(L, y[:, None], upper=False)
    other = 0.5 * (z * z).sum() + 0.5 * torch.logdet(K) + 3 * math.log(2 * torch.pi)
    (first,) = torch.autograd.grad(nll, log, create_graph=True)
    (again,) = torch.autograd.grad(first.sum(), log)
    return nll, torch.isclose(nll, other), first, again


def newtons_method(torch: Any) -> Any:
    def rosenbrock(p: Any) -> Any:
        x, y = p
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    p = torch.tensor([-1.0, 1.5], dtype=torch.float64)
    path = [p]
    for _ in range(4):
        H = torch.autograd.functional.hessian(rosenbrock, p)
        g = torch.autograd.functional.jacobian(rosenbrock, p)
        p = p - torch.linalg.solve(H, g)
        path.append(p)
    return torch.stack(path), torch.linalg.eigvalsh(H)


def hessian_by_hand(torch: Any) -> Any:
    x = draw(torch, 4)
    y = (x.prod() + x.cumsum(0).sin().sum() + x.norm() ** 3).tanh()
    (g,) = torch.autograd.grad(y, x, create_graph=True)
    rows = [torch.autograd.grad(g[i], x, retain_graph=True)[0] for i in range(x.numel())]
    H = torch.vstack(rows)
    return H, torch.allclose(H, H.T), torch.trace(H), torch.linalg.matrix_rank(H)


def spectral_norm(torch: Any) -> Any:
    W = draw(torch, 5, 3)
    u = torch.ones(5, dtype=torch.float64)
    with torch.no_grad():
        for _ in range(50):
            v = W.t().mv(u)
            v /= v.norm()
            u = torch.mv(W, v)
            u = u / (u.norm() + 1e-12)
    sigma = torch.dot(u, W @ v)
    (W / sigma).sum().backward()
    return sigma, torch.allclose(sigma, torch.linalg.matrix_norm(W, 2)), W.grad


def gram_schmidt(torch: Any) -> Any:
    A = draw(torch, 4, 3)
    Q = torch.zeros(4, 3, dtype=A.dtype)
    for j in range(3):
        v = A[:, j]
        for i in range(j):
            v = v - torch.dot(Q[:, i].clone(), A[:, j]) * Q[:, i].clone()
        Q[:, j] = v / torch.norm(v)
    (Q * A).sum().backward()
    return Q, A.grad, torch.allclose(Q.T @ Q, torch.eye(3, dtype=Q.dtype))


def pagerank(torch: Any) -> Any:
    links = torch.tensor([[0, 1, 1, 0], [0, 0, 1, 0], [1, 0, 0, 1], [0, 0, 0, 0]]).double()
    out = links.sum(1, keepdim=True)
    M = torch.where(out > 0, links / out, torch.full_like(links, 1 / 4))
    d = torch.tensor(0.85, dtype=torch.float64, requires_grad=True)
    r = torch.full((4,), 0.25, dtype=torch.float64)
    for _ in range(10):
        r = (1 - d) / 4 + d * (r @ M)
    r[0].backward()
    return r, torch.sort(r, descending=True).indices, d.grad, torch.matrix_power(M, 3)


def kalman_filter(torch: Any) -> Any:
    F = torch.tensor([[1.0, 0.1], [0.0, 1.0]], dtype=torch.float64)
    H, I = torch.tensor([[1.0, 0.0]]).double(), torch.eye(2).double()  # noqa: E741
    log_q = torch.tensor([-2.0, -1.0], dtype=torch.float64, requires_grad=True)
    x, P, nll = torch.zeros(2, 1).double(), I, 0.0
    for z in draw(torch, 5, grad=False):
        x, P = F @ x, F @ P @ F.T + torch.diag(log_q.exp())
        S = H @ P @ H.T + 0.1
        K = P @ H.T @ torch.inverse(S)
        e = z - H @ x
        nll = nll + 0.5 * (torch.log(torch.det(S)) + (e.T @ S.inverse() @ e).squeeze())
        x, P = x + K @ e, (I - K @ H) @ P
    nll.backward()
    return x, P, nll, log_q.grad


def heat_equation(torch: Any) -> Any:
    k = torch.tensor(0.2, dtype=torch.float64, requires_grad=True)
    u = torch.zeros(8, dtype=torch.float64)
    u[3:5] = 1.0
    for _ in range(5):
        lap = torch.roll(u, 1, 0) - 2 * u + torch.roll(u, -1, dims=0)
        u = u + k * lap
    loss = (u[1:] - u[:-1]).abs().sum() + torch.trapezoid(u, dx=0.5)
    loss.backward()
    return u, loss, k.grad, torch.gradient(u.detach())[0], torch.diff(u)


def game_of_life(torch: Any) -> Any:
    board = torch.zeros(6, 6, dtype=torch.int64)
    board[[1, 2, 3, 3, 3], [2, 3, 1, 2, 3]] = 1
    for _ in range(4):
        around = sum(
            board.roll((i, j), (0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0)
        )
        board = ((around == 3) | ((board == 1) & (around == 2))).long()
    return board, board.nonzero(), torch.argwhere(board)[:, 0], board.sum().item()


def mixture_of_gaussians(torch: Any) -> Any:
    x, mu, log_sd, logits = draw(torch, 9), draw(torch, 3), draw(torch, 3, seed=1), draw(torch, 3)
    sd = log_sd.exp()
    log_p = -0.5 * ((x[:, None] - mu) / sd) ** 2 - log_sd - 0.5 * math.log(2 * math.pi)
    joint = log_p + logits.log_softmax(0)
    evidence = torch.logsumexp(joint, 1)
    posterior = (joint - evidence[:, None]).exp()
    grads = torch.autograd.grad(evidence.mean(), (x, mu, log_sd, logits), create_graph=True)
    again = torch.autograd.grad(sum(g.square().sum() for g in grads), (mu, log_sd))
    return posterior, evidence, grads, again


def hidden_markov(torch: Any) -> Any:
    A, B, start = draw(torch, 3, 3), draw(torch, 3, 4), draw(torch, 3)
    log_a, log_b, alpha = A.log_softmax(1), B.log_softmax(-1), start.log_softmax(0)
    best, back = alpha.detach(), []
    for t, symbol in enumerate([0, 3, 2, 1]):
        if t:
            alpha = torch.logsumexp(alpha.unsqueeze(1) + log_a, dim=0)
            best, came = (best[:, None] + log_a.detach()).max(dim=0)
            back.append(came)
        alpha = alpha + log_b[:, symbol]
        best = best + log_b[:, symbol].detach()
    path = [best.argmax().item()]
    for came in reversed(back):
        path.append(came[path[-1]].item())
    loss = -alpha.logsumexp(0)
    return loss, path[::-1], torch.autograd.grad(loss, (A, B, start))


def metrics(torch: Any) -> Any:
    scores = torch.tensor([0.1, 0.4, 0.35, 0.8, 0.65])
    labels = torch.tensor([0, 0, 1, 1, 1])
    order = torch.argsort(scores, descending=True)
    tps = labels[order].cumsum(0)
    precision = tps / torch.arange(1, 6)
    recall = tps.float() / labels.sum()
    confusion = torch.zeros(2, 2, dtype=torch.long)
    for t, p in zip(labels, scores > 0.5, strict=True):
        confusion[t.long(), p.long()] += 1
    flat = torch.bincount(2 * labels + (scores > 0.5), minlength=4).reshape(2, 2)
    return precision, recall, confusion, torch.equal(confusion, flat), scores.quantile(0.5)


def boxes(torch: Any) -> Any:
    a = torch.tensor([[0.0, 0, 2, 2], [1, 1, 3, 4]], requires_grad=True)
    b = torch.tensor([[1.0, 0, 3, 1], [0, 0, 1, 1], [2, 2, 5, 5]])
    lt = torch.max(a[:, None, :2], b[:, :2])
    rb = torch.min(a[:, None, 2:], b[:, 2:])
    wh = (rb - lt).clamp(min=0)
    inter = wh[..., 0] * wh[..., 1]
    area = lambda box: (box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])  # noqa: E731
    iou = inter / (area(a)[:, None] + area(b) - inter)
    iou.sum().backward()
    values, indices = iou.max(dim=1)
    keep = values > 0.1
    return iou, a.grad, indices, keep.nonzero(as_tuple=True)[0], b[indices[keep]]


def fourier_series(torch: Any) -> Any:
    t = torch.linspace(0, 2 * math.pi, 20, dtype=torch.float64)
    a = draw(torch, 4)
    k = torch.arange(1, 5, dtype=torch.float64)
    y = (a * torch.sin(torch.outer(t, k))).sum(-1)
    target = torch.sign(t - math.pi)
    loss = torch.trapz((y - target) ** 2, t)
    loss.backward()
    return y, loss, a.grad, torch.sinc(t).cumsum(0)[-1]


def softplus_regression(torch: Any) -> Any:
    x = torch.arange(-2, 3, dtype=torch.float64).reshape(-1, 1)
    y = torch.poisson(torch.ones(5, 1, dtype=torch.float64), generator=torch.Generator())
    w = torch.zeros(1, 1, dtype=torch.float64, requires_grad=True)
    velocity = torch.zeros_like(w)
    for _ in range(5):
        rate = torch.exp(x @ w)
        loss = (rate - y * rate.log() + torch.lgamma(y + 1)).mean()
        (g,) = torch.autograd.grad(loss, [w])
        with torch.no_grad():
            velocity.mul_(0.9).add_(g)
            w.sub_(velocity, alpha=0.1)
    return w.shape, velocity.shape, bool(torch.isfinite(w).all())


PROGRAMS: list[Callable[[Any], Any]] = [
    k_means,
    soft_k_means,
    principal_components,
    least_squares,
    ridge,
    gaussian_process,
    newtons_method,
    hessian_by_hand,
    spectral_norm,
    gram_schmidt,
    pagerank,
    kalman_filter,
    heat_equation,
    game_of_life,
    mixture_of_gaussians,
    hidden_markov,
    metrics,
    boxes,
    fourier_series,
    softplus_regression,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_same_numbers(program: Callable[[Any], Any]) -> None:
    both(program)
