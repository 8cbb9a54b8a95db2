"""The loss curve is the picture of a training: it shows whether, how fast and how steadily the network learns."""
import numpy as np


def draw_history(history, path, title=""):
    """Draw a History: each iteration's loss with its running mean, and the accuracy after each epoch.

    The picture is saved at `path`, whose ending (.png, .pdf, .svg, .jpg) says the format. Where there is a screen, it
    is shown, too.
    """
    import matplotlib.pyplot as plt  # here, because it takes as long to load as the data

    figure, left = plt.subplots(figsize=(9, 5), layout="constrained")
    left.plot(history.losses, color="tab:blue", alpha=0.25, linewidth=0.8, label="loss of each batch")
    left.plot(*running_mean(history.losses), color="tab:blue", label="loss, running mean")
    left.set(xlabel="iteration", ylabel="loss", yscale="log", title=title)
    left.grid(alpha=0.3)
    lines = list(left.get_lines())
    if history.accuracies:
        right = left.twinx()
        for (name, points), color in zip(history.accuracies.items(), ("tab:orange", "tab:green", "tab:red")):
            right.plot(*zip(*points), "o-", color=color, label=f"{name} accuracy")
        right.set_ylabel("accuracy (%)")
        lines += right.get_lines()
    figure.legend(lines, [line.get_label() for line in lines], loc="outside lower center", ncols=len(lines))
    figure.savefig(path, dpi=120)
    print(f"Loss curve: {path}")
    if plt.get_backend().lower() != "agg":  # what matplotlib falls back on where there is no screen
        plt.show()
    plt.close(figure)


def running_mean(values, window=50):
    """(positions, means) of the last `window` values, or of all where there are fewer."""
    sums = np.cumsum([0.0, *values])
    last = np.arange(1, len(values) + 1)
    first = np.maximum(last - window, 0)
    return last - 1, (sums[last] - sums[first]) / (last - first)
