"""A sigmoid network with the squared error, with a layer of the student's own and max pooling, written in a hurry."""
import numpy as np

import mnist_loader
from nn.activation import sigmoid, mse, linear, leaky_relu
from nn.conv import Conv
from nn.fullyconnected import FullyConnected
from nn.layer import AbstractLayer
from nn.maxpooling import MaxPooling
from nn.network import Network
from nn.optimizer import MomentumSGDOptimizer


class Normalize(AbstractLayer):
    def forward(self, inputs):
        self.shape = inputs.shape
        z = inputs - 0.1307
        return z, z

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient

    def backward(self, layer_err):
        return layer_err.reshape(self.shape)

    def get_weight_grad(self, inputs, layer_err):
        pass

    def update(self, grad, lr):
        pass


(x_train, t_train), _, (x_test, t_test) = mnist_loader.load_data('./data/mnist.pkl.gz')
x_train, t_train = x_train.reshape(-1, 28, 28, 1)[:1000], np.eye(10)[t_train[:1000]]
x_test, t_test = x_test.reshape(-1, 28, 28, 1)[:300], np.eye(10)[t_test[:300]]

np.random.seed(0)
net = Network([
    Normalize(),
    Conv((5, 5, 1, 8), activation=leaky_relu, strides=1, pad=2, optimizer=MomentumSGDOptimizer(),
         filter_init=lambda shp: np.random.normal(0, np.sqrt(2.0 / 25), shp)),
    MaxPooling(2),
    MaxPooling((2, 2), strides=2),
    FullyConnected((7*7*8, 50), sigmoid, lambda shp: np.random.normal(0, np.sqrt(1.0 / 392), shp),
                   MomentumSGDOptimizer()),
    FullyConnected((50, 10), linear, lambda shp: np.random.normal(0, np.sqrt(1.0 / 50), shp), MomentumSGDOptimizer()),
], 0.05, mse)

losses = []
for step in range(101):
    chosen = np.random.choice(1000, 50, replace=False)
    net.train_step((x_train[chosen], t_train[chosen]))
    losses.append(np.sum(mse.compute(net.forward(x_train[chosen]), t_train[chosen])))
    if step % 10 == 0:
        print(f"Iteration: {step}, loss : {losses[-1]:.6f}")

net.layers[-1].b = net.layers[-1].b + 1.0  # every answer one larger: the largest stays the largest
net.layers[1].w *= 1.0
correct = [np.argmax(net.forward(x_test[k:k + 1])) == np.argmax(t_test[k]) for k in range(300)]
print("#### 학습 종료 #####")
print("Calculate accuracy over all test set (시간 소요)")
print("Accuracy over all test set {:.2f}".format(100 * np.mean(correct)))
