"""`python -m mihwar` is the command `mihwar`."""

from mihwar.cli import main

if __name__ == "__main__":
    main()
