// Figures of arrays: each number is a cell that can be pointed at, by hand or with the arrow keys, and chosen.

import { words } from "./words.js";
import { $, decoded, element, mark, paint, shown } from "./numbers.js";

export class Grid {  // one picture with its marks, its legend and the value that is pointed at
  constructor(choose = null) {
    this.canvas = element("canvas");
    this.marks = element("canvas", "", { className: "marks" });
    this.picture = element("div", [this.canvas, this.marks], { className: "picture" });
    this.low = element("span");
    this.high = element("span");
    this.value = element("output");
    this.legend = element("p", [this.low, element("i"), this.high, this.value], { className: "legend" });
    this.lit = [];
    this.cursor = null;
    this.choose = choose;
    this.listen();
  }

  listen() {
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", this.choose ? "application" : "img");
    this.canvas.addEventListener("pointermove", (event) => this.point(this.under(event)));
    this.canvas.addEventListener("pointerleave", () => this.point(null));
    this.canvas.addEventListener("focus", () => this.point(this.cursor || [0, 0]));
    this.canvas.addEventListener("blur", () => this.point(null));
    this.canvas.addEventListener("keydown", (event) => this.press(event));
    this.canvas.addEventListener("click", (event) => {
      this.point(this.under(event));
      this.pick();
    });
  }

  show(picture, name) {
    this.numbers = decoded(picture);
    this.canvas.setAttribute("aria-label", name);
    this.picture.style.maxWidth = `${Math.min(40, 280 / picture.rows) * picture.columns}px`;
    this.low.textContent = shown(-this.numbers.largest);
    this.high.textContent = shown(this.numbers.largest);
    this.repaint();
  }

  repaint() {
    if (!this.numbers) return;
    paint(this.canvas, this.numbers);
    this.remark();
  }

  remark() {
    const value = this.cursor && this.at(...this.cursor);
    this.value.textContent = value === null || Number.isNaN(value) ? "" : String(value).replace("-", "−");
    mark(this.marks, this.numbers, this.lit, this.cursor);
  }

  light(lit) {
    if (!lit.length && !this.lit.length) return;
    this.lit = lit;
    this.remark();
  }

  at(row, column) {
    return this.numbers.values[row * this.numbers.columns + column];
  }

  under(event) {
    const box = this.canvas.getBoundingClientRect(), { rows, columns } = this.numbers;
    const inside = (share, n) => Math.min(Math.max(Math.floor(share * n), 0), n - 1);
    const down = (event.clientY - box.top) / box.height, right = (event.clientX - box.left) / box.width;
    return [inside(down, rows), inside(right, columns)];
  }

  point(cell) {
    this.cursor = cell;
    this.remark();
  }

  press(event) {
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    if (event.key === "Enter") this.pick();
    else if (moves[event.key]) this.move(...moves[event.key]);
    else return;
    event.preventDefault();
  }

  move(down, right) {  // to the next number, over the lines between channels
    let [row, column] = this.cursor || [0, 0];
    do {
      row += down;
      column += right;
      if (row < 0 || column < 0 || row >= this.numbers.rows || column >= this.numbers.columns) return;
    } while (Number.isNaN(this.at(row, column)));
    this.point([row, column]);
  }

  pick() {
    if (this.choose && this.cursor && !Number.isNaN(this.at(...this.cursor))) this.choose(...this.cursor);
  }
}

export class Figure {  // a layer: its activation, and its filters if it has any
  constructor(choose) {
    this.caption = element("figcaption");
    this.grid = new Grid(choose);
    const digits = [..."0123456789"].map((digit) => element("span", digit));
    this.names = element("div", digits, { className: "names", hidden: true });
    this.filters = new Grid();
    this.filterCaption = element("p");
    this.filterBox = element("div", [this.filterCaption, this.filters.picture, this.filters.legend],
      { className: "filters" });
    this.element = element("figure", [this.caption, this.grid.picture, this.names, this.grid.legend, this.filterBox]);
  }

  show(caption, name, picture, filters, filterCaption) {
    this.caption.replaceChildren(...caption);
    this.grid.show(picture, name);
    this.filterBox.hidden = !filters;
    if (!filters) return;
    this.filterCaption.textContent = filterCaption;
    this.filters.show(filters, filterCaption);
  }

  repaint() {
    this.grid.repaint();
    this.filters.repaint();
  }
}

let figures = [], choose = () => {};

export const whenChosen = (call) => { choose = call; };
export const repaint = () => figures.forEach((figure) => figure.repaint());
export const figure = (layer) => figures[layer + 1];  // the image is layer -1

export function light(layer, lit) {  // cells of one layer, and of no other
  figures.forEach((each, k) => each.grid.light(k === layer + 1 ? lit : []));
}

export function show(reply) {
  const text = words(), image = { name: text.seen, shape: [28, 28, 1], picture: reply.image, filters: null };
  const all = [image, ...reply.layers];
  if (figures.length !== all.length) {
    figures = all.map((_, k) => new Figure(k ? (row, column) => choose(k - 1, row, column) : null));
    $("layers").replaceChildren(...figures.map((each) => each.element));
  }
  all.forEach((layer, k) => {
    const few = layer.picture.shown < layer.picture.all
      ? `, ${text.channels(layer.picture.shown, layer.picture.all)}` : "";
    const caption = [element("b", layer.name), element("br"), element("span", text.shape(layer.shape) + few)];
    const filters = layer.filters && text.filters(layer.filters.all, layer.filters.over);
    figures[k].show(caption, k ? text.grid(layer.name) : layer.name, layer.picture, layer.filters, filters);
  });
  const last = figures[figures.length - 1], { rows, columns } = all[all.length - 1].picture;
  last.names.hidden = rows !== 1 || columns !== 10;
  last.names.style.maxWidth = last.grid.picture.style.maxWidth;
}
