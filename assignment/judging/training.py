"""Training is driven from outside, one exchange a batch; the accuracy is computed where the labels are."""
import time
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from .criteria import PROCESSOR_SECONDS, TRAINING
from .words import say

MOST = 2 ** 20  # numbers in the outputs


@dataclass(frozen=True)
class Training:
    """images (N, 784) and validation (M, 784) of bytes; their labels (N,) and (M,)."""

    images: np.ndarray
    labels: np.ndarray
    validation: np.ndarray
    validation_labels: np.ndarray
    moves = 1e-3  # of a filter, at least, as a share of its size

    def steps(self):
        """The images and labels of each batch."""
        size, count, _ = TRAINING
        for start in range(0, size * count, size):
            yield self.images[start:start + size], self.labels[start:start + size]

    def failed(self, train_losses, outputs):
        """None, or why the network has not learned enough."""
        return too_low(train_losses, outputs, self.validation_labels)


class Beginning:
    """A few steps on one batch, images (N, 784) of bytes and labels (N,), which show what no training can mend."""

    most, enough, moves = 20, 4.0, 0.0  # steps; seconds, after which no more are made, but three

    def __init__(self, images, labels):
        self.images, self.labels, self.validation, self.times = images, labels, images, []

    def steps(self):
        """The same batch, again and again: the first two at once, and then one whenever a step is done."""
        while len(self.times) < 3 or len(self.times) < self.most and self.times[-1] - self.times[0] < self.enough:
            self.times.append(time.monotonic())
            yield self.images, self.labels

    def failed(self, train_losses, outputs):
        """None, or the line on losses that are no numbers, or all the same."""
        if outputs is None or not np.isfinite(train_losses).all():
            return say("the loss is no finite number after {batches} steps on one batch: {last}",
                       "배치 하나로 {batches}번 학습하니 손실이 유한한 수가 아닙니다: {last}",
                       batches=len(train_losses), last=train_losses[-1])
        if np.ptp(train_losses) == 0:
            return say("{batches} steps on one batch leave the loss at exactly {last:.4g}: nothing changes",
                       "배치 하나로 {batches}번 학습해도 손실이 {last:.4g} 그대로입니다. 아무것도 바뀌지 않습니다",
                       batches=len(train_losses), last=train_losses[-1])
        return None

    def seconds(self):
        """How long all batches of the grading's training take here, about; 0 where none was tried."""
        return np.ptp(self.times[1:]) / (len(self.times) - 2) * TRAINING[1] if len(self.times) > 2 else 0.0


def trained(process, data):
    """(the loss of each batch, the outputs for images to validate with or None, the error that ended it or None).

    data: a Training, or a Beginning of one. Raises Ended with the process.
    """
    process.ask("hurry", seconds=PROCESSOR_SECONDS)
    train_losses = []
    with closing(process.ask_ahead("train", data.steps())) as replies:
        for reply in replies:
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
               "{batches}번 학습하면 검증 이미지에서 80 %를 넘어야 하는데 {got:.1f} %입니다. 손실은 처음에 "
               "{first:.3g}, 마지막에 {last:.3g}: 학습률, 초기 가중치, 네트워크 구조를 살펴보세요",
               batches=TRAINING[1], got=percent, first=train_losses[0], last=train_losses[-1])
