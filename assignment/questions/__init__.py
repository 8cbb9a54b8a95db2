"""Exam and quiz sheets: questions drawn from a seed, whose answers `nn/` and `inspection/` compute."""
