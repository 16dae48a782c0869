"""One file a format: what it writes and how it is read back."""

from gap_core.dataset.formats.base import Format
from gap_core.dataset.formats.csv_table import CSV
from gap_core.dataset.formats.judge import JUDGE
from gap_core.dataset.formats.llama_factory import LLAMA_FACTORY
from gap_core.dataset.formats.minicpm import MINICPM
from gap_core.dataset.formats.ms_swift import MS_SWIFT
from gap_core.dataset.formats.trl_parquet import TRL
from gap_core.dataset.formats.vlmevalkit import VLMEVALKIT

FORMATS: dict[str, Format] = {
    one.name: one for one in (MINICPM, JUDGE, LLAMA_FACTORY, MS_SWIFT, TRL, VLMEVALKIT, CSV)
}

__all__ = ["FORMATS", "Format"]
