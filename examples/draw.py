"""Draw a digit and see, while you draw, what a network makes of it: `python -m examples.draw`.

It opens a page in the browser. The network is one of mnist_test.py's; it learns before your eyes, unless --load names
the file of its weights. The page comes from this machine, and nobody else can reach it.
"""
import sys
import threading
import webbrowser

import numpy as np

import nn
from mnist_test import EXPERIMENTS
from page.answers import Answers, told
from page.server import PageServer
from readers.mnist import load_images
from training.callbacks import Validation
from training.command import load_sets, load_weights, save_weights
from training.loop import train
from training.options import chosen, settings_parser
from training.program import as_program, finish, wait_for_ctrl_c

IMAGES = 50_000  # that MNIST has for training: so long is the schedule whose first rate a network with --load steps at


def main(argv=None):
    """Options, network, page; then the training, if there are no weights to load, and answers until Ctrl-C."""
    options, experiment = chosen(settings_parser(EXPERIMENTS, __doc__), EXPERIMENTS, argv)
    np.random.seed(options.seed)
    net = nn.Network(experiment.layers(), lr=experiment.lr, loss=experiment.loss)
    load_weights(net, options.load)
    rates = experiment.learning_rates(IMAGES)
    answers = Answers(net, options.network, rates, ready=options.load is not None)
    server = PageServer(answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Thread(target=webbrowser.open, args=[server.url], daemon=True).start()  # some commands do not return
    learned = answers.ready or learn(net, experiment, options, answers, server.url)
    finish(answers.history,
           lambda: save_weights(net, options.save if options.load is None and learned else None, options.network,
                                experiment.activation),
           lambda: show(answers, server.url))
    sys.exit(0 if learned else 1)


def learn(net, experiment, options, answers, url):
    """Train the network before the eyes of the page; whether that went well. If not, it has been told why."""
    train_set, validation_set, _ = load_sets(load_images, options.data)
    n = len(train_set[0])
    rates = experiment.learning_rates(n)
    live = answers.learns(experiment.steps(n), rates, validation_set)
    tell(url)
    try:
        train(net, train_set, experiment.epochs, experiment.batch_size,
              schedule=live.schedule(rates, experiment.lr), augment=experiment.augment,
              iterations=experiment.iterations, history=answers.history, callbacks=[Validation(validation_set), live],
              print_every=options.print_every)
    except Exception as error:  # in a layer of the student's own, perhaps
        live.end()
        answers.trouble = f"The training has failed. {told(error)}"
        print(f"error: {answers.trouble}", file=sys.stderr, flush=True)
        return False
    return True


def show(answers, url):
    """From now on the network is the page's, until Ctrl-C."""
    answers.ready = True
    tell(url)
    wait_for_ctrl_c()


def tell(url):
    print(f"Draw at {url} (Ctrl-C ends)", flush=True)


if __name__ == "__main__":
    as_program(main)
