"""Two sides do the same work if, from the same weights and images, they get the same numbers.

In float64 these are the same but for the last digits. In float32, in which the sides are timed, the loss and the
outputs are the same to six digits. But gradients jump where a ReLU's input is 0, and an input that is nearly 0 may be
rounded to either side.
"""
import numpy as np

from benchmarks.interleaving import workers

TOLERANCE = 1e-9  # float64 gives about 1e-14
TIMED_TOLERANCE = 1e-4  # float32 gives about 1e-6
BATCH, STEPS = 50, 5


def check(checkouts, network):
    """Compare ours with PyTorch's. Returns the largest relative error in float64; raises SystemExit if they disagree.

    In float64: loss, gradients, outputs at inference, and the loss after a few steps of training. In float32: loss and
    outputs.
    """
    exact, timed = (_errors(checkouts, network, dtype) for dtype in ("float64", "float32"))
    _refuse(network, exact, TOLERANCE)
    _refuse(network, {f"{name} in float32": timed[name] for name in ("loss", "outputs")}, TIMED_TOLERANCE)
    return max(exact.values())


def _errors(checkouts, network, dtype):
    """{what is compared: relative error}."""
    checkouts = {side: checkouts[side]._replace(dtype=dtype) for side in ("ours", "pytorch")}
    with workers(checkouts, network) as sides:
        both = sides["ours"], sides["pytorch"]
        errors = gradient_errors(*(side("gradients", BATCH) for side in both))
        errors["outputs"] = relative_error(*(side("outputs", BATCH) for side in both))
        for side in both:
            side("steps", BATCH, STEPS)
        errors["loss after training"] = relative_error(*(side("gradients", BATCH)["loss"] for side in both))
    return errors


def losses(checkouts, network):
    """The losses of ours and of another checkout: [(ours, theirs) at first, (ours, theirs) after a few steps].

    Nothing is refused, as the other checkout may draw other first weights.
    """
    with workers(checkouts, network) as sides:
        both = sides["ours"], sides["against"]
        first = tuple(side("gradients", BATCH)["loss"] for side in both)
        for side in both:
            side("steps", BATCH, STEPS)
        return [first, tuple(side("gradients", BATCH)["loss"] for side in both)]


def gradient_errors(ours, theirs):
    """{name: relative error}; ours and theirs: {"loss": number, "0.w": array, ...}."""
    # a bias before BatchNorm has gradient 0, so nothing but rounding: it is compared with the others' size
    floor = 0.1 * max(np.linalg.norm(value) for name, value in theirs.items() if name != "loss")
    return {name: relative_error(ours[name], theirs[name], floor) for name in theirs}


def relative_error(ours, theirs, floor=0.0):
    """|ours - theirs| / max(|theirs|, floor), Euclidean norms."""
    ours, theirs = np.ravel(ours), np.ravel(theirs)
    return np.linalg.norm(ours - theirs) / max(np.linalg.norm(theirs), floor)


def _refuse(network, errors, tolerance):
    wrong = [f"{name} {error:.1e}" for name, error in errors.items() if not error < tolerance]
    if wrong:
        raise SystemExit(f"{network}: the two sides compute different things, so there is nothing to time. Relative "
                         f"errors, of which {tolerance:g} is allowed: {', '.join(wrong)}")
