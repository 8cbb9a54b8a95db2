"""Paper is what a page shows besides the digit: light that falls unevenly, lines printed on it, a box, specks of dust.

It is found and taken away, so that ink is left. The filters are Pillow's; NumPy does the arithmetic between them.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

SIDE = 160  # pixels of the longer side of a page that is looked at: the digit has 20 in the end
INK = 0.1  # of the light that paper gives back, what ink takes away at least; less is noise
DEEP = 80  # of 255: in a shadow darker than this, ink is not held to be fainter than it is
PENCIL = 0.35  # of the typical darkness of the ink: what is fainter than this is no stroke
SPECK = 0.08  # of the ink that the largest stroke has: less is dust
WINDOW = 0.45  # of the page's side: strokes fill less than a half of such a window, wherever it is
LINE = 0.2  # of a row's pixels are lighter than a line that is printed across it
THIN = 5  # pixels that a line is wide at most
PALE, DARK = 0.3, 0.8  # of the typical darkness: what counts as no ink, and as ink without reserve
MOST_PARTS = 200  # of a page; more are a texture
TILTS = np.linspace(-4, 4, 17)  # degrees that lines may be off the level


def ink_on(page):
    """A grey page -> its ink (H, W), 0 paper to 1 ink; all 0 if there is none.

    page: a Pillow image of mode "L", dark on light or light on dark.
    """
    small = _resized(page)
    ink = strokes(_without_lines(_ink(small)))
    if not ink.any():
        return ink
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    scale = page.width / small.width
    left, top, right, bottom = (scale * n for n in (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
    margin = 1.0 * max(right - left, bottom - top)
    box = (max(0, int(left - margin)), max(0, int(top - margin)),
           min(page.width, int(right + margin)), min(page.height, int(bottom + margin)))
    if max(box[2] - box[0], box[3] - box[1]) > 0.8 * max(page.size):
        return ink
    closer = strokes(_without_lines(_ink(_resized(page.crop(box)))))
    return closer if closer.any() else ink


def _resized(page):
    from PIL import Image

    share = SIDE / max(page.size)
    size = [max(1, round(share * n)) for n in page.size]
    return page.resize(size, Image.BOX if share < 1 else Image.BICUBIC)


def _ink(page):
    """A small page -> (H, W), how much of the light is missing where ink is, from 0 to 1; noise is still in it.

    Paper is the median of a wide window: strokes fill less than half of it, and a median follows slopes of light as
    well as the edge of a shadow. There, what lies between the paper of its neighbours is paper, too.
    """
    from PIL import ImageFilter

    rough = page.reduce(3)
    window = 2 * int(WINDOW * min(max(rough.size), 2 * min(rough.size)) / 2) + 1
    paper = rough.filter(ImageFilter.MedianFilter(window)).resize(page.size)
    darkest, lightest = (np.asarray(paper.filter(kind(7)), np.float64)
                         for kind in (ImageFilter.MinFilter, ImageFilter.MaxFilter))
    grey = np.asarray(page, np.float64)
    paper = np.clip(grey, darkest, lightest)
    ways = [np.maximum(paper - grey, 0), np.maximum(grey - paper, 0)]  # dark on light, light on dark
    dark, light = (way[way > 255 * INK / 2].sum() for way in ways)
    return ways[0] / np.maximum(paper, DEEP) if dark >= light else ways[1] / np.maximum(255 - paper, DEEP)


def _without_lines(ink):
    """The ink without lines that run across the page, or down it, and are thinner than strokes."""
    for _ in "across", "down":
        ink = _without_rows(ink).T
    return ink


def _without_rows(ink):
    from PIL import Image

    def turned(array, degrees):
        return np.asarray(Image.fromarray(np.float32(array)).rotate(degrees, Image.BILINEAR))

    def lines(degrees):
        rows = np.quantile(turned(ink, degrees), LINE, axis=1)
        padded = np.pad(rows, THIN)
        narrowest = sliding_window_view(padded, THIN + 1).min(axis=1)
        return np.maximum(rows - sliding_window_view(narrowest, THIN + 1).max(axis=1)[:len(rows)], 0)
    rows, degrees = max(((lines(degrees), degrees) for degrees in TILTS), key=lambda found: found[0].sum())
    if rows.max(initial=0) < INK / 2:
        return ink
    return np.maximum(ink - 1.2 * turned(np.broadcast_to(rows[:, None], ink.shape), -degrees), 0)


def strokes(ink):
    """The ink of a digit, from 0 to 1: without noise, specks, a box around it, and what comes in from the edge."""
    clear = ink > max(INK, PENCIL * typical(ink))
    kept = _chosen(connected_parts(clear), ink)
    if not kept:
        return np.zeros_like(ink)
    near = grown(np.logical_or.reduce(kept))
    return np.clip((ink / typical(ink * near) - PALE) / (DARK - PALE), 0, 1) * near


def typical(ink):
    """How dark the ink is, but for soft edges and noise: the mean darkness of all of it, weighted by its square."""
    return max(np.sum(ink ** 3) / max(np.sum(ink ** 2), 1e-9), INK)


def _chosen(parts, ink):
    """Those of the parts (masks) that are of a digit."""
    parts = _heavy(parts, ink)
    parts = [part for part in parts if not any(_frames(part, other) for other in parts)]
    inner = [part for part in parts if not _at_edge(part)]
    if sum(ink[part].sum() for part in inner) > sum(ink[part].sum() for part in parts) / 5:
        parts = inner
    return _heavy(parts, ink)


def _heavy(parts, ink):
    masses = [ink[part].sum() for part in parts]
    return [part for part, mass in zip(parts, masses) if mass > SPECK * max(masses)]


def _frames(part, other):
    """Whether a part goes all around another one, and has nothing inside of its own."""
    (top, bottom, left, right), inner = _box(part), _box(other)
    height, width = bottom - top, right - left
    middle = part[top + height // 6:bottom - height // 6, left + width // 6:right - width // 6]
    return (top < inner[0] and inner[1] < bottom and left < inner[2] and inner[3] < right
            and middle.sum() < 0.05 * part.sum())


def _box(part):
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1


def _at_edge(part):
    return part[[0, -1]].any() or part[:, [0, -1]].any()


def connected_parts(mask):
    """The connected parts of a mask, each a mask; what touches at a corner is connected, too."""
    from PIL import Image, ImageDraw

    joined = mask.copy()
    joined[:, 1:] |= mask[:, :-1]  # floodfill goes on along rows and columns; so it goes around corners
    left = Image.fromarray(np.uint8(joined)).copy()  # fromarray gives one that cannot be changed
    parts = []
    while len(parts) < MOST_PARTS and left.getbbox() is not None:
        pixels = np.asarray(left)
        row, column = np.unravel_index(pixels.argmax(), pixels.shape)
        ImageDraw.floodfill(left, (int(column), int(row)), 0)
        parts.append(mask & (pixels > np.asarray(left)))
    return parts


def grown(mask):
    """The mask, and the pixels next to it."""
    from PIL import Image, ImageFilter

    return np.asarray(Image.fromarray(np.uint8(mask)).filter(ImageFilter.MaxFilter(3))) > 0
