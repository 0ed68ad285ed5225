"""The peer of lstm.mjs: the same text classifier in PyTorch eager, with dense and with packed sequences. Started by
lstm.mjs, never by hand.
"""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from sides import Side, serve


class Classifier(nn.Module):
    def __init__(self, weights):
        super().__init__()
        vocabulary, size = weights["embedding.weight"].shape
        hidden = weights["lstm.weight_hh_l0"].shape[1]
        self.embedding = nn.Embedding(vocabulary, size, padding_idx=0)
        self.lstm = nn.LSTM(size, hidden, num_layers=2, bidirectional=True, batch_first=True)
        self.linear = nn.Linear(2 * hidden, weights["linear.weight"].shape[0])
        self.load_state_dict(weights)

    def forward(self, tokens, lengths, packed):
        x = self.embedding(tokens)
        if packed:
            x = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            x, _ = pad_packed_sequence(self.lstm(x)[0], batch_first=True, total_length=tokens.size(1))
        else:
            x, _ = self.lstm(x)  # the backward direction begins in the padding
        beyond = torch.arange(tokens.size(1)).unsqueeze(0) >= lengths.unsqueeze(1)
        return self.linear(x.masked_fill(beyond.unsqueeze(2), -float("inf")).max(1).values)


class Texts(Side):
    """One way of running the network: dense or packed."""

    def __init__(self, weights, batches, lr, packed):
        self.model = Classifier(weights)
        self.batches, self.packed = batches, packed
        super().__init__(torch.optim.Adam(self.model.parameters(), lr=lr), batches["tokens"].size(0))

    def loss(self, at):
        logits = self.model(self.batches["tokens"][at], self.batches["lengths"][at], self.packed)
        return F.cross_entropy(logits, self.batches["targets"][at])


def make_sides(command, weights, batches):
    return {packed: Texts(weights, batches, command["lr"], packed) for packed in (False, True)}


serve(make_sides, lambda sides, command: sides[command["packed"]].run(command["steps"]))
