"""How well are digits read from paper, and what is no digit told apart? `python -m benchmarks.paper --load weights.npz`

Sheets are drawn with MNIST digits, photographed under uneven light with noise of 0.01, and read as --digit reads them.
"""
import io
from pathlib import Path

import numpy as np

from benchmarks import sheets
from benchmarks.markdown import markdown
from benchmarks.sheets import edge, lamp, on_page, photograph, slope
from inspection.loss_curve import figure_class
from mnist_test import EXPERIMENTS
from nn.files.atomic import atomic_write
from nn.metrics import probabilities
from nn.network import Network
from readers.digit import read_digit
from readers.likeness import doubt
from readers.mnist import load_images
from training.command import load_weights
from training.options import chosen, network_parser, picture_file, positive_integer, random_seed
from training.program import as_program

LIGHTS = {  # what is in the table: how the sheet is photographed
    "no shade, ink 0.4": {"dark": 0.4}, "no shade, ink 0.8": {"dark": 0.8}, "pencil, ink 0.2": {"dark": 0.2},
    "shade 0.25 in any direction, ink 0.4": {"shade": slope, "light": 0.25, "dark": 0.4},
    "shade 0.5 in any direction, ink 0.8": {"shade": slope, "light": 0.5, "dark": 0.8},
    "a lamp's shade of 0.25, ink 0.4": {"shade": lamp, "light": 0.25, "dark": 0.4},
    "a lamp's shade of 0.5, ink 0.8": {"shade": lamp, "light": 0.5, "dark": 0.8},
    "a shadow's hard edge of 0.25, ink 0.4": {"shade": edge, "light": 0.25, "dark": 0.4},
    "a shadow's hard edge of 0.5, ink 0.8": {"shade": edge, "light": 0.5, "dark": 0.8}}
PAPERS = {"lined paper": sheets.lined, "squared paper": sheets.squared, "a box around": sheets.boxed,
          "specks": sheets.specked}
NO_DIGITS = {"two digits": sheets.two, "a dot": sheets.dot, "a bar chart": sheets.bars, "a line chart": sheets.curve,
             "text": sheets.letters, "an empty page": sheets.empty}
HEADS = ["sheets", "right of 100", "refused of 100"]
SHOWN = "a lamp's shade of 0.5, ink 0.8"


def digit_sheets(images, labels, count, seed):
    """For each kind of sheet, (its name, a list of (page, digit)); each kind begins with the same seed."""
    for name in (*LIGHTS, *PAPERS):
        rng = np.random.default_rng(seed)
        chosen_ones = rng.choice(len(images), count, replace=False)
        yield name, [(_sheet(rng, name, images[k, ..., 0]), labels[k]) for k in chosen_ones]


def other_sheets(images, count, seed):
    """The same for sheets that show no digit, or two."""
    for name, draw in NO_DIGITS.items():
        rng = np.random.default_rng(seed)
        pairs = rng.integers(len(images), size=(count, 2))
        yield name, [photograph(rng, draw(rng, *(images[k, ..., 0] for k in pair)), slope, 0.8, rng.choice([0, 0.2]))
                     for pair in pairs]


def _sheet(rng, name, image):
    ink = on_page(rng, image)
    if name in LIGHTS:
        return photograph(rng, ink, **LIGHTS[name])
    return photograph(rng, PAPERS[name](rng, ink), dark=rng.uniform(0.4, 0.8))


def read(page):
    """The image (28, 28, 1) that `--digit` would show the network; None where it sees nothing but paper."""
    file = io.BytesIO()
    page.save(file, "BMP")
    try:
        return read_digit(file.getvalue())
    except ValueError:
        return None


def refused(image):
    return image is None or doubt(image) is not None


def table(net, images, labels, count, seed):
    """Rows (sheets, right of 100, refused of 100), as soon as they are there."""
    some = np.random.default_rng(seed).choice(len(images), 1000, replace=False)
    yield ["1,000 of MNIST's images as they are", "", _percent(map(refused, images[some]))]
    same = np.random.default_rng(seed).choice(len(images), count, replace=False)
    right = net.forward(images[same]).argmax(axis=1) == labels[same]
    yield ["the digits of the sheets, without paper", _percent(right), _percent(map(refused, images[same]))]
    for name, sheets_of_a_kind in digit_sheets(images, labels, count, seed):
        seen = [read(page) for page, _ in sheets_of_a_kind]
        right = [image is not None and np.argmax(net.forward(image[None])) == label
                 for image, (_, label) in zip(seen, sheets_of_a_kind)]
        yield [name, _percent(right), _percent(map(refused, seen))]
    for name, pages in other_sheets(images, count, seed):
        yield [name, "", _percent(refused(read(page)) for page in pages)]


def _percent(facts):
    return f"{100 * np.mean(list(facts)):.1f}"


def draw(net, images, labels, seed, path):
    """A sheet as it was photographed, what the network saw, and what it said."""
    rng = np.random.default_rng(seed)
    page = photograph(rng, sheets.lined(rng, on_page(rng, images[0, ..., 0])), **LIGHTS[SHOWN])
    image = read(page)
    p = probabilities(net.loss, net.forward(image[None]))[0]
    figure = figure_class()(figsize=(7, 2.6), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    left.imshow(page, cmap="gray", vmin=0, vmax=255)
    left.set_title("a sheet, photographed", fontsize=9)
    middle.imshow(image[..., 0], cmap="Greys", vmin=0, vmax=1)
    middle.set_title("what the network saw", fontsize=9)
    right.barh(range(10), p)
    right.set(yticks=range(10), xlim=(0, 1))
    right.invert_yaxis()
    right.set_title(f"what it said: {p.argmax()} ({p.max():.0%})", fontsize=9)
    for axes in (left, middle):
        axes.axis("off")
    atomic_write(path, lambda file: figure.savefig(file, format=Path(path).suffix[1:], dpi=110))
    print(f"Picture: {path}", flush=True)


def main(argv=None):
    """Options, network, sheets, table or picture."""
    parser = network_parser(EXPERIMENTS, __doc__)
    parser.add_argument("--sheets", type=positive_integer, default=100, help="of each kind (default: %(default)s)")
    parser.add_argument("--seed", type=random_seed, default=0, help="of the sheets (default: %(default)s)")
    parser.add_argument("--digits", choices=("validation", "test"), default="test", help="which of MNIST's")
    parser.add_argument("--picture", metavar="FILE", type=picture_file, help="draw one sheet, and no table")
    options, experiment = chosen(parser, EXPERIMENTS, argv)
    if options.load is None:
        parser.error("argument --load: the network must have learned; name the file of its weights")
    net = Network(experiment.layers(), lr=experiment.lr, loss=experiment.loss)
    load_weights(net, options.load)
    images, labels = load_images()[("validation", "test").index(options.digits) + 1]
    labels = labels.argmax(axis=1)
    if options.picture:
        draw(net, images, labels, options.seed, options.picture)
        return
    print(f"{options.sheets} sheets of a kind, with digits of the {options.digits} set, seed {options.seed}\n")
    print(markdown(HEADS, []), flush=True)
    for row in table(net, images, labels, options.sheets, options.seed):
        print(markdown(HEADS, [row]).splitlines()[-1], flush=True)


if __name__ == "__main__":
    as_program(main)
