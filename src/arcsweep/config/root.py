"""The whole config: one frozen object."""

from typing import Annotated

from pydantic import Strict

from arcsweep.config.base import Section
from arcsweep.config.baseline import BaselineConfig
from arcsweep.config.confirmation import ConfirmationConfig
from arcsweep.config.extended import ExtendedConfig
from arcsweep.config.hypotheses import HypothesisConfig
from arcsweep.config.labels import LabelsConfig
from arcsweep.config.reports import ReportsConfig
from arcsweep.config.selection import SelectionConfig
from arcsweep.config.split import SplitConfig
from arcsweep.config.study import StudyConfig
from arcsweep.config.tasks import TasksConfig
from arcsweep.config.training import TrainingConfig
from arcsweep.config.workers import WorkersConfig


class Config(Section):
    """Everything a run is told; the sections follow the order in which the data flow."""

    tasks: TasksConfig = TasksConfig()
    labels: LabelsConfig = LabelsConfig()
    split: SplitConfig = SplitConfig()
    training: TrainingConfig = TrainingConfig()
    study: StudyConfig
    workers: WorkersConfig = WorkersConfig()
    selection: SelectionConfig = SelectionConfig()
    extended: ExtendedConfig = ExtendedConfig()
    confirmation: ConfirmationConfig = ConfirmationConfig()
    hypotheses: Annotated[tuple[HypothesisConfig, ...], Strict(False)] = ()
    """Targeted changes of selected trials, each judged against its base on the confirmation's
    folds; none is asked where the list is empty or `confirmation.folds` is 0."""
    baseline: BaselineConfig = BaselineConfig()
    reports: ReportsConfig = ReportsConfig()
