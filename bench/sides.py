"""What the peers of our measurements share: a way of training, and answering commands.

A peer reads one command a line on standard input and answers with one line of JSON, so that all sides can take
turns in one measurement.
"""

import json
import sys
import time

import torch

from tensor_file import read_safetensors


class Side:
    """One way of training, with weights and an optimizer of its own. A subclass has `loss(at)`, that of batch `at`."""

    def __init__(self, optimizer, batch_count):
        self.optimizer, self.batch_count = optimizer, batch_count
        self.steps = 0

    def step(self):
        loss = self.loss(self.steps % self.batch_count)
        self.steps += 1
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


def serve(make_sides, answer):
    """Makes the sides from the first command, weights and batches; then answers each command that follows."""
    sides = {}
    for line in sys.stdin:
        command = json.loads(line)
        if "threads" in command:
            torch.set_num_threads(command["threads"])
            sides = make_sides(command, read_safetensors(command["weights"]), read_safetensors(command["batches"]))
            facts = {"torch": torch.__version__, "threads": torch.get_num_threads()}
        else:
            facts = answer(sides, command)
        print(json.dumps(facts), flush=True)
