"""A picture file becomes an upright grey page, whatever its format; what would fill memory is refused."""
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from readers import picture_file
from readers.digit import read_digit
from readers.picture_file import PAGE, read_page

ROOT = Path(__file__).resolve().parents[1]
SEVEN = np.full((60, 50), 255, np.uint8)
SEVEN[10:50, 20:24] = SEVEN[10:14, 20:40] = 0
# what each value of the tag does to the picture that is stored (the EXIF standard), undone
STORED = {2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM, 5: Image.TRANSPOSE,
          6: Image.ROTATE_90, 7: Image.TRANSVERSE, 8: Image.ROTATE_270}


def saved(image, form="PNG", **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def close(page, expected=SEVEN, tolerance=3):
    """JPEG and WebP change pixels next to edges, and no others."""
    assert page.mode == "L" and page.size == expected.shape[::-1]
    return np.mean(np.abs(np.asarray(page, float) - expected) > tolerance) < 0.12


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_photo_is_set_upright_as_its_tag_says(form, orientation):
    image, tags = Image.fromarray(SEVEN), Image.Exif()
    if orientation in STORED:
        image = image.transpose(STORED[orientation])
    tags[0x0112] = orientation
    assert close(read_page(saved(image, form, exif=tags)))


@pytest.mark.parametrize("form", picture_file.FORMATS)
def test_each_format_is_read_from_bytes_and_from_a_file_of_any_name(form, tmp_path):
    content = saved(Image.fromarray(SEVEN), form)
    (tmp_path / "x.eps").write_bytes(content)
    for source in (content, tmp_path / "x.eps", str(tmp_path / "x.eps")):
        assert close(read_page(source))


def in_mode(mode):
    wide = {"I;16": np.uint16(SEVEN) * 257, "I": np.int32(SEVEN) * 257, "F": np.float32(SEVEN) / 255}
    return Image.fromarray(wide[mode]) if mode in wide else Image.fromarray(SEVEN).convert("RGB").convert(mode)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F"])
def test_each_kind_of_pixel_becomes_the_same_grey(mode):
    file = saved(in_mode(mode), "TIFF")
    try:
        Image.open(io.BytesIO(file)).load()
    except OSError:
        pytest.skip(f"this Pillow cannot read the {mode} that it wrote itself")
    assert close(read_page(file), tolerance=0)


@pytest.mark.parametrize("colour, expected", [(0, "L"), (255, "invisible on white")])
def test_strokes_on_transparent_are_seen_whatever_their_colour(colour, expected):
    image = Image.merge("LA", [Image.new("L", (50, 60), colour), Image.fromarray(255 - SEVEN)])
    page = np.asarray(read_page(saved(image)), float)
    np.testing.assert_array_equal(page, SEVEN if colour == 0 else 255 - SEVEN)


def test_transparent_corners_of_a_page_become_paper():
    grey, opacity = np.where(SEVEN > 0, 200, 0).astype(np.uint8), np.full_like(SEVEN, 255)
    opacity[:5, :5] = 0
    page = np.asarray(read_page(saved(Image.merge("LA", [Image.fromarray(one) for one in (grey, opacity)]))))
    np.testing.assert_array_equal(page, grey)


def test_transparent_colour_of_a_palette_is_paper():
    image = Image.fromarray(SEVEN).convert("P")
    transparent = image.getpixel((0, 0))
    assert close(read_page(saved(image, "GIF", transparency=transparent)), tolerance=0)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
@pytest.mark.parametrize("shape", [(3000, 2000), (4100, 700)])
def test_large_picture_becomes_a_small_page(form, shape):
    page = read_page(saved(Image.fromarray(SEVEN).resize(shape[::-1]), form))
    assert PAGE / 2 < max(page.size) <= PAGE and abs(page.width / page.height - shape[1] / shape[0]) < 0.02
    assert np.asarray(page)[:page.height // 8].min() > 240 and np.asarray(page).min() < 20


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) (w) file\n"


@pytest.mark.parametrize("content, words", [
    (EPS, "it is PostScript"), (b"\xc5\xd0\xd3\xc6" + bytes(28) + EPS, "it is PostScript"), (b"%PDF-1.4", "it is PDF"),
    (b"\0\0\0\x18ftypheic", "it is HEIC, an iPhone's form of photo"), (b"\0\0\0\x18ftypavif", "it is AVIF"),
    (b"<svg>", "it is SVG"), (b"", "cannot identify image file"), (saved(Image.fromarray(SEVEN))[:90], ""),
    (saved(Image.fromarray(SEVEN), "PPM"), "cannot identify image file"),
])
def test_what_is_no_picture_or_not_one_of_six_formats_is_refused(content, words, tmp_path):
    (tmp_path / "x.jpg").write_bytes(content)
    with pytest.raises(ValueError) as caught:
        read_page(tmp_path / "x.jpg")
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'x.jpg'} cannot be read as a picture (") and words in message
    assert "\n" not in message and len(message) < 500


def test_no_decoder_of_another_format_is_asked(monkeypatch, tmp_path):
    from PIL import EpsImagePlugin
    (tmp_path / "x.jpg").write_bytes(EPS + b"%%EndComments\n")
    opened = []
    monkeypatch.setattr(EpsImagePlugin.EpsImageFile, "_open", lambda self: opened.append(self))
    with pytest.raises(ValueError, match="PostScript"):
        read_page(tmp_path / "x.jpg")
    assert opened == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipe_and_folder_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, "/dev/zero"):
        with pytest.raises(ValueError, match="is not a file"):
            read_page(path)


def test_picture_that_would_fill_memory_is_refused_by_its_size_alone(monkeypatch):
    content = saved(Image.new("RGB", (9400, 1)))
    monkeypatch.setattr(picture_file, "MOST_BYTES", 4 * 9400 - 1)
    with pytest.raises(ValueError, match="the picture has 9400 x 1 pixels, which would take 0 MB.*save it smaller"):
        read_page(content)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
@pytest.mark.parametrize("mode, side, form, options", [
    ("L", 9400, "PNG", {}), ("L", 13300, "PNG", {}), ("RGB", 8600, "PNG", {}), ("RGB", 9400, "PNG", {}),
    ("RGB", 7000, "JPEG", {"progressive": True, "subsampling": 0}), ("RGB", 4300, "WEBP", {}),
    ("P", 9400, "GIF", {}), ("RGB", 8600, "TIFF", {"compression": "tiff_lzw"}), ("1", 13300, "TIFF", {}),
])
def test_large_picture_takes_300_mb_more_than_a_photo_at_most(mode, side, form, options, tmp_path):
    program = ("import resource, sys\nfrom readers.digit import read_digit\n"
               "try:\n    read_digit(sys.argv[1])\nexcept ValueError as error:\n    print(error)\n"
               "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)")

    def megabytes(image, form, **options):
        (tmp_path / "x").write_bytes(saved(image, form, **options))
        run = subprocess.run([sys.executable, "-c", f"exec({program!r})", str(tmp_path / "x")], cwd=ROOT, text=True,
                             capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, close_fds=True)
        assert run.stderr == ""
        return float(run.stdout.split()[-1])
    photo = megabytes(Image.fromarray(SEVEN).resize((3000, 4000)), "JPEG")
    monster = Image.fromarray(SEVEN).convert(mode).resize((side, side), Image.NEAREST)
    assert megabytes(monster, form, **options) < photo + 300


def test_damaged_pictures_are_read_or_refused(tmp_path):
    from tests.test_damaged_data import damaged
    for seed in range(120):
        form = picture_file.FORMATS[seed % len(picture_file.FORMATS)]
        content = damaged(saved(Image.fromarray(SEVEN), form), np.random.default_rng(seed))
        try:
            read_digit(content)
        except ValueError as error:
            assert str(error).startswith("the picture ") and "\n" not in str(error)
