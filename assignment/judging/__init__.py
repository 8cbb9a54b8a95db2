"""How an answer is run and judged. What is right is no part of it, so that it can travel with the hand-out.

Modules in here import each other and NumPy, and nothing else of this project.
"""
