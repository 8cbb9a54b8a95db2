"""What can be seen of a network: what is wrong with it, how it has learned, and what happens in its layers."""
