"""From files to arrays: each data set becomes images (N, H, W, C) and one-hot labels (N, K), as a network takes them."""
