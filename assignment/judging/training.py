"""Training is driven from outside, one exchange a batch; the accuracy is computed where the labels are."""
import numpy as np

from .criteria import PROCESSOR_SECONDS, TRAINING
from .words import say

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
    return say("{stopped}; {batches} batches may take {seconds} seconds of it: too large, or too slow",
               "{stopped}; {batches}번 학습하는 데 {seconds}초까지 쓸 수 있습니다: 네트워크가 너무 크거나 느립니다",
               stopped=line, batches=TRAINING[1], seconds=PROCESSOR_SECONDS)


def too_low(train_losses, outputs, labels):
    """None, or the line on an accuracy that is too low."""
    right = outputs is not None and outputs.shape == (len(labels), 10) and np.isfinite(outputs).all()
    percent = 100 * np.mean(outputs.argmax(axis=1) == labels) if right else 0.0
    if percent > 80:
        return None
    return say("expected over 80 % on validation images after {batches} batches, got {got:.1f} %; loss at first "
               "{first:.3g}, at last {last:.3g}: look at learning rate, first weights and architecture",
               "{batches}번 학습하면 validation 이미지에서 80 %를 넘어야 하는데 {got:.1f} %입니다. loss는 처음에 "
               "{first:.3g}, 마지막에 {last:.3g}: learning rate, 초기 weight, 네트워크 구조를 살펴보세요",
               batches=TRAINING[1], got=percent, first=train_losses[0], last=train_losses[-1])
