"""A program ends with a status that says how it went: neither a failure nor Ctrl-C keeps it from doing the rest."""
import os
import signal
import sys
import traceback

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM") if hasattr(signal, name)]


def as_program(main, *arguments):
    """main(*arguments) as a program: its output is printed as well as possible wherever it goes."""
    sys.stdout, sys.stderr = (stream and _Output(stream) for stream in (sys.stdout, sys.stderr))
    main(*arguments)
    if sys.stdout and sys.stdout.lost:
        sys.exit(1)


def finish(history, *steps):
    """Call each of `steps` after a training, even if another one fails or is stopped by Ctrl-C.

    If one was, or if the training diverged, the program then ends with exit status 1.
    """
    failed = history.diverged
    for step in steps:
        try:
            step()
        except KeyboardInterrupt:
            failed = True
            print("\nStopped.", flush=True)
        except (OSError, FloatingPointError) as error:  # a full disk, or a network that has diverged
            failed = True
            print(f"error: {error}", file=sys.stderr, flush=True)
        except Exception:  # a fault in the code, perhaps in a student's own layer: they need to see where
            failed = True
            traceback.print_exc()
    if failed:
        sys.exit(1)


class Stop:
    """In the block `with Stop() as stop:` a first Ctrl-C or SIGTERM sets stop.asked, as stop() does, and nothing else:
    what works there ends by itself.

    A second Ctrl-C is a KeyboardInterrupt at once. A process that got SIGTERM ends by it when the block is left. In a
    thread that is not the main one, and gets no signals, nothing changes.
    """

    def __init__(self):
        self.asked, self.terminated, self._before = False, False, {}

    def __enter__(self):
        try:
            for number in SIGNALS:
                self._before[number] = signal.signal(number, self._ask)
        except ValueError:  # not the main thread
            pass
        return self

    def __exit__(self, *exception):
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self.terminated:
            signal.raise_signal(signal.SIGTERM)

    def __call__(self):
        self.asked = True

    def _ask(self, number, frame):
        self.terminated = self.terminated or number != signal.SIGINT
        if self.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.asked = True


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
