"""Threads change nothing but the time: not a bit of a result, and not where an error, or Ctrl-C, arrives."""
import multiprocessing
import sys
import threading
import time

import numpy as np
import pytest

import nn.ops.threads
from nn import BatchNorm, Conv, FullyConnected, MaxPooling, Network, cross_entropy, he, leaky_relu, linear, relu
from nn.ops.process import set_up_process
from nn.ops.threads import share_out
from nn.optimizer import AdamOptimizer

NUMBERS = list(range(20))


@pytest.fixture
def threads(monkeypatch):
    """A function that says how many threads share the work until the end of the test."""
    set_up_process()  # it sets the number, too, and does so only once
    return lambda count: monkeypatch.setattr(nn.ops.threads, "count", count)


def trained(steps=3):
    """The weights of a small network of layers of all kinds, after some steps from the same seed."""
    np.random.seed(0)
    adam = AdamOptimizer()
    net = Network([
        Conv((3, 3, 1, 4), relu, he, adam), MaxPooling(2), Conv((3, 3, 4, 8), linear, he, adam, pad=1),
        BatchNorm(8, leaky_relu, optimizer=adam), Conv((3, 3, 8, 8), relu, he, adam, strides=2), MaxPooling(3, 2, 1),
        FullyConnected((72, 300), relu, he, adam), FullyConnected((300, 10), linear, he, adam)], 0.01, cross_entropy)
    X, Y = np.random.random((60, 28, 28, 1)), np.eye(10)[np.random.randint(0, 10, 60)]
    for _ in range(steps):
        net.train_step((X, Y))
    return [getattr(layer, name) for layer in net.layers for name in layer.weights] + [net.forward(X)]


@pytest.mark.parametrize("count", [2, 16])
def test_training_gives_the_same_bits_on_one_thread_and_on_many(count, threads, monkeypatch):
    monkeypatch.setattr(nn.ops.tiles, "TILE_BYTES", 2 ** 16)  # many tiles
    threads(1)
    alone = trained()
    threads(count)
    for one, many in zip(alone, trained()):
        np.testing.assert_array_equal(one, many)


def test_parts_are_shared_out_among_threads(threads):
    threads(3)
    met = threading.Barrier(3, timeout=10)  # it lets nobody through unless three are at work at the same time
    assert share_out(lambda k: (met.wait(), k)[1], [5, 6, 7]) == [5, 6, 7]


def test_one_thread_needs_no_other(threads, monkeypatch):
    threads(1)
    monkeypatch.setattr(nn.ops.threads, "_queue", None)
    assert share_out(lambda k: threading.current_thread(), NUMBERS) == [threading.current_thread()] * 20


def test_nobody_waits_for_a_helper_that_has_not_begun(threads):
    threads(2)
    hold, held = threading.Event(), threading.Event()
    busy = threading.Thread(target=share_out, args=(lambda k: (held.set(), hold.wait(10)), NUMBERS[:2]))
    busy.start()  # the one helper, and this thread, wait now
    try:
        assert held.wait(10) and share_out(abs, NUMBERS) == NUMBERS
    finally:
        hold.set()
        busy.join(10)


def test_work_may_share_its_own_work_out(threads):
    threads(2)
    assert share_out(lambda k: sum(share_out(lambda m: k * m, NUMBERS)), NUMBERS) == [190 * k for k in NUMBERS]


def test_what_is_shared_out_already_is_shared_out_no_further(threads):
    threads(2)

    def alone(k):
        inner = share_out(lambda _: (time.sleep(0.001), threading.current_thread())[1], range(4))
        return set(inner) == {threading.current_thread()}

    assert all(share_out(alone, NUMBERS))


class Watched(Conv):
    """A convolution of a student's own: what it keeps between two calls, nobody knows."""

    def forward(self, inputs):
        self.seen.append((len(inputs), threading.current_thread()))
        return super().forward(inputs)


@pytest.mark.parametrize("own", [True, False])
def test_predictions_are_shared_out_unless_a_layer_is_of_a_students_own(own, threads, monkeypatch):
    shared_out = []
    monkeypatch.setattr("nn.network.share_out",
                        lambda work, parts: shared_out.append(len(parts)) or share_out(work, parts))

    def predicted(count):
        threads(count)
        np.random.seed(0)
        layer = (Watched if own else Conv)((3, 3, 1, 50), relu, he, AdamOptimizer())
        layer.seen = []
        net = Network([layer, MaxPooling(2), FullyConnected((13 * 13 * 50, 10), linear, he, AdamOptimizer())],
                      0.01, cross_entropy)
        return net.forward(np.random.random((450, 28, 28, 1))), layer.seen

    (alone, _), (shared, seen) = predicted(1), predicted(2)
    np.testing.assert_array_equal(alone, shared)
    assert shared_out == ([] if own else [4, 4])  # with one thread, and with two
    assert not own or ([n for n, _ in seen] == [96, 96, 96, 96, 66] and
                       {thread for _, thread in seen} == {threading.current_thread()})


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_reaches_the_caller_and_the_next_work_is_done(error, threads):
    threads(2)

    def fail(k):
        time.sleep(0.001)
        if k == 7:
            raise error("part 7")
        return k

    with pytest.raises(error, match="part 7"):
        share_out(fail, NUMBERS)
    assert share_out(abs, NUMBERS) == NUMBERS


def test_what_numpy_is_told_to_do_with_errors_holds_in_all_threads(threads):
    threads(2)
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        share_out(lambda k: (time.sleep(0.001), np.ones(1) / (k < 19)), NUMBERS)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not fork by default, or not safely")
def test_a_forked_process_works_too(threads):
    threads(2)
    assert share_out(abs, NUMBERS) == NUMBERS
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=lambda: answers.put(share_out(abs, NUMBERS)))
    child.start()
    assert answers.get(timeout=10) == NUMBERS
    child.join(10)
    assert child.exitcode == 0


def test_blas_works_with_one_thread_and_we_have_as_many_as_it_had(monkeypatch):
    threadpoolctl = pytest.importorskip("threadpoolctl")
    monkeypatch.setattr(nn.ops.threads, "count", 1)
    limits = threadpoolctl.threadpool_limits(2, user_api="blas")
    try:
        nn.ops.threads.take_over_from_blas()
        blas = threadpoolctl.ThreadpoolController().select(user_api="blas").info()
        assert [library["num_threads"] for library in blas] == [1] * len(blas)
        assert nn.ops.threads.count == (2 if blas else 1)
    finally:
        limits.restore_original_limits()


def test_without_threadpoolctl_blas_keeps_its_threads(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    monkeypatch.setattr(nn.ops.threads, "count", 1)
    nn.ops.threads.take_over_from_blas()
    assert nn.ops.threads.count == 1
