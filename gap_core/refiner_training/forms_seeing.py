"""Forms about what stands in the picture: things, attributes, sides, counts, text, people.

Called by cases.py through forms.py.
"""

from gap_core.refiner_training.form import Form

OBJECTS = "Object Recognition"
ATTRIBUTES = "Object Attributes"
SPATIAL = "Spatial Relationships"
COUNTING = "Counting"
TEXT = "Text Recognition"
ACTIVITY = "Activity Recognition"

SEEING: tuple[Form, ...] = (
    Form(
        OBJECTS,
        (
            "What is this?", "What is that?", "What do you see?", "What is in the picture?",
            "What can you see here?", "Which object is shown?", "What is shown in the image?",
            "What's in the photo?",
        ),
        {
            "It is {a_thing}.": ("{a_thing}", "{thing}", "its {a_thing}", "thats {a_thing}"),
            "There are {things}.": ("{things}", "its {things}", "there are {things}"),
            "There is {a_thing} and {a_thing2}.": (
                "{a_thing} and {a_thing2}", "{thing} and {thing2}", "{thing}, {thing2}",
                "{thing} n {thing2}", "{thing} & {thing2}",
            ),
            "There is {a_thing}, {a_thing2} and {a_thing3}.": (
                "{thing}, {thing2}, {thing3}", "{a_thing}, {a_thing2} and {a_thing3}",
                "{thing} {thing2} and {thing3}",
            ),
            "It is {a_thing}, not {a_thing2}.": (
                "{a_thing} not {a_thing2}", "{thing}, not {thing2}", "not {a_thing2}, {a_thing}",
                "{thing} and not {a_thing2}",
            ),
        },
        (
            "There is {a_thing} {relation} the {thing2}.", "This is {a_thing}.",
            "The picture shows {a_thing} and {a_thing2}.", "I see {a_thing} and two {things2}.",
            "There is no {thing} in the picture, only {a_thing2}.",
            "I see {a_thing}.", "I see {n} {things}.", "I see no {things}.",
            "I see {n} {things} and {a_thing2}.",
            "It looks like {a_thing}, but it is {a_thing2}.",
            "You can see {a_thing} with {a_thing2}.", "It's {a_thing}.",
        ),
    ),
    Form(
        OBJECTS,
        (
            "Is there {a_thing}?", "Any {things} here?", "Are there {things} in the picture?",
            "Is there {a_thing} here?", "Are there any {things} in the picture?",
            "Can you see {a_thing}?", "Is there any {thing} here?",
            "Do you see {a_thing}?", "Is {a_thing} in the picture?", "Are there any {things}?",
            "Does the picture show {a_thing}?", "Can {a_thing} be seen?",
        ),
        {
            "Yes, there is {a_thing}.": (
                "yes", "yep", "yes there is", "yeah", "there is", "yup",
            ),
            "No, there is no {thing}.": (
                "no", "nope", "no {thing}", "there is none", "no there isnt", "none", "not there",
            ),
            "Yes, there are {n} {things}.": (
                "yes, {n}", "yes {n}", "yes {n} {things}", "{n} of them",
            ),
            "No, there is only {a_thing2}.": (
                "no, only {a_thing2}", "no, just {a_thing2}", "only {a_thing2}",
                "no its {a_thing2}",
            ),
            "Yes, there is {a_thing} {at_side}.": (
                "yes {at_side}", "yes, {at_side}", "yep, {at_side}", "yes its {at_side}",
            ),
        },
        (
            "There is {a_thing} {relation} the {thing2}.", "No, there isn't {a_thing}.",
            "Yes, I can see {a_thing} {at_side}.", "There are no {things} in this picture.",
        ),
    ),
    Form(
        ATTRIBUTES,
        (
            "What colour is the {thing}?", "What color is the {thing}?",
            "Which colour does the {thing} have?", "What is the colour of the {thing}?",
            "What's the color of the {thing}?", "Tell me the colour of the {thing}.",
            "Colour of the {thing}?", "The {thing} is what colour?",
        ),
        {
            "The {thing} is {colour}.": (
                "{colour}", "its {colour}", "{colour} {thing}", "it is {colour}", "{colour} one",
                "{thing} is {colour}", "the {thing} {colour}",
            ),
            "The {thing} is {colour} and {colour2}.": (
                "{colour} and {colour2}", "{colour} n {colour2}", "{colour} & {colour2}",
                "its {colour} and {colour2}",
            ),
            "The {thing} is {colour}, not {colour2}.": (
                "{colour} not {colour2}", "{colour}, not {colour2}", "its {colour} not {colour2}",
                "not {colour2}, {colour}", "not {colour2} but {colour}",
            ),
            "There is no {thing}.": ("no {thing}", "there is no {thing}", "there isnt {a_thing}"),
            "The {thing} is {colour} with {colour2} {things3}.": (
                "{colour} with {colour2} {things3}", "{colour} w/ {colour2} {things3}",
            ),
        },
        (
            "The {thing} in the picture is {colour}.", "It is {colour}.",
            "The {thing} {at_side} is {colour} and the other one is {colour2}.",
            "The {thing} has {a_colour} {thing2}.",
            "It is {colour} on top and {colour2} below.", "The {things} are {colour}.",
        ),
    ),
    Form(
        ATTRIBUTES,
        (
            "Is the {thing} {colour}?", "Is it {a_colour} {thing}?", "Is that {thing} {colour}?",
            "Is the colour of the {thing} {colour}?", "Would you say the {thing} is {colour}?",
        ),
        {
            "Yes, the {thing} is {colour}.": (
                "yes", "yes it is", "yep {colour}", "yeah", "yes {colour}",
            ),
            "No, the {thing} is not {colour}.": (
                "no", "nope", "not {colour}", "no its not", "it isnt",
            ),
            "No, the {thing} is {colour2}.": (
                "no, {colour2}", "no, its {colour2}", "no it is {colour2}", "nope, {colour2}",
            ),
        },
        ("No, it is {colour2}.", "The {thing} isn't {colour}, it is {colour2}.",
        "Yes, it is {colour}."),
    ),
    Form(
        ATTRIBUTES,
        (
            "What is the {thing} made of?", "Which material is the {thing}?",
            "What's the {thing} made from?", "What material is that {thing} made of?",
        ),
        {
            "The {thing} is made of {material}.": (
                "{material}", "its {material}", "made of {material}", "of {material}",
            ),
            "The {thing} is made of {material} and {material2}.": (
                "{material} and {material2}", "{material} n {material2}",
            ),
        },
        ("It is made of {material}.",
        "The {thing} is {material}, but the {thing2} is {material2}."),
    ),
    Form(
        ATTRIBUTES,
        (
            "How big is the {thing}?", "What size is the {thing}?", "Is the {thing} big or small?",
            "What does the {thing} look like?", "How does the {thing} look?",
        ),
        {
            "The {thing} is {size}.": ("{size}", "its {size}", "{size} one", "it is {size}"),
            "The {thing} is {adjective}.": ("{adjective}", "looks {adjective}", "its {adjective}"),
            "The {thing} is {size} and {colour}.": (
                "{size} and {colour}", "{size}, {colour}", "{size} n {colour}",
            ),
            "There is no {thing}.": ("no {thing}", "theres no {thing}"),
            "The {thing} is bigger than the {thing2}.": (
                "bigger than the {thing2}", "bigger than {thing2}",
            ),
        },
        (
            "The {thing} is {size} and {adjective}.", "It looks {adjective}.",
            "It is a {size} {thing} with {a_thing2}.", "The {thing} is smaller than the {thing2}.",
        ),
    ),
    Form(
        SPATIAL,
        (
            "Where is the {thing}?", "Where's the {thing}?", "On which side is the {thing}?",
            "Where can I find the {thing}?", "Where do you see the {thing}?",
            "Which side is the {thing} on?", "In which part of the picture is the {thing}?",
            "Where does the {thing} stand?",
        ),
        {
            "The {thing} is on the {side}.": (
                "{side}", "on the {side}", "its on the {side}", "{side} side", "to the {side}",
                "at the {side}",
            ),
            "The {thing} is {at_side}.": ("{at_side}", "its {at_side}", "{thing} {at_side}"),
            "The {thing} is {relation} the {thing2}.": (
                "{relation} the {thing2}", "{relation} {thing2}", "its {relation} the {thing2}",
                "the {thing} {relation} the {thing2}",
            ),
            "There is no {thing}.": ("no {thing}", "there is no {thing}", "no {thing} here"),
            "The {thing} is between the {thing2} and the {thing3}.": (
                "between the {thing2} and the {thing3}", "between {thing2} and {thing3}",
                "in between the {thing2} and the {thing3}", "between {thing2} n {thing3}",
            ),
            "The {thing} is on the {side}, {relation} the {thing2}.": (
                "{side}, {relation} the {thing2}", "on the {side} {relation} the {thing2}",
            ),
        },
        (
            "The {thing} is {relation} the {thing2} {at_side}.", "It is {relation} the {thing2}.",
            "The {thing} stands to the {side} of the {thing2}.", "It is not on the {side}.",
            "The {person} is {relation} the {thing} and the {thing2} is {at_side}.",
        ),
    ),
    Form(
        SPATIAL,
        (
            "What is {relation} the {thing}?", "What's {relation} the {thing}?",
            "Which thing is {relation} the {thing}?", "What do you see {relation} the {thing}?",
            "What stands {relation} the {thing}?",
        ),
        {
            "There is {a_thing2} {relation} the {thing}.": (
                "{a_thing2}", "{thing2}", "its {a_thing2}", "there is {a_thing2}",
            ),
            "There are {n} {things2} {relation} the {thing}.": (
                "{n} {things2}", "there are {n} {things2}",
            ),
            "There is nothing {relation} the {thing}.": ("nothing", "nothing there"),
            "There is {a_person} {relation} the {thing}.": ("{a_person}", "{person}"),
        },
        ("The {thing2} is {relation} the {thing}.", "Nothing is {relation} the {thing}."),
    ),
    Form(
        SPATIAL,
        (
            "Is the {thing} {relation} the {thing2}?", "Is the {thing} left of the {thing2}?",
            "Does the {thing} stand {relation} the {thing2}?",
            "Is that {thing} {relation} the {thing2}?",
        ),
        {
            "No, the {thing} is on the {side}.": (
                "no, {side}", "no, on the {side}", "no its on the {side}",
            ),
            "No, the {thing} is {relation3} the {thing2}.": (
                "no, {relation3} the {thing2}", "no its {relation3} the {thing2}",
            ),
        },
        ("Yes, it is.", "No, it is {relation3} the {thing2}.", "No, it is on the {side}."),
    ),
    Form(
        COUNTING,
        (
            "How many {things} are there?", "How many {things} can you see?",
            "What is the number of {things}?", "Number of {things}?", "Count the {things}.",
            "How many {things} are in the picture?", "What's the number of {things} in the image?",
            "How many {things} do you see?",
        ),
        {
            "There are {n} {things}.": (
                "{n}", "{n} {things}", "its {n}", "there are {n}", "i count {n}", "{n} of them",
                "{n} in total",
            ),
            "There is one {thing}.": (
                "one", "1", "just one", "only one", "1 {thing}", "one {thing}",
            ),
            "There are no {things}.": ("none", "0", "no {things}", "zero", "there are none"),
            "There are {more} {n} {things}.": (
                "{more} {n}", "{more} {n} {things}", "its {more} {n}",
            ),
            "There are {n} {things}, not {n2}.": (
                "{n} not {n2}", "{n}, not {n2}", "not {n2}, {n}", "its {n} not {n2}",
            ),
            "There are {n} {things} and {n2} {things2}.": (
                "{n} {things} and {n2} {things2}", "{n} {things}, {n2} {things2}",
                "{n} {things} n {n2} {things2}",
            ),
            "There are {n} {colour} {things} and {n2} {colour2} ones.": (
                "{n} {colour} and {n2} {colour2}", "{n} {colour}, {n2} {colour2}",
                "{n} {colour} n {n2} {colour2}",
            ),
            "There are a dozen {things}.": ("a dozen", "dozen {things}", "a dozen {things}"),
            "There are several {things}.": ("several", "several {things}"),
        },
        (
            "I can see {n} {things} {at_side}.", "There are {n} {things} {relation} the {thing2}.",
            "There are exactly {n} {things}.", "There is only one {thing}.",
            "There are {n} {things} on the left and {n2} on the right.",
            "The picture shows {n} {colour} {things}.", "I count {n} {things}.",
        ),
    ),
    Form(
        TEXT,
        (
            "What does the sign say?", "What is written on the sign?", "What does it say?",
            "Which word is on the sign?", "What's written there?", "What can you read on the sign?",
            "What text is on the sign?", "Read the sign.",
        ),
        {
            'The sign says "{sign}".': (
                "{sign}", '"{sign}"', "it says {sign}", "says {sign}", "{sign} is written",
            ),
            "There is no sign.": ("no sign", "there is no sign", "theres no sign"),
            'The sign says "{sign}", not "{sign2}".': ("{sign} not {sign2}",
            '"{sign}" not "{sign2}"'),
        },
        ('It says "{sign}" in {colour} letters.', 'The sign on the {thing} says "{sign}".'),
    ),
    Form(
        TEXT,
        (
            "What number is on the {thing}?", "Which number does the {thing} have?",
            "What's the number of the {thing}?", "What is the number on the {thing}?",
        ),
        {
            "The number on the {thing} is {code}.": (
                "{code}", "its {code}", "number {code}", "{code} is the number",
            ),
        },
        ("The number is {code}.", "It is number {code}, not {code2}."),
    ),
    Form(
        TEXT,
        (
            "What time does the clock show?", "What time is it on the clock?",
            "What does the clock say?", "Which time is on the clock?",
        ),
        {
            "The clock shows {clock}.": ("{clock}", "its {clock}", "it is {clock}", "at {clock}"),
            "The clock shows {clock}, not {clock2}.": (
                "{clock} not {clock2}", "{clock}, not {clock2}",
            ),
        },
        ("It is {clock}.", "The clock on the {thing} shows {clock}."),
    ),
    Form(
        ACTIVITY,
        (
            "What is the {person} doing?", "What's the {person} doing?",
            "What does the {person} do?",
            "What is the {person} up to?", "Can you tell what the {person} is doing?",
        ),
        {
            "The {person} is {doing}.": (
                "{doing}", "is {doing}", "the {person} {doing}", "{person} {doing}",
                "{person} is {doing}",
            ),
            "The {person} is {doing} and {doing2}.": ("{doing} and {doing2}", "{doing} n {doing2}"),
            "There is no {person}.": ("no {person}", "there is no {person}"),
            "The {person} is {doing}, not {doing2}.": (
                "{doing} not {doing2}", "{doing}, not {doing2}",
            ),
        },
        (
            "The {person} is {doing} {relation} the {thing}.", "The {person} isn't {doing}.",
            "The {person} {at_side} is {doing} and the {person2} is {doing2}.",
            "The {person} is not {doing} but {doing2}.", "He is {doing}.",
            "She is {doing} with {name}.",
        ),
    ),
    Form(
        ACTIVITY,
        (
            "Who is {doing}?", "Which person is {doing}?", "Who's {doing}?",
            "Who is the one {doing}?",
        ),
        {
            "The {person} is {doing}.": ("the {person}", "{person}", "its the {person}"),
            "{name} is {doing}.": ("{name}", "its {name}", "{name} is"),
            "Nobody is {doing}.": ("nobody", "nobody is"),
            "The {person} {at_side} is {doing}.": ("the {person} {at_side}", "{person} {at_side}"),
        },
        ("{name} and {name2} are {doing}.", "The {person} and the {person2} are {doing}."),
    ),
    Form(
        OBJECTS,
        (
            "Who is that {person}?", "What is the {person} called?",
            "What's the name of the {person}?",
            "Who is the {person}?", "Do you know the name of the {person}?",
        ),
        {
            "The {person} is called {name}.": (
                "{name}", "called {name}", "its {name}", "named {name}",
            ),
        },
        ("The {person} is called {name}, not {name2}.", "{name} is the {person} {at_side}."),
    ),
    Form(
        OBJECTS,
        (
            "What is the {person} wearing?", "What does the {person} wear?",
            "What's the {person} wearing?", "Which clothes does the {person} wear?",
        ),
        {
            "The {person} is wearing {a_thing}.": ("{a_thing}", "{thing}", "wears {a_thing}"),
            "The {person} is wearing {a_colour} {thing}.": (
                "{a_colour} {thing}", "{colour} {thing}",
            ),
            "The {person} is wearing {a_colour} {thing} and {a_thing2}.": (
                "{colour} {thing} and {thing2}", "{a_colour} {thing} and {a_thing2}",
            ),
            "The {person} is wearing {n} {things}.": ("{n} {things}", "wears {n} {things}"),
        },
        ("The {person} is wearing {a_colour} {thing} with {colour2} {things2}.",),
    ),
)  # fmt: skip
