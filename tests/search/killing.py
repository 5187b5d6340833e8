"""Processes to kill: each forked from one that has imported everything, so that a kill meets work, not an import."""

import multiprocessing

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.search.process", "tests.search.index.writer"])
