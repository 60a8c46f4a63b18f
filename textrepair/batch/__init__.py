"""Repair and filtering of whole corpora on datatrove (extra `batch`): steps for any pipeline, and a finished job."""

from textrepair.batch.steps import RepairStep, SpunFilter

__all__ = ["RepairStep", "SpunFilter"]
