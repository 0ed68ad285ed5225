"""A wire between two hosts that delays and loses packets, for kernels without netem: relays Ethernet frames between two
devices, wire-a and wire-b, that it makes and that ip(8) may move to other network namespaces. Prints "ready", and takes
JSON lines on stdin: {"delay": ms, "jitter": ms, "loss": share}; with loss 1 the wire is cut. Ends with its stdin."""

import fcntl
import heapq
import json
import os
import random
import select
import struct
import sys
import time

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000


def device(name):
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH14x", name.encode(), IFF_TAP | IFF_NO_PI))
    return handle


def main():
    ends = [device("wire-a"), device("wire-b")]
    print("ready", flush=True)
    chance = random.Random(1)
    wire = {"delay": 0, "jitter": 0, "loss": 0}
    coming = []  # (when, count, to, frame)
    last = [0.0, 0.0]  # when the last frame arrives at each end: none overtakes another
    count = 0
    while True:
        wait = max(0, coming[0][0] - time.monotonic()) if coming else None
        for source in select.select([*ends, sys.stdin], [], [], wait)[0]:
            if source is sys.stdin:
                line = sys.stdin.readline()
                if not line:
                    return
                wire = json.loads(line)
                continue
            frame = os.read(source, 65536)
            if chance.random() < wire["loss"]:
                continue
            to = 1 - ends.index(source)
            delay = wire["delay"] + wire["jitter"] * chance.uniform(-1, 1)
            last[to] = max(last[to], time.monotonic() + delay / 1000)
            count += 1
            heapq.heappush(coming, (last[to], count, to, frame))
        while coming and coming[0][0] <= time.monotonic():
            _, _, to, frame = heapq.heappop(coming)
            try:
                os.write(ends[to], frame)
            except OSError:
                pass  # its host is down: lost, as on a wire


main()
