"""The peer: the same network, loss and optimiser in PyTorch eager, float32, NCHW, as its tutorials write it.

Reads one command a line on standard input and answers with one line of JSON, so that both sides can take
turns in one measurement. Started by step.mjs, never by hand.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

from tensor_file import read_safetensors


class Block(nn.Module):
    def __init__(self, channels_in, channels_out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.stride = stride
        self.half = (channels_out - channels_in) // 2

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        shortcut = x
        if self.half > 0:
            shortcut = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.half, self.half))
        return F.relu(out + shortcut)


class ResNet32(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = self.stage(16, 16, 1)
        self.layer2 = self.stage(16, 32, 2)
        self.layer3 = self.stage(32, 64, 2)
        self.linear = nn.Linear(64, classes)

    @staticmethod
    def stage(channels_in, channels_out, stride):
        first = Block(channels_in, channels_out, stride)
        return nn.Sequential(first, *[Block(channels_out, channels_out, 1) for _ in range(4)])

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(F.avg_pool2d(x, x.size(3)).flatten(1))


class Peer:
    def __init__(self, threads, lr, weights, batches):
        torch.set_num_threads(threads)
        self.model = ResNet32()
        self.model.load_state_dict(read_safetensors(weights))
        held = read_safetensors(batches)
        self.inputs, self.targets = held["inputs"], held["targets"]
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=lr, momentum=0.9, weight_decay=2e-4)
        self.steps = 0

    def step(self):
        at = self.steps % self.inputs.size(0)
        self.steps += 1
        loss = F.cross_entropy(self.model(self.inputs[at]), self.targets[at])
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
    peer = None
    for line in sys.stdin:
        command = json.loads(line)
        if "threads" in command:
            peer = Peer(**command)
            answer = {"torch": torch.__version__, "threads": torch.get_num_threads()}
        else:
            answer = peer.run(command["steps"])
        print(json.dumps(answer), flush=True)


main()
