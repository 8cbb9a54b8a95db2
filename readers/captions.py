"""A caption is a sentence about a picture, cut into words or into characters, each of which has a number."""
import numpy as np

from readers.two_digits import scenes

NAMES = "zero one two three four five six seven eight nine".split()
ENGLISH = ["above", "left of", "above and left of", "above and right of"]  # for RELATIONS, in their order
KOREAN = ["위에", "왼쪽에", "왼쪽 위에", "오른쪽 위에"]
SUBJECTS = "0이 1이 2가 3이 4가 5가 6이 7이 8이 9가".split()  # the particle goes by the digit's last sound
CUTS = {"words": (str.split, " "), "characters": (list, "")}  # how a sentence is cut, and what joins the pieces
END = "<end>"


def english(first, relation, second):
    """The scene (7, 0, 8) -> "a seven above an eight"."""
    one, other = (f"{'an' if digit == 8 else 'a'} {NAMES[digit]}" for digit in (first, second))
    return f"{one} {ENGLISH[relation]} {other}"


def korean(first, relation, second):
    """The scene (7, 0, 8) -> "8 위에 7이 있다", in which the second digit is named first."""
    return f"{second} {KOREAN[relation]} {SUBJECTS[first]} 있다"


class Vocabulary:
    """The words, or the characters, of the sentences that a language has for all scenes.

    language: a function such as `english`. pieces: "words" or "characters". len(vocabulary) is V, how many there are,
    the end of a sentence among them, which is number 0. steps: T, how many the longest sentence has, with its end.
    """

    def __init__(self, language, pieces):
        self.language, (self._cut, self._joint) = language, CUTS[pieces]
        self.scenes = {language(*scene): scene for scene in (*scenes(held_out=False), *scenes(held_out=True))}
        cut = [self._cut(sentence) for sentence in self.scenes]
        self.words = [END, *sorted({word for sentence in cut for word in sentence})]
        self.steps = 1 + max(map(len, cut))
        self._one_hot = {sentence: self._labels(sentence) for sentence in self.scenes}

    def __len__(self):
        return len(self.words)

    def labels(self, scenes):
        """Scenes (N, 3) -> one-hot labels (N, T, V) of their sentences and the end; after it comes padding, all 0."""
        return np.array([self._one_hot[self.language(*scene)] for scene in scenes])

    def sentences(self, scores):
        """Scores, or labels, (N, T, V) -> the sentences of the largest ones, each until its end."""
        rows = [[*row, 0] for row in np.argmax(scores, axis=2)]
        return [self._joint.join(self.words[word] for word in row[:row.index(0)]) for row in rows]

    def meant(self, sentences):
        """The scenes (N, 3) that the sentences say; (-1, -1, -1) for one that says none."""
        return np.array([self.scenes.get(sentence, (-1, -1, -1)) for sentence in sentences])

    def _labels(self, sentence):
        numbers = [self.words.index(word) for word in [*self._cut(sentence), END]]
        one_hot = np.zeros((self.steps, len(self)), np.uint8)
        one_hot[np.arange(len(numbers)), numbers] = 1
        return one_hot
