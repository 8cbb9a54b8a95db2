// The arithmetic of the cell that was chosen, below its layer, while its window lights up in the layer before.

import { words } from "./words.js";
import { $, data, element } from "./numbers.js";
import { ask } from "./asking.js";
import { body } from "./pad.js";
import * as layers from "./layers.js";

let chosen = null, found = null;
const panel = element("section", "", { id: "cell" });

export async function choose(layer, row, column) {
  chosen = { layer, row, column };
  await refresh();
  if (found) panel.scrollIntoView({ block: "nearest" });
}

export async function refresh() {  // also after a stroke, or a step of the training
  if (!chosen) return;
  found = await ask(`/cell/${chosen.layer}/${chosen.row}/${chosen.column}`, body());
  show();
}

export function show() {
  if (!chosen || !found) return;
  const text = words(), figure = layers.figure(chosen.layer);
  const name = figure.caption.querySelector("b").textContent;
  const axes = found.cell.length === 1 ? [text.unit] : text.axes;
  const place = text.place(name, found.cell.map((number, k) => `${axes[k] || ""} ${number}`));
  const title = element("h3", place, { id: "cell-title" });
  const close = element("button", text.close, { type: "button", onclick: hide });
  const parts = element("div", (SHOWN[found.kind] || (() => []))(text), { id: "parts", tabIndex: 0 });
  parts.setAttribute("role", "group");
  parts.setAttribute("aria-labelledby", "cell-title");
  panel.setAttribute("aria-labelledby", "cell-title");
  const sum = element("p", equation(text), { className: "equation" });
  panel.replaceChildren(element("header", [title, close]), sum, parts);
  if (figure.element.nextSibling !== panel) figure.element.after(panel);
  layers.light(chosen.layer - 1, found.lit);
}

function hide() {
  layers.light(-2, []);
  layers.figure(chosen.layer).grid.canvas.focus();
  chosen = found = null;
  panel.remove();
}

panel.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

function equation(text) {
  if (found.kind === "other") return [`${text.unknown} `, data(found.value), "."];
  const how = { largest: text.largest, mean: text.mean(found.count) }[found.kind];
  if (how) return ["z = ", `${how} = `, data(found.z)];
  return [`z = ${text.sum} + ${text.bias} = `, data(found.sum), " + ", data(found.bias), " = ", data(found.z),
    "; f(z) = ", data(found.a)];
}

function table(rows, caption, [top, left] = []) {  // top, left: the place of the largest number
  const cells = (row, i) => row.map((value, j) => element("td", value === null ? words().outside : data(value),
    { className: i === top && j === left ? "largest" : "" }));
  const made = element("table", rows.map((row, i) => element("tr", cells(row, i))));
  made.setAttribute("aria-label", caption);
  return made;
}

function part(title, ...content) {
  return element("div", [element("h4", title), ...content], { className: "part" });
}

const SHOWN = {
  products: (text) => found.parts.map((each) => part(
    `${text.channel(each.channel)}: ${text.window} × ${text.kernel} = ${text.products}`,
    table(each.window, text.window), "×", table(each.kernel, text.kernel), "=", table(each.products, text.products),
    element("span", [`${text.sum} `, data(each.sum)]))),
  largest: inWindow,
  mean: inWindow,
  contributions: (text) => {
    const names = [text.from, text.input, text.weight, text.product];
    const head = element("tr", names.map((name) => element("th", name, { scope: "col" })));
    const rows = found.parts.map((each) => element("tr", [element("td", each.from.join(", ")),
      ...[each.x, each.w, each.product].map((value) => element("td", data(value)))]));
    const others = element("td", text.others(found.rest.count), { colSpan: 3 });
    return [element("table", [head, ...rows, element("tr", [others, element("td", data(found.rest.sum))])])];
  },
};

function inWindow(text) {
  return found.parts.map((each) => part(`${text.channel(each.channel)}: ${text.window}`,
    table(each.window, text.window, each.hit)));
}
