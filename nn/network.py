"""A network is a list of layers; a training step sends a batch forward, its error backward, and updates the weights."""
import numpy as np

from nn.layer import AbstractLayer

PREDICT_BATCH = 100  # images at a time in `forward`: memory stays bounded however many there are


class Network:
    """layers: a list of layer objects. lr: the learning rate; `net.lr` may be changed at any time.
    loss: an object with compute(X, Y) and deriv(X, Y), such as cross_entropy. dtype: everything is computed in it.
    """

    def __init__(self, layers, lr, loss, dtype=np.float32):
        self.layers, self.lr, self.loss, self.dtype = list(layers), lr, loss, np.dtype(dtype)
        self._check()
        for layer in self.layers:
            layer.astype(self.dtype)
        trainable = [k for k, layer in enumerate(self.layers) if layer.trainable]
        self._first_trainable = trainable[0] if trainable else len(self.layers)
        # Freeing 31 MB tells glibc's malloc to keep freed memory for the next step; else it gives it back to the system
        # after each one, and taking it again, page by page, costs as much as a third of the time.
        np.empty(31 * 2 ** 20, np.uint8)

    def train_step(self, mini_batch):
        """One step of gradient descent on mini_batch = (X, Y): inputs (N, ...), labels (N, K). Returns the mean loss."""
        X, Y = (self._not_empty(array) for array in mini_batch)

        # forward: each layer's activation is the next layer's input
        inputs, zs = [X], []
        for layer in self.layers:
            z, activation = layer.forward(inputs[-1])
            zs.append(z)
            inputs.append(np.asarray(activation, self.dtype))
        output = inputs.pop()

        # loss, and its gradient at the output
        loss = np.sum(self.loss.compute(output, Y))
        gradient = self.loss.deriv(output, Y)

        # backward: the chain rule, from the last layer to the first one that has weights; what was used is let go at once
        grads = []
        for k in reversed(range(self._first_trainable, len(self.layers))):
            layer = self.layers[k]
            layer_err = layer.get_activation_grad(zs.pop(), np.asarray(gradient, self.dtype))
            grads.append((layer, layer.get_weight_grad(inputs.pop(), layer_err)))
            if k > self._first_trainable:
                gradient = layer.backward(layer_err)

        # update, when all gradients are known
        for layer, grad in grads:
            layer.update(grad, self.lr)
        return float(loss)

    def forward(self, X):
        """X (N, ...) -> the outputs (N, K), for cross-entropy the logits, as the network gives them at inference."""
        X = self._not_empty(X)
        return np.concatenate([self._predict(X[i:i + PREDICT_BATCH]) for i in range(0, len(X), PREDICT_BATCH)])

    def _predict(self, X):
        for layer in self.layers:
            X = np.asarray(layer.predict(X), self.dtype)
        return X

    def _not_empty(self, array):
        array = np.asarray(array, self.dtype)
        if array.ndim == 0 or len(array) == 0:
            raise ValueError(f"expected a batch of images (N, ...), N at least 1, or its one-hot labels (N, K), but was given "
                             f"an array of shape {array.shape}")
        return array

    def save(self, path):
        """Write all weights to an .npz file."""
        with open(path, "wb") as file:
            np.savez(file, **{name: getattr(layer, attribute) for name, layer, attribute in self._arrays()})

    def load(self, path):
        """Read the weights that `save` wrote. Raises ValueError, changing nothing, if they are of another network."""
        with np.load(path, allow_pickle=False) as file:
            saved = {name: file[name] for name in file.files}
        ours = {name: getattr(layer, attribute).shape for name, layer, attribute in self._arrays()}
        theirs = {name: array.shape for name, array in saved.items()}
        if ours != theirs:
            wrong = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
            raise ValueError(f"{path} holds the weights of another network: " + ", ".join(
                f"{name} is {theirs.get(name, 'missing')} there and {ours.get(name, 'missing')} here" for name in wrong))
        for name, layer, attribute in self._arrays():
            setattr(layer, attribute, saved[name].astype(self.dtype))

    def _arrays(self):
        """(name, layer, attribute) of each array that makes the network what it is."""
        return [(f"{k}.{attribute}", layer, attribute) for k, layer in enumerate(self.layers)
                for attribute in (*layer.weights, *layer.statistics)]

    def _check(self):
        for k, layer in enumerate(self.layers):
            if not isinstance(layer, AbstractLayer):
                hint = f"; write {layer.__name__}(...)" if isinstance(layer, type) else ""
                raise TypeError(f"layers[{k}] must be a layer, an object of a subclass of AbstractLayer, but is {layer!r}{hint}")
            if any(layer is other for other in self.layers[:k]):
                raise ValueError(f"layers[{k}] is the same object as an earlier one, {layer!r}: make one for each place")
        if not self.layers:
            raise ValueError("a network needs at least one layer, but the list is empty")
        if not (hasattr(self.loss, "compute") and hasattr(self.loss, "deriv")) or isinstance(self.loss, type):
            raise TypeError(f"loss must be an object with compute and deriv, such as cross_entropy, but is {self.loss!r}")
        if not (np.isscalar(self.lr) and self.lr >= 0):
            raise ValueError(f"lr must be a number, 0 or more, but is {self.lr!r}")
