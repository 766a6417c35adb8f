"""The whole config: one frozen object."""

from arcsweep.config.base import Section
from arcsweep.config.baseline import BaselineConfig
from arcsweep.config.confirmation import ConfirmationConfig
from arcsweep.config.extended import ExtendedConfig
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
    baseline: BaselineConfig = BaselineConfig()
    reports: ReportsConfig = ReportsConfig()
