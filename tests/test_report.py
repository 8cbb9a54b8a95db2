"""A comparison trains what it says, once; its record, table, figure and the report's text show what came of it."""
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nn import AdamOptimizer, FullyConnected, Network, he, linear
from report import conditions, document, worker_pool
from report.comparison import Comparison
from report.comparisons import COMPARISONS
from report.figure import Style, against, bars, curve, draw, losses, over, points
from report.measurement import LOSS, TEST, VALIDATION, Measurement, Paired, observed
from report.run import Observations, Outcome, described, outcome, read, record_file
from report.table import grid, markdown, rows
from tests.small import Scale, conv, data
from training.callbacks import Callback
from training.experiment import Experiment
from training.loop import train


def one_layer(activation, optimizer, width=3):
    return [FullyConnected((4, width), activation=activation, optimizer=optimizer, weight_init=he),
            FullyConnected((width, 3), activation=linear, optimizer=optimizer, weight_init=he)]


def small_sets():
    np.random.seed(1)
    return [data(n, 4, dtype=np.float32) for n in (20, 12, 8)]


BASE = Experiment(one_layer, batch_size=5, iterations=6)
SMALL = Comparison("Two learning rates", BASE, {"lr": [0.1, 0.01]}, [losses()], rows(LOSS, VALIDATION, TEST),
                   every=3, load=small_sets)


# --- what varies

@pytest.mark.parametrize("varied, expected", [
    ({"lr": [0.1, 0.2]}, [({"lr": 0.1}, 0.1, 3), ({"lr": 0.2}, 0.2, 3)]),
    ({"lr": {"slow": 0.1}}, [({"lr": "slow"}, 0.1, 3)]),
    ({"width": [5], "lr": [0.1, 0.2]}, [({"width": 5, "lr": 0.1}, 0.1, 5), ({"width": 5, "lr": 0.2}, 0.2, 5)]),
    ({("lr", "width"): [(0.1, 5), (0.2, 6)]}, [({"lr": 0.1, "width": 5}, 0.1, 5), ({"lr": 0.2, "width": 6}, 0.2, 6)]),
    ({("lr", "width"): {"small": (0.1, 5)}}, [({"lr": "small"}, 0.1, 5)]),
    ({("lr", "width"): {("a", "b"): (0.1, 5)}}, [({"lr": "a", "width": "b"}, 0.1, 5)]),
    ({"make_layers": {"wide": lambda activation, optimizer: one_layer(activation, optimizer, 9)}},
     [({"make_layers": "wide"}, 0.001, 9)])])
def test_each_combination_is_a_run(varied, expected):
    found = [(run.labels, run.experiment.lr, run.experiment.layers()[0].wshape[1])
             for run in replace(SMALL, varied=varied).runs()]
    assert found == expected


def test_a_run_may_have_data_of_its_own():
    run = replace(SMALL, varied={"data": {"half": lambda *sets: [(X / 2, Y) for X, Y in sets]}}).runs()[0]
    assert (SMALL.sets(run)[2][0] == small_sets()[2][0] / 2).all() and run.experiment == BASE


@pytest.mark.parametrize("name", COMPARISONS)
def test_quick_takes_a_few_steps_on_a_few_images_with_one_seed(name):
    quick = COMPARISONS[name].quick()
    assert quick.seeds == 1 and quick.images == 600
    assert {run.experiment.steps(600) for run in quick.runs()} <= set(range(1, 7))


@pytest.mark.parametrize("name", [name for name in COMPARISONS if not name.startswith("cifar10")])
def test_each_network_that_is_compared_takes_a_step(name):
    shape, classes = ((2,), 2) if name == "xor" else ((28, 28, 1), 10)
    X, Y = data(4, *shape, classes=classes, dtype=np.float32)
    networks = {described(run.experiment.layers()): run.experiment for run in COMPARISONS[name].runs()[::3]}
    for experiment in networks.values():
        net = Network(experiment.layers(), lr=0.0, loss=experiment.loss)
        assert np.isfinite(net.train_step((abs(X), Y)))


@pytest.mark.slow
@pytest.mark.parametrize("run", COMPARISONS["cifar10-speedrun"].runs(), ids=lambda run: run.labels["make_layers"])
def test_each_part_of_the_speed_run_that_is_left_out_leaves_a_network_that_learns(run):
    experiment, (X, Y) = run.experiment, data(10, 32, 32, 3, classes=10, dtype=np.float32)
    net = Network(experiment.layers(), 0.01, experiment.loss)
    first, *_, last = (net.train_step((experiment.augment(X), Y)) for _ in range(6))
    assert last < first


# --- a run and its record

@pytest.mark.parametrize("steps, at", [(7, [0, 3, 6, 7]), (6, [0, 3, 6])])
def test_a_network_is_observed_every_few_steps_and_at_the_end(steps, at):
    net = Network(one_layer(linear, AdamOptimizer()), 0.1, BASE.loss)
    observations = Observations(lambda net: {"a": 1}, 3)
    train(net, small_sets()[0], batch_size=5, iterations=steps, callbacks=[observations], verbose=False)
    assert [iteration for iteration, _, _ in observations.taken] == at
    assert observations.taken[0][1] == 0 < observations.taken[1][1] < observations.seconds


@pytest.fixture
def record(tmp_path):
    """The file of a record, and a function that does the run again, perhaps changed, and says if it was trained."""
    path = record_file(tmp_path, "small", SMALL.runs()[0], seed=0)

    def again(seed=0, **changes):
        changed = replace(SMALL, **changes)
        return not outcome(changed, changed.runs()[0], seed, path).recorded
    assert again()
    return path, again


def test_a_record_says_what_was_trained(record):
    found = read(record[0])
    assert found.facts["labels"] == {"lr": 0.1} and found.facts["made"]["lr"] == "0.1"
    assert [observation[0] for observation in found.observations] == [0, 3, 6] and len(found.losses) == 6
    assert found.facts["weights"] == 4 * 3 + 3 + 3 * 3 + 3 and found.facts["multiplications"] == 4 * 3 + 3 * 3
    assert 0 <= found.facts["test"] <= 100


def test_the_same_seed_comes_to_the_same_end(record, tmp_path):
    again = outcome(SMALL, SMALL.runs()[0], 0, tmp_path / "again.csv")
    assert again.losses == read(record[0]).losses and again.facts["test"] == read(record[0]).facts["test"]


@pytest.mark.parametrize("changes, trained", [
    ({}, False), ({"title": "another", "panels": []}, False), ({"seed": 1}, True),
    ({"base": replace(BASE, iterations=5)}, True), ({"base": replace(BASE, activation="tanh")}, True),
    ({"varied": {"lr": [0.2]}}, True), ({"every": 2}, True), ({"observed": {"one": lambda *_: 1}}, True),
    ({"images": 15}, True), ({"load": lambda: [(X + 1, Y) for X, Y in small_sets()]}, True),
    ({"base": replace(BASE, make_layers=lambda *given: one_layer(*given, width=4))}, True)])
def test_a_run_is_done_again_when_something_of_it_has_changed(record, changes, trained):
    assert record[1](**changes) == trained


class Remembers(Callback):
    """An augmentation that training tells the epoch, as AlternatingFlip."""

    def on_epoch_begin(self, training):
        self.epoch = training.epoch

    def __call__(self, X):
        return X


def test_training_leaves_nothing_behind_by_which_a_record_would_not_be_known_again(tmp_path):
    small = replace(SMALL, base=replace(BASE, augment=Remembers()))
    first = outcome(small, small.runs()[0], 0, tmp_path / "first.csv")
    assert outcome(small, small.runs()[0], 0, tmp_path / "again.csv").facts["made"] == first.facts["made"]


def test_a_run_is_done_again_when_the_code_has_changed(record, monkeypatch):
    monkeypatch.setattr(conditions, "code", lambda layers: "another")
    assert record[1]()


def test_a_run_is_done_again_when_what_is_observed_is_computed_otherwise(record):
    def one(*_):
        return 1

    def another(*_):
        return 2

    assert [record[1](observed={"one": number}) for number in (one, one, another)] == [True, False, True]


class Halved(AdamOptimizer):
    """An optimizer of one's own."""


def test_the_files_of_a_layer_and_an_optimizer_of_ones_own_are_code_too():
    assert conditions.code(one_layer(linear, AdamOptimizer())) == conditions.code([])
    assert len({conditions.code(layers) for layers in ([], [Scale([1.0])], one_layer(linear, Halved()))}) == 3


def test_a_record_says_under_which_conditions_it_was_made_and_not_those_of_today(record, monkeypatch):
    path, again = record
    then = read(path).facts["conditions"]
    assert then == conditions.text(read(path).facts["made"]["code"]) and f"NumPy {np.__version__}, " in then
    monkeypatch.setattr(conditions, "text", lambda checksum: "others")
    assert not again() and read(path).facts["conditions"] == then


@pytest.mark.parametrize("git, expected", [
    (lambda *_, **options: subprocess.CompletedProcess("", 0, "1a2b3c-dirty\n"), "commit 1a2b3c-dirty"),
    (lambda *_, **options: subprocess.CompletedProcess("", 128, ""), "code 0f"), (None, "code 0f")])
def test_the_commit_is_named_and_without_git_the_checksum_of_the_code(git, expected, monkeypatch):
    def missing(*_, **options):
        raise FileNotFoundError
    monkeypatch.setattr(subprocess, "run", git or missing)
    monkeypatch.setattr(conditions, "ROOT", document.ROOT)
    (conditions.commit.cache_clear(), conditions.text.cache_clear())
    monkeypatch.setattr(Path, "exists", lambda path: True)  # of .git, which a downloaded archive does not have
    assert conditions.text("0f").split(", ")[-1] == expected
    (conditions.commit.cache_clear(), conditions.text.cache_clear())


@pytest.mark.slow
def test_the_command_prints_the_checksum_of_each_comparisons_code():
    printed = subprocess.run([sys.executable, "-m", "report", "--code"], cwd=document.ROOT, capture_output=True,
                             text=True, check=True).stdout
    codes = dict(line.split(" ", 1) for line in printed.splitlines())
    assert list(codes) == list(COMPARISONS) and codes["training"] == conditions.code([])


def test_the_processor_and_its_kernels_are_named(monkeypatch):
    assert conditions.processor() and conditions.blas()
    monkeypatch.setattr(conditions, "Path", lambda name: Path("nowhere"))
    monkeypatch.setattr(conditions.platform, "processor", lambda: "")
    assert conditions.processor() == conditions.platform.machine()
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    assert conditions.blas() == "BLAS not known"


def test_the_sets_are_handed_over_in_their_order(tmp_path):
    sizes = {"sizes": lambda net, training, validation, test: (
        10_000 * len(training[0]) + 100 * len(validation[0]) + len(test[0]))}
    found = outcome(replace(SMALL, observed=sizes), SMALL.runs()[0], 0, tmp_path / "record.csv")
    assert {numbers["sizes"] for _, _, numbers in found.observations} == {201208}
    right = found.observations[-1][2]["validation"] * 12 / 100, found.facts["test"] * 8 / 100
    assert [abs(count - round(count)) < 1e-9 for count in right] == [True, True]


OF_SET = {"flat": 1, "below 0.02": 1, "dead": 1, "spread": 1, "gradient": 0, "training": 0, "training loss": 0,
          "its test pass": 2, "its test loss": 2, "step": 0, "shifted": 1, "growth": 0, "columns": 0}


@pytest.mark.parametrize("name", [name for name, comparison in COMPARISONS.items() if comparison.observed])
def test_what_is_observed_is_of_the_set_that_it_says(name):
    """The other two sets are not there at all."""
    comparison = COMPARISONS[name]
    run = comparison.runs()[0]
    shape = (32, 32, 3) if name.startswith("cifar10") else (28, 28, 1)
    X, Y = data(60, *shape, classes=10, dtype=np.float32)
    net = Network(run.experiment.layers(), lr=0.01, loss=run.experiment.loss)
    for what, number in comparison.observed.items():
        sets = [None, None, None]
        sets[OF_SET[what]] = abs(X), Y
        assert np.isfinite(number(net, *sets))


def test_a_record_that_does_not_say_its_conditions_is_made_anew(record):
    path, again = record
    path.write_text(path.read_text(encoding="utf-8").replace('"conditions"', '"else"'), encoding="utf-8")
    assert again() and not again()


@pytest.mark.parametrize("damage", [b"", b"# {", b"# {}\na,b\n", None])
def test_a_damaged_record_is_made_anew(record, damage):
    path, again = record
    path.write_bytes(path.read_bytes().rsplit(b"\n", 2)[0] if damage is None else damage)
    assert again() and not again()


def test_a_run_that_was_stopped_leaves_no_record(tmp_path, monkeypatch):
    def stop(self, mini_batch):
        raise KeyboardInterrupt
    monkeypatch.setattr(Network, "train_step", stop)
    with pytest.raises(RuntimeError, match="the training was stopped, so there is no outcome to record"):
        outcome(SMALL, SMALL.runs()[0], 0, tmp_path / "record.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_diverges_has_an_outcome(tmp_path):
    far = replace(SMALL, varied={"lr": [1e30]}, base=replace(BASE, optimizer="sgd"))
    found = outcome(far, far.runs()[0], 0, tmp_path / "record.csv")
    assert found.facts["diverged"] and np.isnan(found.facts["test"])
    assert VALIDATION.text([found]) == LOSS.text([found]) == "diverged"
    assert read(tmp_path / "record.csv").facts["diverged"]


def test_what_a_student_gets_wrong_comes_back_as_a_traceback(tmp_path, monkeypatch):
    wrong = replace(SMALL, base=replace(BASE, make_layers=lambda *_: [conv(9, 9, 1, 1)]))
    monkeypatch.setitem(worker_pool.COMPARISONS, "wrong", wrong)
    assert "Traceback" in worker_pool._do(worker_pool.Task("wrong", 0, 0, False), tmp_path)


# --- tables

def made_up(labels, seed=0, losses=(2.0,), validation=50.0, test=40.0, diverged=False):
    facts = {"labels": labels, "seed": seed, "test": test, "diverged": diverged, "weights": 10, "took": 1.0,
             "conditions": "Python 3, commit x",
             "made": {"iterations": "1", "numpy": "2", "code": "x", "sizes": [1, 2, 3], "lr": "0.1", "batch_size": "5",
                      "activation": "'relu'", "optimizer": "'adam'", "weight_decay": "0.0", "schedule": "'constant'"}}
    return Outcome(list(losses), [(0, 0.0, {"validation": 10.0}), (1, 0.5, {"validation": validation})], facts)


@pytest.mark.parametrize("validations, diverged, expected", [
    ([50], [False], "50.00"), ([50, 60], [False] * 2, "55.00 (50.00 to 60.00)"),
    ([50, 60], [False, True], "50.00, 1 of 2 diverged"), ([50], [True], "diverged")])
def test_a_measurement_has_its_mean_and_range(validations, diverged, expected):
    group = [made_up({}, validation=number, diverged=far) for number, far in zip(validations, diverged)]
    assert VALIDATION.text(group) == expected


def test_a_measurement_may_be_of_the_first_observation():
    assert observed("validation", at=0).text([made_up({})]) == "10.00"


TWO = [made_up({"lr": lr, "width": width}, seed, validation=number) for lr, width, seed, number in
       [(0.1, 5, 0, 50), (0.1, 6, 0, 60), (0.2, 5, 0, 70), (0.2, 6, 0, 80),
        (0.1, 5, 1, 50), (0.1, 6, 1, 60), (0.2, 5, 1, 70), (0.2, 6, 1, 90)]]


@pytest.mark.parametrize("table, expected", [
    (rows(VALIDATION), ["| lr | width | validation accuracy, % | the document's |", "| --- | --- | ---: | ---: |",
                        "| 0.1 | 5 | 50.00 |  |", "| 0.1 | 6 | 60.00 |  |", "| 0.2 | 5 | 70.00 |  |",
                        "| 0.2 | 6 | 85.00 (80.00 to 90.00) | 75 |"]),
    (grid("lr", VALIDATION), ["| width |  | lr 0.1 | lr 0.2 |", "| --- | --- | ---: | ---: |",
                              "| 5 | validation accuracy, % | 50.00 | 70.00 |",
                              "| 6 | validation accuracy, % | 60.00 | 85.00 (80.00 to 90.00) |",
                              "| 6 | the document's |  | 75 |"])])
def test_a_table_has_a_line_for_what_varies(table, expected):
    varied = {"lr": [0.1, 0.2], "width": [5, 6]}
    text = markdown(replace(SMALL, varied=varied, table=table, documents={"0.2, 6": "75"}), TWO)
    *lines, empty, conditions = text.splitlines()
    assert lines == expected and empty == ""
    assert conditions.startswith("activation relu, optimizer adam, lr 0.1, batch 5, schedule constant, iterations 1; ")
    assert "seeds 0, 1; 8 runs, 8 seconds of one core" in conditions


@pytest.mark.parametrize("paired, column", [
    (Paired(VALIDATION), ["", "+10.00 (+10.00 to +10.00), higher in 2 of 2", "+10.00 (+10.00 to +10.00), higher in 2 "
                          "of 2", "+15.00 (+10.00 to +20.00), higher in 2 of 2"]),
    (Paired(VALIDATION, "0.2, 5"), ["-20.00 (-20.00 to -20.00), higher in 0 of 2", "-10.00 (-10.00 to -10.00), higher "
                                    "in 0 of 2", "", "+15.00 (+10.00 to +20.00), higher in 2 of 2"])])
def test_rows_are_compared_seed_by_seed(paired, column):
    this = replace(SMALL, varied={"lr": [0.1, 0.2], "width": [5, 6]}, table=rows(paired))
    assert [line[-1] for line in this.table(this, TWO)] == [paired.heading, *column]
    assert paired.heading == f"validation accuracy against {paired.to or 'the row above'}"


def test_what_a_seed_does_to_both_rows_drops_out():
    numbers = [(0.1, 0, 50), (0.1, 1, 80), (0.2, 1, 82), (0.2, 0, 51)]  # the ranges overlap
    outcomes = [made_up({"lr": lr}, seed, validation=number) for lr, seed, number in numbers]
    assert list(rows(Paired(VALIDATION))(SMALL, outcomes))[2][-1] == "+1.50 (+1.00 to +2.00), higher in 2 of 2"


def test_in_a_grid_the_rows_of_a_column_are_compared():
    this = replace(SMALL, varied={"lr": [0.1, 0.2], "width": [5, 6]}, table=grid("lr", Paired(VALIDATION)))
    assert list(this.table(this, TWO))[1:] == [
        ["5", "validation accuracy against the row above", "", ""],
        ["6", "validation accuracy against the row above", "+10.00 (+10.00 to +10.00), higher in 2 of 2",
         "+15.00 (+10.00 to +20.00), higher in 2 of 2"]]


@pytest.mark.parametrize("diverged, expected", [
    ([False, True], "+5.00 (+5.00 to +5.00), higher in 1 of 1"), ([True, True], "diverged")])
def test_a_run_that_diverged_makes_no_pair(diverged, expected):
    outcomes = [made_up({"lr": lr}, seed, validation=50 + 50 * lr, diverged=far and lr == 0.2)
                for lr in (0.1, 0.2) for seed, far in enumerate(diverged)]
    assert list(rows(Paired(VALIDATION))(SMALL, outcomes))[2][-1] == expected


def test_conditions_that_differ_are_all_named():
    one, other = made_up({"lr": 0.1}), made_up({"lr": 0.2})
    other.facts["conditions"] = "Python 4, commit y"
    assert markdown(SMALL, [one, other]).endswith("2 seconds of one core; Python 3, commit x; Python 4, commit y.\n")


def test_a_setting_that_differs_is_not_said_of_all():
    one, other = made_up({"make_layers": "a"}), made_up({"make_layers": "b"})
    other.facts["made"]["lr"] = "0.2"
    conditions = markdown(replace(SMALL, varied={"make_layers": {"a": one_layer, "b": one_layer}}), [one, other])
    assert "optimizer adam, batch 5" in conditions and "lr" not in conditions


# --- figures

def test_a_line_has_its_mean_and_its_range():
    outcomes = [made_up({"lr": 0.1}, seed, losses=[2.0, number]) for seed, number in enumerate((1.0, 2.0, 6.0))]
    figure = draw(replace(SMALL, panels=[losses(window=1)]), outcomes)
    axes, free = figure.axes
    assert axes.lines[0].get_ydata().tolist() == [2.0, 3.0]
    assert {tuple(point) for point in axes.collections[0].get_paths()[0].vertices} == {(0, 2), (1, 1), (1, 6)}
    assert [text.get_text() for text in free.get_legend().get_texts()] == ["lr 0.1"]


@pytest.mark.parametrize("panel, drawn", [
    (losses(), [[2.0], [2.0], [2.0], [2.0]]), (losses(where={"lr": 0.1}), [[2.0], [2.0]]),
    (curve("validation", "%", by=["lr"]), [[10, 55], [10, 77.5]]), (against("lr"), [[50, 70], [60, 85]]),
    (against("lr", where={"width": 6}), [[60, 85]]), (points("lr"), [[50, 60, 70, 85]]),
    (over(Measurement("weights", lambda outcome: 10)), [[50], [60], [70], [85]])])
def test_a_panel_draws_the_lines_that_it_says(panel, drawn):
    axes, _ = draw(replace(SMALL, panels=[panel]), TWO).axes
    lines = [list(line.get_ydata()) for line in axes.lines if line.get_marker() != "_"]  # _: the ends of an error bar
    assert lines == drawn


def test_a_large_loss_leaves_no_step_behind():
    outcomes = [made_up({"lr": 0.1}, losses=[1e6, *np.linspace(2, 1, 50)])]
    axes, _ = draw(replace(SMALL, panels=[losses(window=5)]), outcomes).axes
    assert abs(np.diff(axes.lines[0].get_ydata()[3:])).max() < 0.05


def test_where_a_run_diverged_there_is_a_line():
    outcomes = [made_up({"lr": lr, "width": 5}, diverged=lr == 0.3) for lr in (0.1, 0.2, 0.3)]
    axes, free = draw(replace(SMALL, panels=[against("lr")]), outcomes).axes
    assert [list(line.get_xdata()) for line in axes.lines] == [[0.1, 0.2, 0.3], [0.3, 0.3]]
    assert [text.get_text() for text in free.get_legend().get_texts()] == ["width 5", "width 5: diverged"]


def test_a_curve_over_epochs_has_its_iterations_in_epochs():
    outcomes = [made_up({"lr": 0.1})]
    outcomes[0].facts["made"].update(batch_size="5", sizes=[10, 0, 0])
    axes, _ = draw(replace(SMALL, panels=[curve("validation", "%", x="epochs")]), outcomes).axes
    assert list(axes.lines[0].get_xdata()) == [0, 0.5]


def test_bars_have_the_documents_figure_as_a_line_across():
    axes, free = draw(replace(SMALL, panels=[bars(VALIDATION, document=43.57)]), TWO).axes
    assert list(axes.lines[-1].get_xdata()) == [43.57] * 2
    assert [text.get_text() for text in free.get_legend().get_texts()] == ["the document's"]


def test_a_limit_that_would_hide_everything_is_let_go():
    axes, _ = draw(replace(SMALL, panels=[losses(ylim=(0, 1))]), TWO).axes
    assert axes.get_ylim()[1] > 2


def test_with_two_panels_the_legend_is_below_them():
    figure = draw(replace(SMALL, panels=[losses(), losses()]), TWO)
    assert len(figure.axes) == 2 and len(figure.legends[0].get_texts()) == 4


def test_bars_are_as_long_as_their_values():
    axes, _ = draw(replace(SMALL, panels=[bars(VALIDATION)]), TWO).axes
    assert [bar.get_width() for bar in axes.patches] == [50, 60, 70, 85]


# --- the report

@pytest.mark.parametrize("file", document.DOCUMENTS, ids=lambda file: file.name)
def test_the_reports_tables_are_those_that_the_command_wrote_and_its_links_lead_to_the_code(file):
    text = file.read_text(encoding="utf-8")
    assert text == document.filled_in(text), "run `python -m report`, which fills in tables and line numbers"


@pytest.mark.parametrize("file", document.DOCUMENTS, ids=lambda file: file.name)
def test_the_report_shows_each_comparison(file):
    text = file.read_text(encoding="utf-8")
    shown = [name for name, comparison in COMPARISONS.items()
             if not comparison.only_named or (document.MADE / f"{name}.md").exists()]
    assert [name for name in shown
            if f"<!-- table: {name} -->" not in text or f"](report/{name}.png)" not in text] == []
    assert sorted(made.name for made in document.MADE.iterdir()) == sorted(
        f"{name}.{ending}" for name in shown for ending in ("md", "png"))


def test_tables_and_links_are_filled_in(tmp_path, monkeypatch):
    monkeypatch.setattr(document, "MADE", tmp_path)
    (tmp_path / "a.md").write_text("new\n", encoding="utf-8")
    first, last = document.lines("nn/activation.py", "ReLU.deriv")
    assert document.filled_in("<!-- table: a -->\nold\n<!-- end -->\n[`ReLU.deriv`](../nn/activation.py#L1-L2)") == (
        f"<!-- table: a -->\nnew\n<!-- end -->\n[`ReLU.deriv`](../nn/activation.py#L{first}-L{last})")
    code = (document.ROOT / "nn" / "activation.py").read_text(encoding="utf-8").splitlines()[first - 1:last]
    assert code[0].strip() == "def deriv(self, x):" and "heaviside" in code[-1]


def test_a_link_to_what_is_not_there_is_refused():
    with pytest.raises(ValueError, match="nn/activation.py has no ReLU.nothing"):
        document.filled_in("[`ReLU.nothing`](../nn/activation.py#L1-L2)")


def test_documents_are_compared_by_labels_that_there_are():
    for name, comparison in COMPARISONS.items():
        labels = {", ".join(map(str, run.labels.values())) for run in comparison.runs()}
        assert set(comparison.documents) <= labels, name


def test_no_two_lines_of_a_figure_look_alike():
    style = Style()
    assert len({(look["color"], look["linestyle"]) for look in map(style, map(str, range(16)))}) == 16
