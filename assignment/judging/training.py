"""Training is driven from outside, one exchange a batch; the accuracy is computed where the labels are."""
import numpy as np

from .criteria import PROCESSOR_SECONDS, TRAINING

MOST = 2 ** 20  # numbers in the outputs


def trained(process, data):
    """(the loss of each batch, the outputs for images to validate with or None, the error that ended it or None).

    data: images (N, 784) and validation (M, 784) of bytes, with labels (N,). Raises Ended with the process.
    """
    size, count, _ = TRAINING
    process.ask("hurry", seconds=PROCESSOR_SECONDS)
    train_losses = []
    for k in range(count):
        batch = slice(k * size, (k + 1) * size)
        reply, _ = process.ask("train", data.images[batch], data.labels[batch])
        if "error" in reply:
            return train_losses, None, reply["error"]
        train_losses.append(float(reply.get("loss", np.nan)))
    reply, outputs = process.ask("predict", data.validation, most=MOST)
    return train_losses, outputs[0] if outputs else None, reply.get("error")


def stopped(line):
    """The line on a process that ended during training."""
    if "processor time" not in line:
        return line
    return f"{line}; {TRAINING[1]} batches may take {PROCESSOR_SECONDS} seconds of it: too large, or too slow"


def too_low(train_losses, outputs, labels):
    """None, or the line on an accuracy that is too low."""
    right = outputs is not None and outputs.shape == (len(labels), 10) and np.isfinite(outputs).all()
    percent = 100 * np.mean(outputs.argmax(axis=1) == labels) if right else 0.0
    if percent > 80:
        return None
    return (f"expected over 80 % on validation images after {TRAINING[1]} batches, got {percent:.1f} %; loss at first "
            f"{train_losses[0]:.3g}, at last {train_losses[-1]:.3g}: look at learning rate, first weights and "
            f"architecture")
