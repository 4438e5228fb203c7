"""Networks by hand, as courses write them: the same lines here and in torch."""
# ruff: noqa: N806 - matrices have their usual capital letters

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

import autograd
import nn
from tests.both import both
from tests.oracle import torch as oracle


def draw(torch: Any, *shape: int, seed: int = 0, grad: bool = True) -> Any:
    """The same numbers in both libraries, in float64."""
    source = torch.Generator()
    source.manual_seed(seed + sum(shape))
    drawn = torch.randn(*shape, generator=source, dtype=torch.float64)
    return drawn.requires_grad_() if grad else drawn


def functional(torch: Any) -> Any:
    return nn.functional if torch is autograd else oracle.nn.functional


def softmax_by_hand(torch: Any) -> Any:
    x = draw(torch, 3, 4)
    shifted = x - x.max(dim=1, keepdim=True).values
    p = shifted.exp() / shifted.exp().sum(1, keepdim=True)
    loss = -torch.log(p[torch.arange(3), torch.tensor([0, 3, 1])]).mean()
    loss.backward()
    return p, loss, x.grad, torch.allclose(p, torch.softmax(x, -1))


def attention_by_hand(torch: Any) -> Any:
    B, T, C, H = 2, 5, 8, 2
    x = draw(torch, B, T, C)
    w = draw(torch, C, 3 * C, seed=1)
    q, k, v = (x @ w).split(C, dim=2)
    q = q.view(B, T, H, C // H).transpose(1, 2)
    k = k.view(B, T, H, C // H).transpose(1, 2)
    v = v.view(B, T, H, C // H).transpose(1, 2)
    att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
    mask = torch.tril(torch.ones(T, T)).view(1, 1, T, T)
    att = att.masked_fill(mask[:, :, :T, :T] == 0, float("-inf"))
    att = functional(torch).softmax(att, dim=-1)
    y = (att @ v).transpose(1, 2).contiguous().view(B, T, C)
    (y**2).mean().backward()
    return y, att, x.grad, w.grad


def attention_with_einsum(torch: Any) -> Any:
    q, k, v = (draw(torch, 2, 3, 4, 5, seed=seed) for seed in range(3))
    scores = torch.einsum("bhid,bhjd->bhij", q, k) / 5**0.5
    causal = torch.ones(4, 4, dtype=torch.bool).triu(1)
    scores = scores.masked_fill(causal, -torch.finfo(scores.dtype).max)
    out = torch.einsum("bhij,bhjd->bhid", scores.softmax(dim=-1), v)
    out = out.permute(0, 2, 1, 3).reshape(2, 4, -1)
    grads = torch.autograd.grad(out.square().sum(), (q, k, v), create_graph=True)
    again = torch.autograd.grad(sum((g**2).sum() for g in grads), (q, k, v))
    return out, grads, again


def layer_norm_by_hand(torch: Any) -> Any:
    x, gain, bias = draw(torch, 2, 3, 6), draw(torch, 6), draw(torch, 6, seed=1)
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, unbiased=False)
    y = gain * (x - mean) / torch.sqrt(var + 1e-5) + bias
    torch.sin(y).sum().backward()
    return y, x.grad, gain.grad, bias.grad


def batch_norm_by_hand(torch: Any) -> Any:
    x = draw(torch, 8, 3, 2, 2)
    running_mean = torch.zeros(3, dtype=torch.float64)
    running_var = torch.ones(3, dtype=torch.float64)
    mean = x.mean((0, 2, 3))
    var = x.var((0, 2, 3), unbiased=False)
    with torch.no_grad():
        running_mean.mul_(0.9).add_(mean, alpha=0.1)
        running_var += 0.1 * (var * 32 / 31 - running_var)
    y = (x - mean[None, :, None, None]) / (var[None, :, None, None] + 1e-5).sqrt()
    (y**3).sum().backward()
    return y, running_mean, running_var, x.grad


def conv_by_unfold(torch: Any) -> Any:
    x, w = draw(torch, 2, 3, 6, 5), draw(torch, 4, 3, 3, 2)
    F = functional(torch)
    columns = F.unfold(x, (3, 2), padding=1, stride=2)
    out = (w.view(4, -1) @ columns).view(2, 4, 3, 3)
    patches = F.pad(x, (1, 1, 1, 1)).unfold(2, 3, 2).unfold(3, 2, 2)
    again = torch.einsum("nchwij,ocij->nohw", patches, w)
    found = torch.allclose(out, again) and torch.allclose(out, F.conv2d(x, w, padding=1, stride=2))
    (out * again).sum().backward()
    return out, found, x.grad, w.grad


def cross_entropy_by_hand(torch: Any) -> Any:
    logits = draw(torch, 4, 5)
    target = torch.tensor([1, 0, 4, 2])
    one_hot = functional(torch).one_hot(target, num_classes=5).to(logits.dtype)
    smooth = one_hot * 0.9 + 0.1 / one_hot.size(-1)
    log_probs = logits - torch.logsumexp(logits, dim=-1, keepdim=True)
    loss = -(smooth * log_probs).sum(-1).mean()
    loss.backward()
    theirs = functional(torch).cross_entropy(logits.detach(), target, label_smoothing=0.1)
    accuracy = (logits.argmax(dim=1) == target).float().mean().item()
    return loss, logits.grad, torch.allclose(loss, theirs), accuracy


def bigrams(torch: Any) -> Any:
    words = ["emma", "olivia", "ava"]
    letters = [".", *sorted(set("".join(words)))]
    stoi = {letter: i for i, letter in enumerate(letters)}
    N = torch.zeros((len(letters), len(letters)), dtype=torch.int32)
    xs, ys = [], []
    for word in words:
        for a, b in zip("." + word, word + ".", strict=True):
            N[stoi[a], stoi[b]] += 1
            xs.append(stoi[a])
            ys.append(stoi[b])
    P = (N + 1).float()
    P /= P.sum(1, keepdims=True)
    xs, ys = torch.tensor(xs), torch.tensor(ys)
    likelihood = torch.log(P[xs, ys]).mean()
    W = draw(torch, len(letters), len(letters))
    for _ in range(3):
        counts = (functional(torch).one_hot(xs, len(letters)).double() @ W).exp()
        probs = counts / counts.sum(1, keepdim=True)
        loss = -probs[torch.arange(len(xs)), ys].log().mean() + 0.01 * (W**2).mean()
        W.grad = None
        loss.backward()
        W.data += -10 * W.grad
    return N, P, likelihood, loss, W


def mlp_with_embedding(torch: Any) -> Any:
    C = draw(torch, 10, 2)
    W1, b1 = draw(torch, 6, 8), draw(torch, 8)
    W2, b2 = draw(torch, 8, 10, seed=2), draw(torch, 10, seed=3)
    X = torch.tensor([[0, 0, 5], [0, 5, 9], [5, 9, 9], [9, 9, 1]])
    Y = torch.tensor([5, 9, 9, 0])
    parameters = [C, W1, b1, W2, b2]
    for p in parameters:
        p.requires_grad = True
    losses = []
    for step in range(4):
        emb = C[X]
        h = torch.tanh(emb.view(emb.shape[0], -1) @ W1 + b1)
        logits = h @ W2 + b2
        loss = functional(torch).cross_entropy(logits, Y)
        for p in parameters:
            p.grad = None
        loss.backward()
        for p in parameters:
            p.data += -(0.1 if step < 2 else 0.01) * p.grad
        losses.append(loss.detach())
    return losses, parameters


def lstm_cell(torch: Any) -> Any:
    x, h, c = draw(torch, 3, 4), draw(torch, 3, 5), draw(torch, 3, 5, seed=1)
    Wi, Wh, b = draw(torch, 20, 4), draw(torch, 20, 5), draw(torch, 20)
    start = h
    for _ in range(3):
        i, f, g, o = (x @ Wi.T + h @ Wh.t() + b).chunk(4, 1)
        c = torch.sigmoid(f) * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * torch.tanh(c)
    (h * c).sum().backward()
    return h, c, x.grad, start.grad, Wi.grad, Wh.grad, b.grad


def beam_search(torch: Any) -> Any:
    table = draw(torch, 6, 6, grad=False).log_softmax(-1)
    beams, scores = torch.zeros(1, 1, dtype=torch.long), torch.zeros(1, dtype=torch.float64)
    for _ in range(4):
        total = scores.unsqueeze(1) + table[beams[:, -1]]
        scores, flat = total.view(-1).topk(min(3, total.numel()))
        rows = torch.div(flat, 6, rounding_mode="floor")
        beams = torch.cat((beams[rows], (flat % 6).unsqueeze(1)), dim=1)
    picked = torch.gather(table, 1, beams[:, 1:2].expand(-1, 2)[:1].repeat(6, 1))
    best = beams[scores.argmax()].tolist()
    return beams, scores, picked, best


def gumbel_and_straight_through(torch: Any) -> Any:
    logits = draw(torch, 3, 4)
    soft = (logits / 0.5).softmax(-1)
    index = soft.max(-1, keepdim=True)[1]
    hard = torch.zeros_like(logits).scatter_(-1, index, 1.0)
    y = hard - soft.detach() + soft
    (y * torch.arange(4.0)).sum().backward()
    return y, logits.grad


def rotary_positions(torch: Any) -> Any:
    x = draw(torch, 2, 3, 4, 6)
    inv_freq = 1.0 / (10000 ** (torch.arange(0, 6, 2).double() / 6))
    freqs = torch.outer(torch.arange(4, dtype=torch.float64), inv_freq)
    emb = torch.cat((freqs, freqs), dim=-1)[None, None]
    x1, x2 = x[..., : x.shape[-1] // 2], x[..., x.shape[-1] // 2 :]
    y = x * emb.cos() + torch.cat((-x2, x1), dim=-1) * emb.sin()
    y.pow(3).sum().backward()
    return y, x.grad


def positional_encoding(torch: Any) -> Any:
    pe = torch.zeros(6, 8)
    position = torch.arange(0, 6, dtype=torch.float).unsqueeze(1)
    div_term = torch.exp(torch.arange(0, 8, 2).float() * (-math.log(10000.0) / 8))
    pe[:, 0::2] = torch.sin(position * div_term)
    pe[:, 1::2] = torch.cos(position * div_term)
    return pe.unsqueeze(0), pe[:, ::2].sum(), pe.T[1]


def relative_positions(torch: Any) -> Any:
    scores = draw(torch, 2, 4, 7)
    shifted = functional(torch).pad(scores, (1, 0)).view(2, 8, 4)[:, 1:].reshape(2, 4, 7)
    table = draw(torch, 7, seed=4)
    index = torch.arange(4)[None, :] - torch.arange(4)[:, None] + 3
    out = shifted[..., :4] + table[index]
    out.square().sum().backward()
    return out, scores.grad, table.grad


def vae_loss(torch: Any) -> Any:
    F = functional(torch)
    x = draw(torch, 4, 6, grad=False).sigmoid()
    W, V = draw(torch, 6, 4), draw(torch, 2, 6)
    mu, logvar = (x @ W).chunk(2, dim=-1)
    z = mu + (0.5 * logvar).exp() * draw(torch, 4, 2, grad=False)
    recon = F.binary_cross_entropy_with_logits(z @ V, x, reduction="sum")
    kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    (recon + kl).backward()
    return recon, kl, W.grad, V.grad


def contrastive_loss(torch: Any) -> Any:
    F = functional(torch)
    a, b = F.normalize(draw(torch, 4, 6), dim=-1), draw(torch, 4, 6, seed=1)
    b = b / b.norm(dim=-1, keepdim=True)
    logits = a @ b.t() * math.exp(0.07)
    labels = torch.arange(logits.shape[0], device=logits.device)
    loss = (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2
    mask = ~torch.eye(4, dtype=torch.bool)
    others = logits[mask].view(4, -1).logsumexp(1).mean()
    return loss, others, torch.autograd.grad(loss + others, b)


def gradient_penalty(torch: Any) -> Any:
    W, v = draw(torch, 4, 8), draw(torch, 8)
    real, fake = draw(torch, 3, 4, grad=False), draw(torch, 3, 4, seed=1, grad=False)
    mix = (0.3 * real + 0.7 * fake).requires_grad_(True)
    out = functional(torch).leaky_relu(mix @ W, 0.2) @ v
    grads = torch.autograd.grad(
        outputs=out, inputs=mix, grad_outputs=torch.ones_like(out), create_graph=True
    )[0]
    penalty = ((grads.norm(2, dim=1) - 1) ** 2).mean()
    penalty.backward()
    return penalty, W.grad, v.grad


def dropout_by_hand(torch: Any) -> Any:
    torch.manual_seed(3)
    x = torch.ones(4, 5, requires_grad=True)
    mask = (torch.rand(x.shape) > 0.5).float()
    y = x * mask / 0.5
    z = torch.where(torch.rand_like(x) < 0.3, torch.zeros_like(x), x)
    (y + z).sum().backward()
    return mask, y, z, x.grad


def maml_step(torch: Any) -> Any:
    w = draw(torch, 3, 1)
    x, y = draw(torch, 5, 3, grad=False), draw(torch, 5, 1, grad=False)
    fast = w
    for _ in range(3):
        inner = ((x @ fast - y) ** 2).mean()
        (g,) = torch.autograd.grad(inner, fast, create_graph=True)
        fast = fast - 0.1 * g
    outer = (torch.tanh(x @ fast) - y).abs().mean()
    outer.backward()
    return outer, w.grad


PROGRAMS: list[Callable[[Any], Any]] = [
    softmax_by_hand,
    attention_by_hand,
    attention_with_einsum,
    layer_norm_by_hand,
    batch_norm_by_hand,
    conv_by_unfold,
    cross_entropy_by_hand,
    bigrams,
    mlp_with_embedding,
    lstm_cell,
    beam_search,
    gumbel_and_straight_through,
    rotary_positions,
    positional_encoding,
    relative_positions,
    vae_loss,
    contrastive_loss,
    gradient_penalty,
    dropout_by_hand,
    maml_step,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_same_numbers(program: Callable[[Any], Any]) -> None:
    both(program)
