"""Train the linear half of the tagger and write it to `analysis/model/`.

    python bench/train_topics.py WEAK_LABELS.jsonl.zst OPP115_FOLDER

Needs numpy, scikit-learn and zstandard, in an environment of its own: the program
itself needs none of them. Learns from section headings only (`weak_labels`); the
OPP-115 validation files are read for the thresholds, one number a category, and
for nothing else. Deterministic for given versions of the two libraries.
"""

import argparse
import json
import sys
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import scipy.sparse as sp
import sklearn
import zstandard
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.model import terms_of  # noqa: E402  # the program's own reading of a text
from analysis.tagging import points_of, weighed  # noqa: E402
from analysis.topics import OPP115  # noqa: E402

LEAST_SEEN = 8  # paragraphs; rarer terms name services, not practices
TERMS = 12_000  # after pruning; 8,000 lose .005 F1, 20,000 gain nothing and are slower
STRENGTH = 0.4  # inverse regularisation; .3 to .5 are alike
SHORT = 120  # characters; shorter paragraphs say little of their heading
ONE_DOCUMENT = 40  # paragraphs of one policy that count in full
SCALE_BITS = 7  # weights are signed bytes


def read_weak(path: Path) -> list[dict]:
    with path.open("rb") as packed:
        data = zstandard.ZstdDecompressor().stream_reader(packed).read()
    return [json.loads(line) for line in data.decode("utf-8").splitlines()]


def written(term: str | tuple[str, str]) -> str:
    return term if isinstance(term, str) else " ".join(term)


def matrix(rows: Iterable[set], vocabulary: dict) -> sp.csr_matrix:
    starts, columns = [0], []
    for terms in rows:
        columns.extend(sorted(vocabulary[t] for t in terms if t in vocabulary))
        starts.append(len(columns))
    values = np.ones(len(columns), np.float32)
    return sp.csr_matrix((values, columns, starts), shape=(len(starts) - 1, len(vocabulary)))


def row_weights(rows: list[dict]) -> np.ndarray:
    """A long policy, a short paragraph and a heading one level up each count for less."""
    sizes = Counter(row["doc"] for row in rows)
    weights = [
        min(1.0, (ONE_DOCUMENT / sizes[row["doc"]]) ** 0.5)
        * (0.6 if row["depth"] else 1.0)
        * (0.1 if len(row["text"]) < SHORT else 1.0)
        for row in rows
    ]
    return np.array(weights)


def points(rows: list[dict]) -> np.ndarray:
    """Lexicon points of each paragraph for each category."""
    found = np.zeros((len(rows), len(OPP115)))
    for i, row in enumerate(rows):
        for name, value in points_of(row["text"]).items():
            found[i, OPP115.index(name)] = value
    return found


def fit(x: sp.csr_matrix, y: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    slopes, biases = [], []
    for c in range(len(OPP115)):
        used = weights[:, c] > 0
        model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0)
        model.fit(x[used], y[used, c], sample_weight=weights[used, c])
        slopes.append(model.coef_[0])
        biases.append(model.intercept_[0])
    return np.array(slopes).T, np.array(biases)


def fitted(
    terms: list[set], kept: list, seen: Counter, y: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit on the kept terms; return slopes, biases and the terms' rarity."""
    vocabulary = {t: i for i, t in enumerate(kept)}
    idf = np.round(np.log(len(terms) / np.array([seen[t] for t in kept])) * 16) / 16
    x = normalize(matrix(terms, vocabulary).multiply(idf).tocsr())
    return (*fit(x, y, weights), idf)


def threshold(scores: list[np.ndarray], truths: list[np.ndarray]) -> float:
    """The cut with the best mean F1 over the splits, smoothed so that no single segment decides."""
    pooled = np.sort(np.concatenate(scores))
    grid = np.linspace(pooled[int(0.3 * len(pooled))], pooled[-2], 200)
    curve = np.zeros(len(grid))
    for s, t in zip(scores, truths, strict=True):
        for k, cut in enumerate(grid):
            hit = s >= cut
            curve[k] += 2 * (hit & t).sum() / max(hit.sum() + t.sum(), 1)
    kernel = np.exp(-0.5 * (np.arange(-15, 16) / 6.0) ** 2)
    smooth = np.convolve(curve, kernel, "same") / np.convolve(np.ones(len(curve)), kernel, "same")
    return float(grid[int(smooth.argmax())])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weak", type=Path)
    parser.add_argument("opp115", type=Path)
    options = parser.parse_args()

    rows = read_weak(options.weak)
    terms = [terms_of(row["text"]) for row in rows]
    seen = Counter(t for row in terms for t in row)
    y = np.array([[c in row["labels"] for c in OPP115] for row in rows])
    weights = np.repeat(row_weights(rows)[:, None], len(OPP115), 1)
    unsure = y & (points(rows) < 2)  # the heading says so, the paragraph does not
    unsure[:, [0, 1, 10, 11]] = False  # categories whose cues are too thin to deny a heading
    weights[unsure] = 0.0

    kept = sorted((t for t, n in seen.items() if n >= LEAST_SEEN), key=written)
    slopes, _, idf = fitted(terms, kept, seen, y, weights)
    force = np.abs(slopes).max(1) * idf * np.sqrt([seen[t] for t in kept])
    strongest = np.argsort(-force, kind="stable")[:TERMS]
    kept = sorted((kept[i] for i in strongest), key=written)
    slopes, biases, idf = fitted(terms, kept, seen, y, weights)

    loaded = slopes * idf[:, None]
    step = np.abs(loaded).max(0) / (2**SCALE_BITS - 1)
    quantised = np.round(loaded / step).astype(np.int8)  # stored with 128 added
    header = {
        "categories": OPP115,
        "step": [float(f"{s:.6g}") for s in step],
        "bias": [float(f"{b:.4f}") for b in biases],
        "threshold": [0.0] * len(OPP115),
        "terms": len(kept),
    }
    write(header, kept, idf, quantised)

    scores: list[list[np.ndarray]] = []
    truths: list[np.ndarray] = []
    for split in ("majority", "union"):
        lines = (options.opp115 / f"opp115_{split}_validation.jsonl").read_text().splitlines()
        segments = [json.loads(line) for line in lines]
        scores.append(np.array([weighed(segment["text"]) for segment in segments]))
        truths.append(np.array([[c in s["labels"] for c in OPP115] for s in segments]))
    header["threshold"] = [
        round(threshold([s[:, c] for s in scores], [t[:, c] for t in truths]), 3)
        for c in range(len(OPP115))
    ]
    size = write(header, kept, idf, quantised)
    note(rows, y, weights, header, size)


def write(header: dict, kept: list, idf: np.ndarray, quantised: np.ndarray) -> int:
    names = "\n".join(map(written, kept))
    rarity = np.round(idf * 16).astype(np.uint8).tobytes()
    shifted = (quantised.astype(np.int16) + 128).astype(np.uint8).T.tobytes()
    body = "\n".join((json.dumps(header), names, "")).encode() + rarity + shifted
    packed = zlib.compress(body, 9)
    (ROOT / "analysis/model/topics.bin").write_bytes(packed)
    return len(packed)


def note(rows: list[dict], y: np.ndarray, weights: np.ndarray, header: dict, size: int) -> None:
    lines = [
        "topics.bin: weights of the linear half of the topic tagger",
        "",
        (
            "Made by bench/train_topics.py (`make model`) with"
            f" scikit-learn {sklearn.__version__}, numpy {np.__version__}."
        ),
        (
            f"{len(rows)} paragraphs of {len({r['doc'] for r in rows})} English policies,"
            " each under the OPP-115 category that its section heading names."
        ),
        (
            f"{header['terms']} terms (words and pairs of words), {len(OPP115)} categories,"
            f" signed bytes, {size} bytes in all. Logistic regression, C = {STRENGTH}."
        ),
        (
            "No OPP-115 text or label was trained on. The thresholds, one a category, were chosen"
            " on the OPP-115 validation split."
        ),
        "",
        "category, paragraphs labelled, of which used, threshold (log-odds):",
    ]
    for c, name in enumerate(OPP115):
        used = int((y[:, c] & (weights[:, c] > 0)).sum())
        lines.append(
            f"  {name:38s} {int(y[:, c].sum()):6d} {used:6d} {header['threshold'][c]:7.3f}"
        )
    lines += [
        "",
        (
            "Attribution: contains weights derived from policy versions of Open Terms Archive"
            " (https://opentermsarchive.org) and ToSBack (https://tosback.org), made available"
            " under the Open Data Commons Attribution License (ODC-BY) 1.0,"
            " https://opendatacommons.org/licenses/by/1-0/. No text of theirs is included."
        ),
        "",
    ]
    (ROOT / "analysis/model/TRAINING.txt").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
