"""The whole pipeline: its stages, in an order in which each finds what it needs."""

from mihwar.cluster.stage import CLUSTER
from mihwar.core.stage import Stage
from mihwar.embed.stage import EMBED
from mihwar.evaluate.stage import EVALUATE
from mihwar.ingest.stage import INGEST
from mihwar.reduce.stage import REDUCE
from mihwar.report.stage import REPORT
from mihwar.stability.stage import STABILITY
from mihwar.topics.stage import TOPICS
from mihwar.words.stage import WORDS

FLOW: tuple[Stage, ...] = (INGEST, WORDS, EMBED, REDUCE, CLUSTER, STABILITY, TOPICS, EVALUATE, REPORT)
