"""Gathering adds up rows that belong together; sorted first, they lie side by side, and each sum is one pass."""
import numpy as np


def sums_of_rows(rows, groups, count):
    """rows (M, D), the group (M,) of each, integers from 0 to count - 1 -> the sums of the groups (count, D).

    It is np.add.at(sums, groups, rows), which adds one row at a time.
    """
    sums = np.zeros((count, rows.shape[1]), rows.dtype)
    order = np.argsort(groups, kind="stable")
    groups = groups[order]
    first = np.flatnonzero(np.diff(groups, prepend=-1))  # where in that order each group begins
    sums[groups[first]] = np.add.reduceat(rows[order], first, axis=0)
    return sums
