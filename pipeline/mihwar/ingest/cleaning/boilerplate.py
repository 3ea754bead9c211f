"""Boilerplate: the lines of a page that are its site's rather than the article's."""

from functools import cache

import regex

_NAVIGATION_LETTERS = 80
_PARTS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")

_CRUMB = regex.compile(r"\s[|>›»«‹•/]\s")

# Buttons and menus, as they are written on pages; a line is navigation if nothing else is in it.
_NAVIGATION = """
الرئيسية|الصفحة الرئيسية|أخبار|الأخبار|آخر الأخبار|مباشر|البث المباشر|بث مباشر|طباعة|اطبع|مشاركة|شارك|شارك المقال
شارك الخبر|مشاركة الخبر
شارك على|إرسال|أرسل
حفظ|نسخ الرابط|تعليق|تعليقات|أضف تعليق|اترك تعليقا|التعليقات|اقرأ أيضا|اقرأ أيضاً|إقرأ أيضا|اقرأ المزيد|المزيد
شاهد أيضا|مواضيع ذات صلة
مقالات ذات صلة|أخبار ذات صلة
الأكثر قراءة|تابعنا|تابعونا|تابعونا على|اشترك|اشتراك|النشرة البريدية|تسجيل الدخول|بحث|القائمة|عودة|فيسبوك|تويتر|واتساب
تلغرام|تيليجرام
البريد الإلكتروني|الوسوم|كلمات مفتاحية
العربية|عربي|على|أعلى الصفحة|تكبير الخط|تصغير الخط|استمع|استماع
home|news|latest|latest news|live|share|share this|share this article|share on|print|print this page|email|e mail|save
copy link|comment
comments|leave a comment|reply
read more|read also|see also|more|related|related articles|related news|most read|follow us|follow us on|subscribe
sign in|log in|login
sign up|search|menu|back|next|previous|tags
facebook|twitter|x|whatsapp|telegram|linkedin|pinterest|reddit|instagram|youtube|messenger|skip to content
advertisement|ad|listen|on|via
top|back to top|cookies|accept|close
newsletter|subscribe to our newsletter|sign up for our newsletter|download the app|download app
accueil|actualités|actualité|partager|partager sur|imprimer|envoyer|commenter|commentaires|lire aussi|à lire aussi
lire la suite|en direct
s abonner|abonnez vous|se connecter|rechercher
inicio|noticias|compartir|compartir en|imprimir|enviar|comentar|comentarios|leer más|lea también|ver más|en vivo
suscríbete|suscribirse
iniciar sesión|buscar
startseite|nachrichten|teilen|drucken|merken|kommentare|kommentieren|mehr|mehr lesen|lesen sie auch|abonnieren|anmelden
suche
главная|новости|поделиться|печать|распечатать|комментарии|комментировать|читать далее|читайте также|подписаться|войти
поиск|меню
версия для печати|вконтакте|одноклассники|телеграм
ana sayfa|anasayfa|haberler|son dakika|paylaş|yazdır|yorumlar|yorum yap|devamını oku|abone ol|giriş yap|ara|canlı
خانه|اخبار|اشتراک گذاری|چاپ|نظرات|ارسال|بیشتر بخوانید|home page
首页|新闻|分享|打印|评论|更多|相关新闻|分享到|微信|微博|ホーム|ニュース|シェア|印刷
होम|शेयर करें|शेयर|प्रिंट|प्रिंट करें|टिप्पणियाँ
"""
_LANGUAGES = (
    "ar en ru fr es de tr fa he zh it pt ur hi english русский français español deutsch türkçe فارسی العربية عربي 中文 "
    "italiano português עברית اردو हिन्दी"
)

_AGENCY = (
    r"Reuters|AP|AFP|dpa|DPA|EFE|ANSA|TASS|Tass|ITAR-TASS|RIA Novosti|Xinhua|UPI|PTI|IANS|ANI|WAM|SPA|QNA|MENA|SANA"
    r"|KUNA|Bloomberg|Anadolu|AA|NAN|APA|PA"
    r"|Associated Press|Agence France-Presse|Agencies|agencies|Europa Press|Agencias"
    r"|رويترز|أ ?+\.?+ ?+ف ?+\.?+ ?+ب(?: ?\.)?|فرانس برس|وكالات|الأناضول|تاس|سبوتنيك|نوفوستي|أ ?+\.?+ ?+ب"
    r"|د ?+\.?+ ?+ب ?+\.?+ ?+أ|وام|واس|سانا|قنا|كونا|بترا"
    r"|معا|شينخوا|أ ش أ|وات|واج|و م ع"
    r"|ТАСС|РИА Новости|Интерфакс|Рейтер|新华社|路透社|法新社"
)
# Where two neighbouring parts of a pattern can match the same character, the first is possessive (`*+`). So there is
# only one way to read a line, and a line that is no credit does not take long.
_AGENCIES = rf"(?:{_AGENCY})(?:\s*+[/,،+&-]\s*+(?:{_AGENCY})){{0,5}}"
_DASH = r"\s*+[-–—:ـ]++\s*+"
_DATELINES = (
    regex.compile(rf"[^()\n.!?؟:]{{0,50}}+\(\s*+{_AGENCIES}\s*+\){_DASH}"),  # LONDON (Reuters) -
    regex.compile(rf"{_AGENCIES}\s*+[-–—]++\s++"),  # AP -
    regex.compile(
        rf"[\p{{L}}\p{{M}} '’,،.\d]{{2,40}}?\s*+[-–—/(]\s*+{_AGENCIES}\s*+(?:[)/]\s*+)?[-–—:/.]++\s++"
    ),  # القاهرة - أ ف ب:
)
_AGENCY_TAIL = regex.compile(rf"(?<!\s)\s*+[(\[]\s*+{_AGENCIES}\s*+[)\]]\s*+\.?+$")

_LABELS = (
    r"المصدر|المصادر|مصدر|مصدر الصورة|الصورة|الصور|صورة|صورة أرشيفية|تصوير|ترجمة|تحرير|إعداد|كتب|كتبت|بقلم|المحرر"
    r"|متابعات|عدسة|وكالات"
    r"|source|sources|photos?|photo credit|photo by|image|images?|image credit|image source|picture|credit|author"
    r"|editor|reporting|editing|written by|by"
    r"|quelle|quellen|foto|fotos|bild|bilder|autor|von|fuente|fuentes|imagen|por|texto|crédits?|crédits? photos?"
    r"|photo|auteur|par|fonte"
    r"|источник|источники|фото|автор|текст|редактор|kaynak|fotoğraf|haber|yazan|muhabir|منبع|عکس|خبرنگار|来源|图片|作者|记者"
    r"|编辑|出典|写真|स्रोत|फोटो"
)
_CREDIT = regex.compile(rf"[\s(\[]*+(?:{_LABELS})\s*+[:：]\s*+[^\n]{{0,100}}+", regex.I)
_BYLINE = regex.compile(
    r"(?:By|Par|Von|Por|Di)\s++(?:\p{Lu}[\p{L}\p{M}.'’-]*+(?:,\s*+|\s*+(?:&\s*+)?)(?:(?:and|et|und|y|e|de|von|van|bin"
    r"|al)\s++)?){1,6}"
    r"|(?:بقلم|كتب|كتبت)(?:\s++[\p{L}\p{M}]++){1,4}"
)
_REPORTING = regex.compile(r"[\s(\[]*+(?:Reporting|Additional reporting|Editing|Writing) by\b[^\n]{0,300}+", regex.I)
_PARENTHESISED = regex.compile(
    rf"[(\[][^()\[\]\n]{{0,40}}?(?:{_AGENCY}|agency|agence|agencia|agentur|agenzia|ajansı?|агентство|وكالة|خبرگزاری|press|news|photo|foto|фото|صورة)\b[^()\[\]\n]{{0,40}}[)\]]\.?",
    regex.I,
)


@cache
def _phrases() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(_words(phrase)) for line in _NAVIGATION.strip().split("\n") for phrase in line.split("|"))


@cache
def _languages() -> frozenset[str]:
    return frozenset(word for name in _LANGUAGES.split() for word in _words(name))


def _words(line: str) -> list[str]:
    return [word for word in _PARTS.split(line.casefold()) if word]


def is_navigation(line: str) -> bool:
    """Whether a line is made of nothing but buttons, menus, counters between them, or a choice of languages."""
    if len(line) > _NAVIGATION_LETTERS or not line:
        return False
    words = _words(line)
    if (len(words) > 1 and all(word in _languages() for word in words)) or _is_breadcrumb(line):
        return True
    known = at = 0
    while at < len(words):
        length = next((n for n in (5, 4, 3, 2, 1) if tuple(words[at : at + n]) in _phrases()), 0)
        if not length and not (known and words[at].isdigit()):
            return False
        known, at = known + length, at + max(length, 1)
    return known > 0


def _is_breadcrumb(line: str) -> bool:
    """Home > News > Oslo: short names one after another, a menu's among them."""
    parts = [_words(part) for part in _CRUMB.split(line)]
    return len(parts) > 2 and all(len(part) <= 3 for part in parts) and any(tuple(part) in _phrases() for part in parts)


def is_credit(line: str) -> bool:
    """Whether a line only says whose text or picture it is."""
    return any(pattern.fullmatch(line) for pattern in (_CREDIT, _BYLINE, _REPORTING, _PARENTHESISED))


def without_agency(line: str, head: bool) -> str:
    """A first line without its dateline, "LONDON (Reuters) - "; a last line or a title without "(AFP)" at its end."""
    if not head:
        return _AGENCY_TAIL.sub("", line)
    for pattern in _DATELINES:
        if (found := pattern.match(line)) and found.end() < len(line):
            return line[found.end() :]
    return line
