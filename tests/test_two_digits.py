"""Scenes are drawn as they say, of pairs that are kept apart, and each has its sentence, in words or in characters."""
import numpy as np
import pytest

from nn.loss import one_hot
from readers.captions import END, Vocabulary, english, korean
from readers.two_digits import RELATIONS, SIDE, Canvas, is_held_out, scenes

SEEN, HELD_OUT = scenes(held_out=False), scenes(held_out=True)


def blocks():
    """A Canvas whose digit d is a square of 4 x 4 pixels of brightness (d + 1) / 10, in the middle of its image."""
    images = np.zeros((10, 28, 28, 1), np.float32)
    images[:, 12:16, 12:16, 0] = np.arange(1, 11)[:, None, None] / 10
    return Canvas(images, one_hot(np.arange(10), 10))


def centre(picture, digit):
    return np.argwhere(np.isclose(picture[..., 0], (digit + 1) / 10)).mean(axis=0)


def test_twenty_pairs_of_a_hundred_are_held_out_and_each_digit_is_seen_at_both_places():
    pairs = [{(one, other) for one, _, other in some.tolist()} for some in (SEEN, HELD_OUT)]
    assert [len(some) for some in (SEEN, HELD_OUT, *pairs)] == [320, 80, 80, 20] and not pairs[0] & pairs[1]
    for place in (0, 2):
        np.testing.assert_array_equal(np.bincount(SEEN[:, place]), 10 * [32])
    assert not is_held_out(SEEN).any() and is_held_out(HELD_OUT).all()
    assert {pair[::-1] for pair in pairs[1]} == pairs[1]


@pytest.mark.parametrize("relation, words, directions", [
    (0, "above", (1, 0)), (1, "left of", (0, 1)), (2, "above and left of", (1, 1)), (3, "above and right of", (1, -1))])
def test_the_digits_stand_as_the_sentence_says_wherever_they_are(relation, words, directions):
    pictures = blocks()(np.array([(3, relation, 8)] * 300))
    assert english(3, relation, 8) == f"a three {words} an eight" and len(RELATIONS) == 4
    assert pictures.shape == (300, SIDE, SIDE, 1) and pictures.dtype == np.float32
    firsts, seconds = (np.array([centre(picture, digit) for picture in pictures]) for digit in (3, 8))
    for axis, direction in enumerate(directions):  # down, and right, from the first digit to the second
        steps = (seconds - firsts)[:, axis]
        assert set(steps * (direction or 1)) == {*(range(22, 29) if direction else range(-4, 5))}
        free = 5 if direction else 22
        assert np.ptp(firsts[:, axis]) > free and np.ptp(seconds[:, axis]) > free  # they are not always at one place


def test_each_picture_has_digits_of_its_own():
    images = np.zeros((20, 28, 28, 1), np.float32)
    images[:, 14, 14, 0] = np.arange(1, 21) / 20
    pictures = Canvas(images, one_hot(np.arange(20) // 2, 10))(np.array([(4, 0, 4)] * 50))
    values = {round(20 * float(value)) for picture in pictures for value in picture[picture > 0]}
    assert values == {9, 10}


def test_a_canvas_without_one_of_the_digits_is_refused():
    with pytest.raises(ValueError, match="needs images of each digit, but none of the 9 shows a 9"):
        Canvas(np.zeros((9, 28, 28, 1)), one_hot(np.arange(9), 10))


@pytest.mark.parametrize("scene, in_english, in_korean", [
    ((7, 0, 2), "a seven above a two", "2 위에 7이 있다"),
    ((8, 1, 8), "an eight left of an eight", "8 왼쪽에 8이 있다"),
    ((4, 2, 0), "a four above and left of a zero", "0 왼쪽 위에 4가 있다"),
    ((9, 3, 1), "a nine above and right of a one", "1 오른쪽 위에 9가 있다")])
def test_sentences(scene, in_english, in_korean):
    assert english(*scene) == in_english and korean(*scene) == in_korean


@pytest.mark.parametrize("language", [english, korean])
@pytest.mark.parametrize("pieces", ["words", "characters"])
def test_labels_are_the_sentence_its_end_and_padding(language, pieces):
    vocabulary = Vocabulary(language, pieces)
    everything = np.vstack([SEEN, HELD_OUT])
    Y, sentences = vocabulary.labels(everything), [language(*scene) for scene in everything]
    assert Y.shape == (400, vocabulary.steps, len(vocabulary)) and len(set(sentences)) == 400
    for y, sentence in zip(Y, sentences):
        length = 1 + len(sentence.split() if pieces == "words" else sentence)
        np.testing.assert_array_equal(y.sum(axis=1), [1] * length + [0] * (vocabulary.steps - length))
        assert vocabulary.words[y[length - 1].argmax()] == END
    assert vocabulary.sentences(Y) == sentences
    np.testing.assert_array_equal(vocabulary.meant(sentences), everything)


def test_what_comes_after_the_end_is_not_said_and_what_has_no_end_is_said_whole():
    vocabulary = Vocabulary(english, "words")
    scores = np.eye(len(vocabulary))[[[vocabulary.words.index(word) for word in row] for row in (
        ["a", "two", END, "above"], ["of", "of", "of", "of"], [END, "a", "a", "a"])]]
    assert vocabulary.sentences(scores) == ["a two", "of of of of", ""]
    np.testing.assert_array_equal(vocabulary.meant(["a two", "a eight above a one"]), [[-1] * 3] * 2)
