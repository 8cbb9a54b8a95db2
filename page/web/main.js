// What is drawn is asked about, and what comes back is shown.

import { speak, switchLanguage, words } from "./words.js";
import { $, bytes, element, forgetColours } from "./numbers.js";
import * as pad from "./pad.js";
import { ask, oneAtATime, trouble } from "./asking.js";
import * as training from "./training.js";
import * as layers from "./layers.js";
import * as cell from "./cell.js";
import * as back from "./back.js";

const MOST = 20e6;  // bytes of a picture that the server takes
let reply = null, drawn = true;  // whether the drawing has changed since the last answer

const answer = oneAtATime(async () => {
  const asked = pad.body(), anew = drawn;
  drawn = false;
  reply = await ask("/answer", asked);
  if (reply) reply.empty = !asked.some((value) => value);
  showAnswer();
  if (!reply) return;
  layers.show(reply);
  await cell.refresh();
  if (anew || !training.isRunning()) await back.refresh();  // which would slow a training more than an answer does
  else back.show();
});

pad.whenChanged(() => {
  drawn = true;
  trouble("/picture", "");
  back.forget();
  answer();
});
training.whenMoved(answer);
layers.whenChosen(cell.choose);

function showAnswer() {
  const text = words(), p = reply && !reply.empty ? reply.digits : Array(10).fill(0);
  const order = [...p.keys()].sort((a, b) => p[b] - p[a]), sure = reply && !reply.empty && !reply.doubt;
  $("answer").textContent = sure ? order[0] : reply && !reply.empty ? "?" : "";
  $("sentence").textContent = sure ? sentence(text, p, order)
    : reply && !reply.empty ? text.doubt(reply.doubt) : text.empty;
  $("digits").replaceChildren(...p.map((share, digit) => {
    const fill = element("i"), bar = element("div", fill, { className: "bar" });
    fill.style.width = `${100 * share}%`;
    const percent = element("span", share ? `${(100 * share).toFixed(1)} %` : "");
    return element("li", [element("span", String(digit)), bar, percent],
      { className: sure && digit === order[0] ? "best" : "" });
  }));
}

function sentence(text, p, [first, second]) {
  const percent = (100 * p[first]).toFixed(1);
  if (p[first] > 0.9) return text.sure(first, percent);
  return p[first] > 0.6 ? text.guess(first, percent) : text.unsure(first, second);
}

async function open(file) {  // a picture of one's own
  if (!file) return;
  if (file.size > MOST) {
    trouble("/picture", words().large(MOST / 1e6));
    return;
  }
  const said = await ask("/picture", file);
  if (said) pad.show(bytes(said.float32));
}

$("file").addEventListener("change", () => {
  open($("file").files[0]);
  $("file").value = "";
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  $("pad").classList.add("drop");
});
document.addEventListener("dragleave", () => $("pad").classList.remove("drop"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  $("pad").classList.remove("drop");
  open(event.dataTransfer.files[0]);
});

function showAll() {
  speak();
  $("pad").setAttribute("aria-label", words().pad);
  training.show();
  showAnswer();
  if (reply) layers.show(reply);
  cell.show();
  back.show();
}

$("language").addEventListener("click", () => {
  switchLanguage();
  showAll();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  forgetColours();
  pad.redraw();
  layers.repaint();
  back.repaint();
});

showAll();
training.watch();
