"""What goes on around a network: the loop that trains it, what changes while it runs, and what is shown of it."""
