"""Samples: attention."""

from typing import Any

from tests.samples.build import A, S, bools, ints, only_here, row, turned

_Q, _K, _V = A(2, 3, 4), A(2, 5, 4), A(2, 5, 2)

row(
    "nn.functional.scaled_dot_product_attention",
    S(_Q, _K, _V),
    S(A(3, 4), A(5, 4), A(5, 2), scale=0.3),
    S(_Q, _K, _V, bools(3, 5)),
    S(_Q, _K, _V, bools(2, 1, 5)),
    S(_Q, _K, _V, A(3, 5)),
    S(turned(2, 3, 4), A(1, 5, 4), A(1, 5, 4), is_causal=True),
    S(A(2, 5, 4), A(2, 3, 4), A(2, 3, 4), None, 0.0, True),
    S(A(1, 4, 2, 3), A(1, 2, 3, 3), A(1, 2, 3, 2), enable_gqa=True),
    S(_Q, A(2, 0, 4), A(2, 0, 2)),
    S(_Q, _K, _V, None, 0.5),
    S(_Q, _K, _V, A(2, 3, 5), 0.3),
    random=True,
    whole=False,
    refused=(
        S(A(4), A(4), A(4)),
        S(_Q, A(2, 5, 3), _V),
        S(_Q, _K, A(2, 4, 2)),
        S(ints(2, 3, 4), ints(2, 5, 4), ints(2, 5, 2)),
        S(_Q, _K, ints(2, 5, 2)),
        S(_Q, _K, _V, bools(3, 4)),
        S(_Q, _K, _V, ints(3, 5)),
        S(_Q, _K, _V, 0.5),
        S(_Q, _K, _V, bools(3, 5), is_causal=True),
        S(_Q, _K, _V, dropout_p=1.5),
        S(A(1, 4, 2, 3), A(1, 3, 3, 3), A(1, 3, 3, 2), enable_gqa=True),
    ),
)

_SMALL = {"low": -0.7, "high": 0.7}
_X = A(3, 2, 4, **_SMALL)  # lengths, batch, width
_HEADS = {
    "embed_dim_to_check": 4,
    "num_heads": 2,
    "in_proj_weight": A(12, 4, **_SMALL),
    "in_proj_bias": A(12, **_SMALL),
    "bias_k": None,
    "bias_v": None,
    "add_zero_attn": False,
    "dropout_p": 0.0,
    "out_proj_weight": A(4, 4, **_SMALL),
    "out_proj_bias": A(4, **_SMALL),
}


def _of(*inputs: Any, **options: Any) -> S:
    """Two heads, with options in place of the ordinary ones."""
    return S(*inputs, **{**_HEADS, **options})


row(
    "nn.functional.multi_head_attention_forward",
    S(_X, A(5, 2, 4, **_SMALL), A(5, 2, 4, **_SMALL), *_HEADS.values()),
    _of(A(3, 4, **_SMALL), A(5, 4, **_SMALL), A(5, 4, **_SMALL), key_padding_mask=A(5, **_SMALL)),
    _of(
        _X,
        _X,
        _X,
        attn_mask=A(3, 3, **_SMALL),
        key_padding_mask=A(2, 3, **_SMALL),
        need_weights=False,
    ),
    _of(_X, _X, _X, attn_mask=A(4, 3, 3, **_SMALL), average_attn_weights=False),
    _of(_X, _X, _X, add_zero_attn=True, key_padding_mask=A(2, 3, **_SMALL)),
    _of(
        _X,
        _X,
        _X,
        bias_k=A(1, 1, 4, **_SMALL),
        bias_v=A(1, 1, 4, **_SMALL),
        attn_mask=A(3, 3, **_SMALL),
    ),
    _of(_X, _X, _X, dropout_p=0.5, in_proj_bias=None, out_proj_bias=None),
    _of(_X, _X, _X, dropout_p=0.5, training=False),
    _of(
        _X,
        A(5, 2, 3, **_SMALL),
        A(5, 2, 2, **_SMALL),
        in_proj_weight=None,
        use_separate_proj_weight=True,
        q_proj_weight=A(4, 4, **_SMALL),
        k_proj_weight=A(4, 3, **_SMALL),
        v_proj_weight=A(4, 2, **_SMALL),
    ),
    _of(_X, _X, _X, static_k=A(4, 5, 2, **_SMALL), static_v=A(4, 5, 2, **_SMALL)),
    *only_here(  # torch's fast way has no second order
        _of(_X, _X, _X, need_weights=False),
        _of(_X, _X, _X, need_weights=False, is_causal=True, attn_mask=A(3, 3, **_SMALL)),
    ),
    random=True,
    whole=False,
    refused=(
        _of(A(3, **_SMALL), A(3, **_SMALL), A(3, **_SMALL)),
        _of(_X, A(3, 4, **_SMALL), A(3, 4, **_SMALL)),
        _of(_X, _X, A(2, 2, 4, **_SMALL)),
        _of(_X, _X, _X, embed_dim_to_check=3),
        _of(_X, _X, _X, num_heads=3),
        _of(_X, _X, _X, attn_mask=A(3, 4, **_SMALL)),
        _of(_X, _X, _X, attn_mask=A(3, 3, 3, **_SMALL)),
        _of(_X, _X, _X, attn_mask=A(3, **_SMALL)),
        _of(_X, _X, _X, attn_mask=ints(3, 3)),
        _of(_X, _X, _X, key_padding_mask=A(2, 4, **_SMALL)),
        _of(_X, _X, _X, key_padding_mask=A(3, **_SMALL)),
        _of(_X, _X, _X, is_causal=True),
        _of(_X, _X, _X, in_proj_weight=None),
        _of(_X, _X, _X, bias_k=A(1, 1, 4, **_SMALL)),
        _of(_X, _X, _X, static_k=A(3, 5, 2, **_SMALL)),
    ),
)
