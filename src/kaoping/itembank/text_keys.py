r"""Keys by which texts are found and compared without being readable: words, and sketches of near-equal texts.

A text is cut into **words**: of Chinese every pair of neighbouring characters, of other scripts every word and each of
its beginnings, so that a word is found while it is typed. A text holds all that is asked for if it has all its words.

Two texts are as alike as the **shingles** (three characters in a row) that they share: the Jaccard index

.. math:: J(A, B) = |A \cap B| / |A \cup B|.

A sketch keeps the smallest of the shingles' hashes under each of many orders; the smallest of two texts agree with
probability J [Broder 1997]. Groups of three, the *bands*, agree together with probability :math:`J^3`: of texts with
J = 0.6 at least one band in 24 agrees for 99.7 of 100 pairs, of texts with J = 0.2 for 18 (Leskovec, Rajaraman & Ullman
2020, ch. 3). What a band finds is then compared exactly.

Words and shingles are hashed under a secret key of the organisation before anything else: who has the keys alone learns
which texts share words and how often each occurs, not what they are.

References
----------
Broder, A. Z. (1997). On the resemblance and containment of documents. *Compression and Complexity of Sequences*, 21-29.
Broder, A. Z., Charikar, M., Frieze, A. M., & Mitzenmacher, M. (2000). Min-wise independent permutations. *Journal of
Computer and System Sciences*, 60, 630-659.
Leskovec, J., Rajaraman, A., & Ullman, J. D. (2020). *Mining of Massive Datasets* (3rd ed.). Cambridge. Ch. 3.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

SHINGLE: Final = 3
BANDS: Final = 24
ROWS: Final = 3
"""Hashes that have to agree in a band."""
LONGEST: Final = 24
"""Characters of a word that are looked at; longer words are found by their beginning."""
PRIME: Final = 2**61 - 1

_LETTERS = re.compile(r"[^\W_]+")
_CHINESE = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_CHINESE}]+|[^{_CHINESE}]+")


def runs(text: str) -> list[str]:
    """Give the runs of Chinese and of other letters and digits in a text, in one width and case.

    >>> runs("依据ＧＢ/T 1.1—2020，起草")
    ['依据', 'gb', 't', '1', '1', '2020', '起草']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [run for letters in _LETTERS.findall(folded) for run in _RUNS.findall(letters)]


def words(text: str) -> set[str]:
    """Give the words by which a text is found.

    >>> sorted(words("GB 标准化"))
    ['g', 'gb', '准化', '标准']
    """
    found: set[str] = set()
    for run in runs(text):
        found.update(_pairs(run) if _is_chinese(run) else (run[:end] for end in range(1, min(len(run), LONGEST) + 1)))
    return found


def asked(text: str) -> set[str]:
    """Give the words that a text must have to hold what is asked for; empty if that is a single Chinese character.

    >>> sorted(asked("GB 标准化")), asked("标")
    (['gb', '准化', '标准'], set())
    """
    found: set[str] = set()
    for run in runs(text):
        found.update(_pairs(run) if _is_chinese(run) else [run[:LONGEST]])
    return found


def shingles(texts: Iterable[str]) -> set[str]:
    """Give the shingles of some texts taken together, punctuation and spaces left out; a shorter text is one itself.

    >>> sorted(shingles(["标准化法", "ab"]))
    ['ab', '准化法', '标准化']
    """
    found: set[str] = set()
    for text in texts:
        joined = "".join(runs(text))
        found.update(joined[start : start + SHINGLE] for start in range(max(1, len(joined) - SHINGLE + 1)))
    return found - {""}


def alike(first: set[str], second: set[str]) -> float:
    """Give the Jaccard index of two sets of shingles.

    >>> alike({"a", "b"}, {"b", "c"})
    0.3333333333333333
    """
    either = len(first | second)
    return len(first & second) / either if either else 0.0


def keyed(parts: Iterable[str], key: bytes) -> list[int]:
    """Hash words or shingles under a secret key to signed numbers of 64 bits, rising."""
    digests = (hmac.digest(key, part.encode(), hashlib.sha256)[:8] for part in parts)
    return sorted({int.from_bytes(digest, "big", signed=True) for digest in digests})


def bands(hashes: list[int]) -> list[int]:
    """Give the bands of a sketch of keyed shingles; none for a text without letters."""
    if not hashes:
        return []
    smallest = [min((factor * each + shift) % PRIME for each in hashes) for factor, shift in _ORDERS]
    groups = (smallest[start : start + ROWS] for start in range(0, len(smallest), ROWS))
    return [_number(f"{place}:{group}".encode()) for place, group in enumerate(groups)]


def _number(data: bytes) -> int:
    return int.from_bytes(hashlib.sha256(data).digest()[:8], "big", signed=True)


#: Factor and shift of every order: linear functions modulo a prime order numbers nearly at random (Broder et al. 2000).
_ORDERS: Final = tuple(
    (1 + _number(b"factor %d" % place) % (PRIME - 1), _number(b"shift %d" % place) % PRIME)
    for place in range(BANDS * ROWS)
)


def _is_chinese(run: str) -> bool:
    return bool(re.match(rf"[{_CHINESE}]", run))


def _pairs(run: str) -> list[str]:
    return [first + second for first, second in pairwise(run)]
