"""A worker is a process that computes for one side, when it is told to, and says how long that took.

    python -m benchmarks.worker SIDE NETWORK [DTYPE]

Each line of its input names a method of `Worker`, with arguments, in JSON: ["steps", 50, 10]. It answers with a line.
"""
import json
import sys
import time
from importlib import import_module

import numpy as np

from benchmarks.memory import added_by
from benchmarks.networks import NETWORKS

IMAGES = 10_000


class Worker:
    """side: "ours", "pytorch" or "products", a module beside this one. dtype: what all is computed in."""

    def __init__(self, side, network, dtype="float32"):
        self.side = import_module(f"benchmarks.{side}").Side(network, np.dtype(dtype))
        generator = np.random.default_rng(0)
        images = generator.random((IMAGES, *NETWORKS[network].image), dtype=np.float32)
        self.X, self.Y = self.side.prepare(images.astype(dtype), generator.integers(0, 10, IMAGES))
        self.start = 0

    def steps(self, batch, count):
        """Seconds that each of `count` training steps took."""
        with self.side.loop():
            return [seconds(self.side.step, *self._next(batch)) for _ in range(count)]

    def warm_steps(self, batch, count):
        """The same, after three times as many steps that wake threads and caches up."""
        return self.steps(batch, 4 * count)[-count:]

    def inference(self, batch):
        """Seconds that all images took, handed over `batch` at a time."""
        pieces = [self.X[i:i + batch] for i in range(0, IMAGES, batch)]
        return seconds(lambda: [self.side.predict(piece) for piece in pieces])

    def added_memory(self, method, *arguments):
        """Bytes that memory grew by, at its peak, while `method` ran."""
        return added_by(getattr(self, method), *arguments)

    def gradients(self, batch):
        return self.side.gradients(*self._next(batch))

    def outputs(self, batch):
        return self.side.predict(self.X[:batch])

    def _next(self, batch):
        if self.start + batch > IMAGES:
            self.start = 0
        chosen = slice(self.start, self.start + batch)
        self.start += batch
        return self.X[chosen], self.Y[chosen]


def seconds(call, *arguments):
    start = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - start


def wait_until_idle():
    """The threads of a matrix library spin for a while after work, and would disturb the side whose turn is next."""
    for _ in range(50):
        before = time.process_time()  # of all threads of this process
        time.sleep(0.02)
        if time.process_time() - before < 0.001:
            return


def main():
    worker = Worker(*sys.argv[1:])
    for line in sys.stdin:
        method, *arguments = json.loads(line)
        answer = json.dumps(getattr(worker, method)(*arguments), default=np.ndarray.tolist)
        wait_until_idle()
        print(answer, flush=True)


if __name__ == "__main__":
    main()
