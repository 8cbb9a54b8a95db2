"""The words that checks advise with: what is written where something is missing, and what others call our things."""

DRAWN = "lambda shp: np.random.normal(size=shp) * 0.01"
INITIALISER = "he"
VALUES = {"fshape": "(5, 5, 1, 8)", "wshape": "(784, 10)", "shape": "(28, 28, 1)", "pshape": "2", "p": "0.5",
          "channels": "8", "features": "8", "activation": "relu", "filter_init": INITIALISER,
          "weight_init": INITIALISER, "optimizer": "AdamOptimizer()", "layers": "[...]", "lr": "0.001",
          "loss": "cross_entropy"}
EXAMPLES = {"Conv": "Conv((5, 5, 1, 8), ...)", "FullyConnected": "FullyConnected((784, 100), ...)",
            "Flatten": "Flatten((28, 28, 1))", "RNN": "RNN((28, 128), ...)", "Embedding": "Embedding((1000, 32), ...)",
            "LayerNorm": "LayerNorm((8,), ...)"}
SHAPES = {"fshape": 4, "wshape": 2, "shape": 0}  # a setting that is a tuple, and of how many numbers; 0: of any
USUAL = {"epochs": 10, "batch_size": 50, "size": 50, "iterations": 100, "channels": 8}  # counts; of others 1
CALLED = {"schedule": "lambda iteration: 0.001", "augment": "lambda images: images"}
FIRST = {"schedule": "0.001, 1000"}  # what a class is made with
ACTIVATIONS = ("relu", "leaky_relu", "sigmoid", "tanh", "linear")
LOSSES = ("mse", "cross_entropy", "sigmoid_cross_entropy", "padded_cross_entropy")
OPTIMIZERS = {"sgd": "SGDOptimizer()", "momentum": "MomentumSGDOptimizer()", "nesterov": "NesterovSGDOptimizer()",
              "adagrad": "AdaGradOptimizer()", "rmsprop": "RMSPropOptimizer()", "adamw": "AdamWOptimizer()"}
OTHERS = {  # what other libraries, or other layers here, call a setting
    "rate": ("p",), "kernel_size": ("fshape",), "pool_size": ("pshape",), "size": ("pshape", "wshape"),
    "window": ("pshape",), "units": ("wshape",), "act": ("activation",), "init": ("weight_init", "filter_init"),
    "filter_init": ("weight_init",), "kernel_initializer": ("filter_init", "weight_init"), "use_bias": ("bias",),
    "learning_rate": ("lr",), "criterion": ("loss",), "smoothing": ("label_smoothing",), "padding": ("pad",),
    "alpha": ("slope",), "negative_slope": ("slope",)}
ELSEWHERE = {"momentum": "MomentumSGDOptimizer(momentum=0.9)", "nesterov": "NesterovSGDOptimizer()"}
METHODS = {  # what other libraries' networks have
    "fit": "train(net, (X, Y))", "train": "train(net, (X, Y))", "evaluate": "evaluate(net, X, Y)",
    "score": "accuracy(net, X, Y)", "accuracy": "accuracy(net, X, Y)", "summary": "Summary(net, (28, 28, 1))",
    "add": "net.layers.append(layer)", "compile": "Network(layers, lr=0.001, loss=cross_entropy)",
    "parameters": "net.layers[0].weights", "weights": "net.layers[0].weights",
    "state_dict": 'net.save("weights.npz")', "load_state_dict": 'net.load("weights.npz")',
    "load_weights": 'net.load("weights.npz")', "save_weights": 'net.save("weights.npz")'}
