"""The course's first network, three layers, sigmoid and SGD, by a student who wrote an accuracy of their own."""
import numpy as np

from mnist_loader import load_data
from nn.activation import sigmoid, relu, mse, linear, cross_entropy
from nn.flatten import Flatten
from nn.fullyconnected import FullyConnected
from nn.network import Network
from nn.optimizer import SGDOptimizer


def one_hot(x, size):
    result = np.zeros((len(x), size))
    for i in range(len(x)):
        result[i, x[i]] = 1
    return result


def accuracy(net, X, Y):
    correct = 0
    for i in range(0, len(X), 100):
        prob = cross_entropy._softmax(net.forward(X[i:i + 100]))
        assert np.allclose(np.sum(prob, axis=1), 1)
        correct += np.sum(np.argmax(prob, axis=1) == np.argmax(Y[i:i + 100], axis=1))
    return correct / len(X) * 100


train, validation, test = load_data('./data/mnist.pkl.gz')
X_train = train[0].reshape(-1, 28, 28, 1)
Y_train = one_hot(train[1][:10000], 10)
X_test = test[0][:300].reshape(-1, 28, 28, 1)
Y_test = one_hot(test[1][:300], 10)

np.random.seed(0)
layers = [
    Flatten((28, 28, 1)),
    FullyConnected((784, 100), activation=sigmoid, optimizer=SGDOptimizer(),
                   weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / 784)),
    FullyConnected((100, 50), activation=sigmoid, optimizer=SGDOptimizer(),
                   weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / 100)),
    FullyConnected((50, 10), activation=linear, optimizer=SGDOptimizer(),
                   weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / 50)),
]
lr = 0.01
net = Network(layers, lr, cross_entropy)

for i in range(1001):
    j = i * 50 % 10000
    x, y = X_train[j:j + 50], Y_train[j:j + 50]
    net.train_step((x, y))
    if i % 10 == 0:
        print("Iteration: %d, loss : %f" % (i, np.sum(cross_entropy.compute(net.forward(x), y))))

print("#### 학습 종료 #####")
print("Calculate accuracy over all test set (시간 소요)")
print("Accuracy over all test set %.2f" % accuracy(net, X_test, Y_test))
