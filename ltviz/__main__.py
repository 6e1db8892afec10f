"""`python -m ltviz` is `ltviz`."""

from ltviz.cli import main

if __name__ == "__main__":
    main()
