"""A sheet is a page that is photographed: a digit of MNIST in ink or pencil, under light that is not even.

Everything is drawn from a NumPy Generator, so the same seed gives the same sheets. Darkness is on a scale of 0 to 1.
"""
import numpy as np
from PIL import Image, ImageDraw

NOISE = 0.01


def photograph(rng, ink, shade=None, dark=0.8, light=0.0):
    """Ink (H, W) on white paper -> a grey picture of it: darkness `dark`, and a shade that takes `light` at most."""
    paper = 1 - light * (shade(rng, *ink.shape) if shade else 0)
    page = paper - dark * ink if rng.random() < 0.5 else paper * (1 - dark * ink)  # the dark may add up, or multiply
    return Image.fromarray(np.uint8(np.round(255 * np.clip(page + rng.normal(0, NOISE, ink.shape), 0, 1))))


def on_page(rng, image, room=(1.2, 3.0)):
    """An image (28, 28), enlarged to 140 to 320 pixels, somewhere on a page `room` times as wide and high."""
    side = int(rng.integers(140, 320))
    digit = np.asarray(Image.fromarray(np.uint8(255 * image)).resize((side, side), Image.BICUBIC)) / 255
    height, width = (int(side * rng.uniform(*room)) for _ in range(2))
    page = np.zeros((height, width))
    top, left = rng.integers(height - side + 1), rng.integers(width - side + 1)
    page[top:top + side, left:left + side] = digit
    return page


# --- shades (H, W), 0 where all light is there to 1

def slope(rng, height, width):
    """Falls off across the page, in any direction."""
    along = _along(rng, height, width)
    return (along - along.min()) / np.ptp(along)


def lamp(rng, height, width):
    """Falls off round about a place."""
    rows, columns = np.ogrid[:height, :width]
    distance = np.hypot(rows - rng.uniform(0, height), columns - rng.uniform(0, width))
    return (distance / distance.max()) ** rng.choice([1, 2])


def edge(rng, height, width):
    """A shadow with a hard edge, through the middle part of the page."""
    return (_along(rng, height, width) > 0).astype(float)


def _along(rng, height, width):
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.ogrid[:height, :width]
    return (rows - height * rng.uniform(0.3, 0.7)) * np.sin(angle) + (columns - width * rng.uniform(0.3, 0.7)) * np.cos(
        angle)


# --- what else is on paper, drawn onto ink (H, W)

def lined(rng, ink, squared=False):
    """Lines all across, perhaps a little aslant; squared: down as well."""
    gap, tilt = rng.integers(25, 60), rng.uniform(-0.04, 0.04)
    width, faint = int(rng.integers(1, 4)), rng.uniform(0.3, 0.8)
    (height, length), lines = ink.shape, Image.new("L", ink.shape[::-1])
    draw = ImageDraw.Draw(lines)
    for start in range(-length, 2 * max(height, length), gap):
        draw.line((0, start, length, start + tilt * length), 255, width)
        if squared:
            draw.line((start, 0, start - tilt * height, height), 255, width)
    return np.maximum(ink, faint * np.asarray(lines) / 255)


def squared(rng, ink):
    return lined(rng, ink, squared=True)


def boxed(rng, ink):
    """A box around the digit, not touching it."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    gap, width = rng.integers(10, 40), int(rng.integers(2, 8))
    ink = np.pad(ink, 60)
    return _drawn(ink, "rectangle", (columns[0] + 60 - gap, rows[0] + 60 - gap, columns[-1] + 60 + gap,
                                     rows[-1] + 60 + gap), outline=255, width=width)


def specked(rng, ink):
    """Grains of dust, each of up to 10 pixels."""
    for _ in range(rng.integers(5, 25)):
        row, column, size = rng.integers(ink.shape[0]), rng.integers(ink.shape[1]), rng.uniform(1, 5)
        ink = _drawn(ink, "ellipse", (column - size, row - size, column + size, row + size), fill=255)
    return ink


# --- what is no digit: ink (H, W)

def empty(rng, *images):
    return np.zeros(rng.integers(200, 600, 2))


def dot(rng, *images):
    page, size = np.zeros(rng.integers(300, 600, 2)), rng.uniform(5, 60)
    row, column = (rng.uniform(70, n - 70) for n in page.shape)
    shape = rng.choice(["ellipse", "rectangle"])
    return _drawn(page, shape, (column - size, row - size, column + size, row + size * rng.uniform(0.8, 1.2)), fill=255)


def bars(rng, *images):
    """A bar chart on two axes."""
    page = _axes()
    for column in range(80, 80 + 50 * rng.integers(3, 7), 50):
        page = _drawn(page, "rectangle", (column, rng.uniform(50, 300), column + 30, 340), fill=255)
    return page


def curve(rng, *images):
    """A line chart on two axes."""
    columns = np.linspace(60, 440, rng.integers(5, 15))
    points = [(x, y) for x, y in zip(columns, rng.uniform(60, 330, len(columns)))]
    return _drawn(_axes(), "line", points, fill=255, width=int(rng.integers(2, 7)))


def letters(rng, *images):
    """Some lines of small strokes, as a page of text has."""
    page = np.zeros((400, 500))
    for row in range(50, 350, 40):
        for column in range(40, 440, 18):
            if rng.random() < 0.85:
                a, b, c, d = rng.uniform(0, 14, 4)
                page = _drawn(page, "line", (column + a, row + b, column + c, row + d), fill=255, width=3)
    return page


def _axes():
    page = _drawn(np.zeros((400, 500)), "line", (50, 40, 50, 350), fill=255, width=4)
    return _drawn(page, "line", (40, 340, 460, 340), fill=255, width=4)


def _drawn(ink, shape, where, **how):
    layer = Image.fromarray(np.uint8(255 * ink)).copy()
    getattr(ImageDraw.Draw(layer), shape)(where, **how)
    return np.asarray(layer) / 255


def two(rng, image, other):
    """Two digits side by side, or one above the other."""
    side = int(rng.integers(140, 260))
    pair = [np.asarray(Image.fromarray(np.uint8(255 * one)).resize((side, side), Image.BICUBIC)) / 255
            for one in (image, other)]
    gap = np.zeros((side, int(rng.integers(0, side))))
    both = np.hstack([pair[0], gap, pair[1]]) if rng.random() < 0.8 else np.vstack([pair[0], gap.T, pair[1]])
    return np.pad(both, int(rng.integers(20, 100)))
