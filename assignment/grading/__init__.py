"""The grading: submissions are read, each answer is run in a sandbox, and what it gave is judged."""
