"""All forms of question and answer that the refiner learns from, in the paper's categories."""

from gap_core.refiner_training.form import Form
from gap_core.refiner_training.forms_context import CONTEXT
from gap_core.refiner_training.forms_free import FREE
from gap_core.refiner_training.forms_seeing import SEEING

FORMS: tuple[Form, ...] = (*SEEING, *CONTEXT, *FREE)
