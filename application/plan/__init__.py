"""Plan folders: a whole plan as CSV files, imported all or nothing. Format: docs/plan-folder.md."""

from application.plan.errors import CellError, PlanInvalid
from application.plan.importing import ImportReport, import_plan

__all__ = ["CellError", "ImportReport", "PlanInvalid", "import_plan"]
