"""Times the networks of this course against PyTorch, the same work on both sides: `python -m benchmarks`."""
