"""Arabic: the small words that are written onto a word, and the endings that make it another form of itself.

Light stemming in the manner of Larkey et al. (2007, "Light stemming for Arabic information retrieval"), but nothing is
taken
off unless the corpus also writes the word without it:
    و is a word in وبوتين, where بوتين is found too, and a letter in وزير.
"""

from collections.abc import Iterator, Mapping, Sequence

from mihwar.words.stopwords import news_words, stop_words

_CONJUNCTIONS, _PREPOSITIONS = ("و", "ف"), ("ب", "ك", "ل")
_ALEFS = str.maketrans("أإآٱى", "ااااي")
_ENOUGH = 0.3  # of its times with a letter before it a word must be there without, for that letter to be a word
_NOUN = 0.05  # a word that also has the article this often begins with a letter, not with a small word: اللجنة
# So much of its plural's worth a singular must have: عملات is of عملة, not of عمل, but انتخابات of انتخاب.
_PLURAL = 0.1
_POSSESSIVES = ("ها", "هما", "هم", "هن", "نا", "كم", "ه", "ي")
_Counts = Mapping[str, int]


def bare(words: Sequence[str], counts: Sequence[int]) -> list[str]:
    """Each word without the conjunctions and prepositions written onto it, as the corpus writes it alone.

    وبوتين, لبوتين and بوتين become بوتين, للمدينة becomes المدينة, وقال becomes قال; وزير, لجنة and بنك stay.

    Args:
        words: all words of a corpus, `normalise`d.
        counts: how often each is there.
    """
    known = dict(zip(words, counts, strict=True))
    return [_bare(word, known) for word in words]


def _bare(word: str, known: _Counts) -> str:
    for _ in range(2):  # ولبوتين has two
        shorter = next(_without_clitic(word, known), None)
        if shorter is None:
            break
        word = shorter
    return word


def _without_clitic(word: str, known: _Counts) -> Iterator[str]:
    """What a word may be without what is written onto it, the most certain first."""
    first, rest = word[:1], word[1:]
    if first not in _CONJUNCTIONS + _PREPOSITIONS or word in stop_words("ar"):
        return
    if len(rest) > 1 and (rest in stop_words("ar") or rest in news_words("ar")):
        yield rest
    yield from _definite(word, known)
    if first in _CONJUNCTIONS and rest[:1] in _PREPOSITIONS:
        yield from _definite(rest, known)
    yield from (
        alone
        for alone in ([rest, rest[1:]] if first in _CONJUNCTIONS and rest[:1] in _PREPOSITIONS else [rest])
        if _is_word(alone, word, known)
    )


def _is_word(alone: str, word: str, known: _Counts) -> bool:
    """Whether what follows the small words is a word of its own,
    and not the rest of one that begins with these letters.
    """
    times = known.get(word, 1)
    if len(alone) < 3 or alone not in known:
        return False
    return (alone[0] in "أإآ" and word[0] != "ك") or (
        known[alone] >= _ENOUGH * times and known.get("ال" + word, 0) <= _NOUN * times
    )


def _definite(word: str, known: _Counts) -> Iterator[str]:
    """The word with its article, where a clitic stands before it: والمدينة, بالمدينة, للمدينة, للغة."""
    forms = (
        [word[1:]]
        if word[1:3] == "ال" and len(word) > 4
        else ["ال" + word[2:], "ا" + word]
        if word[:2] == "لل" and len(word) > 3
        else []
    )
    written = [form for form in forms if form in known] or [
        form for form in forms if len(form) > 4 and form[2:] in known
    ]
    if written:
        yield max(written, key=lambda form: known.get(form, 0))


def stems(words: Sequence[str], counts: Sequence[int]) -> list[str]:
    """A key for each bare word that its other forms share: المغربية, مغربية and المغربي; مدينة, المدينة and مدينتها.

    Taken off are the article, the endings of plural and dual, of possession and of the accusative, and of the feminine
    of adjectives in ي; not those that make a new word (مكتبة and مكتب, المغرب and المغربي).

    Args:
        words: all bare words of a corpus.
        counts: how often each is there.
    """
    spelled: dict[str, tuple[int, str]] = {}
    for word, count in zip(words, counts, strict=True):
        spelled[word.translate(_ALEFS)] = max(spelled.get(word.translate(_ALEFS), (0, "")), (count, word))
    known: dict[str, int] = {}
    for word, count in zip(words, counts, strict=True):
        key = _indefinite(word, spelled)
        known[key] = known.get(key, 0) + count
    return [_stem(_indefinite(word, spelled), known) for word in words]


def _indefinite(word: str, spelled: Mapping[str, tuple[int, str]]) -> str:
    """The folded word without the article;
    its commonest spelling says whether it has one (ألمانيا, written المانيا, has none).
    """
    folded = word.translate(_ALEFS)
    has_article = spelled[folded][1].startswith("ال") and (len(folded) > 4 or folded[2:] in spelled)
    return folded[2:] if has_article and len(folded) > 3 else folded


def _stem(word: str, known: _Counts) -> str:
    for _ in range(3):  # مسؤوليها has two endings
        found = [(known.get(base, 0), base) for base in _bases(word, known) if len(base) > 2]
        if not found or max(found)[0] < 0.2 * known.get(word, 1):
            break
        word = max(found)[1]
    return word


def _bases(word: str, known: _Counts) -> Iterator[str]:
    """What a word may be a form of, where the corpus has it."""
    for ending in _POSSESSIVES:
        if word.endswith(ending):
            base = word[: -len(ending)]
            yield from (form for form in ([base[:-1] + "ة"] if base.endswith("ت") else []) if form in known)
            if ending not in ("ي", "نا") and base in known:
                yield base
    if word.endswith("ه") and word[:-1] + "ة" in known:
        yield word[:-1] + "ة"
    if word.endswith("ية") and word[:-1] in known:
        yield word[:-1]
    if word.endswith("ات"):
        yield next(
            (form for form in (word[:-2] + "ة", word[:-2]) if known.get(form, 0) >= _PLURAL * known.get(word, 1)), word
        )
    if (
        word.endswith(("ون", "ين", "ان"))
        and sum(word[:-2] + ending in known for ending in ("ون", "ين", "ان")) > 1
        and word[:-2] in known
    ):
        yield word[:-2]
    if word.endswith("ا") and not word.endswith("يا") and known.get(word[:-1], 0) >= known.get(word, 1):
        yield word[:-1]
