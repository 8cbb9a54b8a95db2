"""A convolutional neural network written from scratch in NumPy, one concept a file."""
