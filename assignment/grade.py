"""The command that grades: `python -m assignment.grade PATH ...`, of which assignment/grading/command.py says more."""
from assignment.grading.command import main

if __name__ == "__main__":
    main()
