"""Writes packages/leeway/test/fixtures/wordpiece.json: a small tokenizer.json and the tokens of some texts.

    python3 tools/reference/wordpiece.py > packages/leeway/test/fixtures/wordpiece.json

The tokens come from the algorithm as it is described with BERT (Devlin et al. 2019, and google-research/bert,
tokenization.py: clean, lower-case, strip accents, split at punctuation, then the longest word pieces first), written out
here, and not from the library that the tests judge.
"""

import json
import unicodedata

WORDS = """[PAD] [UNK] [CLS] [SEP] [MASK] the a film was dull bright and not un ##able ##bear ##s ##ing play ##ed it ' t
 don , . ! ? good bad very ##ly cat dog 1 0 / ## caf ##e - é 日 本 ##x""".split()
VOCABULARY = {word: i for i, word in enumerate(WORDS)}
TEXTS = [
    "The film was dull.",
    "A bright film, and not unbearable!",
    "It played; it wasn't good: 10/10?",
    "",
    "   \t\n ",
    "Don't",
    "CAFÉ cafés café-xx",
    "日本 film",
    "zebra film",
    "Very\u0000 bad\u200b badly",
    "film " * 40,
]


def is_punctuation(char):
    code = ord(char)
    ascii_sign = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
    return ascii_sign or unicodedata.category(char).startswith("P")


def is_chinese(char):
    return 0x4E00 <= ord(char) <= 0x9FFF or 0x3400 <= ord(char) <= 0x4DBF


def cleaned(text):
    kept = []
    for char in text:
        if char in "\t\n\r" or unicodedata.category(char) == "Zs":
            kept.append(" ")
        elif ord(char) not in (0, 0xFFFD) and not unicodedata.category(char).startswith("C"):
            kept.append(f" {char} " if is_chinese(char) else char)
    return "".join(kept)


def words(text):
    for word in cleaned(text).split():
        plain = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn")
        part = ""
        for char in plain:
            if is_punctuation(char):
                if part:
                    yield part
                yield char
                part = ""
            else:
                part += char
        if part:
            yield part


def pieces(word):
    found, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = ("##" if start else "") + word[start:end]
            if piece in VOCABULARY:
                found.append(VOCABULARY[piece])
                start = end
                break
        else:
            return [VOCABULARY["[UNK]"]]
    return found


def tokens(text):
    inside = [piece for word in words(text) for piece in pieces(word)]
    return [VOCABULARY["[CLS]"], *inside, VOCABULARY["[SEP]"]]


def special(word):
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {"id": VOCABULARY[word], "content": word, **flags}


def around(name):
    return {"SpecialToken": {"id": name, "type_id": 0}}


TOKENIZER = {
    "version": "1.0",
    "truncation": None,
    "padding": None,
    "added_tokens": [special(word) for word in WORDS[:5]],
    "normalizer": {
        "type": "BertNormalizer",
        "clean_text": True,
        "handle_chinese_chars": True,
        "strip_accents": None,
        "lowercase": True,
    },
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {
        "type": "TemplateProcessing",
        "single": [around("[CLS]"), {"Sequence": {"id": "A", "type_id": 0}}, around("[SEP]")],
        "pair": [],
        "special_tokens": {
            name: {"id": name, "ids": [VOCABULARY[name]], "tokens": [name]} for name in ("[CLS]", "[SEP]")
        },
    },
    "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
    "model": {
        "type": "WordPiece",
        "unk_token": "[UNK]",
        "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
        "vocab": VOCABULARY,
    },
}

print(json.dumps({"tokenizer": TOKENIZER, "texts": [{"text": text, "ids": tokens(text)} for text in TEXTS]}, indent=1))
