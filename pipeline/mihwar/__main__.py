"""`python -m pipeline` is `mihwar`."""

from mihwar.cli import main

if __name__ == "__main__":
    main()
