"""Plots show what a trained network has learned, where it goes wrong, and what happens in its layers."""
import numpy as np

from inspection.loss_curve import figure_class
from inspection.recording import recorded
from nn.files.atomic import atomic_write
from nn.layer import named_layers
from nn.metrics import probabilities
from nn.ops.process import draws_put_back
from nn.ops.tiles import ceil_div

MISTAKES = (4, 6)  # rows and columns of the most confident ones
BATCH = 200  # images for the histograms
BINS = 60
GREY, SIGNED = "Greys", "RdBu"  # colours of images, and of numbers on both sides of 0: red below, blue above
CELL = 0.4  # inches a number takes at most
CHANNELS = 64  # of a mosaic, at most
ROW = 64  # cells in a row of a mosaic
INK = {"fontsize": 9}


def draw_plots(net, test_set, folder):
    """Draw each of PLOTS of `net`, with the images and labels of test_set = (X, Y), into a folder as a .png file.

    folder: a Path, or None for no plots.
    """
    if folder is None:
        return
    for name, draw in PLOTS.items():
        figure = figure_class()(layout="constrained")
        draw(figure, net, *test_set)
        atomic_write(folder / f"{name}.png", lambda file, figure=figure: figure.savefig(file, format="png", dpi=120))
    print(f"Pictures: {', '.join(f'{name}.png' for name in PLOTS)} in {folder}", flush=True)


def mistakes(figure, net, X, Y):
    """The images whose wrong answers the network is most confident of."""
    p, labels = probabilities(net.loss, net.forward(X)), np.argmax(Y, axis=1)
    answers = p.argmax(axis=1)
    wrong = np.flatnonzero(answers != labels)
    wrong = wrong[np.argsort(-p[wrong, answers[wrong]])][:MISTAKES[0] * MISTAKES[1]]
    figure.set_size_inches(9, 7.2)
    figure.suptitle(f"The most confident mistakes: {np.mean(answers != labels):.2%} of {len(X):,} images are wrong")
    for axes, k in zip(figure.subplots(*MISTAKES).flat, [*wrong, *[None] * (MISTAKES[0] * MISTAKES[1])]):
        axes.axis("off")
        if k is not None:
            _show_image(axes, X[k])
            axes.set_title(f"says {answers[k]} ({p[k, answers[k]]:.0%}), is {labels[k]}", **INK)


def confusion(figure, net, X, Y):
    """How many images of each class (rows) were given each answer (columns)."""
    answers, labels, classes = net.forward(X).argmax(axis=1), np.argmax(Y, axis=1), np.shape(Y)[1]
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (labels, answers), 1)
    figure.set_size_inches(7.5, 7)
    axes = figure.subplots()
    off = counts * (1 - np.eye(classes, dtype=int))  # the right ones would outshine the mistakes
    axes.imshow(off, cmap="Reds", vmax=max(off.max() * 1.3, 1))
    for (row, column), count in np.ndenumerate(counts):
        axes.text(column, row, count, ha="center", va="center", color="black" if count else "0.75",
                  fontweight="bold" if row == column else "normal", **INK)
    axes.set(xticks=range(classes), yticks=range(classes), xlabel="the network says", ylabel="the image is",
             title=f"Right: {np.mean(answers == labels):.2%} of {len(X):,} images (bold); red: mistakes")


def filters(figure, net, X, Y):
    """The weights of the first layer that has any: what each of its units looks for."""
    axes = figure.subplots()
    axes.axis("off")
    found = [(layer, getattr(layer, name)) for _, layer in named_layers(net.layers) for name in layer.weights
             if np.ndim(getattr(layer, name)) > 1]
    if not found:
        axes.set_title("No layer has filters")
        return
    layer, w = found[0]
    if w.ndim == 4:  # (kh, kw, C_in, C_out): the mean over C_in, which is 1 for grey images
        w = w.mean(axis=2)
    elif w.shape[0] == X[0].size:  # (n_in, n_out): each unit has a weight for each pixel
        w = w.reshape(*X.shape[1:], -1).mean(axis=2)
    weights = mosaic(w)
    figure.set_size_inches(9, 1 + 8 * len(weights) / len(weights[0]))
    axes.set_title(f"The weights of {layer!r}, the first layer that has any")
    figure.colorbar(_show_numbers(axes, weights), ax=axes, label="weight")


def layers(figure, net, X, Y):
    """What each layer makes of one digit."""
    activations = [X[0], *(activation[0] for activation in net.activations(X[:1]))]
    names = ["the image", *(f"{k} {layer!r}" for k, layer in enumerate(net.layers))]
    mosaics = [mosaic(np.asarray(activation)) for activation in activations]
    heights = [max(0.3, min(7 / len(numbers[0]), CELL) * len(numbers)) for numbers in mosaics]
    heights[0] = 1.4
    figure.set_size_inches(8, sum(heights) + 0.45 * len(heights) + 0.4)
    grid = figure.subplots(len(mosaics), 1, height_ratios=heights)
    for axes, name, numbers, activation in zip(np.atleast_1d(grid), names, mosaics, activations):
        _show_numbers(axes, numbers)
        axes.axis("off")
        axes.set_title(f"{name}: {' x '.join(map(str, np.shape(activation)))}", loc="left", **INK)
    figure.suptitle("What each layer makes of one image (blue: above 0, red: below 0)")


def histograms(figure, net, X, Y):
    """How the numbers of each layer are spread: its activations, and the gradients of its weights."""
    twin, records = recorded(net)
    with draws_put_back():
        twin.gradients((X[:BATCH], Y[:BATCH]))
    figure.set_size_inches(9, 1.25 * len(records) + 1)
    grid = figure.subplots(len(records), 2, squeeze=False)
    for (left, right), record in zip(grid, records):
        _draw_histogram(left, record.a, "tab:blue")
        left.set_title(record.name, loc="left", **INK)
        grads = [grad.ravel() for grad in record.grads.values()]
        if grads:
            _draw_histogram(right, np.concatenate(grads), "tab:orange")
        else:
            right.axis("off")
    grid[-1, 0].set_xlabel("activation")
    grid[-1, 1].set_xlabel("gradient of a weight")
    figure.suptitle(f"How many activations, and gradients, have which value: on {min(BATCH, len(X))} images")


PLOTS = {plot.__name__: plot for plot in (mistakes, confusion, filters, layers, histograms)}


def mosaic(array):
    """All numbers of an array side by side, as (rows, columns) that can be drawn; nan where there is none.

    array: an image (H, W, C), whose channels become tiles with a pixel between them; a sequence (T, K), which stays
    as it is; or any other shape, whose numbers become cells, row by row.
    """
    if array.ndim == 3 and array.shape[:2] != (1, 1):
        return _tiles(array[..., :CHANNELS])
    if array.ndim == 2:
        return array
    row = min(array.size, ROW)
    cells = np.full(ceil_div(array.size, row) * row, np.nan, np.float32)
    cells[:array.size] = array.reshape(-1)
    return cells.reshape(-1, row)


def _show_image(axes, image):
    axes.imshow(image if image.shape[-1] == 3 else image[..., 0], cmap=GREY, vmin=0, vmax=1)


def _show_numbers(axes, numbers):
    largest = max(float(np.nanmax(np.abs(numbers))), 1e-12)
    return axes.imshow(numbers, cmap=SIGNED, vmin=-largest, vmax=largest, interpolation="nearest")


def _draw_histogram(axes, array, colour):
    axes.hist(np.ravel(array), BINS, color=colour, log=True)
    axes.tick_params(labelsize=8)
    axes.margins(x=0.01)


def _tiles(image):
    """(H, W, C) -> the C channels in rows of eight, or of as many as there are."""
    height, width, channels = image.shape
    across = min(channels, 8 if channels <= 32 else 16)
    tiles = np.full((ceil_div(channels, across) * (height + 1) - 1, across * (width + 1) - 1), np.nan, np.float32)
    for k in range(channels):
        top, left = k // across * (height + 1), k % across * (width + 1)
        tiles[top:top + height, left:left + width] = image[..., k]
    return tiles
