"""The whole pipeline: its stages, in an order in which each finds what it needs."""

from pipeline.cluster.stage import CLUSTER
from pipeline.core.stage import Stage
from pipeline.embed.stage import EMBED
from pipeline.evaluate.stage import EVALUATE
from pipeline.ingest.stage import INGEST
from pipeline.reduce.stage import REDUCE
from pipeline.report.stage import REPORT
from pipeline.topics.stage import TOPICS
from pipeline.words.stage import WORDS

FLOW: tuple[Stage, ...] = (INGEST, WORDS, EMBED, REDUCE, CLUSTER, TOPICS, EVALUATE, REPORT)
