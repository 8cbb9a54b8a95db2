"""Functions of arrays, which know no layer: how what the layers say is computed fast."""
