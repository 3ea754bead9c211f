"""Latent Dirichlet allocation: every document a mixture of topics, every topic a distribution over words."""

import numpy as np
from scipy.sparse import csr_matrix


def fit_lda(counts: csr_matrix, vocabulary: list[str], n_topics: int, passes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """gensim's online variational Bayes (Hoffman et al. 2010), one process.

    Args:
        counts: (n, n_words); documents without words are left out of the fit.

    Returns:
        topic_word (k, n_words) and document_topic (n, k), float32; rows sum to 1, or to 0 for documents without words.
    """
    from gensim.matutils import Sparse2Corpus
    from gensim.models import LdaModel

    has_words = np.diff(counts.indptr) > 0
    corpus = Sparse2Corpus(counts[has_words].T.tocsc(), documents_columns=True)
    model = LdaModel(corpus, num_topics=n_topics, id2word=dict(enumerate(vocabulary)), passes=passes, chunksize=2000, iterations=50, alpha="asymmetric",
                     eval_every=None, random_state=seed, dtype=np.float32)  # fmt: skip
    document_topic = np.zeros((counts.shape[0], n_topics), np.float32)
    gamma = np.vstack([model.inference(list(corpus[start : start + 2000]))[0] for start in range(0, len(corpus), 2000)])
    document_topic[has_words] = gamma / gamma.sum(axis=1, keepdims=True)
    return model.get_topics().astype(np.float32), document_topic
