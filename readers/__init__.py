"""From files to arrays: images (N, H, W, C) and one-hot labels (N, K), as a network takes them."""
