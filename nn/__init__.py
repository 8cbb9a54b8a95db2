"""A convolutional neural network written from scratch in NumPy, one concept a file."""
from nn.activation import leaky_relu, linear, relu, sigmoid, silu, tanh
from nn.avgpooling import AvgPooling, GlobalAvgPooling
from nn.batchnorm import BatchNorm
from nn.block import Block
from nn.contract import check_layer
from nn.conv import Conv
from nn.dropout import Dropout
from nn.embedding import Embedding
from nn.flatten import Flatten
from nn.fullyconnected import FullyConnected
from nn.gradient_check import check_gradients
from nn.groupnorm import GroupNorm
from nn.initializer import he, identity, lecun, xavier
from nn.layer import AbstractLayer
from nn.layernorm import LayerNorm
from nn.loss import (
    PaddedCrossEntropy,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
    cross_entropy,
    mse,
    one_hot,
    padded_cross_entropy,
    sigmoid_cross_entropy,
)
from nn.maxpooling import MaxPooling
from nn.network import Network
from nn.optimizer import (
    AdaGradOptimizer,
    AdamOptimizer,
    AdamWOptimizer,
    MomentumSGDOptimizer,
    NesterovSGDOptimizer,
    NesterovSGDWOptimizer,
    RMSPropOptimizer,
    SGDOptimizer,
)
from nn.rnn import RNN, EachStep, LastStep
from nn.whitening import PatchWhitening

__all__ = [
    "AbstractLayer", "AdaGradOptimizer", "AdamOptimizer", "AdamWOptimizer", "AvgPooling", "BatchNorm", "Block",
    "Conv", "Dropout", "EachStep", "Embedding", "Flatten", "FullyConnected", "GlobalAvgPooling", "GroupNorm",
    "LastStep", "LayerNorm", "MaxPooling", "MomentumSGDOptimizer", "NesterovSGDOptimizer", "NesterovSGDWOptimizer",
    "Network", "PaddedCrossEntropy", "PatchWhitening", "RMSPropOptimizer", "RNN", "SGDOptimizer",
    "SigmoidCrossEntropy", "SoftmaxCrossEntropy", "check_gradients", "check_layer", "cross_entropy", "he",
    "identity", "leaky_relu", "lecun", "linear", "mse", "one_hot", "padded_cross_entropy", "relu", "sigmoid",
    "sigmoid_cross_entropy", "silu", "tanh", "xavier",
]
