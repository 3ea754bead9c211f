"""Agreement: do the clusters match the labels that the articles carry?"""

import numpy as np


def agreement(topics: np.ndarray, gold: np.ndarray) -> dict[str, float | None]:
    """AMI (Vinh et al. 2010), ARI (Hubert and Arabie 1985) and V-measure (Rosenberg and Hirschberg 2007); None where
    nothing is labelled.

    Args:
        topics: (n,) numbers; all noise counts as one more topic.
        gold: (n,) labels, None where an article carries none; such articles are left out.
    """
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, v_measure_score

    labelled = np.array([label is not None for label in gold], bool)
    if not labelled.any():
        return {"ami": None, "ari": None, "v_measure": None}
    ours, theirs = topics[labelled], gold[labelled].astype(str)
    return {
        "ami": float(adjusted_mutual_info_score(theirs, ours)),
        "ari": float(adjusted_rand_score(theirs, ours)),
        "v_measure": float(v_measure_score(theirs, ours)),
    }


def bcubed(topics: np.ndarray, gold: np.ndarray) -> dict[str, float | None]:
    """BCubed precision, recall and F1 (Bagga and Baldwin 1998; Amigó et al. 2009), means over the articles that carry a
    label.

    Precision is how much of an article's topic is of its label, recall how much of its label is in its topic. All noise
    counts as one more topic.

    Args:
        topics, gold: see `agreement`.
    """
    labelled = np.array([label is not None for label in gold], bool)
    if not labelled.any():
        return {"bcubed_precision": None, "bcubed_recall": None, "bcubed_f1": None}
    found, rows = np.unique(topics[labelled], return_inverse=True)
    kinds, columns = np.unique(gold[labelled].astype(str), return_inverse=True)
    both = np.bincount(rows * len(kinds) + columns, minlength=len(found) * len(kinds)).reshape(len(found), len(kinds))
    precision, recall = (float(np.sum(both**2 / both.sum(axis=axis, keepdims=True)) / both.sum()) for axis in (1, 0))
    return {
        "bcubed_precision": precision,
        "bcubed_recall": recall,
        "bcubed_f1": 2 * precision * recall / (precision + recall),
    }
