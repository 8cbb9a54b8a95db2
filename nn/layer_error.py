"""A layer's error says which layer it was, what was wrong and what to write; on its way out, where the layer stands."""


class LayerError(ValueError):
    """`what` is wrong with `layer`, or with what it did.

    way: (place, layer, shape of its inputs) of each layer down to this one, from the first layer of the innermost chain
    it stands in; () until it leaves that chain. The text is put together when somebody reads it.
    """

    def __init__(self, layer, what):
        super().__init__(what)
        self.layer, self.what, self.way = layer, what, ()

    def passed(self, way):
        """It leaves a chain, whose part of the way this is. The innermost chain says it all."""
        self.way = self.way or way

    def __str__(self):
        place = f"{self.way[-1][0]} " if self.way else ""
        return f"{place}{self.layer!r}: {self.what}"
