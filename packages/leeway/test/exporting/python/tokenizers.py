"""The part of the tokenizers package that exported READMEs call, by its own authors' package for JavaScript."""

from onnxruntime import ask


class Encoding:
    def __init__(self, ids, padding):
        length, pad_id = padding or (len(ids), 0)
        filled = max(0, length - len(ids))
        self.ids = ids + [pad_id] * filled
        self.attention_mask = [1] * len(ids) + [0] * filled
        self.type_ids = [0] * len(self.ids)


class Tokenizer:
    def __init__(self, path):
        self.path = path
        self.padding = None

    @classmethod
    def from_file(cls, path):
        return cls(path)

    def enable_truncation(self, length):
        self.length = length

    def enable_padding(self, length, pad_id):
        self.padding = (length, pad_id)

    def encode(self, text):
        ids = ask(tokenizer=self.path, text=text)["ids"]
        assert len(ids) <= self.length, "texts of tests are short"
        return Encoding(ids, self.padding)
