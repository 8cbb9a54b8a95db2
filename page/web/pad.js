// The pad: a list of strokes, each a list of points, or a picture of one's own; and what of it is sent.

import { $ } from "./numbers.js";

const SENT = 280, PEN = 44;  // pixels on a side that are sent; width of a stroke on the pad of 560
const pad = $("pad"), ink = pad.getContext("2d");
const sent = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
sent.canvas.width = sent.canvas.height = SENT;
const pen = { x: pad.width / 2, y: pad.height / 2, down: false, shown: false };
let strokes = [], picture = null, changed = () => {};

export const whenChanged = (call) => { changed = call; };

export function body() {  // what a question is about: the drawing, a byte a pixel, or the picture as the server gave it
  if (picture) return picture.body;
  const colours = sent.getImageData(0, 0, SENT, SENT).data, grey = new Uint8Array(SENT * SENT);
  for (let i = 0; i < grey.length; i++) grey[i] = colours[4 * i + 3];  // how opaque: 0 paper, 255 ink
  return grey;
}

export function show(float32) {  // a picture of 28 x 28 numbers, in the place of what was drawn
  const small = document.createElement("canvas"), context = small.getContext("2d");
  small.width = small.height = 28;
  const image = context.createImageData(28, 28);
  new Float32Array(float32.slice().buffer).forEach((value, i) => { image.data[4 * i + 3] = Math.round(255 * value); });
  context.putImageData(image, 0, 0);
  picture = { body: float32, small };
  strokes = [];
  redraw();
}

export function redraw() {
  ink.clearRect(0, 0, pad.width, pad.height);
  ink.lineCap = ink.lineJoin = "round";
  ink.strokeStyle = ink.fillStyle = getComputedStyle(pad).color;
  if (picture) drawPicture();
  ink.lineWidth = PEN;
  for (const stroke of strokes) {
    ink.beginPath();
    ink.moveTo(stroke[0][0] + 0.1, stroke[0][1]);  // a line from a point to itself is none, and a dot is one
    for (const point of stroke) ink.lineTo(...point);
    ink.stroke();
  }
  sent.clearRect(0, 0, SENT, SENT);
  sent.drawImage(pad, 0, 0, SENT, SENT);  // before the pen is shown over it
  if (pen.shown) drawPen();
  changed();
}

function drawPicture() {
  ink.imageSmoothingEnabled = false;
  ink.drawImage(picture.small, 0, 0, pad.width, pad.height);
  ink.globalCompositeOperation = "source-in";  // in the colour of ink
  ink.fillRect(0, 0, pad.width, pad.height);
  ink.globalCompositeOperation = "source-over";
}

function drawPen() {
  ink.lineWidth = 4;
  ink.beginPath();
  ink.arc(pen.x, pen.y, PEN / 2, 0, 7);
  ink.stroke();
  if (pen.down) ink.fill();
}

function begin(point) {
  picture = null;
  strokes.push([point]);
}

function at(event) {
  const box = pad.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width * pad.width, (event.clientY - box.top) / box.height * pad.height];
}

pad.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  event.preventDefault();
  pad.focus({ preventScroll: true });
  pad.setPointerCapture(event.pointerId);
  pen.shown = pen.down = false;
  begin(at(event));
  redraw();
});
pad.addEventListener("pointermove", (event) => {
  if (!pad.hasPointerCapture(event.pointerId) || !strokes.length) return;
  const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  strokes[strokes.length - 1].push(...(events.length ? events : [event]).map(at));
  redraw();
});
pad.addEventListener("keydown", (event) => {
  const step = event.shiftKey ? 4 : 20;
  const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  if (moves[event.key]) {
    pen.x = Math.min(Math.max(pen.x + moves[event.key][0], 0), pad.width);
    pen.y = Math.min(Math.max(pen.y + moves[event.key][1], 0), pad.height);
    if (pen.down) strokes[strokes.length - 1].push([pen.x, pen.y]);
  } else if (event.key === " ") {
    pen.down = !pen.down;
    if (pen.down) begin([pen.x, pen.y]);
  } else {
    return;
  }
  event.preventDefault();
  pen.shown = true;
  redraw();
});
pad.addEventListener("blur", () => {
  if (!pen.shown) return;
  pen.shown = pen.down = false;
  redraw();
});
document.addEventListener("keydown", (event) => {
  if (event.altKey) return;
  if (event.code === "KeyZ") undo();
  if (event.code === "KeyC" && !event.ctrlKey && !event.metaKey) clear();
});

function undo() {
  pen.down = false;
  picture = null;
  strokes.pop();
  redraw();
}

function clear() {
  pen.down = false;
  picture = null;
  strokes = [];
  redraw();
}
$("undo").addEventListener("click", undo);
$("clear").addEventListener("click", clear);
