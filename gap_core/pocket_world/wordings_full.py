"""Wordings of the FULL edition: more of the old forms, and those of things seen in them.

Called by edition.py; wordings_moments.py holds the forms about people, times and the picture.
"""

from gap_core.pocket_world.wordings import WORDINGS
from gap_core.pocket_world.wordings_casual_more import CASUAL_MORE
from gap_core.pocket_world.wordings_full_casual import THINGS_CASUAL
from gap_core.pocket_world.wordings_full_casual_more import THINGS_CASUAL_MORE
from gap_core.pocket_world.wordings_moments import MOMENT_WORDINGS
from gap_core.pocket_world.wordings_moments_casual import MOMENTS_CASUAL
from gap_core.pocket_world.wordings_moments_casual_more import MOMENTS_CASUAL_MORE

_MORE = {
    "what_group": (
        "Is there any {single} and which?",
        "What sort of {single} can be seen?",
    ),
    "colour_of_person": (
        "What colour does the {kind} wear?",
        "Tell me the colour of the {kind}'s {garment}.",
    ),
    "is_colour": ("Is it true that the {kind} is {colour}?", "Is the {kind} really {colour}?"),
    "what_is_colour": ("Which of the things is {colour}?", "Can you see anything {colour}?"),
    "size_of": ("Is it a small or a large {kind}?", "Does the {kind} look big or small?"),
    "side_of": (
        "Whereabouts is the {kind}?",
        "Tell me where the {kind} is.",
        "What is the place of the {kind}?",
    ),
    "what_side": ("Tell me what is {at_side}.", "What can you find {at_side}?"),
    "relation": (
        "Does the {kind} stand left or right of the {other}?",
        "{other}: is the {kind} left or right of it?",
        "Is the {other} left or right of it, seen from the {kind}?",
        "Where does the {kind} stand, left or right of the {other}?",
        "On what side of the {other} do you see the {kind}?",
    ),
    "is_relation": (
        "Would you say the {kind} is {side} of the {other}?",
        "Is the {kind} standing to the {side} of the {other}?",
        "Is the {kind} placed {side} of the {other}?",
        "The {kind} is {side} of the {other}, right?",
    ),
    "what_beside": (
        "What is there to the {side} of the {kind}?",
        "What is next to the {kind} on its {side}?",
        "What can be found {side} of the {kind}?",
        "Tell me what is {side} of the {kind}.",
    ),
    "is_word": (
        "Is the sign's word {word}?",
        "Does the text read {word}?",
        "Is {word} on the sign?",
        "Do the letters on the sign spell {word}?",
    ),
    "weather": ("What is the weather in the picture?", "Which weather do you see?"),
    "is_weather": ("Can you see that it is {weather}?", "Does the weather look {weather}?"),
    "place": ("What sort of place can you see?", "Name the place."),
    "is_place": (
        "Is that {a_place}?",
        "Do you see {a_place}?",
        "Is the scene {a_place}?",
        "Could this be {a_place}?",
    ),
    "describe": (
        "What does it look like?",
        "Describe everything.",
        "Give me all the details.",
        "Describe the whole scene.",
    ),
}

_NEW = {
    "material_of": (
        "What is the {kind} made of?",
        "Which material is the {kind}?",
        "What material is it, the {kind}?",
        "What is the {kind} built of?",
        "Of what material is the {kind}?",
        "What kind of material is the {kind}?",
        "Is the {kind} wood, metal, stone or plastic?",
        "What's the {kind} made from?",
        "Tell me the material of the {kind}.",
        "What does the {kind} consist of?",
        "Which material was used for the {kind}?",
        "Material of the {kind}?",
    ),
    "is_material": (
        "Is the {kind} made of {material}?",
        "Is it a {material} {kind}?",
        "Does the {kind} look like {material}?",
        "Is the {kind} built of {material}?",
        "Is {material} what the {kind} is made of?",
        "Is the material of the {kind} {material}?",
        "Would you say the {kind} is {material}?",
        "Is that {kind} {material}?",
        "The {kind} is made of {material}, right?",
        "Is the {kind} of {material}?",
        "Is it true that the {kind} is made of {material}?",
        "Do you see a {material} {kind}?",
    ),
    "what_on": (
        "What is on the {kind}?",
        "What do you see on the {kind}?",
        "What is on top of the {kind}?",
        "Is anything on the {kind}?",
        "What lies on the {kind}?",
        "Which thing is on the {kind}?",
        "What stands on the {kind}?",
        "What's on the {kind}?",
        "What sits on the {kind}?",
        "What can be seen on top of the {kind}?",
        "Tell me what is on the {kind}.",
        "What was put on the {kind}?",
    ),
    "what_under": (
        "What is under the {kind}?",
        "What do you see under the {kind}?",
        "What is beneath the {kind}?",
        "Is anything under the {kind}?",
        "What is below the {kind}?",
        "Which thing is under the {kind}?",
        "What's under the {kind}?",
        "What can be seen underneath the {kind}?",
        "What stands under the {kind}?",
        "What is underneath the {kind}?",
        "Tell me what is under the {kind}.",
        "What hides under the {kind}?",
    ),
    "what_behind": (
        "What is behind the {kind}?",
        "What do you see behind the {kind}?",
        "What stands behind the {kind}?",
        "Is anything behind the {kind}?",
        "Who is behind the {kind}?",
        "Which thing is behind the {kind}?",
        "What's behind the {kind}?",
        "What hides behind the {kind}?",
        "What is at the back of the {kind}?",
        "What can be seen behind the {kind}?",
        "Tell me what is behind the {kind}.",
        "What does the {kind} partly cover?",
    ),
    "is_resting": (
        "Is the {kind} {relation} the {other}?",
        "Does the {kind} stand {relation} the {other}?",
        "Is there {a_kind} {relation} the {other}?",
        "Do you see the {kind} {relation} the {other}?",
        "Can the {kind} be seen {relation} the {other}?",
        "Is it {relation} the {other}, the {kind}?",
        "Is it true that the {kind} is {relation} the {other}?",
        "The {kind} is {relation} the {other}, right?",
        "Would you say the {kind} is {relation} the {other}?",
        "Is the {kind} really {relation} the {other}?",
        "Did someone put the {kind} {relation} the {other}?",
        "Is the place of the {kind} {relation} the {other}?",
    ),
    "between": (
        "What is between the {kind} and the {other}?",
        "What stands between the {kind} and the {other}?",
        "What do you see between the {kind} and the {other}?",
        "Is anything between the {kind} and the {other}?",
        "Which thing is between the {kind} and the {other}?",
        "What's between the {kind} and the {other}?",
        "What can be found between the {kind} and the {other}?",
        "Who or what is between the {kind} and the {other}?",
        "What is in between the {kind} and the {other}?",
        "Tell me what is between the {kind} and the {other}.",
        "What separates the {kind} and the {other}?",
        "Between the {kind} and the {other}, what is there?",
    ),
    "nearest": (
        "What is nearest to the {kind}?",
        "What is closest to the {kind}?",
        "Which thing is nearest to the {kind}?",
        "What stands closest to the {kind}?",
        "What is next to the {kind}?",
        "Which thing is closest to the {kind}?",
        "What's the nearest thing to the {kind}?",
        "What do you see right beside the {kind}?",
        "What is the closest thing to the {kind}?",
        "Who or what is nearest to the {kind}?",
        "Tell me what is nearest to the {kind}.",
        "What is the {kind}'s nearest neighbour?",
    ),
    "number_on": (
        "What number is on the {kind}?",
        "Which number does the {kind} have?",
        "What is the number of the {kind}?",
        "Read the number on the {kind}.",
        "What number does the {kind} show?",
        "What is the {kind}'s number?",
        "Which number is written on the {kind}?",
        "Can you read the number of the {kind}?",
        "What's the number on the {kind}?",
        "Tell me the number on the {kind}.",
        "What digits are on the {kind}?",
        "Number of the {kind}, please?",
    ),
    "clock_time": (
        "What time does the clock show?",
        "What time is it on the clock?",
        "What does the clock say?",
        "Which time is on the clock?",
        "Read the clock.",
        "Tell me the time on the clock.",
        "What time do you read on the clock?",
        "What is the time according to the clock?",
        "What hour does the clock show?",
        "Where do the hands of the clock point?",
        "Can you read the clock?",
        "What's the time by the clock?",
    ),
    "is_clock_time": (
        "Is it {time} on the clock?",
        "Does the clock show {time}?",
        "Does the clock say {time}?",
        "Is the clock at {time}?",
        "Is {time} what the clock shows?",
        "Do the hands show {time}?",
        "Is it {time} by the clock?",
        "The clock says {time}, right?",
        "Would you read {time} on the clock?",
        "Is it true that the clock shows {time}?",
        "Does the clock stand at {time}?",
        "Can you read {time} on the clock?",
    ),
}


def _merged() -> dict[str, tuple[str, ...]]:
    """All wordings by form: the old ones first, then what was added."""
    merged = {
        form: (*wordings, *_MORE.get(form, ()), *CASUAL_MORE.get(form, ()))
        for form, wordings in WORDINGS.items()
    }
    casual = THINGS_CASUAL | MOMENTS_CASUAL
    more = THINGS_CASUAL_MORE | MOMENTS_CASUAL_MORE
    further = _NEW | MOMENT_WORDINGS
    return merged | {form: (*plain, *casual[form], *more[form]) for form, plain in further.items()}


FULL_WORDINGS = _merged()
