// Numbers as the server sends them, as text, and as colours of a canvas.

export const $ = (id) => document.getElementById(id);

export function element(name, content = "", more = {}) {
  const made = Object.assign(document.createElement(name), more);
  made.append(...[content].flat());
  return made;
}

export function bytes(base64) {
  const text = atob(base64), array = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) array[i] = text.charCodeAt(i);
  return array;
}

export function decoded(picture) {  // rows, columns, values; nan where there is no number
  const values = new Float32Array(bytes(picture.values).buffer);
  let largest = 0;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  return { ...picture, values, largest };
}

export function shown(value) {  // rounded for the eye; numbers of a layer share four decimals, so that they add up
  const small = value !== 0 && Math.abs(value) < 0.001;
  return (small ? value.toPrecision(3) : value.toFixed(4)).replace("-", "−");
}

export function data(value) {  // the same with the unrounded number, for who points at it or copies the page
  return element("data", shown(value), { value: String(value), title: String(value) });
}

const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim().split(" ").map(Number);

let palette = null;
export const forgetColours = () => { palette = null; };

function colours() {  // of 0, 1/255, ... of the largest number, below and above 0
  if (palette) return palette;
  const zero = colour("--zero");
  const ramp = (full) => Array.from({ length: 256 }, (_, i) => zero.map((c, k) => c + i / 255 * (full[k] - c)));
  palette = { plus: ramp(colour("--plus")), minus: ramp(colour("--minus")),
    none: colour("--none"), lit: colour("--lit") };
  return palette;
}

export function paint(canvas, { rows, columns, values, largest }) {
  const { plus, minus, none } = colours(), scale = 255 / Math.max(largest, 1e-30);
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d"), image = context.createImageData(columns, rows), pixels = image.data;
  for (let i = 0; i < values.length; i++) {
    const value = values[i], far = Math.round(Math.min(Math.abs(value) * scale, 255));
    const rgb = Number.isNaN(value) ? none : (value < 0 ? minus : plus)[far];
    pixels[4 * i] = rgb[0];
    pixels[4 * i + 1] = rgb[1];
    pixels[4 * i + 2] = rgb[2];
    pixels[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

const CELL = 4;  // pixels of a cell of the marks, which lie over a picture

export function mark(canvas, { rows, columns }, lit, cursor) {  // cells that are lit, and one that is pointed at
  canvas.width = lit.length || cursor ? columns * CELL : 0;
  canvas.height = rows * CELL;
  const context = canvas.getContext("2d"), rgb = colours().lit.join(" ");
  context.fillStyle = `rgb(${rgb} / 55%)`;
  for (const [row, column] of lit) context.fillRect(column * CELL, row * CELL, CELL, CELL);
  context.strokeStyle = `rgb(${rgb})`;
  if (cursor) context.strokeRect(cursor[1] * CELL + 0.5, cursor[0] * CELL + 0.5, CELL - 1, CELL - 1);
}
