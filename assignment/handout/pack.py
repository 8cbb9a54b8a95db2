"""Build the zip that you hand in: `python pack.py` asks for your number and name, and tries what is in the zip.

--number and --name answer beforehand, --lang ko or --lang en changes the language.
"""
import sys

from check import HANDOUT
from judging.checking.pack import main

if __name__ == "__main__":
    sys.exit(main(HANDOUT))
