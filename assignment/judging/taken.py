"""What is usually wrong with `mine` before any layer is looked at: it gives no list of layers, or another's network."""
from .words import Words, say

ITSELF = {"itself": True}  # no other problem's answer has a share in it

RETURNS_NOTHING = Words("mine() returns nothing: its last line must be `return [...]`, with the list of layers",
                        "mine()이 아무것도 돌려주지 않습니다. 마지막 줄은 레이어 리스트를 돌려주는 `return [...]`여야 "
                        "합니다", ITSELF)
RETURNS_NETWORK = Words("mine() gives a Network, and should return the list of its layers: a Network is no layer",
                        "mine()은 레이어의 리스트를 돌려주어야 하는데 Network가 들어 있습니다. Network는 레이어가 "
                        "아닙니다", ITSELF)
NOT_MADE = Words("the Network that `python mnist_test.py mine` builds is not made of what mine() returns: "
                 "NETWORKS[\"mine\"] must call mine()",
                 "`python mnist_test.py mine`이 만드는 Network가 mine()의 반환값으로 만든 것이 아닙니다. "
                 "NETWORKS[\"mine\"]이 mine()을 호출해야 합니다", ITSELF)


def not_a_network(taken):
    """None, or why there is no network of one's own in what the script built its Network of."""
    if taken["type"] == "NoneType" and "NoneType" in taken["returned"]:
        return RETURNS_NOTHING
    if taken["networks"] or "Network" in taken["returned"] or taken["type"] == "Network":
        return RETURNS_NETWORK
    return None if taken["made"] else NOT_MADE


def cause_of_misfit(taken):
    """Why the list of layers is none, or ""."""
    lists = [k for k, kind in enumerate(taken["types"]) if kind in ("list", "tuple")]
    return lists and say("layer {layer} is a list: write its layers into the list itself",
                         "{layer}번 레이어가 리스트입니다. 안의 레이어를 바깥 리스트에 적으세요", layer=lists[0]) or ""
