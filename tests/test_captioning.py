"""The captioner's two halves are one chain of gradients, it learns, and what it says is counted and drawn as it is."""
import matplotlib.image
import numpy as np
import pytest

from examples.captioning import EXPERIMENTS, VOCABULARIES, Captioner, main
from inspection import captions
from inspection.captions import ROWS, Described, draw_sheet, print_table
from nn import RNN, EachStep, Embedding, SGDOptimizer, lecun, padded_cross_entropy
from readers.captions import Vocabulary, english, korean
from readers.mnist import load_images
from readers.two_digits import Canvas, is_held_out, scenes
from tests.small import dense
from training.loop import History

ALL = np.vstack([scenes(held_out=False), scenes(held_out=True)])
sgd = SGDOptimizer()


def small(dtype=np.float64):
    """From 5 numbers to sentences of 4 steps in a vocabulary of 3, and a batch of them, one with padding."""
    decoder = [Embedding((4, 2), weight_init=lecun, optimizer=sgd),
               RNN((2, 6), weight_init=lecun, optimizer=sgd), EachStep(), dense(6, 3)]
    X, Y = np.random.normal(size=(3, 5)), np.eye(3)[np.random.randint(3, size=(3, 4))]
    Y[1, 2:] = 0
    return Captioner(([dense(5, 4), dense(4, 6)], decoder), 0.1, padded_cross_entropy, 4, dtype), (X, Y)


def test_gradients_of_both_halves_are_the_measured_slopes():
    captioner, batch = small()
    _, (of_encoder, of_decoder) = captioner.gradients(batch)
    assert len(captioner.layers) == len(of_encoder) + len(of_decoder)
    for layer, grad in zip(captioner.layers, [*of_encoder, *of_decoder]):
        for name in layer.weights:
            array, slopes = getattr(layer, name), np.zeros(getattr(layer, name).shape)
            for at in np.ndindex(array.shape):
                before, losses = array[at], []
                for step in (1e-5, -1e-5):
                    array[at] = before + step
                    losses.append(captioner.gradients(batch)[0])
                array[at], slopes[at] = before, (losses[0] - losses[1]) / 2e-5
            assert np.abs(slopes).max() > 1e-4
            np.testing.assert_allclose(grad[name], slopes, atol=1e-9)


def test_a_step_moves_each_weight_along_its_gradient():
    captioner, batch = small()
    _, (of_encoder, of_decoder) = captioner.gradients(batch)
    before = [{name: getattr(layer, name).copy() for name in layer.weights} for layer in captioner.layers]
    captioner.lr = 0.5
    captioner.train_step(batch)
    for layer, old, grad in zip(captioner.layers, before, [*of_encoder, *of_decoder]):
        for name in layer.weights:
            np.testing.assert_allclose(getattr(layer, name), old[name] - 0.5 * grad[name], atol=1e-12)


def test_a_loss_that_is_no_number_changes_no_weight():
    captioner, (X, Y) = small(np.float32)
    captioner.train_step((X, Y))
    before = captioner.layers[0].w.copy()
    assert np.isnan(captioner.train_step((X * np.nan, Y)))
    np.testing.assert_array_equal(captioner.layers[0].w, before)


def test_what_it_says_is_the_likeliest_word_after_those_it_has_said():
    captioner, (X, _) = small()
    scores = captioner.forward(X)
    words = np.hstack([np.full((3, 1), 3), scores.argmax(axis=2)[:, :-1]])
    captioner.rnn.h0 = captioner.encoder.forward(X)
    read_at_once = captioner.decoder.predict(words).reshape(scores.shape)
    np.testing.assert_allclose(scores, read_at_once, atol=1e-12)


def test_weights_that_were_saved_say_the_same(tmp_path):
    (one, (X, _)), (other, _) = small(np.float32), small(np.float32)
    one.save(tmp_path / "weights.npz")
    other.load(tmp_path / "weights.npz")
    np.testing.assert_array_equal(one.forward(X), other.forward(X))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["words", "korean-words"])
def test_fifty_captions_are_overfitted(name):
    experiment, vocabulary = EXPERIMENTS[name], VOCABULARIES[name]
    shown = ALL[np.random.permutation(len(ALL))[:50]]
    X, Y = Canvas(*load_images()[0])(shown), vocabulary.labels(shown)
    captioner = Captioner(experiment.layers(), experiment.lr, experiment.loss, vocabulary.steps)
    for _ in range(100):
        captioner.train_step((X, Y))
    assert vocabulary.sentences(captioner.forward(X)) == [vocabulary.language(*scene) for scene in shown]


@pytest.mark.slow
def test_the_example_runs_as_a_program_does(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("examples.captioning.DESCRIBED", 20)
    monkeypatch.setattr("examples.captioning.PICTURES", 200)
    sheet, saved = tmp_path / "sheet.png", tmp_path / "weights.npz"
    main(["--iterations", "2", "--picture", str(sheet), "--save", str(saved)])
    printed = capsys.readouterr().out
    assert "Iteration: 0, loss : 3." in printed and f"Pictures with captions: {sheet}" in printed
    assert all(f"\n{row}  " in printed for row in ROWS) and saved.is_file()
    assert matplotlib.image.imread(sheet).shape[1] == 1440


def test_weights_are_saved_before_anything_is_described(tmp_path, monkeypatch, capsys):
    saved = []

    def interrupted(*arguments):
        saved.append((tmp_path / "w.npz").is_file())
        raise KeyboardInterrupt
    monkeypatch.setattr("examples.captioning.describe", interrupted)
    monkeypatch.setattr("examples.captioning.train_captioner", lambda *arguments, **named: History())
    with pytest.raises(SystemExit) as caught:
        main(["--save", str(tmp_path / "w.npz"), "--picture", str(tmp_path / "sheet.png")])
    assert saved == [True] and caught.value.code == 1 and [file.name for file in tmp_path.iterdir()] == ["w.npz"]
    assert "Stopped." in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("option, pairs", [([], 80), (["--all-pairs"], 100)])
def test_training_sees_no_pair_that_is_held_out_and_no_test_digit(option, pairs, tmp_path, monkeypatch):
    sets = [(np.full((10, 28, 28, 1), k), np.eye(10)) for k in (0.1, 0.2, 0.3)]
    told = {}

    def learn(captioner, vocabulary, experiment, scenes, *canvases, **_):
        told.update(scenes=scenes, canvases=canvases)
        return History()

    monkeypatch.setattr("examples.captioning.DESCRIBED", 50)
    monkeypatch.setattr("examples.captioning.load_images", lambda path: sets)
    monkeypatch.setattr("examples.captioning.train_captioner", learn)
    monkeypatch.setattr("examples.captioning.print_table", lambda described: told.update(described=described))
    main([*option, "--picture", str(tmp_path / "sheet.png")])
    assert len(np.unique(told["scenes"][:, ::2], axis=0)) == pairs
    assert is_held_out(told["scenes"]).any() == (pairs == 100)
    assert [canvas.images[0, 0, 0, 0] for canvas in told["canvases"]] == [0.1, 0.2]
    for kind, held_out in zip(told["described"].values(), (False, True)):
        assert set(kind.pictures.flat) == {0, 0.3} and len(kind.shown) == 50
        assert (is_held_out(kind.shown) == held_out).all()


# --- what is counted and drawn

def described(language=english, wrong=()):
    """A Described of 8 scenes, and the captions of some, place -> another caption."""
    vocabulary = Vocabulary(language, "words")
    shown = ALL[::50]
    said = [language(*scene) for scene in shown]
    for place, caption in dict(wrong).items():
        said[place] = caption
    return Described(np.zeros((len(shown), 56, 56, 1)), shown, said, vocabulary)


def test_what_is_right_is_counted_part_by_part():
    shown, vocabulary = np.array([(1, 0, 2)] * 8), Vocabulary(english, "words")
    said = ["a one above a two"] * 3 + ["a one left of a three", "a three above a two", "a one left of a two",
                                        "an one above a two", ""]
    wrong = Described(np.zeros((8, 56, 56, 1)), shown, said, vocabulary)
    assert {name: 8 * np.mean(which(wrong)) for name, which in ROWS.items()} == {
        "right in every word": 3, "the first digit is right": 5, "the relation is right": 4,
        "the second digit is right": 5, "no sentence at all": 2, "wrong ones that name a pair not held out": 8}


def test_wrong_captions_of_pairs_that_training_has_not_seen_are_told_apart():
    wrong = described(wrong=[(0, "a one above a four"), (1, "a one above a two")])
    assert is_held_out(np.array([[1, 0, 4], [1, 0, 2]])).tolist() == [True, False]
    assert wrong.wrong_ones_of_pairs_not_held_out().tolist() == [False, True]


def test_the_table_has_a_column_for_each_kind(capsys):
    print_table({"one": described(), "other": described(wrong=[(0, "")])})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Captions", "of", "pictures", "of", "one", "other"]
    assert lines[1].split()[-4:] == ["100.0", "%", "87.5", "%"] and lines[-1].split()[-2:] == ["-", "-"]


@pytest.mark.slow
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("language, fonts", [(english, []), (korean, []), (korean, ["DejaVu Serif"])])
def test_the_sheet_is_drawn_with_the_fonts_that_there_are(language, fonts, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(captions, "HANGUL", fonts)
    kinds = {"pairs seen": described(language), "pairs held out": described(language, wrong=[(3, ""), (6, "x")])}
    if fonts:  # a font that is there, and cannot draw Hangul, shows that it was the one taken
        with pytest.warns(UserWarning, match="missing from font.* DejaVu Serif"):
            draw_sheet(kinds, tmp_path / "sheet.png")
    else:
        draw_sheet(kinds, tmp_path / "sheet.png")
    assert ("drawn in English" in capsys.readouterr().out) == (language is korean and not fonts)
    assert matplotlib.image.imread(tmp_path / "sheet.png").shape[:2] == (1080, 1440)
