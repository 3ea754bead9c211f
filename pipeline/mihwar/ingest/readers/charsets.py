"""Charsets: bytes become text, by what they declare, or by a guess where it is sure."""

import codecs
import re
from typing import NamedTuple

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(
    rb"""<(?:meta\b[^>]{0,200}?\bcharset|\?xml\b[^>]{0,200}?\bencoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE
)
_AS_BROWSERS_DO = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_IN_USE = [
    "cp1256",
    "iso8859_6",
    "cp1251",
    "koi8_r",
    "iso8859_5",
    "cp1252",
    "cp1250",
    "cp1254",
    "cp1253",
    "cp1255",
    "gb18030",
    "big5",
    "cp932",
    "euc_jp",
    "cp949",
    "cp874",
    "utf_16_le",
    "utf_16_be",
]
_SAMPLE = 64 * 2**10  # bytes a guess is made from
_CHAOS, _COHERENCE, _LEAD = (
    0.05,
    0.3,
    0.1,
)  # a guess is sure below, above, and this far ahead of a different reading of the same bytes


class Decoded(NamedTuple):
    """Text, and its charset where that was guessed."""

    text: str
    guessed: str | None = None

    @property
    def note(self) -> dict[str, str]:
        """What a record says of it."""
        return {"_encoding": self.guessed} if self.guessed else {}


def decode(content: bytes, declared: str | None = None) -> Decoded | str:
    """The text of a whole file or page; why there is none, where no charset fits it.

    UTF-8 that is valid is believed over any declaration: hardly a text in another charset is valid by chance.
    """
    bom = next((name for mark, name in _BOMS if content.startswith(mark)), None)
    try:
        return Decoded(content.decode(bom or "utf-8"))
    except UnicodeDecodeError as error:
        fault = f"not valid {'UTF-16' if bom == 'utf-16' else 'UTF-8'} at byte {error.start + 1}"
    if bom:
        return fault
    if said := _known(declared) or _declared(content):
        text = _text(content, said)
        return fault + (f", nor the {said} it declares" if said != "utf-8" else "") if text is None else Decoded(text)
    guess = guess_charset(content)
    text = _text(content, guess) if guess else None
    return fault if text is None else Decoded(text, guess)


def guess_charset(content: bytes) -> str | None:
    """The charset of text that is not UTF-8, None where another is nearly as likely: a wrong guess reads as an article
    and is none.
    """
    from charset_normalizer import from_bytes

    first, *others = [*from_bytes(content[:_SAMPLE], cp_isolation=_IN_USE)] or [None]
    if first is None or first.chaos >= _CHAOS or first.coherence <= _COHERENCE:
        return None
    rivals = [other for other in others if other and str(other) != str(first)]
    return (
        None
        if any(other.coherence > first.coherence - _LEAD and other.chaos < first.chaos + _CHAOS for other in rivals)
        else first.encoding
    )


def _text(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except (UnicodeError, LookupError):
        return None


def _declared(content: bytes) -> str | None:
    found = _DECLARED.search(content[:4096])
    return _known(found[1].decode("ascii")) if found else None


def _known(name: str | None) -> str | None:
    try:
        known = codecs.lookup(name or "").name
    except LookupError:
        return None
    return _AS_BROWSERS_DO.get(known, known)
