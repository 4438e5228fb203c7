"""Networks that read and write sequences."""
# ruff: noqa: B007, C408, C416, N806, RUF059, SIM905, UP008 - as such programs are written

import math
import random
from collections import Counter

import autograd as torch
import nn
import nn.functional as F
from nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

device = "cpu"


def seq2seq_with_attention():
    SOS_token, EOS_token, MAX_LENGTH = 0, 1, 4

    class EncoderRNN(nn.Module):
        def __init__(self, input_size, hidden_size, dropout_p=0.1):
            super(EncoderRNN, self).__init__()
            self.hidden_size = hidden_size
            self.embedding = nn.Embedding(input_size, hidden_size)
            self.gru = nn.GRU(hidden_size, hidden_size, batch_first=True)
            self.dropout = nn.Dropout(dropout_p)

        def forward(self, input):
            embedded = self.dropout(self.embedding(input))
            output, hidden = self.gru(embedded)
            return output, hidden

    class BahdanauAttention(nn.Module):
        def __init__(self, hidden_size):
            super(BahdanauAttention, self).__init__()
            self.Wa = nn.Linear(hidden_size, hidden_size)
            self.Ua = nn.Linear(hidden_size, hidden_size)
            self.Va = nn.Linear(hidden_size, 1)

        def forward(self, query, keys):
            scores = self.Va(torch.tanh(self.Wa(query) + self.Ua(keys)))
            scores = scores.squeeze(2).unsqueeze(1)
            weights = F.softmax(scores, dim=-1)
            context = torch.bmm(weights, keys)
            return context, weights

    class AttnDecoderRNN(nn.Module):
        def __init__(self, hidden_size, output_size, dropout_p=0.1):
            super(AttnDecoderRNN, self).__init__()
            self.embedding = nn.Embedding(output_size, hidden_size)
            self.attention = BahdanauAttention(hidden_size)
            self.gru = nn.GRU(2 * hidden_size, hidden_size, batch_first=True)
            self.out = nn.Linear(hidden_size, output_size)
            self.dropout = nn.Dropout(dropout_p)

        def forward(self, encoder_outputs, encoder_hidden, target_tensor=None):
            batch_size = encoder_outputs.size(0)
            decoder_input = torch.empty(batch_size, 1, dtype=torch.long, device=device).fill_(
                SOS_token
            )
            decoder_hidden = encoder_hidden
            decoder_outputs, attentions = [], []
            for i in range(MAX_LENGTH):
                decoder_output, decoder_hidden, attn_weights = self.forward_step(
                    decoder_input, decoder_hidden, encoder_outputs
                )
                decoder_outputs.append(decoder_output)
                attentions.append(attn_weights)
                if target_tensor is not None:
                    decoder_input = target_tensor[:, i].unsqueeze(1)
                else:
                    _, topi = decoder_output.topk(1)
                    decoder_input = topi.squeeze(-1).detach()
            decoder_outputs = torch.cat(decoder_outputs, dim=1)
            return (
                F.log_softmax(decoder_outputs, dim=-1),
                decoder_hidden,
                torch.cat(attentions, dim=1),
            )

        def forward_step(self, input, hidden, encoder_outputs):
            embedded = self.dropout(self.embedding(input))
            query = hidden.permute(1, 0, 2)
            context, attn_weights = self.attention(query, encoder_outputs)
            output, hidden = self.gru(torch.cat((embedded, context), dim=2), hidden)
            return self.out(output), hidden, attn_weights

    torch.manual_seed(0)
    encoder = EncoderRNN(7, 6).to(device)
    decoder = AttnDecoderRNN(6, 8).to(device)
    encoder_optimizer = torch.optim.Adam(encoder.parameters(), lr=0.01)
    decoder_optimizer = torch.optim.Adam(decoder.parameters(), lr=0.01)
    criterion = nn.NLLLoss()
    source = torch.tensor([[2, 3, 4, EOS_token], [5, 6, EOS_token, 0]])
    target = torch.tensor([[3, 4, 5, EOS_token], [7, 2, EOS_token, 0]])
    losses = []
    for _ in range(3):
        encoder_optimizer.zero_grad()
        decoder_optimizer.zero_grad()
        encoder_outputs, encoder_hidden = encoder(source)
        decoder_outputs, _, _ = decoder(encoder_outputs, encoder_hidden, target)
        loss = criterion(decoder_outputs.view(-1, decoder_outputs.size(-1)), target.view(-1))
        loss.backward()
        encoder_optimizer.step()
        decoder_optimizer.step()
        losses.append(loss.item())
    encoder.eval()
    decoder.eval()
    with torch.no_grad():
        out, hidden, attn = decoder(*encoder(source))
        _, topi = out.topk(1)
        ids = topi.squeeze()
    words = [idx.item() for idx in ids[0]]
    return losses, words, attn, hidden, encoder, decoder


def skip_gram():
    random.seed(0)
    corpus = "the quick brown fox jumps over the lazy dog the fox".split()
    counts = Counter(corpus)
    vocab = sorted(counts, key=counts.get, reverse=True)
    word2idx = {w: i for i, w in enumerate(vocab)}
    pairs = [
        (word2idx[corpus[i]], word2idx[corpus[j]])
        for i in range(len(corpus))
        for j in range(max(0, i - 2), min(len(corpus), i + 3))
        if i != j
    ]
    freqs = torch.tensor([counts[w] for w in vocab], dtype=torch.float) ** 0.75

    class SkipGramNeg(nn.Module):
        def __init__(self, n_vocab, n_embed):
            super().__init__()
            self.in_embed = nn.Embedding(n_vocab, n_embed, sparse=False)
            self.out_embed = nn.Embedding(n_vocab, n_embed)
            self.in_embed.weight.data.uniform_(-1, 1)
            self.out_embed.weight.data.uniform_(-1, 1)

        def forward(self, center, context, negatives):
            v = self.in_embed(center)
            u = self.out_embed(context)
            n = self.out_embed(negatives)
            positive = F.logsigmoid(torch.sum(u * v, dim=1))
            negative = F.logsigmoid(-torch.bmm(n, v.unsqueeze(2)).squeeze(2)).sum(1)
            return -(positive + negative).mean()

    torch.manual_seed(0)
    model = SkipGramNeg(len(vocab), 5)
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.1)
    losses = []
    batch = torch.tensor(pairs)
    for epoch in range(3):
        order = torch.randperm(len(batch))
        for chunk in order.split(16):
            center, context = batch[chunk].unbind(1)
            negatives = torch.randint(0, len(vocab), (len(chunk), 3))
            optimizer.zero_grad()
            loss = model(center, context, negatives)
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
    emb = model.in_embed.weight.detach()
    sims = F.cosine_similarity(emb[word2idx["fox"]].unsqueeze(0), emb)
    values, idx = sims.topk(3)
    return losses, values, [vocab[i] for i in idx], freqs / freqs.sum()


def cbow_with_bags():
    torch.manual_seed(1)
    model = nn.Sequential()
    bag = nn.EmbeddingBag(20, 6, mode="mean", sparse=False)
    fc = nn.Linear(6, 3)
    initrange = 0.5
    bag.weight.data.uniform_(-initrange, initrange)
    fc.weight.data.uniform_(-initrange, initrange)
    fc.bias.data.zero_()

    def collate_batch(batch):
        label_list, text_list, offsets = [], [], [0]
        for _label, _text in batch:
            label_list.append(_label - 1)
            processed_text = torch.tensor(_text, dtype=torch.int64)
            text_list.append(processed_text)
            offsets.append(processed_text.size(0))
        label_list = torch.tensor(label_list, dtype=torch.int64)
        offsets = torch.tensor(offsets[:-1]).cumsum(dim=0)
        return label_list.to(device), torch.cat(text_list).to(device), offsets.to(device)

    data = [(1, [1, 2, 3]), (2, [4, 5]), (3, [6]), (1, [7, 8, 9, 10])]
    loader = nn.data.DataLoader(data, batch_size=2, shuffle=False, collate_fn=collate_batch)
    params = list(bag.parameters()) + list(fc.parameters())
    optimizer = torch.optim.SGD(params, lr=5.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1.0, gamma=0.1)
    total_acc, total = 0, 0
    for _ in range(2):
        for label, text, offsets in loader:
            predicted = fc(bag(text, offsets))
            loss = F.cross_entropy(predicted, label)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(params, 0.1) if hasattr(
                torch, "nn"
            ) else nn.utils.clip_grad_norm_(params, 0.1)
            optimizer.step()
            total_acc += (predicted.argmax(1) == label).sum().item()
            total += label.size(0)
        scheduler.step()
    return total_acc / total, params, repr(model)


def tagger():
    class LSTMTagger(nn.Module):
        def __init__(self, embedding_dim, hidden_dim, vocab_size, tagset_size):
            super().__init__()
            self.word_embeddings = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
            self.lstm = nn.LSTM(
                embedding_dim,
                hidden_dim,
                num_layers=2,
                dropout=0.2,
                bidirectional=True,
                batch_first=True,
            )
            self.hidden2tag = nn.Linear(2 * hidden_dim, tagset_size)
            self.init_weights()

        def init_weights(self):
            for name, param in self.lstm.named_parameters():
                if "bias" in name:
                    nn.init.constant_(param, 0.0)
                    n = param.size(0)
                    param.data[n // 4 : n // 2].fill_(1.0)
                elif "weight_hh" in name:
                    nn.init.orthogonal_(param)
                elif "weight_ih" in name:
                    nn.init.xavier_normal_(param)

        def forward(self, sentences, lengths):
            embeds = self.word_embeddings(sentences)
            packed = pack_padded_sequence(embeds, lengths, batch_first=True, enforce_sorted=False)
            out, (h, c) = self.lstm(packed)
            out, _ = pad_packed_sequence(out, batch_first=True)
            return self.hidden2tag(out), torch.cat((h[-2], h[-1]), dim=1)

    torch.manual_seed(0)
    model = LSTMTagger(4, 5, 9, 3)
    sentences = [torch.tensor([1, 2, 3]), torch.tensor([4, 5, 6, 7, 8]), torch.tensor([2])]
    lengths = torch.tensor([len(s) for s in sentences])
    batch = pad_sequence(sentences, batch_first=True)
    tags = pad_sequence([s % 3 for s in sentences], batch_first=True, padding_value=-100)
    criterion = nn.CrossEntropyLoss(ignore_index=-100)
    opt = torch.optim.RMSprop(model.parameters(), lr=0.01, alpha=0.9)
    losses = []
    for _ in range(3):
        model.zero_grad()
        scores, last = model(batch, lengths)
        loss = criterion(scores.view(-1, 3), tags.view(-1))
        loss.backward()
        nn.utils.clip_grad_value_(model.parameters(), 0.5)
        opt.step()
        losses.append(loss.item())
    hidden = (torch.zeros(4, 3, 5), torch.zeros(4, 3, 5))
    hidden = tuple([each.data for each in hidden])
    return losses, scores, last, model, hidden


def text_cnn():
    class TextCNN(nn.Module):
        def __init__(self, vocab, dim, n_filters, sizes, out):
            super().__init__()
            self.embed = nn.Embedding.from_pretrained(torch.randn(vocab, dim), freeze=False)
            self.convs = nn.ModuleList([nn.Conv2d(1, n_filters, (k, dim)) for k in sizes])
            self.fc = nn.Linear(len(sizes) * n_filters, out)

        def forward(self, x):
            x = self.embed(x).unsqueeze(1)
            x = [F.relu(conv(x)).squeeze(3) for conv in self.convs]
            x = [F.max_pool1d(line, line.size(2)).squeeze(2) for line in x]
            return self.fc(F.dropout(torch.cat(x, 1), 0.5, self.training))

    torch.manual_seed(0)
    net = TextCNN(12, 5, 3, [2, 3, 4], 1)
    x = torch.randint(12, (4, 7))
    logit = net(x).squeeze(1)
    loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(2.0))(logit, torch.Tensor([0, 1, 1, 0]))
    loss.backward()
    preds = torch.round(torch.sigmoid(logit))
    return loss, preds, [p.grad for p in net.parameters()], repr(net)


def transformer_lm():
    class PositionalEncoding(nn.Module):
        def __init__(self, d_model, dropout=0.1, max_len=20):
            super().__init__()
            self.dropout = nn.Dropout(p=dropout)
            position = torch.arange(max_len).unsqueeze(1)
            div_term = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
            pe = torch.zeros(max_len, 1, d_model)
            pe[:, 0, 0::2] = torch.sin(position * div_term)
            pe[:, 0, 1::2] = torch.cos(position * div_term)
            self.register_buffer("pe", pe)

        def forward(self, x):
            x = x + self.pe[: x.size(0)]
            return self.dropout(x)

    class TransformerModel(nn.Module):
        def __init__(self, ntoken, d_model, nhead, d_hid, nlayers, dropout=0.1):
            super().__init__()
            self.model_type = "Transformer"
            self.pos_encoder = PositionalEncoding(d_model, dropout)
            encoder_layers = nn.TransformerEncoderLayer(d_model, nhead, d_hid, dropout)
            self.transformer_encoder = nn.TransformerEncoder(
                encoder_layers, nlayers, enable_nested_tensor=False
            )
            self.embedding = nn.Embedding(ntoken, d_model)
            self.d_model = d_model
            self.linear = nn.Linear(d_model, ntoken)
            self.init_weights()

        def init_weights(self) -> None:
            initrange = 0.1
            self.embedding.weight.data.uniform_(-initrange, initrange)
            self.linear.bias.data.zero_()
            self.linear.weight.data.uniform_(-initrange, initrange)

        def forward(self, src, src_mask=None):
            src = self.embedding(src) * math.sqrt(self.d_model)
            src = self.pos_encoder(src)
            if src_mask is None:
                src_mask = nn.Transformer.generate_square_subsequent_mask(len(src)).to(device)
            output = self.transformer_encoder(src, src_mask)
            return self.linear(output)

    def batchify(data, bsz):
        seq_len = data.size(0) // bsz
        data = data[: seq_len * bsz]
        return data.view(bsz, seq_len).t().contiguous().to(device)

    torch.manual_seed(0)
    train = batchify(torch.arange(33) % 11, 2)
    model = TransformerModel(11, 8, 2, 16, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.95)
    model.train()
    losses = []
    for i in range(0, train.size(0) - 1, 5):
        seq_len = min(5, len(train) - 1 - i)
        data, target = train[i : i + seq_len], train[i + 1 : i + 1 + seq_len].reshape(-1)
        output = model(data).view(-1, 11)
        loss = F.cross_entropy(output, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        losses.append(math.exp(loss.item()))
    return losses, list(model.state_dict()), model.state_dict()["pos_encoder.pe"].shape, str(model)


def gpt():
    class CausalSelfAttention(nn.Module):
        def __init__(self, n_embd, n_head, block_size):
            super().__init__()
            assert n_embd % n_head == 0
            self.c_attn = nn.Linear(n_embd, 3 * n_embd, bias=False)
            self.c_proj = nn.Linear(n_embd, n_embd, bias=False)
            self.c_proj.NANOGPT_SCALE_INIT = 1
            self.n_head, self.n_embd = n_head, n_embd
            self.register_buffer(
                "bias",
                torch.tril(torch.ones(block_size, block_size)).view(1, 1, block_size, block_size),
            )

        def forward(self, x):
            B, T, C = x.size()
            q, k, v = self.c_attn(x).split(self.n_embd, dim=2)
            k = k.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
            q = q.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
            v = v.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
            y = F.scaled_dot_product_attention(
                q, k, v, attn_mask=None, dropout_p=0.0, is_causal=True
            )
            att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
            att = att.masked_fill(self.bias[:, :, :T, :T] == 0, float("-inf"))
            assert torch.allclose(F.softmax(att, dim=-1) @ v, y)
            return self.c_proj(y.transpose(1, 2).contiguous().view(B, T, C))

    class Block(nn.Module):
        def __init__(self, n_embd):
            super().__init__()
            self.ln_1 = nn.LayerNorm(n_embd)
            self.attn = CausalSelfAttention(n_embd, 2, 6)
            self.ln_2 = nn.LayerNorm(n_embd)
            self.mlp = nn.ModuleDict(
                dict(
                    c_fc=nn.Linear(n_embd, 4 * n_embd),
                    c_proj=nn.Linear(4 * n_embd, n_embd),
                    act=nn.GELU(approximate="tanh"),
                )
            )
            m = self.mlp
            self.mlpf = lambda x: m.c_proj(m.act(m.c_fc(x)))

        def forward(self, x):
            x = x + self.attn(self.ln_1(x))
            return x + self.mlpf(self.ln_2(x))

    class GPT(nn.Module):
        def __init__(self, vocab=11, n_embd=8, block_size=6):
            super().__init__()
            self.block_size = block_size
            self.transformer = nn.ModuleDict(
                dict(
                    wte=nn.Embedding(vocab, n_embd),
                    wpe=nn.Embedding(block_size, n_embd),
                    h=nn.ModuleList([Block(n_embd) for _ in range(2)]),
                    ln_f=nn.LayerNorm(n_embd),
                )
            )
            self.lm_head = nn.Linear(n_embd, vocab, bias=False)
            self.transformer.wte.weight = self.lm_head.weight
            self.apply(self._init_weights)

        def _init_weights(self, module):
            if isinstance(module, nn.Linear):
                std = 0.02 * (4**-0.5 if hasattr(module, "NANOGPT_SCALE_INIT") else 1)
                torch.nn.init.normal_(module.weight, mean=0.0, std=std)
                if module.bias is not None:
                    torch.nn.init.zeros_(module.bias)
            elif isinstance(module, nn.Embedding):
                torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)

        def configure_optimizers(self, weight_decay, lr, betas):
            param_dict = {pn: p for pn, p in self.named_parameters()}
            param_dict = {pn: p for pn, p in param_dict.items() if p.requires_grad}
            decay = [p for n, p in param_dict.items() if p.dim() >= 2]
            nodecay = [p for n, p in param_dict.items() if p.dim() < 2]
            groups = [
                {"params": decay, "weight_decay": weight_decay},
                {"params": nodecay, "weight_decay": 0.0},
            ]
            return torch.optim.AdamW(groups, lr=lr, betas=betas)

        def forward(self, idx, targets=None):
            device = idx.device
            b, t = idx.size()
            pos = torch.arange(0, t, dtype=torch.long, device=device)
            x = self.transformer.wte(idx) + self.transformer.wpe(pos)
            for block in self.transformer.h:
                x = block(x)
            x = self.transformer.ln_f(x)
            if targets is not None:
                logits = self.lm_head(x)
                return logits, F.cross_entropy(
                    logits.view(-1, logits.size(-1)), targets.view(-1), ignore_index=-1
                )
            return self.lm_head(x[:, [-1], :]), None

        @torch.no_grad()
        def generate(self, idx, max_new_tokens, temperature=1.0, top_k=None):
            for _ in range(max_new_tokens):
                idx_cond = idx if idx.size(1) <= self.block_size else idx[:, -self.block_size :]
                logits, _ = self(idx_cond)
                logits = logits[:, -1, :] / temperature
                if top_k is not None:
                    v, _ = torch.topk(logits, min(top_k, logits.size(-1)))
                    logits[logits < v[:, [-1]]] = -float("Inf")
                probs = F.softmax(logits, dim=-1)
                idx_next = torch.multinomial(probs, num_samples=1)
                idx = torch.cat((idx, idx_next), dim=1)
            return idx

    torch.manual_seed(1337)
    model = GPT()
    optimizer = model.configure_optimizers(0.1, 1e-2, (0.9, 0.95))
    data = torch.arange(40) % 11
    losses = []
    for _ in range(3):
        ix = torch.randint(len(data) - 6, (4,))
        x = torch.stack([data[i : i + 6] for i in ix])
        y = torch.stack([data[i + 1 : i + 1 + 6] for i in ix])
        with torch.amp.autocast(device_type="cpu", enabled=False):
            logits, loss = model(x, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append((loss.item(), norm))
    model.eval()
    return losses, model.generate(torch.zeros((1, 1), dtype=torch.long), 8, top_k=5)


PROGRAMS = [
    seq2seq_with_attention,
    skip_gram,
    cbow_with_bags,
    tagger,
    text_cnn,
    transformer_lm,
    gpt,
]
