"""What is usually wrong with `mine` before any layer is looked at: it gives no list of layers, or another's network."""


def not_a_network(taken):
    """None, or why there is no network of one's own in what the script built its Network of."""
    if taken["type"] == "NoneType" and "NoneType" in taken["returned"]:
        return "mine() returns nothing: its last line must be `return [...]`, with the list of layers"
    if taken["networks"] or "Network" in taken["returned"] or taken["type"] == "Network":
        return "mine() gives a Network, and should return the list of its layers: a Network is no layer"
    if not taken["made"]:
        return ("the Network that `python mnist_test.py mine` builds is not made of what mine() returns: "
                "NETWORKS[\"mine\"] must call mine()")
    return None


def cause_of_misfit(taken):
    """Why the list of layers is none, or ""."""
    lists = [k for k, kind in enumerate(taken["types"]) if kind in ("list", "tuple")]
    return f"layer {lists[0]} is a list: write its layers into the list itself" if lists else ""
