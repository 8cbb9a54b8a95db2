"""A stop is asked for from outside, by Ctrl-C or SIGTERM, and heeded between two steps, never in the middle of one."""
import signal

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM") if hasattr(signal, name)]


class Stop:
    """`with Stop() as stop:` a first Ctrl-C or SIGTERM only sets stop.asked; whoever works there looks at it and ends.

    Another Ctrl-C is a KeyboardInterrupt at once. A process that got SIGTERM ends by it when the block is left. In a
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

    def _ask(self, number, frame):
        self.terminated = self.terminated or number != signal.SIGINT
        if self.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.asked = True
