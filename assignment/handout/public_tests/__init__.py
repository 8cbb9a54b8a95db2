"""Public tests: one file a problem, a few examples of what is graded with other numbers."""
