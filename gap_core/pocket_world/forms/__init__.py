"""The forms of question by subject; `FORMS` finds one by its name."""

from gap_core.pocket_world.forms.attributes import ATTRIBUTE_FORMS
from gap_core.pocket_world.forms.bearings import BEARING_FORMS
from gap_core.pocket_world.forms.description import DESCRIPTION_FORMS
from gap_core.pocket_world.forms.form import Args, Fact, Form
from gap_core.pocket_world.forms.materials import MATERIAL_FORMS
from gap_core.pocket_world.forms.moments import MOMENT_FORMS
from gap_core.pocket_world.forms.numbers import NUMBER_FORMS
from gap_core.pocket_world.forms.objects import OBJECT_FORMS
from gap_core.pocket_world.forms.oddities import ANOMALY_FORMS
from gap_core.pocket_world.forms.people import PEOPLE_FORMS
from gap_core.pocket_world.forms.sides import SIDE_FORMS
from gap_core.pocket_world.forms.surroundings import SURROUNDING_FORMS
from gap_core.pocket_world.forms.text import TEXT_FORMS

FORMS: dict[str, Form] = {
    form.name: form
    for forms in (
        OBJECT_FORMS, ATTRIBUTE_FORMS, MATERIAL_FORMS, SIDE_FORMS, BEARING_FORMS, TEXT_FORMS,
        NUMBER_FORMS, PEOPLE_FORMS, SURROUNDING_FORMS, MOMENT_FORMS, ANOMALY_FORMS,
        DESCRIPTION_FORMS,
    )
    for form in forms
}  # fmt: skip

__all__ = ["FORMS", "Args", "Fact", "Form"]
