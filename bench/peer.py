"""The peers: the same network, loss and optimiser in PyTorch eager. One as its tutorials write it, in float32 and NCHW;
one as an expert would for speed, in bfloat16 autocast and channels_last.

Reads one command a line on standard input and answers with one line of JSON, so that all sides can take
turns in one measurement. Started by step.mjs, never by hand.
"""

import json
import sys
import time

import torch
from torch.nn import functional as F

from networks import NETWORKS
from tensor_file import read_safetensors


class Peer:
    def __init__(self, network, lr, weights, batches, precision, device):
        self.precision, self.kind = precision, device.split(":")[0]
        self.model = NETWORKS[network]()
        self.model.load_state_dict(weights)
        self.model.to(device)
        self.inputs = [each.to(device) for each in batches["inputs"]]
        self.targets = batches["targets"].to(device)
        if precision == "bf16":
            self.model = self.model.to(memory_format=torch.channels_last)
            self.inputs = [each.to(memory_format=torch.channels_last) for each in self.inputs]
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=lr, momentum=0.9, weight_decay=2e-4)
        self.steps = 0

    def step(self):
        at = self.steps % len(self.inputs)
        self.steps += 1
        with torch.autocast(self.kind, dtype=torch.bfloat16, enabled=self.precision == "bf16"):
            logits = self.model(self.inputs[at])
        loss = F.cross_entropy(logits.float(), self.targets[at])
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
    peers = {}
    for line in sys.stdin:
        command = json.loads(line)
        if "threads" in command:
            torch.set_num_threads(command["threads"])
            torch.backends.cudnn.allow_tf32 = False  # so that float32 is the same on both sides
            device = command.get("device", "cpu")
            weights, batches = read_safetensors(command["weights"]), read_safetensors(command["batches"])
            for precision in ["fp32", "bf16"]:
                peers[precision] = Peer(command["network"], command["lr"], weights, batches, precision, device)
            answer = {"torch": torch.__version__, "threads": torch.get_num_threads()}
        else:
            answer = peers[command["precision"]].run(command["steps"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
