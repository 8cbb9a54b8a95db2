"""The way on to other libraries."""
