"""Whole sentences of many shapes, under questions of many kinds: only mending is learned from them.

Called by cases.py through forms.py. An expert may write anything; these keep the refiner from
pressing an answer into the shape of a form.
"""

from gap_core.refiner_training.form import Form

_ASKS = (
    "What do you see?", "Describe the {thing}.", "What is happening with the {thing}?",
    "Is it {weather} outside?", "Is this {a_place}?", "Tell me about the {person}.",
    "Is there {a_thing} {relation} the {thing2}?", "Why is the {person} {feeling}?",
    "Which {things} are {colour}?", "What is the {person} doing with the {thing}?",
    "Does the {person} have {a_thing}?", "Is the {thing} {relation} the {thing2}?",
    "How many {persons} are {doing}?", "What has {a_colour} colour?", "Does it say {sign}?",
    "Who has {a_thing}?",
)  # fmt: skip

FREE: tuple[Form, ...] = tuple(
    Form(category, _ASKS, {}, sentences)
    for category, sentences in (
        (
            "Object Recognition",
            (
                "I see {a_thing}, {a_thing2}, {n} {things3}, {a_thing4} and {a_thing5}.",
                "There are {n} {things}, {n2} {things2} and {a_thing3}.",
                "I see no {things}, but I see {a_thing2}.",
                "I see {a_colour} {thing} and {n} {things2}.",
                "You can see {a_person} with {a_thing} and {a_thing2} in the {place}.",
                "Both {things} are {relation} the {thing2}.", "Only the {thing} can be seen.",
                "I can see {a_thing} but not {a_thing2}.",
                "There is neither {a_thing} nor {a_thing2}.",
            ),
        ),
        (
            "Scene Understanding",
            (
                "This is {a_place}, so yes.", "This is {a_place}, so no.",
                "It is {weather}, so yes.",
                "It is {weather}, so no.", "The {thing} is {colour}, so yes.",
                "The {thing} is {relation} the {thing2}, so no.", 'The sign says {sign}, so yes.',
                "Yes, because the {thing} is {relation} the {thing2}.",
                "No, because there is no {thing} in the {place}.",
                "Yes, it is {weather} in {city}.",
                "That is right, the {thing} is {colour}.", "The sign says {sign}.",
            ),
        ),
        (
            "Activity Recognition",
            (
                "While the {person} is {doing}, the {person2} is {doing2}.",
                "The {person}, who is wearing {a_colour} {thing}, is {doing}.",
                "One {person} is {doing} and another one is {doing2}.",
                "{name} is {doing} with {n} {things} in the {place}.",
                "{name} and the {person} are {relation} the {thing}.",
                "Some {persons} are {doing}, but nobody is {doing2}.",
                "The {person} has {n} {things} and {a_colour} {thing2}.",
                "The {person} is about to open the {thing}.", "They are {doing} at {clock}.",
            ),
        ),
        (
            "Spatial Relationships",
            (
                "{a_thing} and {a_thing2} are on the {side}.",
                "{n} {things} are {relation} the {thing2}.",
                "Nothing is on the {side}.", "Nothing is {relation} the {thing}.",
                "The {thing} is in the middle, the {thing2} is on the {side}.",
                "From left to right, there is {a_thing}, {a_thing2} and {a_thing3}.",
                "The {colour} {thing} is {relation} the {colour2} {thing2}.",
                "The {thing} is closer to the {thing2} than to the {thing3}.",
                "The second {thing} from the {side} is {colour}.",
            ),
        ),
        (
            "Object Attributes",
            (
                "The {things} are {colour}, {colour2} and {colour3}.",
                "A {size} {thing} is {colour}.",
                "The {person}'s {thing} is {colour}, so yes.", "The {size} {thing} is {adjective}.",
                "The {thing} is {colour}, but its {thing2} is {colour2}.",
                "The {thing} is {colour} and {size}, which is why it looks {adjective}.",
                "All {things} are {colour} except one.",
                "The {thing} has {colour} and {colour2} stripes.",
            ),
        ),
    )
)  # fmt: skip
