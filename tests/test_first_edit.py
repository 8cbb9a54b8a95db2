"""Mistakes of a first edit are answered: the message names the place, what was expected, what came, what to write.

Rules decide, not we: `judged` reads the message, puts into the program what it says to write, and runs it once more. So
advice that leads nowhere is found, too. Set SHOW_MISTAKES=1 to see each message.
"""
import ast
import contextlib
import io
import os
import re
import warnings
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

import mnist_test
import nn
from inspection.summary import Summary
from inspection.trace import Trace
from nn.activation import LeakyReLU, ReLU
from nn.metrics import accuracy, evaluate
from readers.mnist import load_images
from tests import mistakes
from tests.small import Scale
from training import command
from training.augment import Compose, RandomFlip
from training.callbacks import Callback, Validation
from training.experiment import Experiment
from training.loop import batches, train
from training.schedule import Cosine, OneCycle

FOUR = {"place", "expected", "got", "write"}
BAD = {"silent", "bare", "misleading", "noisy", "address", "long"}
EXPECTED = re.compile(r"\b(must|expect(s|ed)?|needs?|takes?|settings? (are|is)|has no|one of|should|is expected)\b|"
                      r"is an? |make one for each")
GOT = re.compile(r"\b(but|was given|has no|there (is|are)|returned|holds?|hold|sums? to|reach|is no|are no|not given|"
                 r"without|missing|is there already|called|stands|cannot|differ|is the)\b|\bare \(")
ADVICE = re.compile(r"\b(?:write|call|such as|did you mean|put|set|take|give|with) (?P<code>.+)")
NO_ADVICE = ("it", "them", "a", "the", "one", "names", "each", "numbers")


# --- a program, and what it says

class Piece(SimpleNamespace):
    """before + wrong + after is the program."""

    @property
    def code(self):
        return self.before + self.wrong + self.after


def pieces(text):
    for line in text.strip().splitlines():
        before, wrong, after = re.fullmatch("(.*?)«(.*)»(.*)", line).groups()
        yield Piece(before=before, wrong=wrong, after=after)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Files that mistakes name, in a folder that is the current one."""
    folder = tmp_path_factory.mktemp("first_edit")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(command, "draw_history", lambda *given, **named: None)
        (folder / "text.txt").write_text("no weights")
        paths = {"text": "text.txt", "mlp": "mlp.npz", "other": "other.npz", "checkpoint": "checkpoint.npz"}
        said(run_command, "--network mlp --save mlp.npz --checkpoint checkpoint.npz", {})
        said(run_command, "--network assignment --save other.npz", {})
        yield paths


def small_sets(path=None):
    if path is not None:
        return load_images(path)
    generator = np.random.default_rng(0)
    return [(generator.random((20, 28, 28, 1), np.float32), nn.one_hot(np.arange(20) % 10, 10)) for _ in range(3)]


def run_command(line, files):
    argv = ["" if word == "''" else word.format(**files) for word in line.split()]
    if not {"--epochs", "--iterations", "--resume"} & {*argv}:
        argv += ["--iterations", "1"]
    command.run(mnist_test.EXPERIMENTS, small_sets, mnist_test.__doc__, argv)


def namespace(files):
    """What a student's program has imported and made, before the line that is wrong."""
    adam, labels = nn.AdamOptimizer(), np.arange(8) % 10
    X, Y = np.random.default_rng(0).random((8, 28, 28, 1), np.float32), nn.one_hot(labels, 10)
    conv, dense = ({"activation": nn.relu, init: nn.he, "optimizer": adam} for init in ("filter_init", "weight_init"))

    def mlp(activation, optimizer):
        return [nn.Flatten((28, 28, 1)), nn.FullyConnected((784, 10), nn.linear, nn.he, optimizer)]

    names = {name: getattr(nn, name) for name in nn.__all__}
    names.update({one.__name__: one for one in (
        LeakyReLU, ReLU, Summary, Trace, Callback, Validation, Experiment, Cosine, OneCycle, Compose,
        RandomFlip, Scale, accuracy, evaluate,
        load_images, batches, train, mlp)})
    net = nn.Network(mlp(None, adam), 0.1, nn.cross_entropy)
    return {**names, "np": np, "adam": adam, "labels": labels, "X": X, "Y": Y, "conv": conv, "dense": dense,
            "train_set": (X, Y), "validation_set": (X, Y), "images": X, "net": net, "layers": mlp(None, adam),
            "logits": nn.FullyConnected((784, 10), nn.linear, nn.he, adam), "folder": os.getcwd(),
            "square": nn.FullyConnected((784, 784), nn.relu, np.zeros, adam), "shp": (784, 10),
            "cnn_net": nn.Network([nn.Conv((5, 5, 1, 2), **conv)], 0.1, nn.mse),
            "dense_net": nn.Network([nn.FullyConnected((784, 10), **dense)], 0.1, nn.mse),
            "command_layers": lambda: mnist_test.mlp(nn.relu, adam)[1:], "kept": files["mlp"],
            "other_weights": files["other"], "text_file": files["text"], "checkpoint": files["checkpoint"]}


def said(run, *arguments):
    """(all that a person reads when it runs: warnings, lines, the error; the error's type, None if there is none)."""
    printed, error = io.StringIO(), None
    np.random.seed(0)
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), warnings.catch_warnings(
            record=True) as warned:
        warnings.simplefilter("always")
        try:
            run(*arguments)
        except SystemExit as exit:
            error = exit if exit.code else None
        except BaseException as other:
            error = other
    lines = [line for line in printed.getvalue().splitlines() if not line.startswith(PROGRESS)]
    lines += [f"{one.category.__name__}: {one.message}" for one in warned]
    if error is not None and not isinstance(error, SystemExit):
        lines.append(f"{type(error).__name__}: {error}")
    elif isinstance(error, SystemExit) and isinstance(error.code, str):
        lines.append(error.code)
    return "\n".join(lines), error


PROGRESS = ("Iteration: ", "Epoch ", "####", "Calculate", "Accuracy", "Loss over", "Weights: ", "Going on")


def execute(code, files):
    exec(code, namespace(files))


# --- what it says to write, put into the program

def advised(message):
    """The pieces of code that the message says to write, as many as can be read; `...` stands for what is there."""
    for found in re.finditer(r"\b(?:write|written|call|such as|did you mean|take) ", message):
        words = re.split(r"(?<=[ ,;:.?)])", re.split(r", (?:or|which|without|if|and|with) ", message[found.end():])[0])
        for n in range(min(len(words), 40), 0, -1):
            code = "".join(words[:n]).strip().rstrip(".,;:?")
            if code and parses(code):
                yield code
                break


def parses(code):
    if code in NO_ADVICE or code.startswith("*"):
        return False
    for form in ("{}", "f({})", "f({}None)"):
        try:
            ast.parse(form.format(code), mode="eval")
            return form != "f({}None)" or code.endswith("=")
        except SyntaxError:
            pass
    return False


def calls(piece):
    """The calls that the wrong piece is in, is, or has in it: (start, end, node), the nearest first."""
    code, start, end = piece.code, len(piece.before), len(piece.before) + len(piece.wrong)
    try:
        nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return []
    spans = [(node.col_offset, node.end_col_offset, node) for node in nodes]
    around = [span for span in spans if span[0] <= start and end <= span[1]]
    within = [span for span in spans if start <= span[0] and span[1] <= end and span not in around]
    return sorted(around, key=lambda span: span[1] - span[0]) + sorted(within, key=lambda span: span[0] - span[1])


def name_of(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)


def mended(piece, message):
    """Programs in which what the message says to write was put in the place of what is wrong."""
    names = {**vars(nn), "train": train, "Network": nn.Network, "batches": batches, "accuracy": accuracy,
             "Experiment": Experiment, "LeakyReLU": LeakyReLU, "OneCycle": OneCycle, "Cosine": Cosine, "Progress": None}
    for advice in advised(message):
        yield from filter(None, [put(piece, advice, message, names)])
    if "square brackets around it" in message:
        yield f"{piece.before}[{piece.wrong}]{piece.after}"
    left_out = re.search(r"leave (?:the )?(?P<what>\S+?) out", message)
    if left_out:
        yield left(piece, left_out["what"])
    if re.search(r"\b[Nn]ame (another|one|their)\b|Correct the path", message):
        other = "data" if "load_images" in piece.code else "mlp.npz"
        net = "Network(mlp(None, adam)[:0] + [Flatten((28, 28, 1)), *command_layers()], 0.1, cross_entropy)"
        replaced = piece.code.replace(piece.wrong, "'data'" if other == "data" else "kept")
        yield replaced.replace("net.load", f"{net}.load")
    if "write * before" in message:
        yield f"{piece.before}*{piece.wrong}{piece.after}"
    if "write // in place of /" in message:
        yield piece.before + piece.wrong.replace("/", "//") + piece.after


def left(piece, what):
    """The program without a setting, or without the call of something."""
    if piece.before.endswith(".") and piece.wrong.startswith(what):
        return "pass"
    if what == piece.wrong.strip('"\''):
        what = piece.wrong
    code = re.sub(rf",? ?\b{re.escape(what)}=(\([^)]*\)|[^,()]+)", "", piece.code)
    if code == piece.code:
        code = piece.before + re.sub(rf"\b{re.escape(what)}\((.*?), \w+\)", r"\1", piece.wrong) + piece.after
    if code == piece.code:
        code = re.sub(rf"\b{re.escape(what)}\((\w+), \w+\)", r"\1", code)
    if code == piece.code and what == piece.wrong:
        code = re.sub(r",\s*(?=\))", "", re.sub(r"\[, ", "[", piece.before.rstrip(", ") + piece.after))
    return code


def put(piece, advice, message, names):
    code = piece.code
    if re.fullmatch(r"\w+=", advice):
        wrong = re.search(r"(?:setting|argument) '(\w+)'", message)
        return wrong and re.sub(rf"\b{wrong[1]}=", advice, code)
    if re.fullmatch(r"\w+=(?!=).+", advice, re.S):
        return with_setting(piece, *advice.split("=", 1), names)
    node = ast.parse(advice, mode="eval").body
    named = re.match(r"(images?|labels|sequence|words|X|Y)\b(?=[.\[ ])", advice)
    if named:  # images.T, of the images that stand in the program
        return f"{piece.before}({piece.wrong}){advice[named.end():]}{piece.after}"
    if isinstance(node, ast.Tuple) and len(node.elts) == 2 and not piece.wrong.startswith("("):
        pair = re.search(r"\((X, )$", piece.before)
        if pair:
            return piece.before[:pair.start()] + advice + piece.after.replace(")", "", 1)
        if "," in piece.wrong:
            return piece.before + advice[1:-1] + piece.after
    if isinstance(node, ast.Call):
        for start, end, call in calls(piece):
            if name_of(call.func) in (name_of(node.func), name_of(getattr(node.func, "value", None))):
                return code[:start] + filled(advice, node, call, code) + code[end:]
        if piece.before.endswith(".") and isinstance(node.func, ast.Name):
            return advice + piece.after  # net.fit(...) -> train(net, ...)
        if "..." in advice:
            more = "**conv" if "Conv(" in advice else "**dense"
            return piece.before + advice.replace("...", more) + piece.after
    return piece.before + of_piece(advice, piece.wrong) + piece.after


def of_piece(advice, wrong):
    """one_hot(labels, 10), of the labels that stand in the program."""
    for name, word in (("labels", "labels"), ("images", "X")):
        if word in wrong and advice.count(name) == 1:
            return re.sub(rf"\b{name}\b", lambda found: f"({wrong})", advice)
    return advice


def with_setting(piece, name, value, names):
    """The program with another value of a setting, in the nearest call that has, or may have it."""
    code = piece.code
    for *_, call in calls(piece):
        for keyword in call.keywords:
            if keyword.arg == name:
                return code[:keyword.value.col_offset] + value + code[keyword.value.end_col_offset:]
    for _, end, call in calls(piece):
        function = names.get(name_of(call.func))
        order = settings_of(function)
        if name in order:
            place = order.index(name)
            if place < len(call.args):
                old = call.args[place]
                return code[:old.col_offset] + value + code[old.end_col_offset:]
            return f"{code[:end - 1]}{', ' * (code[end - 2] != '(')}{name}={value}){code[end:]}"
    assigned = re.fullmatch(rf"(.*\b{name}(?: = |=))", piece.before)
    if assigned:
        return piece.before + value + piece.after
    return None


def settings_of(function):
    code = getattr(getattr(function, "__init__", None) if isinstance(function, type) else
                   getattr(function, "__wrapped__", function), "__code__", None)
    names = list(code.co_varnames[:code.co_argcount + code.co_kwonlyargcount]) if code else []
    return names[1:] if isinstance(function, type) else names


def filled(advice, node, call, code):
    """The call that is advised, with the settings of the one that stands there in the place of `...`."""
    if not any(isinstance(arg, ast.Constant) and arg.value is ... for arg in node.args):
        return advice
    named = {keyword.arg for keyword in node.keywords}
    rest = ["**" + ast.get_source_segment(code, keyword.value) if keyword.arg is None else
            f"{keyword.arg}={ast.get_source_segment(code, keyword.value)}"
            for keyword in call.keywords if keyword.arg not in named or keyword.arg is None]
    unnamed = [ast.get_source_segment(code, arg) for arg in call.args if not is_number(arg)]
    own = [ast.get_source_segment(advice, arg) for arg in node.args
           if not (isinstance(arg, ast.Constant) and arg.value is ...)]
    own_named = [f"{keyword.arg}={ast.get_source_segment(advice, keyword.value)}" for keyword in node.keywords]
    return f"{advice[:advice.index('(')]}({', '.join(own + unnamed + rest + own_named)})"


def is_number(node):
    """Whether it is a number, a text, or a tuple or list of them: a shape, right or wrong."""
    return not [part for part in ast.walk(node) if isinstance(part, (ast.Name, ast.Lambda))]


def mended_command(piece, message):
    for found in re.finditer(r"(?:did you mean|write|such as) ([^\s;,]+(?: [\w.]+)?)", message):
        words = found[1].rstrip("?.,;:)")
        option = words.split()[0]
        if option.startswith("--") and option in piece.code.split():
            yield re.sub(rf"{option} \S+", words, piece.code)
        yield re.sub(r"(--\S+) $", "", piece.before) + words + piece.after if " " in words else (
            piece.before + words + piece.after)
        yield f"{piece.code} {words}"
    found = re.search(r"leave (\S+) out", message)
    if found:
        line = piece.before + piece.wrong + piece.after
        yield re.sub(rf"{re.escape(found[1])}( [^-\s]\S*)?", "", line)
    if re.search(r"\bname (a|an|one|another|its|the)\b|Name |Correct the path", message):
        option = (re.findall(r"--\w+", piece.before + piece.wrong) or [""])[-1]
        other = {"--load": "{mlp}", "--resume": "{checkpoint}", "--picture": "curve.png", "--digit": "", "--data": "",
                 "--checkpoint": "new.npz", "--save": "new.npz"}.get(option)
        if other:
            yield piece.before + other + piece.after
        yield re.sub(r"(--\S+) $", "", piece.before) + piece.after


# --- the verdict

def judged(piece, run, mend, files):
    """(which of the four the message has, with "misleading", "silent" or "noisy" if it is; the message)."""
    message, error = said(run, piece.code, files)
    if not message:
        return {"silent"} if error is None else {"bare"}, message
    verdict = set()
    message = re.sub(r"^\w+: (?=\w)", "", message) if re.match(r"\w*(Error|Warning|Misfit): ", message) else message
    words = {word for word in re.findall(r"[A-Za-z_]\w+", piece.code) if len(word) > 1}
    if re.search(r"layers?\[?\b \d|layers\[\d|--\w|the (training|validation|given|test) set|row \d|Scale", message) or (
            words & {*re.findall(r"[A-Za-z_]\w+", message)}) or re.search(
                r"\b(the (images|labels|loss)|layers|lr|dtype|cross_entropy|a network)\b", message):
        verdict.add("place")
    if EXPECTED.search(message):
        verdict.add("expected")
    if GOT.search(message):
        verdict.add("got")
    if "RuntimeWarning" in message:
        verdict.add("noisy")
    if " at 0x" in message:
        verdict.add("address")
    if isinstance(error, SystemExit) and "\n" in message.strip():
        verdict.add("long")
    tried = list(dict.fromkeys(code for code in mend(piece, message) if code and code != piece.code))[:3]
    if tried:
        again = [said(run, code, files) for code in tried]
        helps = [not second or (second[:50] != message[:50] and not isinstance(
            error_2, (SyntaxError, NameError))) for second, error_2 in again]
        verdict.add("write" if any(helps) else "misleading")
    return verdict, message


def programs():
    """(piece, function that runs it, function that mends it) of each mistake."""
    for text in (mistakes.LAYERS, mistakes.NETWORKS, mistakes.DATA, mistakes.TRAININGS):
        yield from ((piece, execute, mended) for piece in pieces(text))
    yield from ((piece, run_command, mended_command) for piece in pieces(mistakes.COMMANDS))


ALL = list(programs())


@pytest.mark.slow
def test_mistakes_of_a_first_edit_are_answered(files):
    """Nine of ten with place, expected, got and what to write; none is silent, and no advice leads nowhere."""
    rows = [(piece.code, *judged(piece, run, mend, files)) for piece, run, mend in ALL]
    counts = Counter("all four" if verdict == FOUR else "silent" if "silent" in verdict else
                     "misleading" if "misleading" in verdict else "partly" for _, verdict, _ in rows)
    for code, verdict, message in rows if os.environ.get("SHOW_MISTAKES") else []:
        print(f"{' '.join(sorted(verdict ^ FOUR)) or 'ok'}: {code}\n    {message[:600]}")
    print(len(rows), dict(counts))
    assert counts["all four"] >= 0.95 * len(rows) >= 300
    assert [(code, message) for code, verdict, message in rows if verdict & BAD] == []


@pytest.mark.parametrize("piece, run, mend", ALL[5::12], ids=lambda given: getattr(given, "code", ""))
def test_some_of_them_quickly(piece, run, mend, files):
    verdict, message = judged(piece, run, mend, files)
    assert verdict & BAD == set() and len(verdict & FOUR) >= 3, message


@pytest.mark.parametrize("code, verdict", [
    ("FullyConnected((784, 10), «bias=1.0», **dense)", FOUR), ("«1 / 0»", {"place", "expected", "got"}),
    ("«X + 1»", {"silent"})])
def test_rules_tell_good_messages_from_bad_ones(code, verdict, files):
    [piece] = pieces(code)
    found, _ = judged(piece, execute, mended, files)
    assert verdict <= found if verdict != {"place", "expected", "got"} else not found & {"expected", "write"}
