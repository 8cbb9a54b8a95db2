"""A network says in a sentence which two digits a picture shows, and where: `python -m examples.captioning`.

An encoder of convolutions makes of the picture the first state of a recurrent decoder, which then says word after word
(Vinyals et al., 2015, "Show and tell", with a vanilla RNN). `--network characters` has it spell letter by letter
instead, and `--network korean-words` speak Korean.
"""
from functools import partial
from math import isfinite

import numpy as np

import nn
from inspection.captions import Described, draw_sheet, print_table
from nn import RNN, BatchNorm, Conv, EachStep, Embedding, FullyConnected, MaxPooling
from nn.activation import linear, relu, tanh
from nn.files import weights
from nn.initializer import he, lecun, xavier
from nn.loss import padded_cross_entropy
from nn.metrics import accuracy
from readers.captions import Vocabulary, english, korean
from readers.mnist import load_images
from readers.two_digits import Canvas, scenes
from training.callbacks import Callback
from training.command import load_sets, load_weights, save_weights
from training.experiment import Experiment
from training.loop import train
from training.options import chosen, picture_file, settings_parser
from training.program import as_program, finish

PICTURES = 20_000  # in an epoch, each drawn anew
DESCRIBED = 1000  # pictures of each kind that are described in the end
HIDDEN, EMBEDDED = 128, 32  # numbers in a state, and for a word

VOCABULARIES = {"words": Vocabulary(english, "words"), "characters": Vocabulary(english, "characters"),
                "korean-words": Vocabulary(korean, "words"), "korean-characters": Vocabulary(korean, "characters")}


def encoder(optimizer):
    """56x56x1 -> 28x28x16 -> pooled 14x14x16 -> 14x14x32 -> pooled 7x7x32 -> 7x7x64, which knows where -> a state."""
    def block(size, c_in, c_out, strides=1):
        return [Conv((size, size, c_in, c_out), activation=linear, optimizer=optimizer, filter_init=he, pad="same",
                     strides=strides),
                BatchNorm(c_out, activation=relu, optimizer=optimizer)]

    return [
        *block(5, 1, 16, strides=2), MaxPooling(2),
        *block(3, 16, 32), MaxPooling(2),
        *block(3, 32, 64),
        FullyConnected((7 * 7 * 64, HIDDEN), activation=tanh, optimizer=optimizer, weight_init=xavier),
    ]


def decoder(words, optimizer):
    """The number of the word before, of V and the start -> its embedding -> the next state -> a score for each of V."""
    return [
        Embedding((words + 1, EMBEDDED), optimizer=optimizer, weight_init=lecun),
        RNN((EMBEDDED, HIDDEN), activation=tanh, optimizer=optimizer, weight_init=xavier),
        EachStep(),
        FullyConnected((HIDDEN, words), activation=linear, optimizer=optimizer, weight_init=lecun),
    ]


def both(words, optimizer):
    return encoder(optimizer), decoder(words, optimizer)


class Captioner:
    """An encoder, a list of layers from pictures to states (N, H), and a decoder, whose second layer is the RNN.

    It learns like a `Network`, from labels Y (N, T, V), one-hot words with padding after each sentence's end. T: steps.
    """

    def __init__(self, layers, lr, loss, steps, dtype=np.float32):
        self.encoder, self.decoder = (nn.Network(half, lr, loss, dtype) for half in layers)
        self.loss, self.steps, self.dtype = loss, steps, self.encoder.dtype
        _, self.rnn, *_ = self.decoder.layers
        self.start = self.decoder.layers[0].wshape[0] - 1  # the word before the first one
        self.lr = lr

    def gradients(self, mini_batch):
        """The mean loss of a word of mini_batch = (X, Y), and the gradients of the encoder and of the decoder.

        At each step the decoder is given the right word before, whatever it would have said itself.
        """
        X, Y = mini_batch
        before = np.full(Y.shape[:2], self.start)
        before[:, 1:] = Y.argmax(axis=2)[:, :-1]
        self.rnn.h0 = self.encoder.forward_in_training(X)
        outputs = self.decoder.forward_in_training(before)  # (N T, V)
        labels = Y.reshape(outputs.shape)
        loss = float(self.loss.compute(outputs, labels))
        of_decoder, _ = self.decoder.backward(self.loss.deriv(outputs, labels), lowest=0)
        of_encoder, _ = self.encoder.backward(self.rnn.dh0, lowest=0)  # here the error passes from one to the other
        return loss, (of_encoder, of_decoder)

    def train_step(self, mini_batch):
        """A step of gradient descent on mini_batch = (X, Y). Returns the mean loss of a word."""
        loss, grads = self.gradients(mini_batch)
        if isfinite(loss):
            for half, grad in zip((self.encoder, self.decoder), grads):
                half.lr = self.lr
                half.update(grad)
        return loss

    def forward(self, X):
        """Pictures X (N, ...) -> the scores (N, T, V) of each step, whose likeliest word is what the next one reads."""
        state, word, scores = self.encoder.forward(X), np.full((len(X), 1), self.start), []
        for _ in range(self.steps):
            self.rnn.h0 = state
            _, states, _, output = self.decoder.activations(word)
            state, word = states[:, -1], output.argmax(axis=1)[:, None]
            scores.append(output)
        return np.stack(scores, axis=1)

    @property
    def layers(self):
        return [*self.encoder.layers, *self.decoder.layers]

    def save(self, path, about=None):
        weights.save(self, path, about)

    def load(self, path):
        weights.load(self, path)


EXPERIMENTS = {name: Experiment(partial(both, len(vocabulary)), activation=None, lr=0.003, loss=padded_cross_entropy,
                                epochs=10, batch_size=64, schedule="one-cycle")
               for name, vocabulary in VOCABULARIES.items()}


def read_options(argv):
    parser = settings_parser(EXPERIMENTS, __doc__)
    parser.add_argument("--picture", metavar="FILE", type=picture_file, default="captions.png",
                        help="file for the pictures with their captions (default: %(default)s)")
    parser.add_argument("--all-pairs", action="store_true", help="train with the pairs that are held out, too, to see "
                        "whether they are harder in themselves")
    return chosen(parser, EXPERIMENTS, argv)


def drawn(scenes, n):
    """n of the scenes, at random."""
    return scenes[np.random.randint(len(scenes), size=n)]


class CaptionAccuracy(Callback):
    """Prints, before each epoch and at the end, how many captions of a set = (pictures, labels) are right."""

    def __init__(self, validation_set):
        self.validation_set = validation_set

    def on_epoch_begin(self, training):
        percent = accuracy(training.net, *self.validation_set)
        training.history.keep_accuracy("validation", percent)
        print(f"Captions of validation digits that are right in every word: {percent:.1f} %", flush=True)

    def on_train_end(self, training):
        if training.intact:
            self.on_epoch_begin(training)


def train_captioner(captioner, vocabulary, experiment, scenes, train_canvas, validation_canvas,
                    print_every=10):
    """Train on pictures of these scenes, each drawn when it is needed. Returns a History."""
    seen, shown = drawn(scenes, PICTURES), drawn(scenes, DESCRIBED)
    validation_set = validation_canvas(shown), vocabulary.labels(shown)
    return train(captioner, (seen, vocabulary.labels(seen)), experiment.epochs, experiment.batch_size,
                 schedule=experiment.learning_rates(PICTURES), augment=train_canvas, iterations=experiment.iterations,
                 callbacks=[CaptionAccuracy(validation_set)], print_every=print_every)


def describe(captioner, vocabulary, scenes, canvas):
    """DESCRIBED new pictures of these scenes, with what they show and what the network says."""
    shown = drawn(scenes, DESCRIBED)
    pictures = canvas(shown)
    said = vocabulary.sentences(captioner.forward(pictures))
    return Described(pictures, shown, said, vocabulary)


def main(argv=None):
    """Options, data, network; training; and then the table and the sheet, of test digits."""
    options, experiment = read_options(argv)
    vocabulary = VOCABULARIES[options.network]
    canvases = [Canvas(images, labels) for images, labels in load_sets(load_images, options.data)]
    np.random.seed(options.seed)
    captioner = Captioner(experiment.layers(), experiment.lr, experiment.loss, vocabulary.steps)
    load_weights(captioner, options.load)
    seen, held_out = scenes(held_out=False), scenes(held_out=True)
    *of_training, of_test = canvases
    train_scenes = np.vstack([seen, held_out]) if options.all_pairs else seen
    history = train_captioner(captioner, vocabulary, experiment, train_scenes, *of_training,
                              print_every=options.print_every)

    def describe_all():
        described = {"pairs seen": describe(captioner, vocabulary, seen, of_test),
                     "pairs held out": describe(captioner, vocabulary, held_out, of_test)}
        print_table(described)
        draw_sheet(described, options.picture)

    finish(history, lambda: save_weights(captioner, options.save, options.network), describe_all)


if __name__ == "__main__":
    as_program(main)
