"""The journal of a grading holds what is graded so far, so that a grading that was stopped can go on."""
import json
from threading import Lock

from assignment.grading.grader import Grade
from assignment.judging.words import from_json, to_json


class Journal:
    """What is graded so far, by the key of a grader.Answer, in memory and, a line each, in a file if there is one."""

    def __init__(self, file):
        self.file, self.done, self.seed, self.lock = file, {}, None, Lock()
        if file is not None and file.is_file():
            self._read(file.read_text(encoding="utf-8").splitlines())

    def _read(self, lines):
        for line in lines:
            try:
                key, value = json.loads(line)
            except ValueError:
                continue  # the line that was being written when the grading was stopped
            if key == "seed":
                self.seed = value
            else:
                self.done[key] = Grade(value["points"], [(lost, from_json(line)) for lost, line in value["losses"]],
                                       value["network"])

    def add(self, key, value):
        if self.file is not None:
            with self.lock, open(self.file, "a", encoding="utf-8") as file:
                file.write(json.dumps([key, value]) + "\n")

    def graded(self, key, work):
        """The Grade under this key; work() if it is not there yet."""
        if key not in self.done:
            self.done[key] = work()
            grade = self.done[key]
            self.add(key, {"points": grade.points, "losses": [(lost, to_json(line)) for lost, line in grade.losses],
                           "network": grade.network})
        return self.done[key]
