"""Latent Dirichlet allocation: every document a mixture of topics, every topic a distribution over words."""

import logging

import numpy as np
from scipy.sparse import csr_matrix

_CHUNK = 2000  # documents whose mixtures are in memory together


def fit_lda(
    counts: csr_matrix, n_words: int, n_topics: int, passes: int, seed: int, prior: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """gensim's variational Bayes, one process: online (Hoffman et al. 2010) from chance, or in whole passes (Blei et
    al. 2003) from a prior.

    In whole passes every document counts alike whatever its place, and with a prior two or three passes are enough.

    Args:
        counts: (n, n_words); documents without words are left out of the fit.
        prior: (n_topics, n_words) pseudo-counts, see `anchor_prior`.

    Returns:
        topic_word (n_topics, n_words) and document_topic (n, n_topics), float32;
        rows sum to 1, or to 0 for documents without words.
    """
    from gensim.matutils import Sparse2Corpus
    from gensim.models import LdaModel

    logging.getLogger("gensim.models.ldamodel").setLevel(
        logging.ERROR
    )  # its advice on passes is for online training from chance
    has_words = np.diff(counts.indptr) > 0
    corpus = Sparse2Corpus(counts[has_words].T.tocsc(), documents_columns=True)
    how = (
        {"alpha": "asymmetric"}
        if prior is None
        else {"alpha": "symmetric", "eta": prior, "update_every": 0, "decay": 0.0}
    )
    model = LdaModel(
        num_topics=n_topics,
        id2word={word: str(word) for word in range(n_words)},
        passes=passes,
        chunksize=_CHUNK,
        iterations=50,
        eval_every=None,
        random_state=seed,
        dtype=np.float32,
        **how,
    )
    if prior is not None:
        model.sync_state()  # so that the first pass knows the prior too; gensim begins it from chance alone
    document_topic = np.zeros((counts.shape[0], n_topics), np.float32)
    # On a busy machine numpy has been seen to warn of invalid values in gensim's products whose results were all
    # finite.
    with np.errstate(invalid="ignore"):
        model.update(corpus)
        gamma = np.vstack(
            [model.inference(list(corpus[start : start + _CHUNK]))[0] for start in range(0, len(corpus), _CHUNK)]
        )
    if not np.isfinite(gamma).all():
        raise FloatingPointError(
            "LDA: expected finite weights of topics, got others; this is a fault of mihwar or of gensim."
        )
    document_topic[has_words] = gamma / gamma.sum(axis=1, keepdims=True)
    return model.get_topics().astype(np.float32), document_topic
