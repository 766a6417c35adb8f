"""What a reader is told beside the answers."""

from arcsweep.classifier.model import Classifier
from arcsweep.classifier.summary import summary_lines, threshold_line, warnings

from .exports import asked, export
from .test_model import hopeless

CLASSIFIER = Classifier(export())
TASKS = [asked("aaaa0001"), asked("aaaa0002"), asked("aaaa0003", n_pairs=2), asked("b", n_pairs=1)]


def test_coverage_seen_and_short_tasks_are_told() -> None:
    answers = CLASSIFIER.classify_all(TASKS, answer_all=True)
    text = "\n".join(summary_lines(CLASSIFIER, answers, answer_all=True))
    assert "4 of 4 tasks answered (100 %, as asked)" in text
    assert "1 trained the models" in text and "1 not seen" in text
    assert "1 task has 1 of the 3 pairs" in text and "views of pairs 1-1-1" in text
    assert "views of pairs 1-2-1 and 2-1-2" in text
    assert "of the 1 tasks here that validated the search" in text


def test_the_threshold_comes_with_both_intervals() -> None:
    line = threshold_line(CLASSIFIER.rule(0.6), answer_all=False)
    assert line.count("95 % interval") == 2
    assert "chosen for a precision of 60 %: of 200 held-out tasks" in line


def test_a_precision_out_of_reach_is_said() -> None:
    rule = Classifier(export(held_out=hopeless())).rule(0.8)
    assert 'every task gets "I don\'t know"' in threshold_line(rule, answer_all=False)
    assert "as asked" in threshold_line(rule, answer_all=True)


def test_flattering_tasks_and_unknown_precision_are_warned_of() -> None:
    told = warnings(CLASSIFIER, CLASSIFIER.classify_all(TASKS))
    assert "flatter" in told[0]
    assert "is unknown" in told[1]
    assert len(warnings(CLASSIFIER, CLASSIFIER.classify_all(TASKS[:1]))) == 1
