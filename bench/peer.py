"""The peers: the same network, loss and optimiser in PyTorch eager. One as its tutorials write it, in float32 and NCHW;
one as an expert would for speed, in bfloat16 autocast and channels_last. Started by step.mjs, never by hand.
"""

import torch
from torch.nn import functional as F

from networks import NETWORKS
from sides import Side, serve


class Peer(Side):
    def __init__(self, command, weights, batches, precision):
        device = command.get("device", "cpu")
        self.precision, self.kind = precision, device.split(":")[0]
        self.model = NETWORKS[command["network"]]()
        self.model.load_state_dict(weights)
        self.model.to(device)
        self.inputs = [each.to(device) for each in batches["inputs"]]
        self.targets = batches["targets"].to(device)
        if precision == "bf16":
            self.model = self.model.to(memory_format=torch.channels_last)
            self.inputs = [each.to(memory_format=torch.channels_last) for each in self.inputs]
        rule = {"lr": command["lr"], "momentum": 0.9, "weight_decay": 2e-4}
        super().__init__(torch.optim.SGD(self.model.parameters(), **rule), len(self.inputs))

    def loss(self, at):
        with torch.autocast(self.kind, dtype=torch.bfloat16, enabled=self.precision == "bf16"):
            logits = self.model(self.inputs[at])
        return F.cross_entropy(logits.float(), self.targets[at])


def make_sides(command, weights, batches):
    torch.backends.cudnn.allow_tf32 = False  # so that float32 is the same on both sides
    return {precision: Peer(command, weights, batches, precision) for precision in ("fp32", "bf16")}


serve(make_sides, lambda sides, command: sides[command["precision"]].run(command["steps"]))
