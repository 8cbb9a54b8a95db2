"""BLAS has one thread while a network works, whatever somebody sets it to, and afterwards what it had before."""
import multiprocessing
import subprocess
import sys
import threading

import numpy as np
import pytest

import nn.ops.process
from nn import Conv, Flatten, FullyConnected, MaxPooling, Network, SGDOptimizer, cross_entropy, he, linear, relu
from nn.ops.process import at_work, one_thread
from nn.ops.threads import share_out
from tests.test_house import ROOT
from training.loop import train

threadpoolctl = pytest.importorskip("threadpoolctl")
BLAS = threadpoolctl.ThreadpoolController().select(user_api="blas")
pytestmark = pytest.mark.skipif(not BLAS.info(), reason="threadpoolctl finds no BLAS here")
X, Y = np.random.default_rng(0).random((60, 28, 28, 1)), np.eye(10)[np.arange(60) % 10]


def threads_now():
    return {library["num_threads"] for library in BLAS.info()}


class Look(Flatten):
    """A layer that writes down how many threads BLAS has while it works."""

    def forward(self, inputs):
        self.seen.append(threads_now())
        return super().forward(inputs)

    def backward(self, layer_err):
        self.seen.append(threads_now())
        return super().backward(layer_err)


def looking():
    """A network with such a layer, and the list of what that sees."""
    np.random.seed(0)
    sgd, look = SGDOptimizer(), Look((12, 12, 8))
    look.seen = []
    return Network([Conv((5, 5, 1, 8), relu, he, sgd), MaxPooling(2), look,
                    FullyConnected((12 * 12 * 8, 300), relu, he, sgd), FullyConnected((300, 10), linear, he, sgd)],
                   0.1, cross_entropy), look.seen


WORK = {
    "train_step": lambda net: net.train_step((X, Y)),
    "gradients": lambda net: net.gradients((X, Y)),
    "forward": lambda net: net.forward(X),
    "train": lambda net: train(net, (X, Y), epochs=1, batch_size=20, verbose=False),
}


@pytest.mark.parametrize("before", [1, 2, 5])
@pytest.mark.parametrize("work", WORK)
def test_a_network_works_with_one_thread_of_blas_and_leaves_it_as_it_was(work, before):
    net, seen = looking()
    with threadpoolctl.threadpool_limits(before, user_api="blas"):
        WORK[work](net)
        assert threads_now() == {before}
    assert seen and all(threads == {1} for threads in seen)


def test_blas_is_as_it_was_after_an_error():
    net, _ = looking()
    with threadpoolctl.threadpool_limits(3, user_api="blas"):
        with pytest.raises(ValueError):
            net.train_step((X[:, :20], Y))
        assert threads_now() == {3}


def trained(setting):
    """The bits of a network after some steps, with limits set before, within or after."""
    net, _ = looking()
    if setting == "a first step within a limit":
        with threadpoolctl.threadpool_limits(1, user_api="blas"):
            net.train_step((X, Y))
    else:
        net.train_step((X, Y))
    if setting == "set after the first step":
        threadpoolctl.threadpool_limits(2, user_api="blas")
    if setting == "set in each step":
        plain = net.layers[1].forward
        net.layers[1].forward = lambda inputs: (threadpoolctl.threadpool_limits(4, user_api="blas"), plain(inputs))[1]
    for _ in range(3):
        net.train_step((X, Y))
    return [getattr(layer, name) for layer in net.layers for name in layer.weights] + [net.forward(X)]


@pytest.mark.parametrize("setting", ["a first step within a limit", "set after the first step", "set in each step"])
def test_what_somebody_else_sets_changes_no_bit(setting):
    original = threadpoolctl.threadpool_limits(2, user_api="blas")
    try:
        expected = trained("nothing set")
        for array, other in zip(expected, trained(setting)):
            np.testing.assert_array_equal(array, other)
    finally:
        original.restore_original_limits()


def test_blas_has_one_thread_where_work_is_shared_out_even_if_somebody_has_just_set_it():
    with threadpoolctl.threadpool_limits(2, user_api="blas"), at_work():
        threadpoolctl.threadpool_limits(2, user_api="blas")
        assert share_out(lambda k: threads_now(), range(4)) == [{1}] * 4


def test_a_layer_alone_shares_out_with_one_thread_of_blas_too():
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        assert share_out(lambda k: threads_now(), range(4)) == [{1}] * 4
        assert threads_now() == {2}


def test_of_two_networks_in_two_threads_the_last_one_out_puts_blas_back():
    inside, go_on, seen = threading.Event(), threading.Event(), []

    def other():
        with at_work():
            inside.set()
            go_on.wait(10)
            seen.append(threads_now())

    thread = threading.Thread(target=other)
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        with at_work():
            thread.start()
            assert inside.wait(10)
        seen.append(threads_now())
        go_on.set()
        thread.join(10)
        seen.append(threads_now())
    assert seen == [{1}, {1}, {2}]


def test_threads_of_python_that_may_not_set_limits_with_threadpoolctl_work_all_the_same():
    """Newer versions obey the first thread that set something, and ignore all others as long as it lives."""
    limits, seen = threadpoolctl.threadpool_limits(2, user_api="blas"), []

    def other():
        with at_work():
            seen.append(threads_now())
        seen.append(threads_now())

    try:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(10)
    finally:
        limits.restore_original_limits()
    assert seen == [{1}, {2}]
    with threadpoolctl.threadpool_limits(2, user_api="blas"):  # and nobody else's limits are ignored from now on
        assert threads_now() == {2}
        with threadpoolctl.threadpool_limits(1, user_api="blas"):
            assert threads_now() == {1}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not fork by default, or not safely")
def test_a_process_that_is_forked_while_a_network_works_is_not_at_work():
    context = multiprocessing.get_context("fork")
    answers = context.Queue()

    def look():
        answers.put(threads_now())
        with one_thread as count:
            answers.put(count)

    with threadpoolctl.threadpool_limits(2, user_api="blas"), at_work():
        child = context.Process(target=look)
        child.start()
        assert answers.get(timeout=10) == {2} and answers.get(timeout=10) == 2
        child.join(10)


class Stubborn:
    """A BLAS that keeps its threads, whatever it is told. count: what it says it has."""

    def __init__(self, count):
        self.count = count

    def get(self):
        return self.count

    def set_to(self, count):
        assert count is not None


@pytest.mark.parametrize("said", [4, None])
def test_where_a_blas_cannot_be_set_we_have_one_thread(said, monkeypatch):
    blas = Stubborn(said)
    monkeypatch.setattr(nn.ops.process, "_functions", lambda library: (blas.get, blas.set_to))
    monkeypatch.setattr(nn.ops.process, "_libraries", nn.ops.process._libraries.__wrapped__)
    with one_thread as count:
        assert count == 1


def test_of_two_libraries_the_one_with_more_threads_says_how_many_we_have(monkeypatch):
    counts = {"one": 3, "other": 5}
    monkeypatch.setattr(nn.ops.process, "_libraries", lambda: [
        (lambda name=name: counts[name], lambda count, name=name: counts.update({name: count})) for name in counts])
    with one_thread as count:
        assert count == 5 and counts == {"one": 1, "other": 1}
    assert counts == {"one": 3, "other": 5}


def test_a_blas_with_a_number_of_threads_for_each_of_ours_is_set_in_all_of_them(monkeypatch):
    """As an OpenBLAS that was built with OpenMP is."""
    blas, meet = threading.local(), threading.Barrier(2, timeout=10)
    monkeypatch.setattr(nn.ops.process, "_libraries", lambda: [
        (lambda: getattr(blas, "count", 2), lambda count: setattr(blas, "count", count))])
    seen = share_out(lambda k: (meet.wait(), getattr(blas, "count", 2), threading.get_ident())[1:], range(2))
    assert [count for count, _ in seen] == [1, 1] and len({thread for _, thread in seen}) == 2


def test_without_threadpoolctl_a_network_has_one_thread_and_blas_is_left_alone():
    program = """
import sys
import threadpoolctl
blas = threadpoolctl.ThreadpoolController().select(user_api="blas")
sys.modules["threadpoolctl"] = None
from nn.ops.process import one_thread
before = [library["num_threads"] for library in blas.info()]
with one_thread as count:
    assert count == 1 and [library["num_threads"] for library in blas.info()] == before
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
