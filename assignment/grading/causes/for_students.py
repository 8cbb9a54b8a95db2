"""What a student is told of a cause: where to look, in both languages, and never what to write instead.

The teacher's log has the cause itself, which often names the right formula.
"""
from assignment.judging.words import Words

TOLD = {  # how a cause begins -> what is told of it
    # problem 2
    "an array is used as one truth value": (
        "a whole array is used as one truth value: this function of Python's knows single numbers only",
        "배열 전체를 참, 거짓 하나로 쓰고 있습니다. 파이썬의 그 함수나 문법은 수 하나만 다룹니다"),
    "the slope for x < 0 is not 0": (
        "the slope below 0 is not 0: this is leaky ReLU",
        "0보다 작은 쪽의 기울기가 0이 아닙니다. 이것은 leaky ReLU입니다"),
    "max(0.01, x)": (
        "numbers between 0 and 0.01 are replaced: the bound is not the one of the definition",
        "0과 0.01 사이의 수가 바뀝니다. 비교하는 수가 정의와 다릅니다"),
    "max(1, x)": (
        "numbers between 0 and 1 are replaced: the bound is not the one of the definition",
        "0과 1 사이의 수가 바뀝니다. 비교하는 수가 정의와 다릅니다"),
    "x is returned unchanged": ("the input is returned as it is", "입력을 그대로 돌려줍니다"),
    "|x| instead": (
        "negative numbers come back with their sign changed: this is the absolute value",
        "음수의 부호만 바뀌어 나옵니다. 이것은 절댓값입니다"),
    "min(0, x)": (
        "what should be kept is cut off, and the other way round",
        "남겨야 할 쪽을 잘라 내고, 잘라 낼 쪽을 남깁니다"),
    "1 or 0 is returned": (
        "this is what the derivative gives, not the function",
        "함수값이 아니라 미분값을 돌려줍니다"),
    "the maximum along an axis": (
        "the largest number along an axis is taken, not one for each number of the array",
        "원소마다 비교하지 않고 한 축에서 가장 큰 수를 구합니다"),
    "one number, the largest of all": (
        "one number comes back, the largest of all, not one for each number",
        "원소마다 비교하지 않고 전체에서 가장 큰 수 하나만 돌려줍니다"),
    "numbers lose what follows the point: np.vectorize": (
        "numbers lose what follows the point: np.vectorize takes the type of its first result for all others",
        "소수점 아래가 사라집니다. np.vectorize는 첫 번째 결과의 자료형을 나머지 모두에 씁니다"),
    "numbers lose what follows the point: the array": (
        "numbers lose what follows the point: the array for the results holds integers",
        "소수점 아래가 사라집니다. 결과를 담는 배열이 정수형입니다"),
    "nothing but zeros": ("nothing but zeros comes back", "모두 0을 돌려줍니다"),
    "the sigmoid instead": ("this is the sigmoid", "이것은 시그모이드입니다"),
    "deriv returns x where": (
        "where the slope is asked for, the function's value is returned",
        "기울기를 돌려줄 곳에서 함수값을 돌려줍니다"),
    "deriv returns 1 everywhere": ("the slope is the same everywhere", "기울기가 어디서나 같습니다"),
    "deriv returns x itself": ("the input comes back, not a slope", "기울기가 아니라 입력을 그대로 돌려줍니다"),
    "the derivative at 0 is 1, ": (
        "at 0 the slope is that of the right side; the problem says what it is by agreement",
        "0에서의 기울기를 오른쪽 값으로 계산했습니다. 0에서 얼마로 정했는지 문제를 다시 읽어 보세요"),
    "the derivative at 0 is 1/2": (
        "at 0 the slope is the mean of both sides; the problem says what it is by agreement",
        "0에서의 기울기를 양쪽의 평균으로 계산했습니다. 0에서 얼마로 정했는지 문제를 다시 읽어 보세요"),
    "the derivative for x < 0 is -1": (
        "the slope below 0 is that of the absolute value",
        "0보다 작은 쪽의 기울기가 절댓값 함수의 기울기입니다"),
    "1 and 0 are the wrong way round": ("the two sides of 0 are mixed up", "0의 왼쪽과 오른쪽이 서로 바뀌었습니다"),
    "where x > 0.5": ("the slope changes at 0.5, and not at 0", "기울기가 0이 아니라 0.5에서 바뀝니다"),
    "where x > 1 instead": ("the slope changes at 1, and not at 0", "기울기가 0이 아니라 1에서 바뀝니다"),
    "deriv uses what compute has kept": (
        "deriv uses what compute has kept, not the x that it is given",
        "deriv가 인자로 받은 x가 아니라 compute가 저장해 둔 것을 씁니다"),
    # problem 3
    "m gets lr": (
        "the learning rate is in the first moment, where it does not belong",
        "1차 모멘트에 학습률이 들어가 있습니다"),
    "m gets dx without": (
        "in the first moment the new gradient has no weight of its own",
        "1차 모멘트에서 새 기울기에 곱하는 계수가 빠졌습니다"),
    "m gets beta1": (
        "in the first moment old and new have the same weight",
        "1차 모멘트에서 이전 값과 새 기울기의 계수가 같습니다"),
    "m gets dx^2": ("the first moment gets what belongs to the second", "1차 모멘트에 2차 모멘트의 항이 들어갑니다"),
    "v gets dx without the square": (
        "the second moment gets the gradient, and not its square",
        "2차 모멘트에 기울기의 제곱이 아니라 기울기가 들어갑니다"),
    "v gets |dx|": (
        "the second moment gets the gradient's size, and not its square",
        "2차 모멘트에 기울기의 제곱이 아니라 절댓값이 들어갑니다"),
    "v gets dx^2": (
        "in the second moment the new square has no weight of its own",
        "2차 모멘트에서 새 제곱에 곱하는 계수가 빠졌습니다"),
    "v gets beta2": (
        "in the second moment old and new have the same weight",
        "2차 모멘트에서 이전 값과 새 제곱의 계수가 같습니다"),
    "m and v get dx and dx^2": (
        "in both moments what is new has no weight of its own",
        "두 모멘트 모두 새 값에 곱하는 계수가 빠졌습니다"),
    "the factor of dx in v": (
        "the second moment uses a constant that belongs to the first",
        "2차 모멘트에 1차 모멘트의 상수를 씁니다"),
    "the square is taken of": (
        "in the second moment too much is squared",
        "2차 모멘트에서 제곱하는 범위가 너무 넓습니다"),
    "no bias correction": (
        "the bias correction of both moments is missing",
        "두 모멘트의 편향 보정이 모두 빠졌습니다"),
    "m is not corrected": (
        "the bias correction of the first moment is missing",
        "1차 모멘트의 편향 보정이 빠졌습니다"),
    "v is not corrected": (
        "the bias correction of the second moment is missing",
        "2차 모멘트의 편향 보정이 빠졌습니다"),
    "the corrections are swapped": (
        "the corrections of the two moments are swapped",
        "두 모멘트의 편향 보정이 서로 바뀌었습니다"),
    "1 - beta * t": (
        "the correction multiplies where a power belongs",
        "편향 보정에서 거듭제곱할 곳에 곱셈을 했습니다"),
    "m and v are multiplied by": ("the correction is applied the wrong way round", "편향 보정을 거꾸로 적용했습니다"),
    "the corrected m and v are kept": (
        "the corrected moments are kept for the next step, and should not be",
        "보정한 모멘트를 다음 스텝에도 씁니다. 다음 스텝으로 넘길 것은 보정하기 전의 값입니다"),
    "m and v start from 0 in every update": (
        "nothing is kept from one update to the next",
        "`update`를 호출할 때마다 모멘트가 0에서 다시 시작합니다"),
    "nothing but nan": (
        "nothing but nan: something is divided by 0, as where the number of the step is never counted",
        "nan만 나옵니다. 스텝 번호를 세지 않았을 때처럼 0으로 나누고 있습니다"),
    "t is always 1": ("the number of the step stays 1", "스텝 번호가 늘 1입니다"),
    "t is counted twice": (
        "the number of the step goes up twice in an update",
        "한 번의 갱신에서 스텝 번호가 두 번 늘어납니다"),
    "t starts at 2": ("the number of the step starts too high", "스텝 번호가 너무 큰 수에서 시작합니다"),
    "t is counted after its use": (
        "the number of the step is used before it is counted",
        "스텝 번호를 세기 전에 사용합니다"),
    "beta1 and beta2 are swapped": (
        "the constants of the two moments are swapped",
        "두 모멘트의 상수가 서로 바뀌었습니다"),
    "beta1 is used for both": (
        "both moments use the first one's constant",
        "두 모멘트가 모두 1차 모멘트의 상수를 씁니다"),
    "beta2 is used for both": (
        "both moments use the second one's constant",
        "두 모멘트가 모두 2차 모멘트의 상수를 씁니다"),
    "the root of v is missing": (
        "something of the last line of the formula is missing, under the fraction bar",
        "마지막 식의 분모에서 빠진 것이 있습니다"),
    "epsilon is missing": ("where the gradient is 0, 0 is divided by 0", "기울기가 0이면 0을 0으로 나누게 됩니다"),
    "epsilon is subtracted": (
        "a sign is wrong under the fraction bar",
        "마지막 식의 분모에 부호가 틀린 곳이 있습니다"),
    "lr is applied twice": ("the learning rate is applied twice", "학습률을 두 번 곱했습니다"),
    "lr is not applied": ("the learning rate is not applied", "학습률을 곱하지 않았습니다"),
    "the sign is wrong": (
        "the sign is wrong: look up what the caller does with the result",
        "부호가 반대입니다. 호출하는 쪽이 결과로 무엇을 하는지 확인해 보세요"),
    "the two objects share": (
        "two objects share their state: it must belong to each object",
        "두 객체가 상태를 함께 씁니다. 상태는 객체마다 따로 있어야 합니다"),
    # problem 4
    "the mean is 1": (
        "the mean of the weights is 1, and not 0: look up the arguments of np.random.normal",
        "가중치의 평균이 0이 아니라 1입니다. np.random.normal의 인자를 확인해 보세요"),
    "the same scale for every layer": (
        "all layers have the same scale, however many numbers they add up",
        "레이어마다 더하는 수의 개수가 다른데도 모두 같은 크기입니다"),
    "n_in is taken from the picture": (
        "the size of the picture is taken for the number of inputs that an output adds up",
        "출력 하나가 더하는 수의 개수 대신 이미지의 크기를 썼습니다"),
    "the variance is used as": (
        "the variance is used where the standard deviation belongs",
        "표준편차를 쓸 곳에 분산을 썼습니다"),
    "the root is of the gain alone": (
        "the root does not reach over the whole fraction",
        "제곱근이 분수 전체에 걸려 있지 않습니다"),
    "the root is of n_in alone": (
        "the root does not reach over the whole fraction",
        "제곱근이 분수 전체에 걸려 있지 않습니다"),
    "n_out is taken for n_in": (
        "outputs are counted where inputs should be",
        "입력의 개수 대신 출력의 개수를 썼습니다"),
    "n_out is in it": ("this is a rule for another activation function", "다른 활성화 함수에 맞는 규칙입니다"),
    "n_in is kh * kw alone": (
        "not everything that an output adds up is counted",
        "출력 하나가 더하는 수를 다 세지 않았습니다"),
    "n_in is C_in alone": (
        "not everything that an output adds up is counted",
        "출력 하나가 더하는 수를 다 세지 않았습니다"),
    "1 / n_in does not": ("what ReLU cuts off is not made up for", "ReLU가 잘라 내는 만큼을 채워 주지 않았습니다"),
    "the gain is 1/3": (
        "numbers between two bounds have a smaller variance than their bound suggests",
        "두 값 사이에서 고르게 뽑은 수의 분산은 그 끝값에서 짐작하는 것보다 작습니다"),
    "n_in stands above the line": ("the fraction is upside down", "분수의 위아래가 바뀌었습니다"),
    "numbers from 0 to 1": (
        "the weights are drawn from 0 to 1, so that their mean is not 0",
        "가중치를 0과 1 사이에서 뽑아 평균이 0이 아닙니다"),
    # problem 6
    "every tied maximum": (
        "where numbers are equal, all of them get the error",
        "값이 같은 픽셀이 모두 오차를 받습니다"),
    "the last of the tied": (
        "where numbers are equal, the last one gets the error",
        "값이 같으면 마지막 픽셀이 오차를 받습니다"),
    "errors are assigned": (
        "where windows overlap, a later error overwrites an earlier one",
        "윈도우가 겹치는 곳에서 나중 오차가 먼저 온 오차를 덮어씁니다"),
    "positions within the window": (
        "positions within the window are taken as positions in the picture",
        "윈도우 안의 위치를 이미지에서의 위치로 썼습니다"),
    "a list of positions": (
        "a list used as an index picks whole images, not one pixel",
        "리스트를 인덱스로 쓰면 픽셀 하나가 아니라 이미지 전체가 골라집니다"),
    "the error is divided among all": (
        "the error is divided among all pixels, as in average pooling",
        "평균 풀링처럼 오차를 윈도우의 모든 픽셀에 나눕니다"),
    "every pixel of the window gets": (
        "every pixel of the window gets the error",
        "윈도우의 모든 픽셀이 오차를 받습니다"),
    "the position in the window is divided": (
        "the place within a window comes out wrong where it is not square",
        "윈도우가 정사각형이 아니면 윈도우 안의 위치가 틀립니다"),
    "the smallest pixel": ("the smallest pixel gets the error", "가장 작은 픽셀이 오차를 받습니다"),
    "the largest pixel gets 1": ("the pixel gets 1, whatever the error is", "오차가 얼마든 픽셀이 1을 받습니다"),
    "the largest pixel gets the error times": (
        "the error is multiplied by the pixel's own value",
        "오차에 픽셀의 값을 곱했습니다"),
    "height and width are swapped": ("height and width are swapped", "높이와 너비가 서로 바뀌었습니다"),
    "the size is input // stride": (
        "the output's size does not depend on the window's size, and should",
        "출력의 크기를 정할 때 윈도우의 크기를 쓰지 않았습니다"),
    "the size is (H - ph)": ("the output is one row and one column too small", "출력이 한 줄, 한 칸씩 작습니다"),
    "the height is used for the width": (
        "square images only: the height is used for the width",
        "높이를 너비로도 써서 정사각형 이미지에서만 맞습니다"),
    "the width is used for the height": (
        "square images only: the width is used for the height",
        "너비를 높이로도 써서 정사각형 이미지에서만 맞습니다"),
    "the window's mean": ("this is average pooling", "이것은 평균 풀링입니다"),
    "the window's sum": ("the window's numbers are added up", "윈도우의 수를 모두 더합니다"),
    "the window's smallest": ("the smallest number of each window is taken", "윈도우에서 가장 작은 수를 고릅니다"),
    "zeros take part": ("zeros take part, so that negative numbers are lost", "0이 섞여 들어가 음수가 사라집니다"),
    "the largest absolute value": ("absolute values are compared", "절댓값을 비교합니다"),
    "the window's own size": (
        "the stride is not looked at: windows are always side by side",
        "스트라이드를 쓰지 않아 윈도우가 늘 겹치지 않게 놓입니다"),
    "the axes of the reshape": (
        "the axes of the reshape are mixed up, so that a window is not what it should be",
        "reshape한 축이 뒤섞여 윈도우가 제대로 나뉘지 않습니다"),
    "dx is never cleared": (
        "what earlier batches left in an array is added to",
        "이전 배치에서 쓴 배열을 비우지 않고 더합니다"),
    "what earlier batches left": (
        "what earlier batches left in the object is still used",
        "이전 배치에서 객체에 저장한 것을 아직 씁니다"),
    "dx is made once": (
        "an array is made once, for the size of the first batch",
        "배열을 첫 번째 배치의 크기로 한 번만 만듭니다"),
    "one array instead of two": (
        "forward returns one array, and should return two",
        "forward가 배열 두 개가 아니라 한 개를 돌려줍니다"),
    "two objects share what forward keeps": (
        "two objects share what forward keeps: it must belong to each object",
        "forward가 저장하는 것을 두 객체가 함께 씁니다. 객체마다 따로 있어야 합니다"),
    "the search for the largest number": (
        "the search for the largest number starts too high: smaller numbers are lost",
        "가장 큰 수를 찾을 때 시작하는 값이 너무 커서 그보다 작은 수가 사라집니다"),
}


def for_student(cause):
    """Words for a cause that begins as one of the table, or "" for one that is not in it. A cause that is Words already
    is told by the judging itself, which students have.
    """
    if isinstance(cause, Words):
        return cause
    found = [texts for start, texts in TOLD.items() if cause.startswith(start)]
    return Words(*found[0]) if found else ""
