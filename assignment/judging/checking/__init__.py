"""Checking is judging one's own project before handing it in: `check.py` and `pack.py` of the hand-out.

What is right comes as a file of cases, written when the hand-out was made, or is a property that can be measured.
"""
