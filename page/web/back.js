// The way back: the loss of the drawing as another digit, what it says to each layer, and a step and its undoing.

import { words } from "./words.js";
import { $, element } from "./numbers.js";
import { ask } from "./asking.js";
import { body } from "./pad.js";
import { Figure } from "./layers.js";
import * as training from "./training.js";

let label = null, found = null, came = null, undone = false, figures = [];

const buttons = [...Array(10).keys()].map((digit) =>
  element("button", String(digit), { type: "button", onclick: () => choose(digit) }));
$("labels").append(...buttons);

function choose(digit) {
  label = digit;
  came = null;
  undone = false;
  refresh();
}

export function forget() {  // what a step did to another drawing
  came = null;
  undone = false;
}

export async function refresh() {
  if (label !== null) found = await ask(`/back/${label}`, body());
  show();
}

$("take-step").addEventListener("click", async () => {
  const said = await ask(`/step/${label}`, body());
  came = said && !said.alone ? said : null;
  undone = false;
  training.look();
});
$("take-back").addEventListener("click", async () => {
  const said = await ask("/take_back", "");
  came = null;
  undone = said !== null;
  training.take(said);
});

export function show() {
  const text = words(), status = training.now(), ready = found && !found.alone;
  buttons.forEach((button, digit) => {
    button.setAttribute("aria-pressed", String(digit === label));
    button.setAttribute("aria-label", text.label(digit));
  });
  $("loss").textContent = ready ? text.lossOf(found.loss.toFixed(6), label) : found ? text.alone(found.alone) : "";
  $("take-step").disabled = !ready || training.isRunning();
  $("take-back").disabled = !status || status.can_take_back === 0;
  $("came").textContent = came ? text.came(came, label) : undone ? text.undone
    : ready && training.isRunning() ? text.pauseFirst : "";
  $("errors").hidden = !ready;
  if (ready) showErrors(text);
}

const norms = (grads) => Object.entries(grads)
  .map(([name, norm]) => `|dL/d${name}| = ${norm.toPrecision(3)}`).join(", ");

function showErrors(text) {  // in the order in which they are found: from the last layer to the picture
  const all = found.layers.slice().reverse();
  if (figures.length !== all.length + 1) {
    figures = [...all, null].map(() => new Figure(null));
    $("errors").replaceChildren(...figures.map((figure) => figure.element));
  }
  all.forEach((layer, k) => {
    const name = `${layer.name}: |dL/dz| = ${layer.size.toPrecision(3)}`;
    const caption = [name, element("br"), element("span", norms(layer.grads))];
    figures[k].show(caption, name, layer.error, layer.filters, text.filterGrads);
  });
  const name = text.pixels(found.size.toPrecision(3));
  figures[all.length].show([name], name, found.image, null);
}

export const repaint = () => figures.forEach((figure) => figure.repaint());
