"""Wording: what the solution says of things that stay at home, and what the hand-out says instead.

Messages and docstrings name only what a student has, and none of them explains what problem 1 asks for.
"""

# file -> functions that problem 1 asks about: of their docstrings one sentence is left, and none of their comments
EXPLAINED = {
    "nn/network.py": ("Network.train_step", "Network.gradients", "Network.update"),
    "nn/sequential.py": ("Sequential.forward_in_training", "Sequential.backward", "Sequential.step"),
}

# files of which no problem asks anything: of all their docstrings the first sentence is left
BRIEF = ("nn/admission.py", "nn/checks/", "nn/gradient.py", "nn/ops/elementwise.py", "nn/ops/process.py",
         "nn/ops/products.py", "nn/ops/threads.py", "nn/ops/tiles.py", "nn/ops/windows.py")

# file -> [(passage of the solution, passage of the hand-out)] of programs: what only these reach stays at home, too. A
# student's layers are watched in their first steps, and not tried on copies before; no network of theirs is saved, no
# layer is made of layers or has statistics, no data are sequences, and no problem asks for a loss. Of rare mistakes,
# such as one setting too many, what Python says is enough
LEFT_OUT = {
    "nn/admission.py": [
        ("A layer that is new in a chain is admitted before its first step: it gets the chain's dtype, and a copy is "
         "tried.",
         "A layer that is new in a chain gets the chain's dtype, and is watched in its first steps."),
        ('''converted, and tried. updates: whether a trial goes on to the
    updates.
''', "converted, and watched.\n"),
        ("self.known, self.tried, self.updates = None, None, True", "self.known = self.tried = None"),
        ('''have copies of them show what they would do in training with X (N, ...).

        Raises ValueError, before anything of the chain has moved, if one breaks its contract. A layer of which there
        is no copy, or none that works, is watched in its first steps instead. One that was frozen is tried when it
        thaws.
        """
''', '''watch those that are not given in their first steps, with X (N, ...)."""
'''),
        ("        if debugged():\n            return\n", ""),
        ("        check_nothing_is_shared(named_layers(chain.layers), chain.owner)\n", ""),
        ("        check_dtypes(chain.layers, chain.dtype)\n", ""),
        ('''        if new:
            new = _not_tried(chain, new, X[:FEW], len(X)) and _not_tried(chain, new, X, len(X))
''', ""),
        ("whether it was tried unfrozen", "whether it was watched unfrozen"),
    ],
    "nn/network.py": [
        ("    __repr__ = written_network\n    __call__, __getattr__ = not_called, no_attribute\n", ""),
        ("settings.floating_dtype(dtype)", "dtype"),
        ("        self._statistics = []  # as `gradients` found them, until `update`\n", ""),
        ("        put(self._statistics)\n", ""),
        ('''        before = statistics(self.layers)
        with at_work():
            try:
                X, Y = data.pair(mini_batch, self.dtype, *others)
                output = self.forward_in_training(X)
                if not self._has_learned:
                    data.check_first_outputs(output, Y, self.layers[-1], self.loss)
                loss = float(np.asarray(self.loss.compute(output, Y)).sum())
                upstream = self.loss.deriv(output, Y)
                if np.shape(upstream) != output.shape:
                    raise data.no_gradient(self.loss, upstream, output.shape, Y.shape)
                first = next((k for k, layer in enumerate(self.layers) if layer.trainable), len(self.layers))
                grads, _ = self.backward(upstream, first)
                self._has_learned, self._statistics = True, statistics(self.layers)
            finally:
                put(before)
''', '''\
        with at_work():
            X, Y = data.pair(mini_batch, self.dtype, *others)
            output = self.forward_in_training(X)
            if not self._has_learned:
                data.check_first_outputs(output, Y, self.layers[-1], self.loss)
            loss = float(np.asarray(self.loss.compute(output, Y)).sum())
            first = next((k for k, layer in enumerate(self.layers) if layer.trainable), len(self.layers))
            grads, _ = self.backward(self.loss.deriv(output, Y), first)
            self._has_learned = True
'''),
    ],
    "nn/activation.py": [("(Written, metaclass=Checked)", "(metaclass=Checked)")],
    "nn/optimizer.py": [("(Written, metaclass=Checked)", "(metaclass=Checked)")],
    "nn/conv.py": [
        ("in_parts = apart = ", "in_parts = "),
        ("from nn.ops import convolution, winograd",
         "from nn.ops.convolution import convolution, convolution_input_gradient, convolution_weight_gradients"),
        (", and `nn.ops.winograd` how fewer will do", ""),
        ("self._ops(inputs).convolution(", "convolution("),
        ("self._ops(inputs).convolution_weight", "convolution_weight"),
        ("self._ops(layer_err).", ""),
        ('''    def _ops(self, x):
        """The module that makes the sums over such a batch faster."""
        return winograd if winograd.pays(len(x), self.fshape, self.strides, self.pad) else convolution

''', ""),
    ],
    "nn/fullyconnected.py": [("in_parts = apart = ", "in_parts = ")],
    "nn/layer.py": [
        ("    apart = False  # True: get_weight_grad and backward keep nothing, so two threads may make both\n", ""),
        ("\n    __str__ = written_layer  # with all settings; a message has the short form\n", ""),
        ('settings.unused_optimizer(self', 'settings.object_with("update", self, "optimizer"'),
        ("        settings.owned(own)\n", ""),
        ('''        f = self.activation
        if f.in_parts:
            return product_in_parts(upstream_gradient, f.deriv, z)
        return upstream_gradient if type(f) is Linear else upstream_gradient * f.deriv(z)  # Linear's f' is 1 everywhere
''', "        return upstream_gradient * self.activation.deriv(z)\n"),
        ("optimizer, rate = getattr(self, name), self.optimizers[name], lr * self.rates.get(name, 1)",
         "optimizer = getattr(self, name), self.optimizers[name]"),
        ("(w, grad[name], rate)", "(w, grad[name], lr)"),
        ("update(grad[name], rate)", "update(grad[name], lr)"),
        ("so no network tries it (`nn.contract`)", "so no network watches it"),
        (", and of those within them.", "."),
    ],
    "nn/checks/data.py": [
        (", or if it is no mean.", "."),
        ('''    _check_logits(output, last, loss)
    _check_loss(output, Y, loss)


def _check_logits(output, last, loss):
''', ""),
        ('''    if getattr(last, "silences", False):
        warn(f"the last layer must give the answers, but is {last!r}, which puts 0 in the place of some: leave "
             f"{last!r} out, or put it before the layer that gives them")
''', ""),
        ('''    if Y.ndim > 2 and outputs == (Y[..., 0].size, Y.shape[-1]):
        return f"each step is a row here; write labels.reshape(-1, {Y.shape[-1]})"
''', ""),
    ],
    "nn/checks/calls.py": [
        ('''    if too_many:
        return _too_many(name, own, places, unnamed, named, example)
    twice = [key for key in places[:len(unnamed)] if key in named]
    if twice:
        return f"{name}: {twice[0]} is given twice, by its place and by its name, but must be given once" + (
            f": write {example}" if example else f"; leave {twice[0]} out")
''', ""),
        (''' or ("weight_decay" in own and unknown in ELSEWHERE
                                                 and f"{settings}; write {ELSEWHERE[unknown]}")
''', "\n"),
        ("        if cls.__abstractmethods__:\n            raise TypeError(_unfinished(cls))\n", ""),
    ],
    "nn/checks/promises.py": [
        ("# --- forward\n\n", ""),
        ("# --- every method\n\n", ""),
        ("# --- gradients and updates\n\n", ""),
        ("of each array and number that a layer holds", "of each weight"),
        ("np.array(value) for name, _, _, value in numbers(layer)",
         "np.array(getattr(layer, name)) for name in layer.weights"),
    ],
    "nn/checks/settings.py": [
        (" or isinstance(initializer, Written)", ""),
        ("{_meant_integer(given, 1, USUAL.get(setting, 1))}", "{_meant_integer(given, 1, 1)}"),
        ("_drawn(owner, shape, initializer, setting)\n    if", "initializer(shape)\n    if"),
    ],
    "nn/sequential.py": [
        ("        grads, begun = [{} for _ in self.layers], {}\n", "        grads = [{} for _ in self.layers]\n"),
        ('''\
                if layer.trainable and k > lowest and layer_err.nbytes in FIT and keeps_contract(layer) and layer.apart:
                    begun[k] = begin(layer.get_weight_grad, self.inputs[k], layer_err)
                elif layer.trainable:
''', "                if layer.trainable:\n"),
        ("            grads = [begun[k]() if k in begun else grad for k, grad in enumerate(grads)]\n", ""),
        ('''        if len(grads or ()) != len(self.layers) or isinstance(grads[0], float):
            raise no_gradients(grads, self.layers)
''', ""),
    ],
    "nn/checks/watched.py": [
        ("what its methods return fits, and what it learns is listed.", "what its methods return fits."),
        ('''        self._shape, passes = inputs.shape, promises.passes(self._layer)
        before = {} if "forward" in self._kept else promises.copies(self._layer)
''', "        self._shape = inputs.shape\n"),
        ('''            promises.check_passes(self._layer, passes)
            if _is_own(predict_of(self._layer)):
                promises.check_statistics_listed(self._layer, before, inputs[:FEW])
''', ""),
        ("        self._some = inputs[:FEW].copy() if self._layer.trainable else None\n", ""),
        ('''        if self._some is not None:
            promises.check_weights_listed(self._layer, before, self._some)
''', ""),
        (", _shape=None, _some=None", ", _shape=None"),
    ],
    "inspection/recording.py": [
        ('''    for chain in chains(twin):
        chain.layers = [Recorder(layer, own[id(layer)]) for layer in chain.layers]
''', "    twin.layers = [Recorder(layer, own[id(layer)]) for layer in twin.layers]\n"),
    ],
    "inspection/summary.py": [
        ('    @usage("Summary(net, (28, 28, 1))")\n', ""),
        ('        check_network(net, "Summary(net, (28, 28, 1))")\n', ""),
    ],
    "nn/gradient_check.py": [
        ('@usage("check_gradients(net.layers, cross_entropy, X, Y)")\n', ""),
        ("    check_counts(samples=samples)\n", ""),
        ("layers_of(layers)", "layers"),
        ('''    for chain in chains(net):
        chain.admission.updates = False  # a gradient of a wrong shape is one of those that are looked for
''', ""),
    ],
    "nn/loss.py": [
        ("MeanSquaredError(Written, ", "MeanSquaredError("),
        ("SoftmaxCrossEntropy(Written, ", "SoftmaxCrossEntropy("),
        ('@usage("one_hot(labels, 10)")\n', ""),
        ("    right, check_labels = staticmethod(largest_is_right), staticmethod", "    check_labels = staticmethod"),
        ('''
    label_smoothing: 0 <= s < 1, or ValueError, puts (1 - s) Y + s / K in place of Y (Szegedy et al., 2016, section 7).
    A network that is never to be quite sure generalises a little better; its loss ends at those labels' entropy, not 0.
''', ""),
        ('''    def __init__(self, label_smoothing=0.0):
        self.label_smoothing = settings.number(self, "label_smoothing", label_smoothing, below=1)

''', ""),
        ("self._smoothed(Y) * log_p", "np.asarray(Y) * log_p"),
        ("logits(X, Y)) - self._smoothed(Y)", "logits(X, Y)) - np.asarray(Y)"),
    ],
}

# file -> [(passage of the solution, passage of the hand-out)], once that is done
REWORDED = {
    "nn/checks/data.py": [
        ('''    if len(outputs) == 3 and Y.ndim == 2:
        return "put LastStep() before the last layer, so that there is one answer for each sequence"
''', ""),
        ("softmax of one output is always 1; take loss=sigmoid_cross_entropy for a yes or no, or mse for a number",
         "softmax of one output is always 1; take two outputs for a yes or no, or loss=mse for a number"),
        ('''\
        f"write EachStep() before the last layer, which makes each step or pixel a row, and give the labels as "
        f"Y.reshape(-1, {outputs[-1]})")
''', '''\
        "let the last layer be FullyConnected, which makes a row of each image")
'''),
        ('''{max(width, 10)}); if an "
            f"image may be of several classes, or of none, take loss=sigmoid_cross_entropy")
''', '''{max(width, 10)})")
'''),
    ],
    "nn/checks/inputs.py": [
        ('''    if len(got) == 3 and got[2] == n:
        return ("there is a row for each step of a sequence; write LastStep() before this layer for one answer a "
                "sequence, or EachStep() for an answer at each step")
''', ""),
        ("images and sequences (N, ...) are taken as rows", "images (N, ...) are taken as rows"),
    ],
    "nn/checks/calls.py": [
        ('INITIALISER = "he"', "INITIALISER = DRAWN"),
        ('''
    "rate": ("p",), "kernel_size": ("fshape",), "pool_size": ("pshape",), "size": ("pshape", "wshape"),
    "window": ("pshape",), "units": ("wshape",), "act": ("activation",), "init": ("weight_init", "filter_init"),
    "filter_init": ("weight_init",), "kernel_initializer": ("filter_init", "weight_init"), "use_bias": ("bias",),
    "learning_rate": ("lr",), "criterion": ("loss",), "smoothing": ("label_smoothing",), "padding": ("pad",),
    "alpha": ("slope",), "negative_slope": ("slope",)}
''', '''
    "kernel_size": ("fshape",), "pool_size": ("pshape",), "size": ("pshape", "wshape"), "padding": ("pad",),
    "filter_init": ("weight_init",), "learning_rate": ("lr",)}
'''),
        (', "RNN": "(28, 128)", "steps": "1000", "Embedding": "(1000, 32)", "LayerNorm": "(8,)"', ""),
    ],
    "nn/checks/settings.py": [
        ("{INITIALISER} or {DRAWN}", "{DRAWN}"),
        ('"mse", "cross_entropy", "sigmoid_cross_entropy", "padded_cross_entropy"', '"mse", "cross_entropy"'),
        (''', "nesterov": "NesterovSGDOptimizer()",
              "adagrad": "AdaGradOptimizer()", "rmsprop": "RMSPropOptimizer()", "adamw": "AdamWOptimizer()"}
''', '''}
'''),
    ],
    "nn/fullyconnected.py": [
        ('''
    Backwards, with the error e = dL/dz:  dL/dw = x^T e,  dL/db = sum_n e_n,  dL/dx = e w^T.
''', ""),
    ],
    "nn/gradient_check.py": [("that draws numbers, such as dropout, draws", "that draws numbers draws")],
    "nn/layer.py": [
        ('''dL/da -> dL/dz = dL/da * f'(z), of the shape of z.''', "dL/da -> dL/dz, of the shape of z."),
        ('''        """dL/dz = dL/da * f'(z)."""
''', ""),
        ("of the shape of the last `forward`'s inputs: the upstream gradient of the layer before.",
         "of the shape of the last `forward`'s inputs."),
        ("that this one is made of, if it is a `Block`", "that this one is made of"),
        (", to be saved with its weights", ""),
    ],
    "nn/loss.py": [
        ('''
A loss may say more. `right(X, Y)`: which outputs count as right, True or False for each image, or
NoAccuracy if there is no such thing. `baseline_loss(Y)`: of the best network that gives every image the same answer.
`check_labels(Y)`: ValueError if Y cannot be its labels; `compute` asks it, too. `takes_logits`: True if X are logits;
`softmax(X)`: the probabilities that it makes of them, if it does.
''', ""),
    ],
    "nn/optimizer.py": [("to dx; AdamW does it its own way.", "to dx.")],
    "nn/sequential.py": [
        ("Layers in a row: each one's activation is the next one's input, and errors come back the other way.",
         "Layers in a row, as a network has them."),
        ("The chain of layers that a network is, and that a `Block` holds.", "The chain of layers that a network is."),
        ('''inputs, zs: each layer's x and z, from a forward pass in training until the way
    back. owner: what stands before a layer's number in messages. Raises TypeError or ValueError for a list that is none
    of layers.
''', '''owner: what stands before a layer's number in messages. Raises TypeError or
    ValueError for a list that is none of layers.
'''),
    ],
}


def reworded(file, text, passages=REWORDED):
    """The text of a file with each of its passages in the hand-out's words. Raises ValueError if one is not there once.
    """
    for old, new in passages.get(file, ()):
        if text.count(old) != 1:
            raise ValueError(f"assignment/handout/wording.py: {file} has this passage {text.count(old)} times: {old}")
        text = text.replace(old, new)
    return text
