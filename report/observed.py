"""An observed network notes the time of its training steps, and stops every few steps to look at itself."""
from time import process_time

from nn.network import Network


class Observed(Network):
    """A Network that calls see(net), which returns a dict (name -> number), before each `every`th training step.

    looks: the (iteration, seconds, numbers) of each look. seconds: what all steps until now have taken, without looks,
    as time of the processor, so that other programs at work make no difference.
    """

    def __init__(self, layers, lr, loss, see, every):
        super().__init__(layers, lr, loss)
        self.see, self.every = see, every
        self.steps, self.seconds, self.looks = 0, 0.0, []

    def train_step(self, mini_batch):
        if self.steps % self.every == 0:
            self.look()
        start = process_time()
        loss = super().train_step(mini_batch)
        self.seconds += process_time() - start
        self.steps += 1
        return loss

    def look(self):
        """Look now, whatever the step."""
        self.looks.append((self.steps, self.seconds, self.see(self)))
