"""`python -m pipeline` is `mihwar`."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
