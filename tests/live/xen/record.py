"""Ask a real node what the driver asks, and keep the answers: ``python -m tests.live.xen.record [NAME…]``, as root."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.drivers.host.xen.replies import FOLDER, Exchange, render
from tests.live.xen.build import image
from tests.live.xen.node import Node, running_node
from tests.live.xen.tap import Tap
from tests.live.xen.transcript import STEPS, Ask, Do, Pause

NETNS = "reconciler-rec"


def record(node: Node) -> Iterator[tuple[str, Exchange]]:
    """Go through the transcript; a step that only prepares the next must succeed."""
    for step in STEPS:
        match step:
            case Pause(seconds):
                time.sleep(seconds)
            case Do(script):
                reply = node.run(script)
                if reply.status:
                    raise RuntimeError(f"{script!r} ended with {reply.status}: {reply.stderr}")
            case Ask(name, command):
                reply = node.run(command + "\n")
                yield name, Exchange(command, reply.stdout, reply.stderr, reply.status)


@contextmanager
def _namespace(name: str) -> Iterator[None]:
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        yield
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)


def main(names: list[str]) -> None:
    """The whole conversation is held; of its answers those of these names are kept, or all."""
    with _namespace(NETNS), running_node(image(), "x1", tap=Tap(NETNS, "x1-eth1")) as node:
        for name, exchange in record(node):
            if not names or name in names:
                (FOLDER / f"{name}.txt").write_text(render(exchange))
                print(f"{name}: {exchange.status}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
