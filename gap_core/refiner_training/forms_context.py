"""Forms about the picture as a whole: place, weather, time, mood, culture, art, oddities, doubts.

Called by cases.py through forms.py.
"""

from gap_core.refiner_training.form import Form

SCENE = "Scene Understanding"
EMOTION = "Emotion Recognition"
WEATHER = "Weather and Environment"
TEMPORAL = "Temporal Inference"
CULTURE = "Cultural or Social Context"
ART = "Art and Aesthetics"
ANOMALY = "Anomaly Detection"

CONTEXT: tuple[Form, ...] = (
    Form(
        SCENE,
        (
            "Where is this?", "What place is this?", "Where was the picture taken?",
            "What kind of place is it?", "Which place does the picture show?", "Where are we?",
            "What is the scene?", "What sort of place is this?",
        ),
        {
            "It is {a_place}.": ("{a_place}", "{place}", "its {a_place}", "some {place}"),
            "It is in {city}.": ("{city}", "in {city}", "its {city}", "its in {city}"),
            "It is {a_place}, not {a_place2}.": (
                "{a_place} not {a_place2}", "{place}, not {place2}",
            ),
            "It is {a_place} in {city}.": ("{place} in {city}", "{a_place} in {city}"),
        },
        (
            "The picture shows {a_place}.", "This is {a_place} with {a_thing}.",
            "It was taken in {city}.", "It looks like {a_place}.", "The {person} is in {a_place}.",
        ),
    ),
    Form(
        SCENE,
        (
            "Describe the picture.", "What is happening here?", "What does the picture show?",
            "What is going on?", "Tell me what you see.",
        ),
        {
            "{a_person} is {doing} in {a_place}.": (
                "{person} {doing} in {a_place}", "{a_person} {doing} in {a_place}",
                "{person} is {doing} in {a_place}",
            ),
            "There are {n} {things} and {a_thing2} {relation} them.": (
                "{n} {things} and {a_thing2} {relation} them",
                "{n} {things}, {a_thing2} {relation} them",
            ),
        },
        (
            "The picture shows {a_person} {doing}.", "The {person} is {doing} and it is {weather}.",
            "There is {a_colour} {thing} {at_side} and {a_colour2} {thing2} {relation} it.",
            "Two {persons} are {doing} in the {place}.",
            "In the {place} there are {n} {things} and one {thing2}.",
        ),
    ),
    Form(
        EMOTION,
        (
            "How does the {person} feel?", "How does the {person} look?",
            "What mood is the {person} in?",
            "Is the {person} happy?", "Which feeling does the {person} show?",
        ),
        {
            "The {person} looks {feeling}.": (
                "{feeling}", "looks {feeling}", "is looking {feeling}",
            ),
            "The {person} looks {feeling} and {feeling2}.": (
                "{feeling} and {feeling2}", "{feeling} n {feeling2}",
            ),
            "The {person} looks very {feeling}.": ("very {feeling}", "looks very {feeling}"),
            "The {person} looks {feeling}, not {feeling2}.": (
                "{feeling} not {feeling2}", "{feeling}, not {feeling2}",
            ),
            "The {person} does not look {feeling}.": ("not {feeling}", "doesnt look {feeling}"),
        },
        ("She looks {feeling}.", "He is {feeling} because of the {thing}.", "They seem {feeling}."),
    ),
    Form(
        WEATHER,
        (
            "What is the weather like?", "How is the weather?", "What's the weather?",
            "What weather is it?", "Which weather do you see?", "Is the weather good?",
            "Describe the weather.", "How's the weather in the picture?",
        ),
        {
            "It is {weather}.": (
                "{weather}", "its {weather}", "{weather} weather", "looks {weather}",
            ),
            "It is {weather} and {weather2}.": (
                "{weather} and {weather2}", "{weather} n {weather2}", "{weather}, {weather2}",
            ),
            "It is {weather}, not {weather2}.": (
                "{weather} not {weather2}", "not {weather2}, {weather}",
            ),
            "It is not {weather}.": ("not {weather}", "its not {weather}"),
            "It is raining.": ("raining", "rain", "it rains", "its raining"),
            "It is snowing.": ("snowing", "snow", "it snows", "its snowing"),
        },
        ("The weather is {weather}.", "It is {weather} with some clouds.", "The sky is {colour}."),
    ),
    Form(
        TEMPORAL,
        (
            "What time of day is it?", "When was this taken?", "Is it day or night?",
            "Which time of day is it?", "At what time of day was this taken?",
        ),
        {
            "It is {daytime}.": ("{daytime}", "its {daytime}"),
            "It is early in the {daytime}.": ("early {daytime}", "early in the {daytime}"),
            "It is {daytime}, not {daytime2}.": (
                "{daytime} not {daytime2}", "{daytime}, not {daytime2}",
            ),
        },
        ("It was taken in the {daytime}.", "It is {daytime} in {season}.", "It is day."),
    ),
    Form(
        TEMPORAL,
        (
            "What season is it?", "Which season is it?", "What time of year is it?",
            "Which time of the year does it show?",
        ),
        {
            "It is {season}.": ("{season}", "its {season}", "in {season}"),
            "It is {season} or {season2}.": ("{season} or {season2}",),
            "It is {season}, not {season2}.": ("{season} not {season2}", "{season}, not {season2}"),
        },
        ("It is {season} because the {things} are {colour}.", "It looks like {season}."),
    ),
    Form(
        TEMPORAL,
        ("What year is it?", "From which year is the picture?", "How old is the picture?",
        "When is it from?"),
        {
            "It is from {year}.": ("{year}", "from {year}", "its {year}"),
            "It is about {n} years old.": ("about {n} years", "about {n} years old"),
        },
        ("The picture was taken in {year}.", "It was taken in {season} {year}."),
    ),
    Form(
        CULTURE,
        (
            "What are they celebrating?", "What is the occasion?", "What kind of event is this?",
            "Which event is it?", "What event does the picture show?",
        ),
        {
            "It is {an_event}.": ("{an_event}", "{event}", "its {an_event}"),
            "It is {festival}.": ("{festival}", "its {festival}"),
            "It is the {event} of {name}.": ("{event} of {name}", "the {event} of {name}"),
            "It is {an_event}, not {an_event2}.": (
                "{an_event} not {an_event2}", "{event}, not {event2}",
            ),
            "It is {an_event} in {city}.": ("{event} in {city}", "{an_event} in {city}"),
        },
        ("They are celebrating {festival}.", "It is {an_event} with {n} guests.",
        "The {persons} are at {an_event}."),
    ),
    Form(
        ART,
        (
            "What style is the picture?", "Is it a photo or a painting?",
            "What kind of picture is it?",
            "What art style is this?", "Which technique was used?",
        ),
        {
            "It is {a_style}.": ("{a_style}", "{style}", "its {a_style}"),
            "It is {a_style} by {name}.": ("{style} by {name}", "{a_style} by {name}"),
            "It is {a_style}, not {a_style2}.": (
                "{a_style} not {a_style2}", "{style}, not {style2}",
            ),
            "The picture is in black and white.": (
                "black and white", "b&w", "black n white", "its black and white",
            ),
            "The picture is in colour.": ("in colour", "colour", "its in colour"),
        },
        ("It is {a_style} in {colour} and {colour2}.", "The {style} is mostly {colour}.",
        "This is not {a_style}."),
    ),
    Form(
        ANOMALY,
        (
            "What is odd here?", "What is wrong with the picture?", "Is there anything strange?",
            "What's unusual?", "What does not belong here?", "Is anything odd?",
        ),
        {
            "The {thing} is upside down.": (
                "{thing} is upside down", "{thing} upside down", "the {thing} is upside down",
            ),
            "There is {a_thing} {relation} the {thing2}.": (
                "{a_thing} {relation} the {thing2}", "{thing} {relation} the {thing2}",
            ),
            "The {person} has {n} {things}.": (
                "{person} has {n} {things}", "the {person} has {n} {things}",
            ),
            "Nothing is odd.": ("nothing", "nothing odd"),
            "The {thing} has {n} {things2}.": (
                "{thing} has {n} {things2}", "{thing} with {n} {things2}",
            ),
            "The {thing} is {colour}.": (
                "{colour} {thing}", "the {thing} is {colour}", "{thing} is {colour}",
            ),
        },
        (
            "The {thing} is in the {place}, where it does not belong.",
            "There is {a_thing} with {n} {things2}.",
            "The {thing} has no {thing2}.", "The {person} is wearing {n} {things}.",
        ),
    ),
    Form(
        SCENE,
        (
            "What is {relation} the {thing}?", "How many {things} are there?",
            "What colour is the {thing}?",
            "Who is the {person}?", "What does the {thing} say?", "Where is the {thing}?",
            "What is the {person} doing?", "What is the {person} holding?",
        ),
        {
            "I cannot tell.": ("cant tell", "cannot tell", "i cant tell", "can not tell"),
            "I do not know.": ("dont know", "i dont know", "do not know"),
            "I cannot see it.": ("cant see it", "cannot see it", "i cant see it"),
            "It is not visible.": ("not visible", "its not visible"),
            "It is too dark to see.": ("too dark", "too dark to see", "its too dark"),
            "It is too blurry to tell.": ("too blurry", "too blurry to tell"),
            "I am not sure.": ("not sure", "im not sure"),
        },
        (
            "The picture does not show it.", "It is impossible to tell from the picture.",
            "There is no {thing} in the picture.", "I cannot see any {things}.",
            "It is hard to say because the {thing} is {relation} the {thing2}.",
        ),
    ),
)  # fmt: skip
