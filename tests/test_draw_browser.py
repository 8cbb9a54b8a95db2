"""In a real browser, digits that are drawn on the page are answered rightly, and at once.

It needs chromium, chromium-driver and selenium: `.ci/run` installs them, and elsewhere these tests are skipped.
"""
import os
import shutil
import statistics
import sys
import time

import numpy as np
import pytest

from readers.mnist import load_images
from tests.test_draw import program

webdriver = pytest.importorskip("selenium.webdriver", reason="pip install -r requirements-browser.txt")
By = pytest.importorskip("selenium.webdriver.common.by").By
pytestmark = [pytest.mark.slow, pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("chromedriver")),
    reason="needs Debian's chromium and chromium-driver: apt-get install chromium chromium-driver")]

OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
           "--disable-background-networking", "--disable-component-update", "--disable-sync"]
DRAW = """  // an image of 28 x 28 numbers, enlarged onto the page's pad
const small = document.createElement("canvas"), image = new ImageData(28, 28);
small.width = small.height = 28;
arguments[0].forEach((ink, i) => image.data.set([27, 39, 51, ink], 4 * i));
small.getContext("2d").putImageData(image, 0, 0);
ink.clearRect(0, 0, pad.width, pad.height);
ink.drawImage(small, 0, 0, pad.width, pad.height);
"""
ANSWER = """  // read the pad as after a stroke, and call back when the page shows what came of it
const done = arguments[0], start = performance.now(), before = reply;
read();
const look = () => {
  if (reply !== before && !asking) done([$("answer").textContent, performance.now() - start]);
  else setTimeout(look, 1);
};
look();
"""


@pytest.fixture(scope="module")
def test_set():
    return load_images()[2]


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """Weights of the assignment's CNN that get some 98 % right, from a short training."""
    import subprocess
    from pathlib import Path

    folder = tmp_path_factory.mktemp("trained")
    command = [str(Path(__file__).resolve().parents[1] / "mnist_test.py"), "--network", "assignment", "--iterations",
               "600", "--save", "w.npz"]
    subprocess.run([sys.executable, *command], cwd=folder, check=True, capture_output=True,
                   env={**os.environ, "MPLBACKEND": "Agg", "PYTHONIOENCODING": "utf-8"})
    return folder / "w.npz"


@pytest.fixture(scope="module")
def page(weights, tmp_path_factory):
    """The page, open in a browser."""
    options = webdriver.ChromeOptions()
    for option in [*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}", "--window-size=1200,1000"]:
        options.add_argument(option)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    with program(weights.parent, "--network", "assignment", "--load", str(weights)) as (url, _):
        browser = webdriver.Chrome(options=options, service=service)
        try:
            browser.get(url)
            wait(lambda: browser.execute_script("return status && status.state") == "ready")
            yield browser
            assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
        finally:
            browser.quit()


def wait(condition, seconds=20):
    start = time.perf_counter()
    while not condition():
        assert time.perf_counter() - start < seconds, "nothing came of it"
        time.sleep(0.02)


def draw_with_the_pointer(browser, image):
    """Draw an image of MNIST: a stroke along each run of ink in its rows."""
    pad = browser.find_element(By.ID, "pad")
    scale = pad.size["width"] / 28
    actions = webdriver.ActionChains(browser, duration=0)
    for y, row in enumerate(image[..., 0] > 0.5):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row, [0]])))
        for left, right in zip(edges[::2], edges[1::2]):
            for x, act in (left + 0.5, "click_and_hold"), (right - 0.5, "release"):
                actions.move_to_element_with_offset(pad, int((x - 14) * scale), int((y + 0.5 - 14) * scale))
                getattr(actions, act)()
    actions.perform()


@pytest.mark.parametrize("digit", [0, 3, 7])
def test_digit_that_is_drawn_with_the_pointer_is_answered_rightly(digit, page, test_set):
    page.find_element(By.ID, "clear").click()
    X, Y = test_set
    draw_with_the_pointer(page, X[np.argmax(Y[:, digit])])
    wait(lambda: page.find_element(By.ID, "answer").text == str(digit))
    shown = page.execute_script("""  // at one moment, because the page draws them anew with each answer
        return [[...document.querySelectorAll("#digits li")].map((item) => item.className),
                document.querySelectorAll("#layers figure").length]""")
    assert shown == [["best" if k == digit else "" for k in range(10)], 5]


def test_page_speaks_both_languages_and_clears(page):
    button = page.find_element(By.ID, "language")
    titles = []
    for _ in range(2):
        titles.append(page.find_element(By.TAG_NAME, "h1").text)
        button.click()
    assert sorted(titles) == ["Draw a digit", "숫자를 그려 보세요"]
    page.find_element(By.ID, "clear").click()
    wait(lambda: page.find_element(By.ID, "answer").text == "")


def test_digit_can_be_drawn_with_the_keyboard(page):
    page.find_element(By.ID, "clear").click()
    keys = webdriver.Keys
    page.find_element(By.ID, "pad").send_keys(*[keys.ARROW_UP] * 9, keys.SPACE, *[keys.ARROW_DOWN] * 18, keys.SPACE)
    wait(lambda: page.find_element(By.ID, "answer").text == "1")
    page.find_element(By.ID, "pad").send_keys("z")
    wait(lambda: page.find_element(By.ID, "answer").text == "")


def test_page_fits_a_phone(page):
    size = page.get_window_size()
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                         {"width": 360, "height": 640, "deviceScaleFactor": 1, "mobile": True})
    try:
        assert page.execute_script("return document.documentElement.scrollWidth") <= 360
        box = page.execute_script("return $('pad').getBoundingClientRect().toJSON()")
        assert box["bottom"] < 640 and box["width"] > 250
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        page.set_window_size(size["width"], size["height"])


def test_two_hundred_test_images_on_the_pad_are_answered_rightly_and_at_once(page, test_set):
    X, Y = test_set
    right, milliseconds = 0, []
    page.set_script_timeout(20)
    for image, label in zip(X[:200], Y[:200].argmax(axis=1)):
        page.execute_script(DRAW, (255 * image).round().astype(int).ravel().tolist())
        answer, took = page.execute_async_script(ANSWER)
        right += answer == str(label)
        milliseconds.append(took)
    print(f"{right} of 200 right, {statistics.median(milliseconds):.0f} ms an answer (median)")
    assert right >= 194 and statistics.median(milliseconds) < 100
