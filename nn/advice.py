"""Advice: what somebody who gave a network something that does not fit has in hand, and the line for them to write.

The rest of nn says in few words what was expected and what came; here it becomes the sentence.
"""
from difflib import get_close_matches

import numpy as np

TRAIN_STEP = "train_step takes one mini-batch, a pair: write net.train_step((X, Y)), with two pairs of brackets"
NO_NUMBERS = "the images hold nan or inf: leave these out, or mend them (np.nan_to_num puts 0 in the place of nan)"
BYTES = "the images reach {:g}, as bytes do, and networks learn best from 0..1: write images / 255"
ONE = "image[None]"
TRANSPOSE = "each column is an image here, and each row must be one: transpose it, write X.T"


def on_labels(outputs, Y):
    """Labels Y of another shape than the `outputs`."""
    said = f"the loss needs labels of the outputs' shape {outputs}, but they are {Y.shape}: "
    if Y.ndim and len(Y) != outputs[0] and Y.ndim <= len(outputs):
        return said + f"{len(Y)} labels for {outputs[0]} images; give each image its label, and no other"
    if Y.ndim == 1 and outputs[1:] == (1,):
        return said + "write labels.reshape(-1, 1)"
    if len(outputs) == 2 and Y.shape[1:] == (1,):
        return said + f"make labels one-hot; write one_hot(labels.reshape(-1), {outputs[1]})"
    if Y.ndim == 1 and len(outputs) == 2:
        return said + f"make labels one-hot; write one_hot(labels, {outputs[1]})"
    if Y.ndim > 2 and outputs == (Y[..., 0].size, Y.shape[-1]):
        return said + f"each step is a row here; write labels.reshape(-1, {Y.shape[-1]})"
    if len(outputs) == 3 and Y.ndim == 2:
        return said + "put LastStep() before the last layer, so that there is one answer for each sequence"
    return said + (f"make labels one-hot with one_hot(labels, {outputs[-1]}), or the last layer as wide as there are "
                   f"classes, {Y.shape[-1]}" if Y.ndim == len(outputs) else
                   "make labels one-hot, and the last layer as wide as there are classes")


def on_labels_of_a_set(Y):
    """Labels (N,) of a whole set, before there are any outputs."""
    said = f"labels must be one-hot, (N, K), but they are {Y.shape}: "
    if (Y == np.floor(Y)).all() and Y.min() >= 0:
        return said + f"write one_hot(labels, {max(10, int(Y.max()) + 1)}), from nn.loss"
    return said + "if each image has one number to learn, write labels.reshape(-1, 1)"


def on_returned(thing, method, returned, shape):
    """What a method of somebody's own activation, optimizer or loss returned, if it has not the shape it should."""
    said = f"{type(thing).__name__}.{method} must return an array of shape {shape}, but returned "
    return said + ("None: let it end with a return" if returned is None else f"one of shape {np.shape(returned)}")


def on_loss_gradient(loss, gradient, outputs, labels):
    """The same for a loss's dL/d(outputs)."""
    return (on_returned(loss, "deriv", gradient, outputs)
            + ("" if gradient is None or labels == outputs else f"; the labels have another shape, {labels}"))


def on_classes(outputs):
    """Outputs that softmax cannot be taken of."""
    said = f"cross_entropy needs outputs (N, K), K at least 2, but they are {outputs}: "
    if len(outputs) == 2:
        return said + ("softmax of one output is always 1; take loss=sigmoid_cross_entropy for a yes or no, or mse for "
                       "a number")
    if len(outputs) < 2:
        return said + "the last layer must give a row of numbers for each image"
    return said + (f"write EachStep() before the last layer, which makes each step or pixel a row, and give the labels "
                   f"as Y.reshape(-1, {outputs[-1]})")


def on_rows(sums):
    """Rows of labels that are no probabilities."""
    row = int(np.argmax(~(np.abs(sums - 1) <= 0.01)))
    return (f"cross_entropy needs labels whose rows sum to 1 (one-hot, or probabilities), but row {row} sums to "
            f"{sums[row]:g}: write one_hot(labels, K), with labels 0..K-1; if an image may be of several classes, or "
            f"of none, take loss=sigmoid_cross_entropy")


def on_one_hot(x, size):
    """Labels x (an array) that are not integers (N,) from 0 to size - 1."""
    said = (f"one_hot expects labels (N,), integers from 0 to {size - 1}, but was given {x.dtype} of shape {x.shape}"
            + (f" from {x.min()} to {x.max()}" if x.size and x.dtype.kind in "iuf" else ""))
    if x.ndim == 2 and x.shape[1] == size > 1:
        return f"{said}: these are one-hot already; leave one_hot out"
    if x.ndim == 2 and 1 in x.shape:
        return f"{said}: write one_hot(labels.reshape(-1), {size})"
    if x.ndim == 1 and x.dtype.kind in "USf":
        return f"{said}: write one_hot(np.array(labels, int), {size})"
    if x.ndim == 1 and x.dtype.kind in "iu" and x.min() >= 1 and x.max() == size:
        return f"{said}: if the classes are counted from 1, write one_hot(labels - 1, {size})"
    return said


def on_learning_rate(optimizer, given):
    """Something that an optimizer, of the class of this name, was given without a name, or as lr."""
    return (f"{optimizer}({given!r}): its settings are given by name, such as {optimizer}(weight_decay=...); "
            f"the learning rate is the network's: write {optimizer}(), and Network(layers, lr={given!r}, loss=...)")


def on_last_activation(last, bent):
    """Outputs of a last layer that are no logits, though the loss takes logits."""
    what = f"ends in {type(last.activation).__name__}" if bent else "gives probabilities, such as softmax does"
    return (f"the last layer, {last!r}, {what}, but the loss takes logits, any real numbers, and applies softmax or "
            f"sigmoid to them itself: let the last layer end in activation=linear")


# --- settings of a layer

SHAPES = {"Conv": "Conv((5, 5, 1, 8), ...)", "FullyConnected": "FullyConnected((784, 100), ...)",
          "Flatten": "Flatten((28, 28, 1))", "RNN": "RNN((28, 128), ...)", "Embedding": "Embedding((1000, 32), ...)"}


def bare(numbers):
    """A tuple as Python writes it, without the brackets around it."""
    return str(tuple(numbers))[1:-1].rstrip(",")


def on_shape(layer, setting, form, given):
    """A setting that should be a shape."""
    said = f"{layer}: {setting} must be {form}, but is {given!r}: "
    numbers = tuple(given) if isinstance(given, (tuple, list, np.ndarray)) else (given,)
    halves = [n for n in numbers if isinstance(n, (float, np.floating))]
    if halves:
        return said + f"{halves[0]} is no integer; where you divide, write // in place of /"
    example = SHAPES.get(layer, f"{layer}({form}, ...)")
    return said + f"write a tuple of positive integers, such as {example}"


def on_count(layer, setting, given, also=""):
    """A setting that should be a number of things, 1 or more, or something else that `also` names."""
    halves = isinstance(given, (float, np.floating))
    return (f"{layer}: {setting} must be a positive integer{also}, but is {given!r}"
            + ("; where you divide, write // in place of /" if halves else ""))


def on_keyword(layer, name, settings):
    """A setting by a name that the layer does not have."""
    close = get_close_matches(name, settings, 1) or [setting for setting in settings if setting in name]
    return (f"{layer} has no setting {name!r}: " + (f"write {close[0]}=" if close else
                                                    f"its settings are {', '.join(settings)}"))


def on_initializer(layer, argument, given):
    """Something in the place of a function that makes first weights."""
    remedy = f"write {argument}=he, without calling it" if isinstance(given, np.ndarray) else f"write {argument}=he"
    return (f"{layer!r}: {argument} must be a function of the shape, such as nn.initializer.he or lambda shp: "
            f"np.random.normal(size=shp) * 0.01, but is {_short(given)}: {remedy}")


def on_initial_weights(layer, argument, shape, returned):
    """What such a function returned, if it has not the shape."""
    said = f"{layer!r}: {argument} must return an array of shape {tuple(shape)}, but returned "
    if returned is None:
        return said + "None: let it end with a return"
    return said + f"{np.shape(returned)}: pass the shape it is called with on to np.random.normal(size=...)"


def on_object(layer, role, given, method):
    """A class, or something else, in the place of an object with a method."""
    if isinstance(given, type):
        return f"{layer!r}: {role} must be an object, but is the class {given.__name__}; write {given.__name__}()"
    said = f"{layer!r}: {role} must be an object with a method {method}, but is {_short(given)}"
    if isinstance(given, str):
        return f"{said}: write {role}={given if role == 'activation' else 'AdamOptimizer()'}, without quotation marks"
    return said


def _short(given):
    return f"an array of shape {given.shape}" if isinstance(given, np.ndarray) else repr(given)


# --- inputs of a layer

def on_misfit(layer, expected, got, hint, way):
    """Inputs of the shape `got`, that a layer cannot take. way: (place, layer, shape of its inputs) down to it."""
    place = f"layer {way[-1][0]}, " if way else ""
    came = "".join(f"{shape} -> {above} {other!r} -> " for above, other, shape in way[:-1])
    return (f"{place}{layer!r} expects {expected}, but was given an array of shape {got}: {hint}"
            + (f" (the way there: {came}{got})" if came else ""))


def on_images(layer, channels, got, first):
    """What to write where images (N, H, W, channels) should be; channels None: any."""
    if len(got) == 4:
        return _on_channels(layer, channels, got, first)
    if not first:
        return "put no Flatten, and nothing else that makes rows of images, before this layer"
    if len(got) == 3 and channels in (None, got[2]) and got[2] <= 4:
        return f"this is one image; a batch of one is written {ONE}"
    if len(got) == 3 and channels == got[0]:
        return "this is one image with its channels in front; write image.transpose(1, 2, 0)[None]"
    if len(got) == 3 and channels in (None, 1):
        return "grey images have one channel; write X[..., None]"
    if len(got) == 2 and got[0] == got[1]:
        return "this is one grey image; a batch of one is written image[None, :, :, None]"
    side = int(np.sqrt(np.prod(got[1:]) / (channels or 1)))
    square = f"; write X.reshape(-1, {side}, {side}, {channels or 1})"
    return ("reshape the data to images, and put no Flatten before this layer"
            + (square if len(got) == 2 and side * side * (channels or 1) == got[1] else ""))


def _on_channels(layer, channels, got, first):
    kh, kw, c_in, c_out = layer.fshape
    if first and (got[1] == channels or got[1] in (1, 3) and got[2] == got[3]):
        return "these images have their channels in front; write X.transpose(0, 2, 3, 1)"
    if kw == got[3] and c_in == c_out:
        return (f"fshape is in the order (C_out, C_in, kh, kw) here; "
                f"write {type(layer).__name__}({(c_in, c_out, kw, kh)}, ...)")
    of = "the images" if first else "the layer before"
    return (f"C_in must be the {got[3]} channels of {of}; "
            f"write {type(layer).__name__}({(kh, kw, got[3], c_out)}, ...)")


def on_window(window, pad, got, first):
    axis = 0 if got[1] + 2 * pad < window[0] else 1
    return (f"a window of {window[axis]} pixels does not fit into {got[1 + axis] + 2 * pad}; use a smaller window, "
            f"more pad, or less pooling and stride before it")


def on_rows_of(layer, n, got, first):
    """What to write where n numbers for each image should be."""
    if int(np.prod(got)) == n:
        return f"this is one image; a batch of one is written {ONE}"
    if first and len(got) == 2 and got[0] == n:
        return TRANSPOSE
    if len(got) == 3 and got[2] == n:
        return ("there is a row for each step of a sequence; write LastStep() before this layer for one answer a "
                "sequence, or EachStep() for an answer at each step")
    if len(got) == 1:
        return f"there is no batch here; one is written {ONE}, and this is one of {got[0]} numbers"
    per_image = int(np.prod(got[1:]))
    return f"it holds {per_image} per image; write {type(layer).__name__}(({per_image}, {layer.wshape[1]}), ...)"


def on_inner(layer, size, got, first):
    if int(np.prod(got)) == int(np.prod(size)):
        return f"this is one image; a batch of one is written {ONE}"
    if first and len(got) == 2 and got[0] == int(np.prod(size)):
        return TRANSPOSE
    return f"write {type(layer).__name__}({tuple(got[1:] or got)})"


def on_last_axes(layer, axes, got, first):
    if got == axes:
        return f"this is one input; a batch of one is written {ONE}"
    settings = got[-1] if hasattr(layer, "channels") else got[1:] if len(got) > 1 else got
    return f"the last axis of the inputs counts; write {type(layer).__name__}({settings}, ...)"


def on_one_value(got, first):
    return "it cannot normalise one value a channel; train on batches of 2 or more"


def on_no_steps(got, first):
    return "there are no steps to choose from; put this layer after an RNN, or leave it out"


def on_sequences(layer, n, got, first):
    name, hidden = type(layer).__name__, layer.shape[1]
    if len(got) == 2 and got[1] == n:
        return "this is one sequence; a batch of one is written sequence[None]"
    numbers, a_step = int(np.prod(got[1:])), int(np.prod(got[2:]))
    if a_step == 1 and numbers % n == 0:
        return f"if each {n} of the {numbers} numbers are a step, write X.reshape(-1, {numbers // n}, {n})"
    if len(got) in (3, 4):
        return f"each step has {a_step} numbers; write {name}(({a_step}, {hidden}), ...)"
    return "reshape the data to (N, T, D): inputs, steps, numbers a step"


def on_words(layer, x, got, first):
    """What to write where words 0..V-1 should be; x: the array that came."""
    if not x.size or not (x == np.floor(x)).all() or x.min() < 0:
        return "number the words of the vocabulary from 0, and give their numbers"
    if x.max() >= layer.wshape[0]:
        return f"they go up to {x.max():g}; write Embedding(({int(x.max()) + 1}, {layer.wshape[1]}), ...)"
    return f"this is one sentence; a batch of one is written {ONE.replace('image', 'words')}"


def on_first_states(layer, got, n, n_hidden):
    """First states of another shape than a batch of n needs."""
    return (f"{layer!r}: h0 must be of shape ({n}, {n_hidden}), a first state for each sequence of the batch, but is "
            f"{got}: set it before each forward pass, or to None, which is 0 (a network's forward takes large batches "
            f"in parts; its predict takes one whole)")


def on_padding():
    """Labels that are nothing but padding."""
    return ("padded_cross_entropy needs a label in some row, but all rows are 0, which is padding: give each step of "
            "each sentence its one-hot word")
