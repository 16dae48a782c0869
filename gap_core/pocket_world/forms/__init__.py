"""The forms of question by subject; `FORMS` finds one by its name."""

from gap_core.pocket_world.forms.attributes import ATTRIBUTE_FORMS
from gap_core.pocket_world.forms.form import Args, Fact, Form
from gap_core.pocket_world.forms.objects import OBJECT_FORMS
from gap_core.pocket_world.forms.sides import SIDE_FORMS
from gap_core.pocket_world.forms.surroundings import SURROUNDING_FORMS
from gap_core.pocket_world.forms.text import TEXT_FORMS

FORMS: dict[str, Form] = {
    form.name: form
    for form in (*OBJECT_FORMS, *ATTRIBUTE_FORMS, *SIDE_FORMS, *TEXT_FORMS, *SURROUNDING_FORMS)
}

__all__ = ["FORMS", "Args", "Fact", "Form"]
