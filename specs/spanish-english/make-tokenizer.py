"""Makes tokenizer.json from train.es.gz and train.en.gz: one byte-level BPE for both languages.

How it was run, in this folder, with Python 3:

    pip install tokenizers==0.23.2
    python make-tokenizer.py

4,000 tokens: a sentence of the test set takes 9.8 of them in Spanish and 9.3 in English. 8,000 would make it 8.7 and 8.5, and a
model of width 128 half a million parameters larger, which is a third of it. Bytes: every text has ids, and decoding gives it
back exactly. Case is kept. The special tokens have the first four ids, in fairseq's order.

It also writes the ids of the test set's first lines, and a hash of those of all lines, which a test compares with what
msz makes of them (test/cli/spanish-english-ids.json).
"""

import gzip
import hashlib
import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

here = Path(__file__).parent
size = 4000


def lines(name):
    with gzip.open(here / name, "rt", encoding="utf-8", newline="\n") as file:
        return file.read().split("\n")[:-1]


tokenizer = Tokenizer(models.BPE())
tokenizer.normalizer = normalizers.NFC()
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
trainer = trainers.BpeTrainer(
    vocab_size=size,
    special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
    initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    show_progress=False,
)
tokenizer.train_from_iterator(lines("train.es.gz") + lines("train.en.gz"), trainer)
tokenizer.save(str(here / "tokenizer.json"), pretty=False)

fixture = {}
for language in ("es", "en"):
    texts = lines(f"test.{language}.gz")
    ids = [e.ids for e in tokenizer.encode_batch(texts)]
    assert [tokenizer.decode(i) for i in ids] == texts
    every = "\n".join(" ".join(map(str, i)) for i in ids)
    fixture[language] = {"sha256": hashlib.sha256(every.encode()).hexdigest(), "first": ids[:10]}
    print(language, sum(map(len, ids)) / len(texts), "tokens a sentence")
Path(here / "../../test/cli/spanish-english-ids.json").write_text(json.dumps(fixture) + "\n")
