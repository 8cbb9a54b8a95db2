"""Inspection shows from outside what a network does, what it has learned, and what is wrong with it."""
