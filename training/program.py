"""A program ends with a status that says how it went: neither a failure nor Ctrl-C keeps it from doing the rest."""
import os
import signal
import sys
import threading
import traceback
from contextlib import contextmanager

from nn.files.atomic import nothing_replaced

TERMINATIONS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
SIGNALS = [signal.SIGINT, *TERMINATIONS]


def as_program(main, *arguments):
    """main(*arguments) as a program: its output is printed as well as possible wherever it goes.

    Ctrl-C ends it with a line, and exit status 1. SIGTERM and SIGHUP do what Ctrl-C does, and the program ends by them
    after all that it does then.
    """
    sys.stdout, sys.stderr = (stream and _Output(stream) for stream in (sys.stdout, sys.stderr))
    termination = _Termination()
    with _handled(TERMINATIONS, termination):
        try:
            main(*arguments)
        except KeyboardInterrupt:
            print("\nStopped.", flush=True)
            sys.exit(1)
        finally:
            termination.take_effect()
    if sys.stdout and sys.stdout.lost:
        sys.exit(1)


def finish(history, *steps):
    """Call each of `steps` after a training, even if another one fails or is stopped by Ctrl-C.

    If one was, if the training diverged, or if its last checkpoint could not be written, the program then ends with
    exit status 1. After a training that diverged no step replaces a file: what is there may be better.
    """
    failed = history.diverged or history.unkept
    with nothing_replaced("the training diverged" if history.diverged else None):
        for step in steps:
            failed = not _done(step) or failed
    if failed:
        sys.exit(1)


def _done(step):
    try:
        step()
        return True
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
    except (OSError, FloatingPointError) as error:  # a full disk, or a network that has diverged
        print(f"error: {error}", file=sys.stderr, flush=True)
    except Exception:  # a fault in the code, perhaps in a student's own layer: they need to see where
        traceback.print_exc()
    return False


def wait_for_ctrl_c():
    """Return when Ctrl-C is pressed, and at once if the program has got SIGTERM or SIGHUP already."""
    handler = signal.getsignal(TERMINATIONS[0])
    try:
        if not (isinstance(handler, _Termination) and handler.number):
            threading.Event().wait()
    except KeyboardInterrupt:
        pass


class Stop:
    """In the block `with Stop() as stop:` a first Ctrl-C, SIGTERM or SIGHUP sets stop.asked, as stop() does.

    It does nothing else: what works there ends by itself.

    A second Ctrl-C is a KeyboardInterrupt at once. A process that got SIGTERM or SIGHUP ends by it when the block is
    left, or, in `as_program`, at the program's end. In a thread that is not the main one, and gets no signals, nothing
    changes. A signal that the process ignores, as after `nohup`, stays ignored.
    """

    def __init__(self):
        self.asked, self.terminated = False, None

    def __enter__(self):
        self._handled = _handled(SIGNALS, self._ask)
        self._handled.__enter__()
        return self

    def __exit__(self, *exception):
        self._handled.__exit__(None, None, None)
        if self.terminated:
            handler = signal.getsignal(self.terminated)
            if isinstance(handler, _Termination):
                handler.number = self.terminated
            else:
                signal.raise_signal(self.terminated)

    def __call__(self):
        self.asked = True

    def _ask(self, number, frame):
        if number != signal.SIGINT:
            self.terminated = number
        elif self.asked:
            raise KeyboardInterrupt
        self.asked = True


class _Termination:
    """What a program does when it gets SIGTERM or SIGHUP: what Ctrl-C does, but that it then ends by this signal."""

    number = None

    def __call__(self, number, frame):
        self.number = number
        raise KeyboardInterrupt

    def take_effect(self):
        if self.number:
            for stream in filter(None, (sys.stdout, sys.stderr)):
                stream.flush()
            signal.signal(self.number, signal.SIG_DFL)
            signal.raise_signal(self.number)


@contextmanager
def _handled(numbers, handler):
    """These signals call `handler` in this block, but for those that the process ignores; only in the main thread."""
    before = {}
    if threading.current_thread() is threading.main_thread():
        before = {number: signal.getsignal(number) for number in numbers}
    before = {number: old for number, old in before.items() if old not in (signal.SIG_IGN, None)}  # None: not Python's
    for number in before:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


class _Output:
    """A text stream that shows what it cannot encode as \\u and a number, and that goes on when its reader is gone."""

    def __init__(self, stream):
        self.stream, self.lost = stream, False
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

    def write(self, text):
        self._try(self.stream.write, text)
        return len(text)

    def flush(self):
        self._try(self.stream.flush)

    def _try(self, call, *arguments):
        """If nobody reads on (`| head -3`), or the disk is full, the rest of the output goes nowhere."""
        try:
            call(*arguments)
        except OSError:
            self.lost = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stream.fileno())

    def __getattr__(self, name):
        return getattr(self.stream, name)
