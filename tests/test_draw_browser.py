"""In a real browser, digits that are drawn on the page are answered rightly, and at once.

It needs chromium, chromium-driver, selenium and axe: `.ci/run` installs them, and elsewhere these tests are skipped.
"""
import io
import os
import re
import shutil
import statistics
import sys
import threading
import time
from contextlib import contextmanager

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
SHOW = """  // an image of 28 x 28 numbers on the pad, as a picture that was dropped; call back when its answer is there
const [image, done] = arguments, start = performance.now(), answer = document.getElementById("digits").firstChild;
const look = () => {
  const now = document.getElementById("digits").firstChild;
  if (now !== answer) done([document.getElementById("answer").textContent, performance.now() - start]);
  else setTimeout(look, 1);
};
import("/pad.js").then((pad) => pad.show(new Uint8Array(new Float32Array(image).buffer))).then(look);
"""
NUMBERS = "return [...arguments[0].querySelectorAll(arguments[1])].map((data) => Number(data.value))"


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


@contextmanager
def opened(url, folder, *more):
    """A browser with the page; in the end its console holds no error."""
    options = webdriver.ChromeOptions()
    for option in [*OPTIONS, f"--user-data-dir={folder}", "--window-size=1200,1000", *more]:
        options.add_argument(option)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    browser.set_script_timeout(20)
    try:
        browser.get(url)
        wait(lambda: text(browser, "network"))
        yield browser
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    finally:
        browser.quit()


@pytest.fixture(scope="module")
def page(weights, tmp_path_factory):
    """The page of a network that has learned, open in a browser."""
    with program(weights.parent, "--network", "assignment", "--load", str(weights)) as (url, _):
        with opened(url, tmp_path_factory.mktemp("browser")) as browser:
            yield browser


@pytest.fixture(scope="module")
def learning(tmp_path_factory):
    """The page of the default network, which learns and is soon paused."""
    with program(tmp_path_factory.mktemp("learning")) as (url, process):
        threading.Thread(target=process.stdout.read, daemon=True).start()
        with opened(url, tmp_path_factory.mktemp("browser")) as browser:
            yield browser


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


@pytest.mark.parametrize("digit", [0, 2, 7])
def test_digit_that_is_drawn_with_the_pointer_is_answered_rightly(digit, page, test_set):
    page.find_element(By.ID, "clear").click()
    X, Y = test_set
    draw_with_the_pointer(page, X[np.argmax(Y[:, digit])])
    wait(lambda: page.find_element(By.ID, "answer").text == str(digit))
    shown = page.execute_script("""  // at one moment, because the page draws them anew with each answer
        return [[...document.querySelectorAll("#digits li")].map((item) => item.className),
                document.querySelectorAll("#layers figure").length]""")
    assert shown == [["best" if k == digit else "" for k in range(10)], 6]


def test_page_speaks_both_languages_and_clears(page):
    button = page.find_element(By.ID, "language")
    titles = []
    for _ in range(2):
        titles.append(page.find_element(By.TAG_NAME, "h1").text)
        button.click()
    assert sorted(titles) == ["Draw a digit", "숫자를 그려 보세요"]
    page.find_element(By.ID, "clear").click()
    wait(lambda: page.find_element(By.ID, "answer").text == "")


def text(page, name):
    return page.find_element(By.ID, name).text


def grids(page):
    """The canvases of the layers' activations, the image's first."""
    return page.find_elements(By.CSS_SELECTOR, "#layers figure > .picture > canvas:first-child")


def show(page, image):
    return page.execute_async_script(SHOW, image.ravel().tolist())


def test_digit_can_be_drawn_with_the_keyboard(page):
    page.find_element(By.ID, "clear").click()
    keys = webdriver.Keys
    page.find_element(By.ID, "pad").send_keys(*[keys.ARROW_UP] * 9, keys.SPACE, *[keys.ARROW_DOWN] * 18, keys.SPACE)
    wait(lambda: text(page, "answer") == "1")
    page.find_element(By.ID, "pad").send_keys("z")
    wait(lambda: text(page, "answer") == "")


def test_dot_gets_no_answer(page):
    page.find_element(By.ID, "clear").click()
    webdriver.ActionChains(page).click(page.find_element(By.ID, "pad")).perform()
    wait(lambda: text(page, "answer") == "?")
    assert "looks like no digit" in text(page, "sentence")


def test_picture_of_ones_own_is_answered(page, test_set, tmp_path):
    from PIL import Image

    page.find_element(By.ID, "clear").click()
    Image.fromarray(np.uint8(255 - 255 * test_set[0][0, ..., 0])).resize((280, 280)).save(tmp_path / "seven.png")
    page.find_element(By.ID, "file").send_keys(str(tmp_path / "seven.png"))
    wait(lambda: text(page, "answer") == "7")
    (tmp_path / "no.png").write_text("no picture")
    page.find_element(By.ID, "file").send_keys(str(tmp_path / "no.png"))
    wait(lambda: "cannot be read as a picture" in text(page, "trouble"))
    assert text(page, "answer") == "7"


DROP = """  // a file on the page, as the mouse brings it: its bytes and its name
const data = new DataTransfer();
data.items.add(new File([new Uint8Array(arguments[0])], arguments[1]));
document.getElementById("pad").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true}));
"""


def test_picture_that_is_dropped_is_answered(page, test_set):
    from PIL import Image

    picture = io.BytesIO()
    Image.fromarray(np.uint8(255 - 255 * test_set[0][1, ..., 0])).resize((280, 280)).save(picture, "png")
    page.find_element(By.ID, "clear").click()
    page.execute_script(DROP, list(picture.getvalue()), "two.png")
    wait(lambda: text(page, "answer") == "2")
    page.execute_script(DROP, [1, 2, 3], "no.png")
    wait(lambda: "cannot be read as a picture" in text(page, "trouble"))


@pytest.mark.parametrize("layer, across, down", [(1, 0.1, 0.2), (2, 0.04, 0.1), (3, 0.3, 0.3), (4, 0.02, 0.1)])
def test_numbers_of_a_cell_that_is_clicked_add_up(layer, across, down, page, test_set):
    show(page, test_set[0][3])
    canvas = grids(page)[layer]
    page.execute_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
    size = canvas.size
    webdriver.ActionChains(page).move_to_element_with_offset(
        canvas, int((across - 0.5) * size["width"]), int((down - 0.5) * size["height"])).click().perform()
    name = canvas.get_attribute("aria-label").split(":")[0]
    wait(lambda: page.find_elements(By.ID, "cell") and text(page, "cell-title").startswith(name))
    panel = page.find_element(By.ID, "cell")
    total, bias, z, _ = page.execute_script(NUMBERS, panel, ".equation data")
    if layer < 4:
        made = page.execute_script(NUMBERS, panel, ".part > table:nth-of-type(3) data")
    else:
        made = page.execute_script(NUMBERS, panel, "tr td:last-child data")
    shown = panel.find_elements(By.CSS_SELECTOR, ".equation data")[2].text.replace("−", "-")
    assert abs(sum(made) - total) < 1e-9 and abs(total + bias - float(shown)) <= 1e-4 and abs(total + bias - z) < 1e-5
    before = page.find_elements(By.CSS_SELECTOR, "#layers figure > .picture > .marks")[layer - 1]
    assert before.get_property("width") > 0  # its window is lit
    panel.find_element(By.TAG_NAME, "button").click()
    assert before.get_property("width") == 0 and not page.find_elements(By.ID, "cell")


def test_cells_can_be_reached_with_the_keyboard_and_tell_their_values(page, test_set):
    show(page, test_set[0][3])
    canvas, keys = grids(page)[5], webdriver.Keys
    canvas.send_keys(keys.ARROW_RIGHT, keys.ARROW_RIGHT)
    value = canvas.find_element(By.XPATH, "ancestor::figure").find_element(By.TAG_NAME, "output").text
    canvas.send_keys(keys.ENTER)
    wait(lambda: page.find_elements(By.ID, "cell") and "unit 2" in text(page, "cell-title"))
    z = page.execute_script(NUMBERS, page.find_element(By.ID, "cell"), ".equation data")[2]
    assert z == float(value.replace("−", "-"))
    page.find_element(By.CSS_SELECTOR, "#cell button").send_keys(keys.ESCAPE)
    assert not page.find_elements(By.ID, "cell")


def test_curve_grows_while_the_network_learns_and_the_training_can_be_led(learning, test_set):
    def done():
        return int(re.search(r"\d+", text(learning, "progress"))[0])

    def points():
        return learning.find_element(By.ID, "loss-curve").get_attribute("d").count("L")
    show(learning, test_set[0][0])
    wait(lambda: points() > 3, 60)
    digits, before = text(learning, "digits"), points()
    wait(lambda: points() > before and text(learning, "digits") != digits, 60)
    learning.find_element(By.ID, "pause").click()
    wait(lambda: "paused" in text(learning, "progress"))
    paused = done()
    learning.find_element(By.ID, "one-step").click()
    wait(lambda: done() == paused + 1)
    learning.execute_script("""const rate = document.getElementById("rate");
        rate.value = -0.3;
        rate.dispatchEvent(new Event("change"))""")
    wait(lambda: "0.501" in text(learning, "rate-now"))
    learning.find_element(By.ID, "one-step").click()
    wait(lambda: "Changed by hand" in text(learning, "changes") and done() == paused + 2)


def test_step_on_a_drawing_lowers_its_loss_and_is_taken_back(learning, test_set):
    def digits():
        return text(learning, "digits")
    if "paused" not in text(learning, "progress"):
        learning.find_element(By.ID, "pause").click()
        wait(lambda: "paused" in text(learning, "progress"))
    show(learning, test_set[0][0])
    learning.find_elements(By.CSS_SELECTOR, "#labels button")[3].click()
    wait(lambda: text(learning, "loss").startswith("As a 3"))
    assert len(learning.find_elements(By.CSS_SELECTOR, "#errors figure")) == 7
    first, loss = digits(), text(learning, "loss")
    learning.find_element(By.ID, "take-step").click()
    wait(lambda: text(learning, "came").startswith("Loss before") and digits() != first)
    before, after = map(float, re.findall(r"\d+\.\d{6}", text(learning, "came")))
    assert after < before and f"{before:.6f}" in loss
    learning.find_element(By.ID, "take-back").click()
    wait(lambda: "bit for bit" in text(learning, "came") and digits() == first and text(learning, "loss") == loss)


def test_training_that_fails_says_why_on_the_page_in_the_words_of_the_console(tmp_path):
    with program(tmp_path, "--network", "mlp", "--optimizer", "sgd", "--lr", "1e20") as (url, process):
        with opened(url, tmp_path / "browser") as browser:
            wait(lambda: text(browser, "failure"))
            why = text(browser, "failure")
        process.kill()
        assert why.startswith("The loss is") and why in process.stdout.read()


def test_page_fits_a_phone_and_answers_a_tap(page, test_set):
    size = page.get_window_size()
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                         {"width": 360, "height": 640, "deviceScaleFactor": 1, "mobile": True})
    page.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    try:
        show(page, test_set[0][3])
        box = page.execute_script("return document.getElementById('pad').getBoundingClientRect().toJSON()")
        assert box["bottom"] < 640 and box["width"] > 250
        page.execute_script("arguments[0].scrollIntoView({block: 'center'})", grids(page)[2])
        box = page.execute_script("return arguments[0].getBoundingClientRect().toJSON()", grids(page)[2])
        for kind, points in ("touchStart", [{"x": box["x"] + 12, "y": box["y"] + 12}]), ("touchEnd", []):
            page.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        wait(lambda: page.find_elements(By.ID, "cell"))
        assert page.execute_script("return document.documentElement.scrollWidth") <= 360
        page.find_element(By.CSS_SELECTOR, "#cell button").click()
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        page.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})
        page.set_window_size(size["width"], size["height"])


@pytest.mark.parametrize("features", [[], [("prefers-color-scheme", "dark")], [("forced-colors", "active")]], ids=str)
def test_axe_finds_nothing_that_keeps_people_out(features, page, learning, test_set):
    axe = pytest.importorskip("axe_selenium_python", reason="pip install -r requirements-browser.txt").Axe
    for browser in page, learning:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": name, "value": value} for name, value in features]})
        show(browser, test_set[0][3])
        grids(browser)[-1].send_keys(webdriver.Keys.ENTER)
        browser.find_elements(By.CSS_SELECTOR, "#labels button")[3].click()
        wait(lambda browser=browser: browser.find_elements(By.ID, "cell") and text(browser, "loss"))
        looks = axe(browser)
        looks.inject()
        found = looks.run()["violations"]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_two_hundred_test_images_on_the_pad_are_answered_rightly_and_at_once(page, test_set):
    X, Y = test_set
    right, milliseconds = 0, []
    page.refresh()  # nobody wants to see the way back of each
    wait(lambda: text(page, "digits"))
    for image, label in zip(X[:200], Y[:200].argmax(axis=1)):
        answer, took = show(page, image)
        right += answer == str(label)
        milliseconds.append(took)
    print(f"{right} of 200 right, {statistics.median(milliseconds):.0f} ms an answer (median)")
    assert right >= 194 and statistics.median(milliseconds) < 100
