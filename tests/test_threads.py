"""Threads change nothing but the time: not a bit of a result, and not where an error, or Ctrl-C, arrives."""
import multiprocessing
import sys
import threading
import time

import numpy as np
import pytest

import nn.ops.threads
import nn.sequential
from nn import BatchNorm, Conv, FullyConnected, MaxPooling, Network, cross_entropy, he, leaky_relu, linear, relu
from nn.ops.threads import begin, share_out
from nn.optimizer import AdamOptimizer

NUMBERS = list(range(20))


@pytest.fixture
def threads():
    """A function that says how many threads there are until the end of the test: as many as BLAS has."""
    threadpoolctl = pytest.importorskip("threadpoolctl")
    before = threadpoolctl.threadpool_limits(None, user_api="blas")
    yield lambda count: threadpoolctl.threadpool_limits(count, user_api="blas")
    before.restore_original_limits()


def met(count, parts=None):
    """What is shared out to `count` threads, none of which gets through before all are at it at the same time."""
    meet = threading.Barrier(count, timeout=10)
    return share_out(lambda k: (meet.wait(), k)[1], list(range(parts or count)))


def trained(steps=3):
    """The weights of a small network of layers of all kinds, after some steps from the same seed."""
    np.random.seed(0)
    adam = AdamOptimizer()
    net = Network([
        Conv((3, 3, 1, 4), relu, he, adam), MaxPooling(2), Conv((3, 3, 4, 8), linear, he, adam, pad=1),
        BatchNorm(8, leaky_relu, optimizer=adam), Conv((3, 3, 8, 24), relu, he, adam, strides=2), MaxPooling(3, 2, 1),
        Conv((3, 3, 24, 24), relu, he, adam, pad=1), Conv((3, 3, 24, 8), relu, he, adam, pad="same"),
        FullyConnected((72, 300), relu, he, adam), FullyConnected((300, 10), linear, he, adam)], 0.01, cross_entropy)
    X, Y = np.random.random((60, 28, 28, 1)), np.eye(10)[np.random.randint(0, 10, 60)]
    for _ in range(steps):
        net.train_step((X, Y))
    return [getattr(layer, name) for layer in net.layers for name in layer.weights] + [net.forward(X)]


@pytest.mark.usefixtures("few_images_will_do")
@pytest.mark.parametrize("count", [2, 16])
def test_training_gives_the_same_bits_on_one_thread_and_on_many(count, threads, monkeypatch):
    monkeypatch.setattr(nn.ops.tiles, "TILE_BYTES", 2 ** 16)  # many tiles
    monkeypatch.setattr(nn.sequential, "FIT", range(2 ** 30))
    threads(1)
    alone = trained()
    threads(count)
    for one, many in zip(alone, trained()):
        np.testing.assert_array_equal(one, many)


def test_parts_are_shared_out_among_threads(threads):
    threads(3)
    assert met(3) == [0, 1, 2]


def test_one_thread_needs_no_other(threads, monkeypatch):
    threads(1)
    monkeypatch.setattr(threading.Thread, "start", None)
    nn.ops.threads._start_anew()
    assert share_out(lambda k: threading.current_thread(), NUMBERS) == [threading.current_thread()] * 20


def test_where_the_system_has_no_more_threads_those_that_there_are_do_the_work(threads, monkeypatch):
    def start(thread):
        if len(started) == room:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        real_start(thread)

    threads(4)
    real_start, started = threading.Thread.start, []
    monkeypatch.setattr(threading.Thread, "start", start)
    for room in (0, 1):
        started.clear()
        nn.ops.threads._start_anew()
        assert [met(1 + room, parts=2) for _ in range(2)] == [[0, 1]] * 2
        assert len(started) == room and nn.ops.threads._jobs.qsize() == 0  # no job waits for somebody who never comes
    nn.ops.threads._start_anew()


def test_the_number_of_threads_may_change_and_none_is_started_that_is_there_already(threads):
    before = threading.active_count()
    for count in (2, 3, 1, 2, 3):
        threads(count)
        assert met(count) == list(range(count))
    assert threading.active_count() <= before + 2


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


@pytest.mark.skipif(int(np.__version__.split(".")[0]) < 2, reason="in NumPy 1, what each thread was told is its own")
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
    child = context.Process(target=lambda: answers.put(met(2)))  # it has no helper, and starts its own
    child.start()
    assert answers.get(timeout=20) == [0, 1]
    child.join(10)
    assert child.exitcode == 0


def test_after_an_error_nobody_takes_another_part(threads):
    def work(k):
        if threading.current_thread() is caller:
            raise ValueError
        time.sleep(0.005)
        done.append(k)

    threads(2)
    caller, done = threading.current_thread(), []
    with pytest.raises(ValueError):
        share_out(work, NUMBERS)
    assert len(done) < 10


def test_what_was_begun_is_made_while_the_caller_goes_on(threads):
    threads(2)
    meet = threading.Barrier(2, timeout=10)
    wait = begin(lambda x: (meet.wait(), x)[1], 7)
    meet.wait()
    assert wait() == 7


@pytest.mark.parametrize("count", [1, 2])
def test_what_was_begun_raises_where_its_result_is_wanted(count, threads):
    threads(count)
    wait = begin(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        wait()


def test_what_no_helper_has_begun_is_made_by_the_one_who_wants_it(threads):
    threads(2)
    held, hold = threading.Event(), threading.Event()
    first = begin(lambda: (held.set(), hold.wait(10)))
    assert held.wait(10)
    assert begin(threading.current_thread)() is threading.current_thread()
    hold.set()
    first()


class OwnConv(Conv):
    pass


@pytest.mark.parametrize("make, apart", [(Conv, True), (OwnConv, False)])
def test_weight_gradients_are_made_apart_but_for_layers_of_somebodys_own(make, apart, threads, monkeypatch):
    def noted(call, *arguments):
        begun.append(call.__self__)
        return begin(call, *arguments)

    threads(2)
    begun = []
    monkeypatch.setattr("nn.sequential.begin", noted)
    adam = AdamOptimizer()
    layers = [Conv((3, 3, 1, 8), relu, he, adam), make((3, 3, 8, 8), relu, he, adam),
              FullyConnected((24 * 24 * 8, 10), linear, he, adam)]
    net = Network(layers, 0.01, cross_entropy)
    net.train_step((np.random.random((8, 28, 28, 1)), np.eye(10)[np.arange(8)]))
    assert begun == [layers[1]] * apart  # not the first, after which nothing is left to do, nor the small last one
