"""Embeddings and one-hot rows."""

from __future__ import annotations

from autograd.ops.embedding import embedding, embedding_bag, one_hot

__all__ = ["embedding", "embedding_bag", "one_hot"]
