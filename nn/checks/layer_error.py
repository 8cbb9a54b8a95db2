"""A layer's error says which layer it was, what was wrong and what to write; on its way out, where the layer stands."""


class LayerError(ValueError):
    """`what` is wrong with `layer`, or with what it did.

    way: (place, layer, shape of its inputs) of each layer from the network's first one to this; () while no chain knows
    of it. The text is put together when somebody reads it.
    """

    def __init__(self, layer, what):
        super().__init__(layer, what)  # with these it is made anew in another process
        self.layer, self.what, self.way = layer, what, ()

    def passed(self, way):
        """It leaves a chain, whose part of the way this is. A block's place gives way to those within it.

        Returns the error, to be raised on.
        """
        self.way = (*(way[:-1] if self.way else way), *self.way)
        return self

    def __str__(self):
        place = f"{self.way[-1][0]} " if self.way else ""
        return f"{place}{self.layer!r}: {self.what}"
