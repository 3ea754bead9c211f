"""The language of a text."""

_LETTERS = 2000  # enough to tell by
UNDETERMINED = "und"


def identify(text: str) -> str:
    """ISO 639-1 code of the likeliest of py3langid's 97 languages; `und` where there is not one letter to tell by."""
    from py3langid import classify

    head = text[:_LETTERS]
    if not any(map(str.isalpha, head)):
        return UNDETERMINED
    code: str = classify(head)[0]
    return code
