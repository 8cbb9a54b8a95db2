"""Criteria are what the points of each problem are given for, in the words of the two statements."""
from dataclasses import dataclass

from .words import Words


@dataclass(frozen=True)
class Criterion:
    """What `points` are given for, all of them, half where it could not be tried, or none.

    main: what the problem is about. An answer that reaches no main criterion gets no points for the others either.
    """

    points: int
    english: str
    korean: str
    main: bool = True

    @property
    def words(self):
        return Words(self.english, self.korean)


def _side(points, english, korean):
    return Criterion(points, english, korean, main=False)


TRAINING = 50, 300, 2000  # problem 5: images a batch, batches, images to validate with
PROCESSOR_SECONDS = 60  # for these batches
SECONDS = {2: 30, 3: 30, 4: 60, 5: 300, 6: 60}  # that an answer may run for, all in all
READ = 2000, 2 ** 21, 2 ** 25  # Python files of a project: how many are read, bytes of one, bytes of all
ONE_SLIP = 5  # points that one proved slip costs at most in problem 3

TITLES = {1: Words("train_step explained", "train_step 설명"), 2: Words("ReLU"), 3: Words("Adam"),
          4: Words("weight initialisation", "가중치 초기화"), 5: Words("a network of one's own", "나만의 네트워크"),
          6: Words("max pooling", "최대 풀링")}
FILES = {1: "nn/network.py", 2: "nn/activation.py", 3: "nn/optimizer.py", 4: "mnist_test.py", 5: "mnist_test.py",
         6: "nn/maxpooling.py"}  # where the answers stand
CRITERIA = {
    2: (
        Criterion(4, "`compute` gives max(0, x) for arrays of any shape",
                  "`compute`가 어떤 모양의 배열에도 max(0, x)를 돌려준다"),
        Criterion(3, "`deriv` gives 1 where x > 0 and 0 where x < 0, whatever `compute` was given before",
                  "`deriv`가 x > 0에서 1, x < 0에서 0을 돌려준다 (그 전에 `compute`가 무엇을 받았든)"),
        _side(1, "`deriv` gives 0 at x = 0", "`deriv`가 x = 0에서 0을 돌려준다"),
        _side(1, "`compute` leaves its input as it was", "`compute`가 입력을 바꾸지 않는다"),
        _side(1, "`deriv` leaves its input as it was", "`deriv`가 입력을 바꾸지 않는다"),
    ),
    3: (
        Criterion(4, "the first update of a new object is right, for gradients of any shape",
                  "기울기가 어떤 모양이든 새 객체의 첫 번째 갱신이 맞다"),
        Criterion(3, "ten updates in a row are right, with gradients and learning rates that change",
                  "기울기와 학습률이 변해도 이어지는 열 번의 갱신이 모두 맞다"),
        _side(1, "gradients of 0, and gradients as small as epsilon, are handled (epsilon inside or outside the root, "
                 "or the paper's efficient form)",
              "기울기가 0이거나 epsilon만큼 작아도 맞다 (epsilon은 제곱근 안이든 밖이든, 논문의 효율적인 형태든 좋다)"),
        _side(1, "two objects do not share their moments", "두 객체가 모멘트를 함께 쓰지 않는다"),
        _side(1, "`dx` is left as it was", "`dx`를 바꾸지 않는다"),
    ),
    4: (
        Criterion(10, "in equal parts for each weight of the network: its mean is near 0, it differs along each axis, "
                      "and its variance fits its n_in and its activation function (within a wide band around the value "
                      "in the literature; the first layer sees no ReLU before it, so 1 / n_in is right there, too)",
                  "네트워크의 각 가중치에 균등 배점: 평균이 0에 가깝고, 축마다 값이 다르며, 분산이 n_in과 "
                  "활성화 함수에 맞는다 (문헌 값을 중심으로 넓은 범위를 인정한다. 첫 레이어 앞에는 ReLU가 "
                  "없으므로 1 / n_in도 맞다)"),
    ),
    5: (
        Criterion(3, "a convolution in it", "합성곱이 들어 있다"),
        Criterion(3, "ReLU in it", "ReLU가 들어 있다"),
        Criterion(4, "each layer's output fits the next one's input, from images (N, 28, 28, 1) to (N, 10)",
                  "각 레이어의 출력이 다음 레이어의 입력과 맞는다: 이미지 (N, 28, 28, 1)에서 (N, 10)까지"),
        Criterion(2, "a linear last layer, because cross-entropy takes logits",
                  "마지막 레이어는 linear이다 (교차 엔트로피가 로짓을 받는다)"),
        Criterion(5, f"{TRAINING[1]} batches of {TRAINING[0]} bring it over 80 % on validation images (in at most "
                     f"{PROCESSOR_SECONDS} seconds of processor time; images are shifted and turned a little)",
                  f"{TRAINING[0]}개씩 {TRAINING[1]}번 학습하면 검증 이미지에서 80 %를 넘는다 "
                  f"(프로세서 시간 {PROCESSOR_SECONDS}초 이내. 이미지는 조금씩 옮기고 돌린다)"),
        Criterion(3, "in this training the filters of its convolutions have moved",
                  "이 학습에서 합성곱의 필터가 바뀌었다"),
    ),
    6: (
        Criterion(4, "`forward`, a square image, windows side by side: (z, activation)",
                  "`forward`: 정사각형 이미지, 겹치지 않는 윈도우, (z, activation)"),
        Criterion(3, "`forward`, several images and channels, also of numbers far below 0",
                  "`forward`: 여러 이미지와 여러 채널, 0보다 훨씬 작은 수도"),
        Criterion(3, "`forward`, height unlike width, of image and window",
                  "`forward`: 높이와 너비가 다른 이미지와 윈도우"),
        Criterion(4, "`forward`, window and stride apart: overlap, gaps, rows left over",
                  "`forward`: 윈도우와 스트라이드가 다를 때 (겹침, 틈, 남는 줄)"),
        Criterion(4, "`backward`, a square image, windows side by side",
                  "`backward`: 정사각형 이미지, 겹치지 않는 윈도우"),
        Criterion(3, "`backward`, several images and channels, height unlike width",
                  "`backward`: 여러 이미지와 채널, 높이와 너비가 다를 때"),
        Criterion(3, "`backward`, overlapping windows: a pixel adds up what it gets",
                  "`backward`: 윈도우가 겹치면 한 픽셀이 받는 값을 더한다"),
        Criterion(3, "`backward`, ties: only the first largest pixel, row by row, gets the error",
                  "`backward`: 최댓값이 여럿이면 (행 순서로) 첫 번째 픽셀만 받는다"),
        _side(2, "a second and a third batch through the same object, and two objects in turn",
              "같은 객체에 두 번째, 세 번째 배치를 넣어도, 두 객체를 번갈아 써도 맞다"),
        _side(1, "inputs and errors stay as they were, and nothing is printed",
              "입력과 오차를 바꾸지 않고, 아무것도 출력하지 않는다"),
    ),
}
