"""Checks: what people give to a network is looked at, and what does not fit is refused with what to write instead.

One page for each moment: `settings` when something is made, `inputs` when a layer is given something, `data` when a
network is given sets, batches and labels. A check stands beside its sentence, and knows no class of layers.
"""
