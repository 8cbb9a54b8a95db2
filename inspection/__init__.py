"""Inspection shows what a network has learned, what happens in its layers, and what is wrong with it."""
