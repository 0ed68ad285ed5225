"""Runs a graph with Python's onnxruntime: graph and inputs come on stdin, outputs go to stdout, each after a line of JSON."""

import json
import sys

import numpy
import onnxruntime


def header():
    line = sys.stdin.buffer.readline()
    return json.loads(line) if line else None


model = onnxruntime.InferenceSession(sys.stdin.buffer.read(header()["graph"]), providers=["CPUExecutionProvider"])


def answer(head, parts):
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


answer({"inputs": [each.name for each in model.get_inputs()]}, [])
while (asked := header()) is not None:
    feeds = {}
    for each in asked["feeds"]:
        data = sys.stdin.buffer.read(each["bytes"])
        feeds[each["name"]] = numpy.frombuffer(data, each["type"]).reshape(each["dims"])
    names = ["logits", "probabilities"]
    outputs = [each.astype(numpy.float32).tobytes() for each in model.run(names, feeds)]
    answer({"outputs": [[name, len(data)] for name, data in zip(names, outputs)]}, outputs)
