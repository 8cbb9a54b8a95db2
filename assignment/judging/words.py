"""Words are a text in English that says the same in Korean, and knows the parts that it was made of."""

import locale
import os

LANGUAGES = ("en", "ko")


def usual_language():
    """"ko" where the system speaks Korean, else "en"."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "ko" if (named or str(locale.getlocale()[0])).lower().startswith("ko") else "en"


def print_anything(streams):
    """Let streams print "?" for a letter that they do not have, as consoles of Windows do not. A notebook's has all."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


class Words(str):
    """The English text. korean: the same in Korean. parts: name -> what was filled in, also into its parts."""

    def __new__(cls, english="", korean=None, parts=()):
        words = super().__new__(cls, english)
        words.korean = str.__str__(words) if korean is None else str(korean)
        words.parts = dict(parts)
        return words

    def said(self, language):
        """The text in "en" or "ko", as a plain str."""
        return self.korean if language == "ko" else str.__str__(self)


def say(english, korean, **parts):
    """Words of two patterns, as of str.format, with the parts filled in; a part that is Words speaks the language."""
    within = {}
    for part in parts.values():
        within.update(getattr(part, "parts", {}))
    return Words(english.format(**parts), korean.format(**{name: said(part, "ko") for name, part in parts.items()}),
                 {**within, **parts})


def said(text, language):
    """A text, or whatever else was filled in, in a language."""
    return text.said(language) if isinstance(text, Words) else text


def to_json(text):
    """Words as what JSON can hold; anything else as it is."""
    if not isinstance(text, Words):
        return text
    return {"en": text.said("en"), "ko": text.korean, "parts": {name: to_json(one) for name, one in text.parts.items()}}


def from_json(value):
    """What `to_json` was given."""
    if not isinstance(value, dict):
        return value
    return Words(value["en"], value["ko"], {name: from_json(one) for name, one in value["parts"].items()})
