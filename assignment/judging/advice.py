"""Advice is what to look at: a text for each criterion, and one for the kind of difference. It gives no answer away."""
from .words import Words

KINDS = {
    "shape": Words("Print the shapes on the way, and compare them with those that you expect.",
                   "중간 배열의 모양(`shape`)을 출력해 예상한 것과 비교해 보세요."),
    "numbers": Words("Work the shown input out by hand, at the first place that differs.",
                     "보여 준 입력에서 처음 다른 위치의 값을 손으로 계산해 보세요."),
    "large": Words("Which image, row, column and channel is the first place that differs?",
                   "처음 다른 위치가 몇 번째 이미지의 어느 행, 열, 채널인지 보세요."),
    "count": Words("Look at the `return` line, and at what the docstring says it gives.",
                   "`return` 줄과 docstring에 적힌 반환값을 비교해 보세요."),
    "error": Words("Read the error message, and the line that it names.",
                   "오류 메시지와 거기에 적힌 줄을 읽어 보세요."),
    "truth": Words("An array of several numbers is no single True or False: `if`, `and` and Python's own functions for "
                   "single numbers cannot take it.",
                   "수가 여러 개인 배열은 참, 거짓 하나가 될 수 없습니다. `if`, `and`와 수 하나만 다루는 파이썬 "
                   "함수에는 배열을 넣을 수 없습니다."),
    "not written": Words("Solve that problem first, then check this one again.",
                         "그 문제를 먼저 푼 다음 다시 점검해 보세요."),
    "syntax": Words("Python cannot read the file: look at the line that is named, and at the one above it.",
                    "파이썬이 파일을 읽지 못합니다. 적힌 줄과 그 윗줄을 보세요."),
    "changed": Words("Look for lines that write into an argument: `x[...] = `, `x += `, `out=x`.",
                     "`x[...] = `, `x += `, `out=x`처럼 인자에 값을 쓰는 줄을 찾아보세요."),
    "printed": Words("Take the print lines out before you hand in.", "제출하기 전에 print를 지우세요."),
    "time": Words("Look for a loop that does not end, or one over single numbers that NumPy can do at once.",
                  "끝나지 않는 반복문이나, NumPy로 한 번에 할 수 있는 일을 수 하나씩 하는 반복문이 있는지 보세요."),
    "same": Words("Units that start alike stay alike: how are the numbers drawn?",
                  "똑같이 시작한 유닛은 끝까지 똑같습니다. 수를 어떻게 뽑는지 보세요."),
    "mean": Words("Look up what the arguments of the function that draws the numbers mean.",
                  "수를 뽑는 함수의 인자가 무엇을 뜻하는지 찾아보세요."),
    "fades": Words("The signal fades here: the numbers are too small.",
                   "이 레이어에서 신호가 약해집니다. 수가 너무 작습니다."),
    "explodes": Words("The signal grows here: the numbers are too large.",
                      "이 레이어에서 신호가 커집니다. 수가 너무 큽니다."),
}
CRITERIA = {
    2: (
        Words("Does `compute` work number by number, for each shape?",
              "`compute`가 어떤 모양에서든 원소마다 계산하나요?"),
        Words("Does `deriv` use nothing but the x that it is given?", "`deriv`가 인자로 받은 x만 쓰나요?"),
        Words("What does the problem say about 0?", "0에서 어떻게 하기로 했는지 문제를 다시 읽어 보세요."),
        Words("`compute` must give a new array.", "`compute`는 새 배열을 돌려주어야 합니다."),
        Words("`deriv` must give a new array.", "`deriv`는 새 배열을 돌려주어야 합니다."),
    ),
    3: (
        Words("Compare your lines with the formulas of the problem, one by one, for t = 1.",
              "t = 1일 때 코드를 문제의 식과 한 줄씩 비교해 보세요."),
        Words("What is kept from one update to the next, and when is it changed?",
              "다음 갱신으로 무엇을 넘기고, 언제 바꾸나요?"),
        Words("What is divided by what where the gradient is 0?", "기울기가 0일 때 무엇을 무엇으로 나누나요?"),
        Words("Where does the state live, on the object or on something that all objects share?",
              "상태가 객체마다 따로 있나요, 아니면 함께 쓰는 곳에 있나요?"),
        Words("The caller still needs `dx` as it was.", "호출하는 쪽이 `dx`를 아직 씁니다."),
    ),
    4: (
        Words("How many numbers does one output of this layer add up, and what does its activation function leave of "
              "the signal?", "이 레이어의 출력 하나는 수를 몇 개나 더하고, 활성화 함수를 지나면 신호가 얼마나 남나요?"),
    ),
    5: (
        Words("The network needs a layer of the class Conv, or one of yours that does the same.",
              "`Conv` 레이어나, 같은 일을 하는 직접 만든 레이어가 있어야 합니다."),
        Words("At least one layer needs ReLU as its activation function.",
              "활성화 함수가 ReLU인 레이어가 하나는 있어야 합니다."),
        Words("Work out height, width and channels after each layer.",
              "레이어마다 출력의 높이, 너비, 채널을 계산해 보세요."),
        Words("What does cross-entropy expect of the last layer?",
              "교차 엔트로피가 마지막 레이어에서 무엇을 받는지 보세요."),
        Words("Watch the loss of `python mnist_test.py mine --iterations 300`; try other learning rates and weights.",
              "`python mnist_test.py mine --iterations 300`의 손실을 보며 학습률과 초기 가중치를 바꿔 보세요."),
        Words("Is the learning rate 0, does an optimizer return nothing but 0, or is a ReLU after it 0 for all images?",
              "학습률이 0이거나, 옵티마이저가 0만 돌려주거나, 뒤에 있는 ReLU가 어느 이미지에서나 0이지 않나요?"),
    ),
    6: (
        Words("Draw a 4 x 4 image, and mark its windows.", "4 x 4 이미지를 그리고 윈도우를 표시해 보세요."),
        Words("Which axis is the image, which the channel, and what does the search for the largest number start with?",
              "어느 축이 이미지이고 어느 축이 채널인가요? 가장 큰 수를 찾을 때 무엇에서 시작하나요?"),
        Words("Which of the sizes is a height, and which a width?", "어느 크기가 높이이고 어느 것이 너비인가요?"),
        Words("How many windows fit, and where does each one begin?",
              "윈도우가 몇 개 들어가고, 각각 어디에서 시작하나요?"),
        Words("Where in the image did each output come from?", "출력의 수는 저마다 이미지의 어느 픽셀에서 왔나요?"),
        Words("Does each image and each channel have positions of its own, with height and width in the right order?",
              "이미지와 채널마다 위치를 따로 구하나요? 높이와 너비의 순서가 맞나요?"),
        Words("What happens to a pixel that is the largest of two windows?",
              "두 윈도우에서 모두 가장 큰 픽셀은 어떻게 되나요?"),
        Words("What does your code do where a window has its largest number twice?",
              "윈도우에 가장 큰 수가 두 번 있으면 코드가 어떻게 하나요?"),
        Words("What does the object still keep from before?", "객체에 이전 것이 남아 있지 않나요?"),
        Words("`layer_err` and the inputs belong to the caller; a layer prints nothing.",
              "`layer_err`와 입력은 호출한 쪽의 것입니다. 레이어는 아무것도 출력하지 않습니다."),
    ),
}


STOPPED = "error", "same error", "truth", "syntax", "time", "not written"  # of which a criterion knows nothing


def advice(problem, line):
    """[Words] on what to look at, for a line that says why points of a problem are lost."""
    parts = getattr(line, "parts", {})
    number, kind = parts.get("number"), _kind(parts)
    of_criterion = None if number is None or kind in STOPPED else CRITERIA[problem][number]
    return [text for text in (of_criterion, KINDS.get(kind)) if text]


def _kind(parts):
    kind = parts.get("kind")
    if kind == "error" and "truth value of an array" in parts.get("error", ""):
        return "truth"
    if kind == "nothing":
        return "count"
    return "large" if kind == "numbers" and "[" not in parts.get("given", "[") else kind
