"""Networks of other course documents, as lists of layers: `python -m examples.cifar10`, and so on."""
