"""A training that can be watched and led: between two of its steps the page has the network, and a say in what follows.

It changes no bit of a training that nobody leads, and slows it by a few hundredths at most.
"""
import threading
import time
from collections import deque
from contextlib import contextmanager

import numpy as np

from nn.metrics import evaluate
from nn.ops.process import at_work, draws_put_back
from training.callbacks import Callback

FOR_QUESTIONS, FOR_ACCURACY = 0.02, 0.02  # of the time of the training
GAP = 0.2  # seconds that a gap between two steps lasts at most, unless the training is paused
POLL = 0.05  # seconds between two looks at Ctrl-C
SAMPLE = 96  # images for the accuracy between two epochs


class Share:
    """A share of the time: what was spent is due again when so much more time has passed."""

    def __init__(self, share):
        self.share, self._next = share, 0.0

    @property
    def is_due(self):
        return time.perf_counter() >= self._next

    def spend(self, since):
        now = time.perf_counter()
        self._next = now + (now - since) / self.share


class Live(Callback):
    """Has the page at the network between two steps, and does what it asks: pause, one step, another learning rate.

    steps: the DrawingSteps of the network. sample: a validation set (X, Y), of which some images show the accuracy.
    accuracies: (iteration, accuracy in %) of these. changes: what was changed by hand, in dicts for JSON.
    running, resting: whether the training is under way, and whether it is paused between two of its steps.
    """

    def __init__(self, steps):
        self.steps, self.sample = steps, None
        self.paused, self.factor, self.accuracies, self.changes = False, 1.0, [], []
        self.running, self.resting, self.rested = False, False, 0.0
        self._one_step, self._factor_before = False, 1.0
        self._turn, self._waiting = threading.Condition(), deque()
        self._questions, self._accuracy = Share(FOR_QUESTIONS), Share(FOR_ACCURACY)

    # what the page says, in threads of its own

    @contextmanager
    def network(self):
        """While this block runs, no step does."""
        self._waiting.append(None)
        with self._turn, at_work():
            try:
                yield
            finally:
                self._waiting.pop()
                self._turn.notify_all()

    def pause(self):
        self.paused = True

    def go_on(self):
        self.paused = False

    def one_step(self):
        self.paused = self._one_step = True

    # what the training says, in its thread

    def schedule(self, rates, lr):
        """The schedule `rates`, None: always lr, times the factor that the page says at that time."""
        def rate(iteration):
            if self.factor != self._factor_before:
                self._factor_before = self.factor
                self._changed(f"the learning rate is the schedule's x {self.factor:g}", iteration,
                              kind="rate", factor=self.factor)
            return (lr if rates is None else rates(iteration)) * self.factor
        return rate

    def on_train_begin(self, training):
        self._turn.acquire()
        self.running = True
        self._rest(training)

    def on_batch_begin(self, training):
        self._one_step = False
        if len(self.steps):
            self._changed(f"it has learned {len(self.steps)} x a drawing", len(training.history.losses),
                          kind="drawing", count=len(self.steps))
            self.steps.keep()

    def on_batch_end(self, training):
        if self.sample and self._accuracy.is_due and not training.history.diverged:
            start = time.perf_counter()
            with draws_put_back():
                _, percent = evaluate(training.net, *(array[:SAMPLE] for array in self.sample))
            if percent is not None and np.isfinite(percent):
                self.accuracies.append((len(training.history.losses), percent))
            self._accuracy.spend(start)
        self._rest(training)

    def on_train_end(self, training):
        self.end()
        if self.changes:
            print("This run was changed by hand: the same command gives another network.", flush=True)

    def end(self):
        """The network is the page's alone, after a training or in place of one that failed."""
        if self.running:
            self.running = self.paused = False
            self._turn.release()

    def _rest(self, training):
        """Let the page have the network, as long as it may."""
        start = time.perf_counter()
        while not training.stop.asked and self._wanted(start):
            self._turn.wait(POLL)
        self.resting = False
        now = time.perf_counter()
        if now - start > GAP:  # of a pause
            self.rested += now - start
        elif now - start > 1e-4:
            self._questions.spend(start)

    def _wanted(self, start):
        """Whether the network is to be left alone: by a pause, or for a question that waits."""
        self.resting = self.paused and not self._one_step
        if self.resting:
            return True
        return bool(self._waiting) and self._questions.is_due and time.perf_counter() - start < GAP

    def _changed(self, what, iteration, **change):
        self.changes.append({**change, "iteration": iteration})
        print(f"Changed by hand after {iteration} iterations: {what}.", flush=True)
