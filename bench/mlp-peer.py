"""The peer of mlp.mjs: the same network for tables in PyTorch eager, with the same loss and optimizer.

Reads one command a line on standard input and answers with one line of JSON, so that both sides can take
turns in one measurement. Started by mlp.mjs, never by hand.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

from tensor_file import read_safetensors


class Mlp(nn.Module):
    def __init__(self, weights):
        super().__init__()
        tables = [table for name, table in weights.items() if name.startswith("embeddings.")]
        self.embeddings = nn.ModuleList(nn.Embedding(*table.shape, padding_idx=0) for table in tables)
        sizes = [weights["hidden.0.weight"].shape[1], *(weights[f"hidden.{i}.weight"].shape[0] for i in (0, 1))]
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.norms = nn.ModuleList(nn.LayerNorm(size) for size in sizes[1:])
        self.classifier = nn.Linear(sizes[-1], weights["classifier.weight"].shape[0])
        self.load_state_dict(weights)

    def forward(self, values, codes):
        vectors = [table(codes[:, g]) for g, table in enumerate(self.embeddings)]
        x = torch.cat([values, *vectors], 1)
        for layer, norm in zip(self.hidden, self.norms):
            x = F.relu(norm(layer(x)))
        return self.classifier(x)


class Side:
    """One way of running the optimizer, with weights of its own."""

    def __init__(self, weights, batches, lr, foreach):
        self.model = Mlp(weights)
        self.batches = batches
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=lr, foreach=foreach)
        self.steps = 0

    def step(self):
        at = self.steps % self.batches["targets"].size(0)
        self.steps += 1
        logits = self.model(self.batches["values"][at], self.batches["codes"][at])
        loss = F.cross_entropy(logits + self.batches["offsets"], self.batches["targets"][at])
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
            sides = {foreach: Side(weights, batches, command["lr"], foreach) for foreach in (False, True)}
            answer = {"torch": torch.__version__, "threads": torch.get_num_threads()}
        else:
            answer = sides[command["foreach"]].run(command["steps"])
        print(json.dumps(answer), flush=True)


main()
