"""A film of the page, for the README: `python -m page.film docs/page.webp`.

It draws a digit while the default network learns, looks at a cell, goes back and takes a step, in a real Chromium:
`pip install -r requirements-browser.txt`, and Debian's chromium and chromium-driver.
"""
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nn.files.atomic import atomic_write

ROOT = Path(__file__).resolve().parents[1]
WINDOW, SIZE = (1000, 960), (760, 608)  # pixels of the window, and of the film
SEVEN = [(-90, -100), (-40, -105), (10, -105), (60, -105), (90, -100),
         (70, -60), (50, -20), (30, 20), (10, 60), (-10, 110)]
QUALITY = 85  # of WebP, 0 to 100


class Camera:
    """A browser with the page, and the frames that were taken of it: (picture, milliseconds)."""

    def __init__(self, browser):
        self.browser, self.frames = browser, []

    def take(self, milliseconds):
        from PIL import Image

        picture = Image.open(io.BytesIO(self.browser.get_screenshot_as_png())).convert("RGB")
        height = round(picture.width * SIZE[1] / SIZE[0])
        self.frames.append((picture.crop((0, 0, picture.width, height)).resize(SIZE, Image.LANCZOS), milliseconds))

    def watch(self, frames, milliseconds=250):
        for _ in range(frames):
            self.take(milliseconds)

    def find(self, selector, k=0):
        return self.browser.find_elements("css selector", selector)[k]

    def scroll_to(self, selector):
        self.browser.execute_script("scrollTo(0, arguments[0].getBoundingClientRect().top + scrollY - 12)",
                                    self.find(selector))

    def draw(self, points):
        """A stroke along points, given from the middle of the pad."""
        box = self.find("#pad").rect
        left, top = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        kinds = ["mousePressed", *["mouseMoved"] * (len(points) - 1), "mouseReleased"]
        for kind, (x, y) in zip(kinds, [*points, points[-1]]):
            self.browser.execute_cdp_cmd("Input.dispatchMouseEvent", {
                "type": kind, "x": left + x, "y": top + y, "button": "left", "buttons": 1, "clickCount": 1})
            self.take(150)

    def until(self, selector, words):
        while not re.search(words, self.find(selector).text):
            time.sleep(0.1)

    def save(self, path):
        pictures, milliseconds = zip(*self.frames)
        atomic_write(path, lambda file: pictures[0].save(file, format="WEBP", save_all=True, loop=0, quality=QUALITY,
                                                         append_images=pictures[1:], duration=milliseconds))


def act(camera):
    """The scenes: it learns while a 7 is drawn; the arithmetic of a cell; the way back, a step, and its undoing."""
    from selenium.webdriver import ActionChains

    browser = camera.browser
    camera.watch(3)
    camera.draw(SEVEN)
    camera.watch(14)
    camera.find("#pause").click()
    camera.until("#progress", "paused")
    camera.take(800)
    camera.scroll_to("#layers")
    camera.take(1200)
    canvas = camera.find("#layers figure:nth-of-type(2) canvas")
    ActionChains(browser).move_to_element_with_offset(canvas, -35, -5).click().perform()
    time.sleep(1)
    camera.scroll_to("#layers")
    camera.take(3500)
    camera.find("#cell button").click()
    camera.find("#labels button", 1).click()
    camera.until("#loss", "As a 1")
    camera.scroll_to("#back")
    camera.take(2500)
    camera.find("#take-step").click()
    camera.until("#came", "after")
    time.sleep(1)
    camera.take(3500)
    camera.find("#take-back").click()
    camera.until("#came", "bit for bit")
    time.sleep(1)
    camera.take(3000)


def main(path):
    from selenium import webdriver

    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([sys.executable, "-m", "examples.draw"], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                                   env={**os.environ, "BROWSER": "true", "PYTHONIOENCODING": "utf-8"})
        options = webdriver.ChromeOptions()
        size = ",".join(map(str, WINDOW))
        for option in "headless", "no-sandbox", "hide-scrollbars", f"user-data-dir={folder}", f"window-size={size}":
            options.add_argument(f"--{option}")
        browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
        try:
            browser.get(re.search(r"http\S+", process.stdout.readline())[0])
            camera = Camera(browser)
            camera.until("#progress", "Iteration")
            act(camera)
        finally:
            browser.quit()
            process.kill()
    camera.save(path)
    print(f"Film: {path}, {len(camera.frames)} frames")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
