"""The answers of a question sheet are right, by textbook or by brute force, and the same in both languages."""
import re

import numpy as np
import pytest

from assignment.handout.build import checking_files, handout_files
from assignment.questions import __main__ as program
from assignment.questions.__main__ import KINDS, main, questions
from assignment.questions.curves import CASES
from assignment.questions.mistakes import MISTAKES
from textbook import convolution, optimizer, pooling
from textbook import loss as losses

SEEDS = [pytest.param(range(3), id="few"), pytest.param(range(3, 50), id="many", marks=pytest.mark.slow)]
NONE = ((0, 0), (0, 0))
SHOWN = re.compile(r"\d+(?:\.\d+)?")


def drawn(kind, seeds):
    return [kind(np.random.default_rng([seed, 7])) for seed in seeds]


def architecture(given, shapes, weights, n):
    side, (channels, first, second, classes) = given["shape"][0], given["channels"]
    sides = []
    for kernel, stride, pad in given["windows"]:
        side = len([left for left in range(-pad, side + pad, stride) if left + kernel <= side + pad])
        sides.append(side)
    assert shapes == [(sides[0], sides[0], first), (sides[1], sides[1], first), (side, side, second), (classes,)]
    kernel = given["windows"][0][0]
    assert n == np.zeros((side, side, second)).size and n > 0
    assert weights == [np.zeros((kernel, kernel, channels, first)).size + first, 0,
                       np.zeros((3, 3, first, second)).size + second, np.zeros((n, classes)).size + classes]
    assert sum(weights) < 60_000


def convolved(given, z, dw, db, dx):
    x, w, e = (given[name].reshape(1, *given[name].shape, 1) for name in "xwe")
    w = w[0, ..., None]
    same(z, convolution.convolution(x, w, given["b"].reshape(1), (1, 1), NONE))
    same(dw, convolution.convolution_weight_gradient(x, e, (2, 2), (1, 1), NONE))
    same(dx, convolution.convolution_input_gradient(e, w, (3, 3), (1, 1), NONE))
    same(db, given["e"].sum())


def pooled(given, z, dx):
    x, e = (given[name].reshape(1, *given[name].shape, 1) for name in "xe")
    how = (given["window"],) * 2, (given["stride"],) * 2, NONE
    assert given["stride"] < given["window"]
    same(z, pooling.max_pooling(x, *how))
    same(dx, pooling.max_pooling_input_gradient(x, e, *how))
    one_by_one = [pooling.max_pooling_input_gradient(x, np.eye(e.size)[k].reshape(e.shape), *how).argmax()
                  for k in range(e.size)]
    assert 1 < len(set(one_by_one)) < e.size  # some window has a pixel of its own, and two share one


def backwards(x, w, upstream, b=0.0):
    """z, a, and the four gradients of a fully connected layer with ReLU, number by number."""
    z, dw, dx = np.zeros((2, 2)) + b, np.zeros((2, 2)), np.zeros((2, 2))
    for n, i, j in np.ndindex(2, 2, 2):
        z[n, j] += x[n, i] * w[i, j]
    e = np.array([[upstream[n, j] if z[n, j] > 0 else 0.0 for j in range(2)] for n in range(2)])
    for n, i, j in np.ndindex(2, 2, 2):
        dw[i, j] += x[n, i] * e[n, j]
        dx[n, i] += e[n, j] * w[i, j]
    return z, np.maximum(z, 0), e, dw, e[0] + e[1], dx


def through_relu(given, *results):
    for result, expected in zip(results, backwards(given["x"], given["w"], given["dL/da"], given["b"])):
        same(result, expected)


def softmaxed(given, p, loss, dX):
    X = np.log(given["exp(X)"])
    same(p, losses.softmax(X))
    for result, expected in zip((loss, dX), losses.cross_entropy(X, given["Y"])):
        same(result, expected)


def trained_by_adam(given, m, v, w):
    (beta1, beta2), g = given["betas"], given["gradients"]

    def direction(gradient, t, s):
        return optimizer.adam(gradient, t, s, beta1, beta2)
    same(w, list(optimizer.descend(direction, given["w"], g, given["lr"])), 1e-6)
    same(m, [(1 - beta1) * g[0], beta1 * (1 - beta1) * g[0] + (1 - beta1) * g[1]])
    same(v, [(1 - beta2) * g[0] ** 2, beta2 * (1 - beta2) * g[0] ** 2 + (1 - beta2) * g[1] ** 2])


def normalised(given, z, dgamma, dbeta, dx):
    def output(x, gamma, beta):
        return gamma * (x - x.mean()) / np.sqrt(np.mean((x - x.mean()) ** 2)) + beta

    def slope(move):
        return sum(sign * (given["e"] * output(*move(sign * 1e-5))).sum() for sign in (1, -1)) / 2e-5
    x, gamma, beta = given["x"], given["gamma"], given["beta"]
    same(z, output(x, gamma, beta))
    same(dgamma, slope(lambda h: (x, gamma + h, beta)), 1e-6)
    same(dbeta, slope(lambda h: (x, gamma, beta + h)), 1e-6)
    same(dx, [slope(lambda h, k=k: (x + h * (np.arange(len(x)) == k), gamma, beta)) for k in range(len(x))], 1e-6)


def initialised(given, name, variance, fans):
    *window, n_in, n_out = given["shape"]
    taps = len(list(np.ndindex(*window)))
    assert fans == (taps * n_in, taps * n_out)
    assert name == ("he" if given["activation"] == "ReLU" else "xavier")
    same(variance, 2 / fans[0] if name == "he" else 2 / (fans[0] + fans[1]))
    same(variance, round(variance, 5))


def found_wrong(given, name, right):
    gradients = ("dL/dz", "dL/dw", "dL/db", "dL/dx")
    same(given["x"], np.maximum(given["u"], 0))
    z, _, *expected = backwards(given["x"], given["w"], given["dL/da"])
    same(given["z"], z)
    wrong = [each for each, numbers in zip(gradients, expected) if (given["shown"][each] != numbers).any()]
    assert wrong == [name]
    for each, numbers in zip(gradients, expected):
        same(right[each], numbers)


def read(given, case):
    """The verdict by rules that a reader would name."""
    curve, guess = given["losses"], np.log(given["classes"])
    assert curve[0] > 1.45 * guess
    if np.diff(curve).max() > 0.001:
        assert case == "too large" and np.diff(curve).max() >= 0.2
    elif curve[-1] > 0.9 * curve[0]:
        assert case == "too small"
    elif curve[-1] > 0.85 * guess:
        assert case == "guessing" and curve[-1] < 1.05 * guess
    else:
        assert case == "fine" and curve[-1] < 0.6 * guess


CHECKS = dict(zip(KINDS, (architecture, convolved, pooled, through_relu, softmaxed, trained_by_adam, normalised,
                          initialised, found_wrong, read)))


def same(result, expected, tolerance=1e-9):
    expected = np.asarray(expected, float)
    np.testing.assert_allclose(np.reshape(result, expected.shape) if np.size(result) == expected.size else result,
                               expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_answers_are_right(kind, seeds):
    for question in drawn(kind, seeds):
        CHECKS[kind](question.given, *question.results.values())


def numbers_in(value):
    if isinstance(value, dict):
        return [number for each in value.values() for number in numbers_in(each)]
    return [] if isinstance(value, str) else np.ravel(np.asarray(value, float)).tolist()


# kind -> what the numbers of the text are multiples of, and how large they are at most; decimals of the results, all
# but the cross-entropy itself, which is a logarithm
KIND = {"convolution": (0.5, 3, 2), "pooling": (1, 9, 2), "relu_layer": (0.5, 3, 2), "loss": (1, 18, 4),
        "adam": (0.05, 12, 4), "batch_norm": (0.5, 13, 3), "wrong_gradient": (0.25, 50, 2)}


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.__name__ in KIND])
def test_a_pencil_gets_along_with_the_numbers(kind, seeds):
    step, largest, decimals = KIND[kind.__name__]
    for question in drawn(kind, seeds):
        given = np.array(numbers_in(question.given))
        results = np.array(numbers_in({name: numbers for name, numbers in question.results.items() if name != "L"}))
        np.testing.assert_allclose(given / step, np.round(given / step), atol=1e-9)
        assert np.abs(given).max() <= largest and np.abs(results).max() <= 150
        np.testing.assert_allclose(results, np.round(results, decimals), atol=1e-7)


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_say_the_same_numbers_and_nothing_is_left_open(kind, seeds):
    for question in drawn(kind, seeds):
        for part in (question.text, question.answer):
            english, korean = part("en"), part("ko")
            assert sorted(SHOWN.findall(english)) == sorted(SHOWN.findall(korean))
            assert not re.search(r"nan|inf\b|[{}]|array|float64", english + korean)
            assert re.search("[가-힣]", korean + question.title("ko")) and not re.search("[가-힣]", english)
        assert question.text("en") != question.answer("en")


CALCULATED = re.compile(r"([-\d.()·+/ ]*[·+/][-\d.()·+/ ]*) = (-?[\d.]*\d)")
STEPS = {"architecture": 7, "convolution": 3, "relu_layer": 3, "adam": 2}  # calculations that an answer shows


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.__name__ in STEPS])
def test_what_an_answer_calculates_is_so(kind, seeds):
    for question in drawn(kind, seeds):
        for language in ("en", "ko"):
            found = CALCULATED.findall(question.answer(language))
            assert len(found) == STEPS[kind.__name__]
            for calculation, result in found:
                same(eval(calculation.replace("·", "*")), float(result), 1e-7)


@pytest.mark.slow
def test_no_two_questions_of_a_sheet_are_alike_and_each_mistake_and_case_comes():
    asked = [question for question, _ in zip(questions(5), range(300))]
    assert len({question.text("en") for question in asked}) == len({question.text("ko") for question in asked}) == 300
    assert {question.phrase for question in asked} == {"", *MISTAKES, *CASES}


def test_a_sheet_has_the_kinds_in_turn_and_its_first_questions_stay():
    few, more = ([question for question, _ in zip(questions(3), range(n))] for n in (4, 11))
    assert [question.text("ko") for question in few] == [question.text("ko") for question in more[:4]]
    assert [question.kind for question in more] == [kind.__name__ for kind in (*KINDS, KINDS[0])]


def test_the_program_prints_the_same_sheet_for_the_same_seed_and_answers_alone(capsys):
    printed = []
    for options in (["--lang", "en"], ["--lang", "en"], ["--lang", "ko"], ["--lang", "en", "--answers"],
                    ["--lang", "en", "--seed", "4"]):
        main(["--n", "2", *options])
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    assert printed[0].partition("\n")[2] != printed[4].partition("\n")[2]
    assert [out.splitlines()[0] for out in printed] == ["# Questions (seed 0)"] * 2 + [
        "# 문제 (seed 0)", "# Answers (seed 0)", "# Questions (seed 4)"]
    for question, out in zip(("Write down", "Write down", "구하세요", "all weights:", "Write down"), printed):
        assert question in out and re.findall("^## (.)", out, re.MULTILINE) == ["1", "2"]
    assert "Write down" not in printed[3]


@pytest.mark.parametrize("options, line", [
    (["--n", "0"], "argument --n: expected a positive integer, but was given '0'"),
    (["--seed", "x"], "argument --seed: expected an integer from 0 to 4294967295, but was given 'x'"),
    (["--lang", "fr"], "argument --lang: invalid choice: 'fr'"), (["--answer"], "unrecognized arguments: --answer"),
    (["--n", "3"], "argument --n: seed 0 has 1 different questions, ask for no more")])
def test_options_that_make_no_sense_are_refused_in_a_line(options, line, capsys, monkeypatch):
    monkeypatch.setattr(program, "KINDS", [lambda rng: KINDS[1](np.random.default_rng(0))])
    with pytest.raises(SystemExit) as caught:
        main(options)
    out, err = capsys.readouterr()
    assert (caught.value.code, out) == (2, "") and f"error: {line}" in err.splitlines()[-1]


@pytest.mark.slow
def test_no_question_travels_with_the_hand_out():
    assert [file for file in {**handout_files(), **checking_files()} if "question" in file] == []
