"""The peer of mlp.mjs: the same network for tables in PyTorch eager, with the same loss and optimizer. Started by mlp.mjs,
never by hand.
"""

import torch
from torch import nn
from torch.nn import functional as F

from sides import Side, serve


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


class Tables(Side):
    """One way of running the optimizer."""

    def __init__(self, weights, batches, lr, foreach):
        self.model = Mlp(weights)
        self.batches = batches
        optimizer = torch.optim.Adam(self.model.parameters(), lr=lr, foreach=foreach)
        super().__init__(optimizer, batches["targets"].size(0))

    def loss(self, at):
        logits = self.model(self.batches["values"][at], self.batches["codes"][at])
        return F.cross_entropy(logits + self.batches["offsets"], self.batches["targets"][at])


def make_sides(command, weights, batches):
    return {foreach: Tables(weights, batches, command["lr"], foreach) for foreach in (False, True)}


serve(make_sides, lambda sides, command: sides[command["foreach"]].run(command["steps"]))
