"""Mistakes of a first edit, as students write them: what is wrong stands between « and », in a program's lines.

The lines run in the namespace of `tests/test_first_edit.py`. Those of COMMANDS are what follows `python mnist_test.py`.
"""

LAYERS = """
«Conv(5, 5, 1, 8, **conv)»
«Conv(5, 5, 1, 8, relu, he, adam)»
«FullyConnected(128, 10, **dense)»
«FullyConnected(128, 10, relu, he, adam)»
«Conv((5, 5, 1), **conv)»
«Conv((5, 5), **conv)»
«Conv(5, **conv)»
«Conv((5, 5, 1, 0), **conv)»
«Conv([5, 5, 1, 8.0], **conv)»
«Conv("5x5", **conv)»
«FullyConnected(784, **dense)»
«FullyConnected((784,), **dense)»
«FullyConnected((784 / 2, 10), **dense)»
«FullyConnected((28, 28, 10), **dense)»
«FullyConnected((-784, 10), **dense)»
«RNN(28, 16, **dense)»
«RNN(28, **dense)»
«Embedding(1000, 32, weight_init=he, optimizer=adam)»
«Flatten(28, 28, 1)»
«Flatten(784)»
«Flatten()»
«MaxPooling(4 / 2)»
«MaxPooling(0)»
«MaxPooling(-2)»
«MaxPooling("2")»
«MaxPooling()»
«MaxPooling((2, 2, 2))»
«MaxPooling(2, pad=2)»
«MaxPooling(2, strides=0)»
«AvgPooling(1.5)»
«GlobalAvgPooling(2)»
«MaxPooling(2, 2, 0, 1)»
«Conv((5, 5, 1, 8))»
«Conv((5, 5, 1, 8), relu)»
«FullyConnected((784, 10), activation=relu, weight_init=he)»
«FullyConnected((784, 10), weight_init=he, optimizer=adam)»
«FullyConnected((784, 10), optimizer=adam, activation=relu)»
«Dropout()»
«BatchNorm()»
«BatchNorm(8)»
«BatchNorm(0, optimizer=adam)»
«LayerNorm((0,), optimizer=adam)»
«Conv((5, 5, 1, 8), stride=2, **conv)»
«Conv((5, 5, 1, 8), padding=2, **conv)»
«Conv((5, 5, 1, 8), relu, weight_init=he, optimizer=adam)»
«FullyConnected((784, 10), relu, filter_init=he, optimizer=adam)»
«FullyConnected((784, 10), act=relu, weight_init=he, optimizer=adam)»
«FullyConnected((784, 10), relu, init=he, optimizer=adam)»
«FullyConnected((784, 10), relu, he, optim=adam)»
«FullyConnected((784, 10), use_bias=False, **dense)»
«MaxPooling(pool_size=2)»
«MaxPooling(2, stride=2)»
«Dropout(rate=0.5)»
«Dropout(0.5, seed=1)»
«Conv(kernel_size=(5, 5, 1, 8), **conv)»
«FullyConnected((784, 10), "relu", he, adam)»
«FullyConnected((784, 10), activation="relu", weight_init=he, optimizer=adam)»
FullyConnected((784, 10), activation=«relu()», weight_init=he, optimizer=adam)
«FullyConnected((784, 10), activation=ReLU, weight_init=he, optimizer=adam)»
«FullyConnected((784, 10), activation=None, weight_init=he, optimizer=adam)»
«FullyConnected((784, 10), activation=np.tanh, weight_init=he, optimizer=adam)»
«FullyConnected((784, 10), activation=lambda x: max(x, 0), weight_init=he, optimizer=adam)»
«FullyConnected((784, 10), activation="softmax", weight_init=he, optimizer=adam)»
«FullyConnected((784, 10), activation=relu, weight_init=he, optimizer="adam")»
«FullyConnected((784, 10), activation=relu, weight_init=he, optimizer="sgd")»
«FullyConnected((784, 10), activation=relu, weight_init=he, optimizer=AdamOptimizer)»
«FullyConnected((784, 10), activation=relu, weight_init=he, optimizer=None)»
«FullyConnected((784, 10), activation=relu, weight_init=he, optimizer=0.001)»
«FullyConnected((784, 10), activation=relu, weight_init=adam, optimizer=he)»
«FullyConnected((784, 10), activation=he, weight_init=relu, optimizer=adam)»
«AdamOptimizer(0.001)»
«AdamOptimizer(lr=0.001)»
«SGDOptimizer(0.1)»
«SGDOptimizer(momentum=0.9)»
«AdamOptimizer(learning_rate=0.001)»
«AdamOptimizer(beta=0.9)»
«AdamOptimizer(beta1=1.5)»
«AdamOptimizer(betas=(0.9, 0.999))»
«AdamOptimizer(eps="1e-8")»
«SGDOptimizer(weight_decay=-1)»
«MomentumSGDOptimizer(momentum=True)»
«FullyConnected((784, 10), activation=relu, weight_init="he", optimizer=adam)»
«FullyConnected((784, 10), activation=relu, weight_init=he((784, 10)), optimizer=adam)»
FullyConnected((784, 10), activation=relu, weight_init=«he()», optimizer=adam)
Conv((5, 5, 1, 8), activation=relu, filter_init=«xavier()», optimizer=adam)
«FullyConnected((784, 10), activation=relu, weight_init=None, optimizer=adam)»
«FullyConnected((784, 10), activation=relu, weight_init=0.01, optimizer=adam)»
«FullyConnected((784, 10), activation=relu, weight_init=lambda shp: np.random.normal(size=(10, 784)), optimizer=adam)»
«FullyConnected((784, 10), activation=relu, weight_init=lambda shp: None, optimizer=adam)»
«FullyConnected((784, 10), activation=relu, weight_init=lambda: 0.01, optimizer=adam)»
«FullyConnected((784, 10), activation=relu, weight_init=lambda n, m: 0.01, optimizer=adam)»
«FullyConnected((784, 10), activation=relu, weight_init=lambda shp: np.ones(shp) / 0.0, optimizer=adam)»
«FullyConnected((784, 10), bias="False", **dense)»
«Conv((5, 5, 1, 8), bias=None, **conv)»
«Conv((5, 5, 1, 8), pad='SAME', **conv)»
«Conv((5, 5, 1, 8), pad='valid', **conv)»
«Conv((5, 5, 1, 8), pad=-1, **conv)»
«Conv((5, 5, 1, 8), pad=1.5, **conv)»
«Conv((5, 5, 1, 8), pad=(1, 1), **conv)»
«Conv((5, 5, 1, 8), strides=0, **conv)»
«Conv((5, 5, 1, 8), strides=(1, 2, 2, 1), **conv)»
«Conv((5, 5, 1, 8), strides=1.5, **conv)»
«Dropout(1.0)»
«Dropout(50)»
«Dropout(-0.1)»
«Dropout("half")»
«LeakyReLU(slope=2)»
«LeakyReLU("0.1")»
«SoftmaxCrossEntropy(label_smoothing=1)»
«SoftmaxCrossEntropy(smoothing=0.1)»
"""

NETWORKS = """
«Network(layers)»
«Network(layers, 0.1)»
«Network(layers, loss=cross_entropy)»
«Network(layers, 0.1, cross_entropy, adam)»
«Network(layers, learning_rate=0.1, loss=cross_entropy)»
«Network(layers, 0.1, cross_entropy, optimizer=adam)»
«Network(layers, lr="0.1", loss=cross_entropy)»
«Network(layers, lr=True, loss=cross_entropy)»
«Network(layers, lr=-0.1, loss=cross_entropy)»
«Network(layers, lr=None, loss=cross_entropy)»
«Network(layers, lr=np.nan, loss=cross_entropy)»
«Network(layers, cross_entropy, 0.1)»
«Network(layers, lr=0.1, loss="cross_entropy")»
Network(layers, lr=0.1, loss=«cross_entropy()»)
«Network(layers, lr=0.1, loss=SoftmaxCrossEntropy)»
«Network(layers, lr=0.1, loss=None)»
«Network(layers, lr=0.1, loss=lambda X, Y: 0)»
«Network(layers, lr=0.1, loss=relu)»
«Network(layers, lr=0.1, loss=cross_entropy, dtype=int)»
«Network(layers, lr=0.1, loss=cross_entropy, dtype="float16")»
Network(«None», 0.1, cross_entropy)
Network([«[Flatten((28, 28, 1))]», logits], 0.1, cross_entropy)
Network([«MaxPooling», logits], 0.1, cross_entropy)
Network(«[]», 0.1, cross_entropy)
Network(«logits», 0.1, cross_entropy)
«Network(Flatten((28, 28, 1)), logits, 0.1, cross_entropy)»
Network([FullyConnected((784, 7), **dense), «relu», logits], 0.1, cross_entropy)
Network([FullyConnected((784, 7), **dense), «ReLU», logits], 0.1, cross_entropy)
Network([«"relu"», logits], 0.1, cross_entropy)
Network([«None», logits], 0.1, cross_entropy)
Network([«784», logits], 0.1, cross_entropy)
Network(«mlp», 0.1, cross_entropy)
Network([square, «square», logits], 0.1, cross_entropy)
Network([logits, «Dropout(0.5)»], 0.1, cross_entropy).train_step((X, Y))
Network([«FullyConnected((784, 10), relu, he, adam)»], 0.1, cross_entropy).train_step((X, Y))
Network([«FullyConnected((784, 10), sigmoid, xavier, adam)»], 0.1, cross_entropy).train_step((X, Y))
net.«fit(X, Y)»
net.«train(X, Y)»
net.«evaluate(X, Y)»
net.«summary()»
net.«backward()»
net.«parameters()»
«net(X)»
net.«zero_grad()»
net.«add(MaxPooling(2))»
net.lr = «"0.1"»
net.lr = «True»
net.layers[1].activation = «"relu"»
net.layers[1].activation = «ReLU»
net.layers.append(«relu»); net.train_step((X, Y))
net.loss = «"mse"»; net.train_step((X, Y))
net.save(«»)
net.save(«5»)
net.load(«folder + "/missing.npz"»)
net.load(«other_weights»)
net.load(«checkpoint»)
net.load(«text_file»)
net.update(«[]»)
"""

DATA = """
net.forward(«X[0]»)
net.forward(«X[0, :, :, 0]»)
cnn_net.forward(«X[..., 0]»)
cnn_net.forward(«X.transpose(0, 3, 1, 2)»)
cnn_net.forward(«X.reshape(-1, 784)»)
dense_net.forward(«X.reshape(-1, 784).T»)
net.forward(«X[:0]»)
net.forward(«None»)
net.forward(«X.astype(str)»)
net.forward(«"X"»)
net.forward(«X, Y»)
net.forward(«»)
net.train_step(«X, Y»)
net.train_step(«X»)
net.train_step(«(Y, X)»)
net.train_step((X, «labels»))
net.train_step((X, «labels.reshape(-1, 1)»))
net.train_step((X, «one_hot(labels, 12)»))
net.train_step((X, «Y[:-1]»))
net.train_step((X, «Y * 2»))
net.train_step((X, «None»))
net.train_step((«X * np.nan», Y))
net.train_step((«X * 255», Y))
net.train_step((X, Y)); net.train_step((«X * np.nan», Y))
Network([Flatten((28, 28, 1)), «FullyConnected((700, 10), **dense)»], 0.1, mse).forward(X)
Network([Conv((5, 5, 1, 8), **conv), «Conv((5, 5, 4, 8), **conv)»], 0.1, mse).forward(X)
Network([Conv((5, 5, 1, 8), **conv), «FullyConnected((800, 10), **dense)»], 0.1, mse).forward(X)
Network([«Conv((8, 1, 5, 5), **conv)»], 0.1, mse).forward(X)
Network([«Conv((5, 5, 3, 8), **conv)»], 0.1, mse).forward(X)
Network([«Conv((1, 8, 5, 5), **conv)»], 0.1, mse).forward(X)
Network([«Conv((30, 30, 1, 8), **conv)»], 0.1, mse).forward(X)
Network([Flatten((28, 28, 1)), «BatchNorm(28, optimizer=adam)»], 0.1, mse).forward(X)
Network([«Flatten((28, 28))», logits], 0.1, cross_entropy).forward(X[:, :14])
Network([FullyConnected((784, 5), **dense), «LastStep()»], 0.1, mse).forward(X)
Network([RNN((28, 8), **dense), «FullyConnected((8, 10), **dense)»], 0.1, mse).forward(X)
Network([Flatten((28, 28, 1)), «Conv((5, 5, 1, 8), **conv)»], 0.1, mse).forward(X)
Network([Flatten((28, 28, 1)), «MaxPooling(2)»], 0.1, mse).forward(X)
«one_hot(labels)»
one_hot(«labels.astype(str)», 10)
one_hot(«labels.astype(float)», 10)
one_hot(«labels.reshape(-1, 1)», 10)
one_hot(«Y», 10)
one_hot(«labels + 3», 10)
«one_hot(10, labels)»
one_hot(labels, «"10"»)
one_hot(labels, «5»)
cross_entropy.compute(Y, «labels»)
cross_entropy.compute(«Y, Y[:3]»)
cross_entropy(«Y, Y»)
relu(«X»)
SigmoidCrossEntropy().compute(Y, «2 * Y - 1»)
Network([FullyConnected((784, 1), linear, he, adam)], 0.1, «cross_entropy»).train_step((X, Y[:, :1]))
accuracy(«Y, X», net)
accuracy(net, «Y, X»)
accuracy(«X, Y, net»)
accuracy(net, «(X, Y)»)
accuracy(net, X, «labels»)
accuracy(net, X, «Y[:-2]»)
accuracy(«net»)
evaluate(net, «X»)
load_images(«"missing"»)
load_images(«"data/train-images-idx3-ubyte.gz"»)
load_images(«text_file»)
load_images(«X»)
load_images(«28»)
"""

TRAININGS = """
next(batches(X, Y, «0»))
next(batches(X, Y, «"100"»))
next(batches(X, Y, «2.5»))
next(batches(X, Y, «-5»))
next(batches(X, Y, «None»))
next(«batches(X, Y)»)
next(batches(X, «Y[:3]», 2))
next(«batches((X, Y), 2)»)
train(«net, X, Y»)
train(«net, X»)
train(net, «(X,)»)
train(«(X, Y), net»)
train(net, (X, Y), epochs=«0»)
train(net, (X, Y), epochs=«"3"»)
train(net, (X, Y), epochs=«2.0»)
train(net, (X, Y), epochs=«True»)
train(net, (X, Y), batch_size=«0»)
train(net, (X, Y), batch_size=«"50"»)
train(net, (X, Y), iterations=«-1»)
«train(net, (X, Y), epoch=3)»
«train(net, (X, Y), batchsize=3)»
«train(net, (X, Y), validation=(X, Y))»
«train(net, (X, Y), lr=0.1)»
«train(net)»
«train(net, (X, Y), optimizer=adam)»
train(net, (X, Y), 1, callbacks=«Validation((X, Y))»)
train(net, (X, Y), 1, callbacks=«[Validation]»)
train(net, (X, Y), 1, callbacks=«[print]»)
train(net, (X, Y), 1, callbacks=[«Validation(X, Y)»])
train(net, (X, Y), 1, callbacks=[«Validation()»])
train(net, (X, Y), 1, callbacks=[Validation((X, «Y[:3]»))])
train(net, (X, Y), 1, callbacks=[Validation((«X[:, :14]», Y))])
train(net, (X, Y), 1, callbacks=[Validation((«X * 255», Y))])
train(net, («X * 255», Y), 1, callbacks=[Validation((X, Y))])
train(net, (X, Y), 1, schedule=«0.1»)
train(net, (X, Y), 1, schedule=«"cosine"»)
train(net, (X, Y), 1, schedule=«Cosine»)
train(net, (X, Y), 1, augment=«"flip"»)
train(net, (X, Y), 1, augment=lambda X: «None»)
train(net, (X, «labels»), 1)
train(net, (X, «labels.reshape(-1, 1)»), 1)
train(net, («X.reshape(-1, 784).T», Y), 1)
train(net, «(Y, X)», 1)
train(net, («X * np.nan», Y), 1)
train(net, («X[:0]», Y[:0]), 1)
train(net, («X.astype(object)», Y), 1)
train(net, (X, Y), 1, print_every=«-1»)
train(net, (X, Y), 1, verbose=«"no"»)
train(net, (X, Y), 1, history=«[]»)
check_gradients(net.layers, cross_entropy, X, Y, samples=«0»)
train(net, (X, Y), 1, schedule=«lambda: 0.1»)
train(net, (X, Y), 1, augment=«lambda X, Y: (X, Y)»)
train(net, (X, Y), 1, augment=Compose(«[RandomFlip()]»))
train(net, (X, Y), 1, augment=Compose(«RandomFlip»))
train(net, (X, Y), 1, schedule=«Cosine(0.1)»)
train(net, (X, Y), 1, schedule=OneCycle(0.1, «0»))
train(net, (X, Y), 1, schedule=OneCycle(0.1, 100, rise=«2»))
train(net, (X, Y), 1, schedule=Cosine(«"0.1"», 100))
«Experiment(mlp, epoch=3)»
net.update(«net.gradients((X, Y))»)
net.update(«None»)
net.train_step(«{"X": X, "Y": Y}»)
net.forward(«X.astype(complex)»)
net.train_step((X, «one_hot(labels, 10)[:, :1]»))
BatchNorm(8, optimizer=adam, momentum=«1.5»)
BatchNorm(8, optimizer=adam, eps=«-1»)
FullyConnected((784, 10), relu, «np.random.randn», adam)
FullyConnected((784, 10), relu, «lambda shp: np.random.randn(shp)», adam)
net.«train_step()»
net.gradients(«X»)
net.«predict()»
«RNN((28, 16), tanh, he, adam)»
«BatchNorm(8, relu, adam)»
check_gradients(«net»)
check_gradients(«net, cross_entropy, X, Y»)
check_gradients(«net.layers, X, Y»)
check_gradients(«net.layers, X, Y, cross_entropy»)
check_gradients(«net.layers, X, Y, loss=cross_entropy»)
check_gradients(«logits», cross_entropy, X, Y)
check_gradients(net.layers, cross_entropy, X, «labels»)
check_gradients(net.layers, cross_entropy, «(X, Y)»)
check_layer(«Scale», X)
«check_layer(Scale(1.0))»
check_layer(«X, Scale(1.0)»)
check_layer(«net», X)
«Summary(net)»
Summary(net, «28, 28, 1»)
Summary(net, «784»)
Summary(net, «X»)
Summary(net, «X.shape»)
Summary(«net.layers», (28, 28, 1))
Trace(net, «X, Y»)
Trace(net, «X»)
«Trace(net)»
Experiment(«mlp(relu, adam)»)
Experiment(mlp, optimizer=«"Adam"»)
Experiment(mlp, activation=«"Relu"»)
Experiment(mlp, activation=«relu»)
Experiment(mlp, schedule=«"cosin"»)
Experiment(mlp, lr=«"0.1"»)
Experiment(mlp, epochs=«0»)
Experiment(mlp, loss=«"mse"»)
"""

COMMANDS = """
«--netwrok» mlp
--network «mpl»
--network «MLP»
--network «resnet»
--network mlp --optimizer «Adam»
--network mlp --optimizer «adma»
--network mlp --optimizer «AdamOptimizer»
--network mlp --activation «ReLU»
--network mlp --activation «softmax»
--network mlp --schedule «cosin»
--network mlp --schedule «step»
--network mlp --lr «abc»
--network mlp --lr «0»
--network mlp --lr «-1»
--network mlp --lr «0,01»
--network mlp --epochs «0»
--network mlp --epochs «1.5»
--network mlp --epochs «three»
--network mlp «--epoch» 1
--network mlp «--batch» 10
--network mlp «--batchsize» 10
--network mlp «--batch_size» 10
--network mlp --batch-size «0»
--network mlp «--learning-rate» 0.1
--network mlp «-lr» 0.1
--network mlp «-epochs» 1
--network mlp «--iters» 1
--network mlp --seed «-1»
--network mlp --seed «x»
--network mlp --print-every «-1»
--network mlp --print-every «often»
«mpl»
«mlp.py»
mlp «cnn»
--network mlp «--lr»
«--network»
--network mlp --load «missing.npz»
--network mlp --load «{other}»
--network mlp --load «{text}»
--network cnn --load «{mlp}»
--activation «tanh» --load {mlp}
--network mlp «--digit» digit.png
--network mlp --load {mlp} --digit «missing.png»
--network mlp --picture «curve.txt»
--network mlp --picture «missing/curve.png»
--network mlp --save «missing/w.npz»
--network mlp --save «»
--network mlp --checkpoint «{mlp}»
--network mlp --resume «missing.npz»
--network mlp --resume «{mlp}»
--network mlp --resume {checkpoint} «--seed» 3
--network mlp --resume {checkpoint} «--load» {mlp}
--network mlp --iterations 1 --resume {checkpoint} --lr «0.5»
--network mlp --data «missing»
--network mlp «--verbose»
--network mlp «--summery»
"""
