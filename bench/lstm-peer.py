"""The peer of lstm.mjs: the same text classifier in PyTorch eager, with dense and with packed sequences.

Reads one command a line on standard input and answers with one line of JSON, so that both sides can take
turns in one measurement. Started by lstm.mjs, never by hand.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from tensor_file import read_safetensors


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


class Side:
    """One way of running the network, with weights and an optimiser of its own."""

    def __init__(self, weights, batches, lr, packed):
        self.model = Classifier(weights)
        self.batches, self.packed = batches, packed
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=lr)
        self.steps = 0

    def step(self):
        at = self.steps % self.batches["tokens"].size(0)
        self.steps += 1
        logits = self.model(self.batches["tokens"][at], self.batches["lengths"][at], self.packed)
        loss = F.cross_entropy(logits, self.batches["targets"][at])
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def run(self, steps):
        times, losses = [], []
        for _ in range(steps):
            began = time.perf_counter()
            losses.append(self.step())
            times.append((time.perf_counter() - began) * 1000)
        return {"times": times, "losses": losses}


def main():
    sides = {}
    for line in sys.stdin:
        command = json.loads(line)
        if "threads" in command:
            torch.set_num_threads(command["threads"])
            weights, batches = read_safetensors(command["weights"]), read_safetensors(command["batches"])
            sides = {packed: Side(weights, batches, command["lr"], packed) for packed in (False, True)}
            answer = {"torch": torch.__version__, "threads": torch.get_num_threads()}
        else:
            answer = sides[command["packed"]].run(command["steps"])
        print(json.dumps(answer), flush=True)


main()
