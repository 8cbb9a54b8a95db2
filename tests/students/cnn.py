"""The course's CNN, ReLU and Adam, as it stands in the assignment, and once more with a Flatten where it has none."""
import numpy as np

from mnist_loader import load_data
from mnist_test import accuracy, one_hot
from nn.activation import cross_entropy, linear, relu
from nn.conv import Conv
from nn.flatten import Flatten
from nn.fullyconnected import FullyConnected
from nn.network import Network
from nn.optimizer import AdamOptimizer

train, _, test = load_data('./data/mnist.pkl.gz')
images, labels = train[0][:500].reshape((500, 28, 28, 1)), one_hot(train[1][:500], 10)
test_images, test_labels = test[0][:300].reshape((300, 28, 28, 1)), one_hot(test[1][:300], 10)

for flatten in [[], [Flatten((3, 3, 64))]]:
    np.random.seed(0)
    net = Network(
        [
            Conv((5, 5, 1, 16), strides=1, activation=relu, optimizer=AdamOptimizer(),
                 filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (5*5*1))),
            Conv((6, 6, 16, 32), strides=2, activation=relu, optimizer=AdamOptimizer(),
                 filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (6*6*16))),
            Conv((6, 6, 32, 64), strides=2, activation=relu, optimizer=AdamOptimizer(),
                 filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (6*6*32))),
            *flatten,
            FullyConnected((3*3*64, 180), activation=relu, optimizer=AdamOptimizer(),
                           weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (3*3*64))),
            FullyConnected((180, 10), activation=linear, optimizer=AdamOptimizer(),
                           weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / 180)),
        ],
        lr=0.001, loss=cross_entropy)
    for iteration in range(31):
        start = iteration * 50 % 500
        batch = (images[start:start + 50], labels[start:start + 50])
        net.train_step(batch)
        if iteration % 10 == 0:
            loss = np.sum(cross_entropy.compute(net.forward(batch[0]), batch[1]))
            print("Iteration: {}, loss : {:f}".format(iteration, loss))
    print("#### 학습 종료 #####")
    print("Calculate accuracy over all test set (시간 소요)")
    print("Accuracy over all test set {:.2f}".format(accuracy(net, test_images, test_labels)))
