"""Feedback is what each student gets back: a page, the same as plain text, and results as Gradescope reads them."""
