// The training: how far it is, its curve, and the buttons that lead it.

import { words } from "./words.js";
import { $, element, shown } from "./numbers.js";
import { ask } from "./asking.js";

let status = null, moved = () => {};

export const now = () => status;
export const whenMoved = (call) => { moved = call; };
export const isRunning = () => status !== null && status.state === "training";

export async function watch() {  // for ever; less often once nothing moves, and not at all while nobody looks
  if (!document.hidden) await look();
  setTimeout(watch, isRunning() ? 300 : 1000);
}

export async function look() {
  take(await ask("/status"));
}

export function take(said) {
  if (!said) return;
  const before = status;
  status = said;
  show();
  if (!before || ["done", "can_take_back", "state"].some((name) => before[name] !== said[name])) moved();
}

export function show() {
  if (!status) return;
  const text = words(), ready = status.state === "ready";
  $("network").textContent = text.network(status);
  $("training").hidden = status.total === 0;
  $("progress").textContent = text.progress(status);
  $("lead").hidden = ready;
  $("pause").textContent = status.state === "paused" ? text.goOn : text.pause;
  const home = $(ready ? "step-rate" : "rate-home");
  if ($("rate-row").parentNode !== home) home.append($("rate-row"));
  $("rate-now").textContent = text.rateNow(Number(status.factor.toPrecision(3)), Number(status.rate.toPrecision(3)));
  $("failure").textContent = status.trouble;
  $("failure").hidden = !status.trouble;
  showChanges(text);
  showCurve(text);
}

function showChanges(text) {
  const told = status.changes.map((c) => c.kind === "rate" ? text.changedRate(c) : text.changedDrawing(c));
  if (status.can_take_back) told.push(text.changedNow(status.can_take_back));
  $("changes").replaceChildren(...told.map((line) => element("li", line)));
}

function showCurve(text) {  // the loss from 0 to its largest, the accuracy from 0 to 100 %
  const { loss, accuracy, validation } = status.curve, most = Math.max(...loss.map(([, y]) => y), 1e-9);
  const percents = [...accuracy, ...validation].sort((a, b) => a[0] - b[0]);
  draw("loss-curve", loss, most);
  draw("accuracy-curve", percents, 100);
  const lossNow = status.loss === null ? "–" : shown(status.loss);
  const percentNow = percents.length ? percents[percents.length - 1][1].toFixed(1) : "–";
  $("loss-now").textContent = text.lossNow(lossNow);
  $("accuracy-now").textContent = text.accuracyNow(percentNow);
  $("curve").setAttribute("aria-label", `${text.lossNow(lossNow)}, ${text.accuracyNow(percentNow)}`);
}

function draw(id, points, most) {
  const place = ([x, y]) => `${(600 * x / status.total).toFixed(1)} ${(129 - 128 * y / most).toFixed(1)}`;
  $(id).setAttribute("d", points.length ? `M${points.map(place).join("L")}` : "");
}

const lead = async (path) => take(await ask(path, ""));
$("pause").addEventListener("click", () => lead(status.state === "paused" ? "/lead/go_on" : "/lead/pause"));
$("one-step").addEventListener("click", () => lead("/lead/one_step"));
$("rate").addEventListener("change", () => lead(`/factor/${(10 ** Number($("rate").value)).toFixed(4)}`));
