"""Agreement: do the clusters match the labels that the articles carry?"""

import numpy as np


def agreement(topics: np.ndarray, gold: np.ndarray) -> dict[str, float | None]:
    """AMI (Vinh et al. 2010), ARI (Hubert and Arabie 1985) and V-measure (Rosenberg and Hirschberg 2007); None where nothing is labelled.

    Args:
        topics: (n,) numbers; all noise counts as one more topic.
        gold: (n,) labels, None where an article carries none; such articles are left out.
    """
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, v_measure_score

    labelled = np.array([label is not None for label in gold], bool)
    if not labelled.any():
        return {"ami": None, "ari": None, "v_measure": None}
    ours, theirs = topics[labelled], gold[labelled].astype(str)
    return {"ami": float(adjusted_mutual_info_score(theirs, ours)), "ari": float(adjusted_rand_score(theirs, ours)),
            "v_measure": float(v_measure_score(theirs, ours))}  # fmt: skip
