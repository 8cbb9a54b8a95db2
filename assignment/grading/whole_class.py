"""A class is graded in as many processes as there are cores, and equal answers once."""
import os
import shutil
from concurrent.futures import ThreadPoolExecutor, wait

from assignment.grading import grader
from assignment.grading.data import training_data, write_public_copy
from assignment.grading.failures import outcome, started
from assignment.judging import isolation, process
from assignment.judging.scratch import new_folder
from assignment.problems import GRADED


def conditions(seed, folder):
    """What a class is graded under; `folder` gets the data that its answers may see."""
    data = folder / "data"
    write_public_copy(data)
    return grader.Conditions(seed, data, training_data(seed), isolation.is_possible())


def grade_all(found, seed, journal, show):
    """Grade Submissions in as many processes as there are cores. show(submission, number -> Grade), in their order.

    Equal answers are graded once. Where answers are not isolated, those of problems 4 and 5, which find our other
    answers on their path, wait for all others: what they write down helps nobody. Returns the list of those dicts.
    """
    folder, pool = new_folder(), ThreadPoolExecutor(os.cpu_count())
    try:
        given = conditions(seed, folder)
        running = {}

        def start(files, number):
            answer = grader.Answer(files, number)
            key = answer.key(seed)
            if key not in running:
                running[key] = pool.submit(journal.graded, key, lambda: grader.grade(answer, given))
            return running[key]

        waiting = [{} for _ in found]
        for numbers in ((GRADED,) if given.isolated else ((2, 3, 6), (4, 5))):
            wait(running.values())
            for one, futures in zip(found, waiting):
                futures.update({number: started(start, one.files, number) for number in numbers})
        all_grades = []
        for one, futures in zip(found, waiting):
            all_grades.append({number: outcome(futures[number], number) for number in GRADED})
            show(one, all_grades[-1])
        return all_grades
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        process.stop()
        raise
    finally:
        pool.shutdown()
        shutil.rmtree(folder, ignore_errors=True)
