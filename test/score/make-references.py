"""Writes references.json beside this file: what sacreBLEU 2.6.0 makes of the cases here, for the tests of cli/score to compare with.

    pip install sacrebleu==2.6.0
    python make-references.py spa-eng/test.en.gz

The file holds English sentences, a line each. Ours are the test split of Spanish-English pairs of Tatoeba, by www.manythings.org/anki
(file of 2018-04-07), of which references.json keeps 200 lines: CC BY 2.0, attribution www.manythings.org/anki and tatoeba.org.
Everything else is made up here. No test runs this: the numbers are kept. Python 3.11 (Unicode 14) wrote them.
"""
import gzip
import json
import random
import sys
import unicodedata
from pathlib import Path

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

assert sacrebleu.__version__ == "2.6.0"

CAT = "The cat sat on the mat ."
LONG = "It is a guide to action which ensures that the military always obeys the commands of the party ."

# Name, translations, one or several sets of references.
CASES = [
    ("same", [CAT], [[CAT]]),
    ("empty translation", [""], [[CAT]]),
    ("empty reference", [CAT], [[""]]),
    ("empty both", [""], [[""]]),
    ("white space only", [" \t\u00a0"], [["\u3000 \n"]]),
    ("empty line among others", ["", LONG, CAT], [[CAT, LONG, CAT]]),
    ("empty reference among others", [CAT, LONG], [["", LONG]]),
    ("one word, same", ["Hello"], [["Hello"]]),
    ("one word, other", ["Hello"], [["Goodbye"]]),
    ("one word of many", ["cat"], [[CAT]]),
    ("one letter", ["a"], [["a"]]),
    ("two words, same", ["Hello world"], [["Hello world"]]),
    ("three words, same", ["Hello big world"], [["Hello big world"]]),
    ("four words, same", ["Hello big wide world"], [["Hello big wide world"]]),
    ("no match at all", ["completely different words here now"], [["xyz qrs tuv kkk jjj ppp"]]),
    ("no letter in common", ["aaaa bbbb cccc"], [["xxxx yyyy zzzz"]]),
    ("no 4-gram match", ["The cat sat in a mat ."], [[CAT]]),
    ("no 3-gram match", ["The cat is on a mat ."], [[CAT]]),
    ("no 2-gram match", ["mat the on sat cat The"], [["The cat sat on the mat"]]),
    ("repeated word, clipped", ["the the the the the the the"], [["The cat is on the mat ."]]),
    ("longer than the reference", [LONG + " And so on and on it goes ."], [[LONG]]),
    ("shorter than the reference", ["It is a guide to action"], [[LONG]]),
    ("much shorter", ["It is"], [[LONG]]),
    ("shorter than n-grams of characters", ["abc"], [["abcdefgh"]]),
    ("reference shorter than n-grams of characters", ["abcdefgh"], [["abc"]]),
    ("lengths of lines differ, summed", ["ab", "abcdefgh ij"], [["abcdefgh", "ab"]]),
    ("papineni 1", [LONG], [["It is a guide to action that ensures that the military will forever heed Party commands ."]]),
    ("papineni 2", ["It is to insure the troops forever hearing the activity guidebook that party direct ."],
     [["It is a guide to action that ensures that the military will forever heed Party commands ."]]),
    ("three references", [LONG, "It is to insure the troops forever hearing the activity guidebook that party direct ."],
     [["It is a guide to action that ensures that the military will forever heed Party commands ."] * 2,
      ["It is the guiding principle which guarantees the military forces always being under the command of the Party ."] * 2,
      ["It is the practical guide for the army always to heed the directions of the party ."] * 2]),
    ("two references, equally near in length", ["a b c d e"], [["a b c x d e"], ["a b c d"]]),
    ("two references, counts of both", ["the the cat cat"], [["the the dog runs away"], ["cat cat"]]),
    ("two references, one empty", [CAT, LONG], [["", LONG], [CAT, ""]]),
    ("two references, equally bad, of which the first counts", ["abc", CAT], [["xxxxxxx", CAT], ["y", CAT]]),
    ("punctuation", ['Wait... what?! "Yes," (he said); no: [never] {ever}!'], [['Wait . what ? " Yes " , he said ; no : never ever !']]),
    ("numbers", ["It costs 1,234.56 or 3.14, maybe .5 or 7. and 8,"], [["It costs 1,234.56 or 3.14 , maybe 0.5 or 7 and 8."]]),
    ("currency", ["$5.00, €7,50 £3 ¥100 and 50% of 3.5$"], [["$ 5.00 , €7.50 £3 ¥100 and 50 % of 3.5 $"]]),
    ("hyphens", ["A well-known 1990-2000 state-of-the-art 5-year plan - or not -- 3-4 – 5 — 6"], [["A well known 1990 - 2000 state-of-the-art 5 - year plan - or not -- 3 - 4 – 5 — 6"]]),
    ("entities", ["&quot;A &amp; B&quot; &lt;b&gt; &amp;lt; &amp;quot; &apos; &#39; &nbsp;"], [['"A & B" <b> < &quot; &apos; \' x']]),
    ("skipped", ["a <skipped> b <skip<skipped>ped> c <SKIPPED> d"], [["a b < skipped > c <SKIPPED> d"]]),
    ("joined lines", ["a hyphen-\nated word\nand more-\n"], [["a hyphenated word and more-"]]),
    ("umlauts", ["Die Bären fraßen süße Äpfel über Öl."], [["Die Baeren fraßen süsse Äpfel über Öl."]]),
    ("combining umlauts are other characters", ["u\u0308ber A\u0308pfel und O\u0308l"], [["über Äpfel und Öl"]]),
    ("spanish", ["¿Dónde está el niño? ¡Aquí! «Sí», dijo."], [["¿ Dónde está el niño ? ¡ Aquí! «Sí», dijo él."]]),
    ("quotes", ["“Don’t,” she said, ‘it’s „odd“’ - I don't 'know' it's"], [["\"Don't,\" she said, 'it's odd' - I don't ' know ' it's"]]),
    ("japanese", ["吾輩は猫である。名前はまだ無い。"], [["吾輩は犬である。 名前は まだ無い。"]]),
    ("chinese and full width", ["我爱北京天安门,123。ＡＢＣ　１２"], [["我爱北京天安门，123。 ＡＢＣ １２"]]),
    ("emoji", ["I 😀 you 👩‍👩‍👧 and 🇪🇸 !"], [["I 😁 you 👩‍👧 and 🇪🇺 !"]]),
    ("emoji alone", ["😀😀😀😁"], [["😀😀😀😂"]]),
    ("other digits", ["٣.١٤ १२,५ 1.٢ ²-³ 5-٣"], [["٣ . ١٤ १२,५ 1.2 ²-³ 5 - ٣"]]),
    ("odd spaces", ["a\tb\u00a0c\u2003d\u3000e\u2028f\u0085g\u001ch\u001fi\u000bj\rk"], [["a b c d e f g h i j k"]]),
    ("no spaces", ["a\ufeffb\u200bc\u2060d\u180ee"], [["a b c d e"]]),
    ("byte order mark", ["\ufeffThe cat sat on the mat ."], [[CAT]]),
    ("spaces before and after", ["   " + CAT + "  \t\u0085\u001d\n\n"], [[CAT + "-\n"]]),
    ("capitals", ["THE CAT SAT ON THE MAT ."], [[CAT]]),
    ("capitals of other scripts", ["ÄÖÜ ΣΊΣΥΦΟΣ МОСКВА İstanbul DŽ Ⅷ 𐐀𐐁 ẞ"], [["äöü σίσυφος москва i̇stanbul dž ⅷ 𐐨𐐩 ß"]]),
    ("shouted tags", ["<SKIPPED>A &AMP; B &QUOT;"], [["a & b \""]]),
    ("symbols of ascii", ["a!b\"c#d$e%f&g'h(i)j*k+l,m-n.o/p:q;r<s=t>u?v@w[x\\y]z^a_b`c{d|e}f~g"], [["a b c d e f g'h i j k l , m-n . o p q r s t u v w x y z a b c d e f g"]]),
    ("halves in print", ["a b c d e f g h i j k l m n o p"], [["a x b x c x d x e x f x g x h x i j"]]),
    ("one of sixteen", ["a q q q q q q q q q q q q q q q"], [["a b c d e f g h i j k l m n o p"]]),
    ("line ends as they come from windows", ["The cat sat.\r", "on the mat\r"], [["The cat sat.", "on the mat"]]),
]

ODD_LINES = [
    "", " ", "a", ".", ",", "-", "'", "...", ".,.,", ",,,,,1", "1,,,,,", "1.,2", "1..2", ".1", "1.", "1.2.3", "1,2,3.", ". .", " , ,2", "5 ,6", "a.b", "a.5", "5.a", "5.5", "5,.5", "a,,b",
    "1-2", "1--2", "1-", "-1", "a-1", "1-a", "1-2-3", "1.-2", "-.-", "٣-4", "3-٤", "１-２", "１.２", "a.１", "é.5", "5.é", "😀.5", "5.😀", "😀.😀", "😀,.😀", "5-😀", "😀-5", "...😀...", "\u0301.\u0301",
    "&amp;", "&amp;amp;", "&amp;lt;b&amp;gt;", "&amp;quot;", "&quot", "&lt;skipped&gt;", "& amp;", "&#38;", "<skipped>", "<<skipped>skipped>", "<skip<skipped>ped>", "x<skipped>y", "<skipped", "-<skipped>\n", "a-\nb", "a- \nb", "a\n-\nb", "a\n\nb", "--\n\n", "&lt;\n&gt;",
    "a\rb", "a\r\nb", "a-\r\nb", "a\u0085b", "a\u2028b-\u2029c", "a\x1cb\x1dc\x1ed\x1fe", "a\x0bb\x0cc", "a\u00a0.\u00a0b", "\ufeff.\ufeff", "a\u200b.b", "\u180e", "a\u1680b\u2000c\u200ad\u202fe\u205ff\u3000g", "\x00.\x7f", "a\x7fb\x1bc",
    "U.S.A.", "e.g., this", "3.14159,", "$1,000,000.00", "10%-20%", "p.m.,", "Mr. O'Neill's", "'tis", "rock'n'roll", "l'été", "A/B", "a_b", "C++", "C#", "x^2", "~50", "`code`", "{a|b}", "[1]", "me@example.com", "http://a.b/c?d=e&f=g#h", "50€", "€50.", "№5.", "5°C", "½.½", "²-³",
    "$1 $& $$ $`", "\\1 \\g<0>", "¿Qué?", "«oui».", "„so“,", "“a.”", "it’s.", "…", "a…b.", "–5–6", "—", "日本.語", "日本。語", "、。", "３．５", "ﬀ.ﬁ", "ß.", "a" * 50 + "." * 9 + "1" * 9,
]

SIGMAS = ["ΟΔΟΣ", "ΟΔΟΣ.", "ΟΔΟΣ ΣΟΦΟΣ", "Σ", "ΣΣ", "ΑΣ", "ΑΣ'", "ΑΣ'Α", "ΑΣ.Α", "Α\u0301Σ\u0301", "Α\u0301Σ\u0301Α", "1Σ", "Σ1", "AΣ\u00ad", "AΣ\u00adB", "AΣ\u200bB", "A:ΣB", "A^Σ", "A Σ", "AΣ\u2019", "AΣ\u2019B", "AΣ😀", "𐐀Σ", "AΣ𐐀", "ªΣ", "ΑΣ\u0345", "ΑΣ\u0345Α", "ⓐΣ", "AΣªB"]


def scores(hypotheses, references, lowercase):
    bleu, chrf = BLEU(lowercase=lowercase), CHRF(lowercase=lowercase)
    b, c = bleu.corpus_score(hypotheses, references), chrf.corpus_score(hypotheses, references)
    return {
        "bleu": {"score": b.score, "precisions": b.precisions, "matches": b.counts, "totals": b.totals, "brevityPenalty": b.bp,
                 "hypothesisLength": b.sys_len, "referenceLength": b.ref_len, "signature": str(bleu.get_signature()), "line": str(b)},
        "chrf": {"score": c.score, "signature": str(chrf.get_signature()), "line": str(c)},
    }


def both(hypotheses, references):
    return {"mixed": scores(hypotheses, references, False), "lower": scores(hypotheses, references, True)}


def perturbed(line, draw):
    """A copy with words left out, doubled, swapped, written large, and letters lost."""
    words = line.split(" ")
    out = []
    for word in words:
        dice = draw.random()
        if dice < 0.06:
            continue
        out.append(word.upper() if dice < 0.12 else word[:-1] if dice < 0.18 else word)
        if dice > 0.96:
            out.append(word)
        if len(out) > 1 and dice > 0.9:
            out[-1], out[-2] = out[-2], out[-1]
    return " ".join(out)


PIECES = [
    lambda draw: draw.choice(" \t\xa0\u2003\u3000\x1c\x85\u2028\x0b\r\ufeff\u200b"),
    lambda draw: " ",
    lambda draw: chr(draw.randrange(0x21, 0x7f)),
    lambda draw: draw.choice(".,-'"),
    lambda draw: draw.choice(".,-") * draw.randrange(1, 4),
    lambda draw: str(draw.randrange(1000)),
    lambda draw: "".join(draw.choice("abcABC") for _ in range(draw.randrange(1, 4))),
    lambda draw: draw.choice(["&amp;", "&quot;", "&lt;", "&gt;", "amp;", "<skipped>", "-\n", "\n"]),
    lambda draw: draw.choice("äÄßñÑçÇΣσςΩЖжİıẞǅ¿¡«»„“”‘’…–—€£°²½"),
    lambda draw: draw.choice("日本語。、٣१😀👧🇪𐐀𐐨\u0301\u200d"),
    # Letters of any script, and signs; not yet given, private and half characters left out.
    lambda draw: next(c for c in iter(lambda: chr(draw.randrange(0xA0, 0x1F900)), "") if unicodedata.category(c)[0] != "C"),
]


def fuzz(count):
    draw = random.Random(20180407)
    return ["".join(draw.choice(PIECES)(draw) for _ in range(draw.randrange(1, 28))) for _ in range(count)]


def mixed(lines, i):
    """A reference for a line of noise: half of it, half of the next. By code points."""
    own, other = lines[i], lines[(i + 1) % len(lines)]
    return own[: len(own) // 2] + other[len(other) // 2 :]


def unassigned():
    """Code points without a meaning in this Unicode, as first and last of each run."""
    runs = []
    for point in range(0x110000):
        if unicodedata.category(chr(point)) != "Cn":
            continue
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return runs


tokenize = Tokenizer13a()
with gzip.open(sys.argv[1], "rt", encoding="utf-8", newline="\n") as file:
    # Sorted by length, so they are taken from all over.
    lines = [line.rstrip("\n") for line in file][5::11][:200]
draw = random.Random(2015)
copy = [perturbed(line, draw) for line in lines]
noise = fuzz(300)
groups = [noise[i : i + 10] for i in range(0, len(noise), 10)]
cases = [(name, hyps, refs) for name, hyps, refs in CASES] + [("200 lines of Tatoeba against a worse copy", copy, [lines])]
cased = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000 and chr(point).lower() != chr(point)]

out = {
    "sacrebleu": sacrebleu.__version__,
    "unicode": unicodedata.unidata_version,
    "attribution": "English sentences: Tatoeba, by www.manythings.org/anki and tatoeba.org, CC BY 2.0",
    "cases": [{"name": name, "hypotheses": hyps, "references": refs, **both(hyps, refs)} for name, hyps, refs in cases],
    "tokens": [[line, tokenize(line)] for line in ODD_LINES],
    "noise": [[line, tokenize(line)] for line in noise],
    # Ten lines of noise at a time, against `mixed`: the score of BLEU and of chrF2, then both of lower-cased text.
    "noiseScores": [[s for low in (False, True) for s in (BLEU(lowercase=low).corpus_score(g, [r]).score, CHRF(lowercase=low).corpus_score(g, [r]).score)]
                    for g in groups for r in [[mixed(g, i) for i in range(len(g))]]],
    "spaces": [point for point in range(0x110000) if chr(point).isspace()],
    "lower": {"from": "\n".join(cased), "to": "\n".join(c.lower() for c in cased), "unassigned": unassigned(), "sigmas": [[s, s.lower()] for s in SIGMAS]},
}


def compact(value):
    return json.dumps(value, separators=(",", ":"))


# A line for every case, so that a change can be read.
sections = [f"{compact(key)}:[\n" + ",\n".join(compact(item) for item in value) + "\n]" if key in ("cases", "tokens", "noise", "noiseScores") else f"{compact(key)}:{compact(value)}" for key, value in out.items()]
Path(__file__).with_name("references.json").write_text("{\n" + ",\n".join(sections) + "\n}\n", encoding="utf-8", newline="\n")
