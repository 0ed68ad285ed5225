"""The peer of mlp.mjs: the same network for tables in PyTorch eager, with the same loss and optimizer. Started by mlp.mjs,
never by hand.
"""

import torch
from torch.nn import functional as F

from networks import Mlp
from sides import Side, serve


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
