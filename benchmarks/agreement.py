"""Two sides do the same work if, from the same weights and images, they get the same numbers."""
import numpy as np

from benchmarks.turns import workers

TOLERANCE = 1e-4  # float32 gives about 1e-6
TRAINED_TOLERANCE = 1e-2  # Adam's first steps are of full size, even where a gradient is nothing but rounding
BATCH, STEPS = 50, 5


def check(homes, network):
    """Compare ours with PyTorch's: loss, gradients, outputs at inference, and the loss after a few steps of training.

    Returns the largest relative error of the first three. Raises SystemExit if the sides disagree.
    """
    with workers(homes, network) as sides:
        both = sides["ours"], sides["pytorch"]
        errors = gradient_errors(*(side("gradients", BATCH) for side in both))
        errors["outputs"] = relative_error(*(side("outputs", BATCH) for side in both))
        for side in both:
            side("steps", BATCH, STEPS)
        trained = {"loss after training": relative_error(*(side("gradients", BATCH)["loss"] for side in both))}
    _refuse(network, errors, TOLERANCE)
    _refuse(network, trained, TRAINED_TOLERANCE)
    return max(errors.values())


def losses(homes, network):
    """The losses of ours and of another checkout: [(ours, theirs) at first, (ours, theirs) after a few steps].

    Nothing is refused, as the other checkout may draw other first weights.
    """
    with workers(homes, network) as sides:
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
