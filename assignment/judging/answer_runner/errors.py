"""An exception of a submission's code is told as type, text, and the place in its files."""
import os
import traceback

LONGEST = 400  # characters that are shown


def told(error, project):
    """{"text", "file", "line"} of an exception: file and line are the last in the folder `project`, or "" and 0."""
    text = " ".join(f"{type(error).__name__}: {_text(error)}".split())
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        text = f"{type(error).__name__}: {error.msg}"
        frames.append((error.filename, error.lineno))
    if isinstance(error, SystemExit):
        text += " (it ends the program)"
    here = project + os.sep
    text = text.replace(here, "")
    text = text if len(text) <= LONGEST else text[:LONGEST] + "..."
    places = [(os.path.relpath(os.path.abspath(file), project), line) for file, line in frames
              if os.path.abspath(file).startswith(here)]
    file, line = places[-1] if places else ("", 0)
    return {"text": text, "file": file.replace(os.sep, "/"), "line": line or 0}


def _text(error):
    try:
        return str(error)
    except BaseException:  # an exception of the submission's own
        return ""
