"""The course reads MNIST with `load_data('./data/mnist.pkl.gz')`, from this file; `readers/` does it."""
from readers.data_error import DataError
from readers.idx import CLASSES, SIDE
from readers.mnist_files import load_data
from readers.stored import DATA_DIR

__all__ = ["CLASSES", "DATA_DIR", "DataError", "SIDE", "load_data"]
