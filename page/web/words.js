// What the page says, in both languages. A function makes a sentence of numbers.

const size = (shape) => shape.join(" × "), a = (digit) => `${digit === 8 ? "an" : "a"} ${digit}`;

export const TEXTS = {
  en: {
    title: "Draw a digit", other: "한국어", clear: "Clear", undo: "Undo", open: "Open a picture",
    seen: "What the network sees",
    how: "Draw with the mouse or a finger, or drop a picture of a digit here.",
    keys: "Keyboard: arrows move the pen (with Shift: finely), space puts it down and lifts it, " +
      "Z takes the last stroke back, C clears.",
    pad: "Drawing area. Arrow keys move the pen, space puts it down and lifts it.",
    empty: "Draw a digit, as large as you like.",
    sure: (d, p) => `It is ${a(d)}. (${p} %)`, guess: (d, p) => `Probably ${a(d)}. (${p} %)`,
    unsure: (d, e) => `Not sure: ${a(d)}, or ${a(e)}?`, doubt: (why) => `This looks like no digit: ${why}.`,
    large: (most) => `The file is too large for a picture of a digit: at most ${most} MB.`,
    network: (s) => `network “${s.name}”` +
      (s.accuracy === null ? "" : `, ${s.accuracy.toFixed(2)} % right on images it has not learned`),
    gone: "The program that answers has ended. Start it again: python -m examples.draw",

    training: "It learns", pause: "Pause", goOn: "Go on", oneStep: "One step",
    progress: (s) => `Iteration ${s.done} of ${s.total}` +
      ({ ready: ": it learns no more.", paused: ": paused." }[s.state] ||
        (s.left === null ? "." : `, about ${s.left} s left.`)),
    lossNow: (loss) => `loss ${loss}`, accuracyNow: (percent) => `${percent} % right on some images it has not learned`,
    rate: "Learning rate: the schedule’s", rateNow: (factor, rate) => `× ${factor} = ${rate}`,
    changedRate: (c) => `Changed by hand after ${c.iteration} iterations: learning rate × ${c.factor}.`,
    changedDrawing: (c) => `Changed by hand after ${c.iteration} iterations: it has learned ${c.count} × a drawing.`,
    changedNow: (count) => `Changed by hand: it has learned ${count} × a drawing.`,

    inside: "What every layer makes of it",
    howInside: "Click a number, or move to it with the arrow keys and press Enter: its arithmetic is shown.",
    channels: (shown, all) => `${shown} of ${all} channels`, shape: size,
    grid: (name) => `${name}: arrow keys move from number to number, Enter shows the arithmetic.`,
    filters: (count, over) => `Its ${count} filters` + (over > 1 ? `, each the mean over ${over} channels` : ""),

    close: "Close", place: (name, cell) => `${name}, number at ${cell.join(", ")}`,
    axes: ["row", "column", "channel"], unit: "unit", channel: (c) => `channel ${c}`,
    window: "window", kernel: "kernel", products: "products", outside: "outside",
    input: "input", weight: "weight", product: "product", from: "from",
    others: (n) => `the other ${n}`, sum: "sum", bias: "bias", largest: "the largest of the window",
    mean: (n) => `the sum of the window, divided by ${n}`,
    unknown: "The page knows no arithmetic of this layer. Its number is",

    back: "The way back: which digit was it to be?",
    howBack: "The loss says how wrong the answer is. Backpropagation tells each layer, each filter and each pixel " +
      "its part in it.",
    label: (d) => `It was to be ${a(d)}`, lossOf: (loss, d) => `As ${a(d)} this costs a loss of ${loss}.`,
    takeStep: "Take this step", takeBack: "Take the step back", pauseFirst: "Pause the training to take a step.",
    came: (r, d) => `Loss before ${r.before.loss.toFixed(6)}, after ${r.after.loss.toFixed(6)}. ` +
      `Probability of ${a(d)}: before ${(100 * r.before.p).toFixed(2)} %, after ${(100 * r.after.p).toFixed(2)} %. ` +
      `(Learning rate ${r.rate.toPrecision(3)})`,
    undone: "Taken back: weights, statistics, optimizers and NumPy’s generator are as they were, bit for bit.",
    alone: (layer) => `One image alone cannot be learned here: layer ${layer} takes mean and variance over a batch, ` +
      "and of one image it would learn that image’s own.",
    filterGrads: "The gradient of each filter",
    pixels: (norm) => `The picture: which pixels made it say so, |dL/dx| = ${norm}`,
    refused: {},  // the program's own words
  },
  ko: {
    title: "숫자를 그려 보세요", other: "English", clear: "지우기", undo: "되돌리기", open: "그림 열기",
    seen: "네트워크가 보는 그림",
    how: "마우스나 손가락으로 그리거나, 숫자 그림을 여기에 끌어다 놓으세요.",
    keys: "키보드: 화살표로 펜을 옮기고(Shift와 함께 누르면 조금씩), 스페이스로 펜을 내리고 들며, " +
      "Z로 한 획을 되돌리고, C로 모두 지웁니다.",
    pad: "그림판. 화살표로 펜을 옮기고 스페이스로 펜을 내리고 듭니다.",
    empty: "숫자 하나를 그려 보세요. 크기는 상관없습니다.",
    sure: (d, p) => `${d}입니다. (${p} %)`, guess: (d, p) => `아마 ${d}일 것입니다. (${p} %)`,
    unsure: (d, e) => `잘 모르겠습니다. ${d}일까요, ${e}일까요?`, doubt: () => "숫자처럼 보이지 않습니다.",
    large: (most) => `숫자 그림치고는 파일이 너무 큽니다. ${most} MB까지 열 수 있습니다.`,
    network: (s) => `네트워크 “${s.name}”` +
      (s.accuracy === null ? "" : `, 학습하지 않은 이미지의 정확도 ${s.accuracy.toFixed(2)} %`),
    gone: "대답하는 프로그램이 끝났습니다. 다시 실행하세요: python -m examples.draw",

    training: "학습", pause: "멈춤", goOn: "계속", oneStep: "한 스텝",
    progress: (s) => `${s.total}스텝 중 ${s.done}스텝` +
      ({ ready: ": 학습이 끝났습니다.", paused: ": 멈추어 있습니다." }[s.state] || (s.left === null ? "." : `, 약 ${s.left}초 남음.`)),
    lossNow: (loss) => `손실 ${loss}`, accuracyNow: (percent) => `학습하지 않은 이미지 일부의 정확도 ${percent} %`,
    rate: "학습률: 스케줄의 값", rateNow: (factor, rate) => `× ${factor} = ${rate}`,
    changedRate: (c) => `${c.iteration}스텝 뒤에 손으로 바꿈: 학습률 × ${c.factor}.`,
    changedDrawing: (c) => `${c.iteration}스텝 뒤에 손으로 바꿈: 그린 그림을 ${c.count}번 학습함.`,
    changedNow: (count) => `손으로 바꿈: 그린 그림을 ${count}번 학습함.`,

    inside: "각 레이어가 만들어 낸 것",
    howInside: "숫자를 누르거나, 화살표로 옮겨 가서 Enter를 누르면 그 숫자의 계산이 보입니다.",
    channels: (shown, all) => `채널 ${all}개 중 ${shown}개`, shape: size,
    grid: (name) => `${name}: 화살표로 숫자 사이를 옮겨 다니고, Enter로 계산을 봅니다.`,
    filters: (count, over) => `필터 ${count}개` + (over > 1 ? ` (채널 ${over}개의 평균)` : ""),

    close: "닫기", place: (name, cell) => `${name}, ${cell.join(", ")}의 숫자`,
    axes: ["행", "열", "채널"], unit: "유닛", channel: (c) => `채널 ${c}`,
    window: "윈도우", kernel: "커널", products: "곱", outside: "바깥",
    input: "입력", weight: "가중치", product: "곱", from: "위치",
    others: (n) => `나머지 ${n}개`, sum: "합", bias: "편향", largest: "윈도우에서 가장 큰 수",
    mean: (n) => `윈도우의 합을 ${n}(으)로 나눈 것`,
    unknown: "이 레이어의 계산은 이 페이지가 모릅니다. 숫자는",

    back: "되돌아가는 길: 어떤 숫자여야 했나요?",
    howBack: "손실은 대답이 얼마나 틀렸는지 말해 줍니다. 역전파는 각 레이어, 필터, 픽셀에 그 몫을 알려 줍니다.",
    label: (d) => `정답: ${d}`, lossOf: (loss, d) => `정답이 ${d}일 때 손실은 ${loss}입니다.`,
    takeStep: "이 스텝 가기", takeBack: "스텝 되돌리기", pauseFirst: "스텝을 가려면 학습을 멈추세요.",
    came: (r, d) => `손실: 전 ${r.before.loss.toFixed(6)}, 후 ${r.after.loss.toFixed(6)}. ${d}일 확률: 전 ` +
      `${(100 * r.before.p).toFixed(2)} %, 후 ${(100 * r.after.p).toFixed(2)} %. (학습률 ${r.rate.toPrecision(3)})`,
    undone: "되돌렸습니다. 가중치, 통계, 옵티마이저, NumPy의 난수 생성기가 비트 하나까지 그대로입니다.",
    alone: (layer) => `이미지 하나만으로는 학습할 수 없습니다. 레이어 ${layer}이(가) 배치의 평균과 분산을 쓰는데, ` +
      "이미지가 하나면 그 이미지만의 것을 배우게 됩니다.",
    filterGrads: "각 필터의 기울기",
    pixels: (norm) => `그림: 어떤 픽셀 때문에 그렇게 대답했나, |dL/dx| = ${norm}`,
    refused: {  // what the program says, word for word, where it refuses
      "the loss, or what goes back from it, is nan or inf": "손실이나 거기서 되돌아가는 값이 nan 또는 inf입니다.",
      "the loss or a gradient is nan or inf, so there is no step": "손실이나 기울기가 nan 또는 inf여서 스텝을 갈 수 없습니다.",
      "the network's outputs are nan or inf, so its training has failed":
        "네트워크의 출력이 nan 또는 inf입니다. 학습이 실패했습니다.",
      "pause the training first": "먼저 학습을 멈추세요.",
      "there is no step to take back": "되돌릴 스텝이 없습니다.",
    },
  },
};

let language = navigator.language.startsWith("ko") ? "ko" : "en";

export const words = () => TEXTS[language];

export const refusal = (english) => words().refused[english] || english;

export function switchLanguage() {
  language = language === "ko" ? "en" : "ko";
}

export function speak() {  // all that stands in the page from the start
  document.documentElement.lang = language;
  document.title = words().title;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = words()[element.dataset.text];
  const button = document.getElementById("language");
  button.textContent = words().other;
  button.lang = language === "ko" ? "en" : "ko";
}
