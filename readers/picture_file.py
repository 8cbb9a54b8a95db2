"""A picture file is a photo, a scan or a drawing; it becomes a page: grey, upright, at most 1024 pixels long.

Pillow, with which matplotlib comes, decodes it. Which files it may open, and how large ones, is decided here before.
"""
import io
import os
import warnings
from contextlib import contextmanager

import numpy as np

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")  # by content, and no others: EPS would start a program
PAGE = 1024  # pixels of a page's longer side at most
MOST_BYTES = 300_000_000  # that a picture may take, decoded: 50 megapixels of a JPEG
OF_FORMAT = {"JPEG": 6, "WEBP": 16}  # bytes a pixel while it is decoded, at worst; of other formats it is the mode's:
OF_MODE = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2}  # and 4 of all others
WIDE = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")  # modes whose numbers are no bytes
STRIP = 2 ** 20  # pixels that are made grey at a time
OTHERS = {b"ftyphei": "HEIC, an iPhone's form of photo", b"ftypmif": "HEIC, an iPhone's form of photo",
          b"ftypavi": "AVIF", b"%PDF": "PDF", b"%!PS": "PostScript", b"\xc5\xd0\xd3\xc6": "PostScript",
          b"<svg": "SVG", b"\0\0\1\0": "an icon", b"PK": "a zip file"}


def read_page(source):
    """A picture file -> a grey Pillow image (mode "L") of at most 1024 x 1024 pixels, as the camera was held.

    source: a path, or the bytes of a file. Of an animation it is the first picture. Raises OSError if there is no such
    file, ValueError if it is no picture of FORMATS, is damaged, or would take more than 300 MB.
    """
    from PIL import Image, ImageOps  # here, because nothing else needs Pillow

    name = name_of(source)
    with _opened(source) as file:
        start = file.read(32)
        file.seek(0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a size that Pillow finds large, and of tags that are damaged
                picture = Image.open(file, formats=FORMATS)
                _check_size(picture, name)
                picture.draft("L", (PAGE, PAGE))  # a JPEG is decoded at 1/2, 1/4 or 1/8 of its size
                picture.load()
                page = _shrunk(picture)
                if picture.format != "TIFF":  # which is upright once it is loaded
                    page.info = picture.info
                    page = ImageOps.exif_transpose(page)  # mirrors and turns it as the photo's tag says
        except _TooLarge:
            raise
        except Exception as error:  # of damaged files decoders raise nearly any type
            what = next((f"it is {what}" for magic, what in OTHERS.items() if magic in start[:16]), _first_line(error))
            raise ValueError(f"{name} cannot be read as a picture ({what}); save the digit as a .png or .jpg "
                             f"file") from None
    return _on_paper(page) if page.mode == "LA" else page


def name_of(source):
    """What a message calls it."""
    return "the picture" if isinstance(source, bytes) else source


class _TooLarge(ValueError):
    """A picture that is intact, but takes too much memory."""


@contextmanager
def _opened(source):
    if isinstance(source, bytes):
        yield io.BytesIO(source)
        return
    if not os.path.exists(source):
        raise FileNotFoundError(f"{source}: expected a picture of a digit, but there is no such file: name one that is "
                                f"there, with the folder that it is in")
    if not os.path.isfile(source):  # a pipe would wait forever, a device never end
        raise ValueError(f"{source} is not a file: name a picture of a digit")
    with open(source, "rb") as file:
        yield file


def _check_size(picture, name):
    width, height = picture.size
    needed = width * height * OF_FORMAT.get(picture.format, OF_MODE.get(picture.mode, 4))
    if needed > MOST_BYTES:
        raise _TooLarge(f"{name} has {width} x {height} pixels, which would take {needed / 1e6:,.0f} MB, and more than "
                        f"{MOST_BYTES / 1e6:.0f} is refused: save it smaller, 1000 x 1000 are plenty")


def _shrunk(picture):
    """Any picture -> a grey one ("L", or "LA" with its opacity), at most PAGE long; strip by strip saves memory."""
    from PIL import Image

    mode = "LA" if "A" in picture.getbands() or "transparency" in picture.info else "L"

    width, height = picture.size
    factor = -(-max(width, height) // PAGE)
    rows = factor * max(1, STRIP // (factor * width))
    darkest, brightest = picture.getextrema() if picture.mode in WIDE else (0, 255)
    page = Image.new(mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, rows):
        strip = picture.crop((0, top, width, min(top + rows, height)))
        if picture.mode in WIDE:
            share = (np.asarray(strip, np.float32) - darkest) / max(brightest - darkest, 1e-6)
            strip = Image.fromarray(np.uint8(255 * share))
        page.paste((strip.convert("RGBA") if mode == "LA" else strip).convert(mode).reduce(factor), (0, top // factor))
    return page


def _on_paper(page):
    """Grey and opacity -> grey: what is transparent becomes paper.

    That is white or black, whichever is further from strokes that stand on nothing; else what most of the page is.
    """
    from PIL import Image

    grey, opacity = (np.asarray(band, np.float64) for band in page.split())
    opaque = grey[opacity > 127]
    if len(opaque) > grey.size / 2:
        paper = np.median(opaque)
    else:
        paper = 0 if len(opaque) and opaque.mean() > 127 else 255
    return Image.fromarray(np.uint8(np.round(paper + (grey - paper) * opacity / 255)))


def _first_line(error):
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
