"""Training: the loop, what happens between its steps, and the commands and options that start it."""
