"""Ways of putting the question, so that a model learns the task and not one wording of it.

Called by recombining. `{options}` is the four options, a line each; `{story}` a story.
"""

from collections.abc import Sequence

from gap_core.covers.records import IMAGE_TOKEN, LETTERS

IMAGE2TEXT = (
    "The cover of a journal: {image}\nWhich of these stories does it illustrate?\n{options}",
    "{image}\nFour stories are offered. Name the one that this cover was made for.\n{options}",
    "An illustrator was given one of the texts below and drew this: {image}\nWhich one?\n{options}",
    "Look at what the cover shows and at what it may stand for.\n{image}\n"
    "The story that fits best is:\n{options}",
    "{image}\nA reader sees this cover first. Which summary will be found inside?\n{options}",
    "Match the picture with its text.\nPicture: {image}\nTexts:\n{options}",
    "One text belongs to the cover, three belong to others.\n{image}\n{options}",
)
TEXT2IMAGE = (
    "A cover is wanted for this story:\n{story}\nWhich of the four would you print?\n{options}",
    "Story: {story}\nOne of these covers was drawn for it. Which?\n{options}",
    "Read the story, then look for what it speaks of, or for what may stand for it.\n{story}\n"
    "{options}",
    "{story}\nName the cover that tells this.\n{options}",
    "Four covers, one story. Which belongs to it?\n{story}\n{options}",
    "The text inside the issue begins so: {story}\nFind its cover.\n{options}",
    "Match the text with its picture.\nText: {story}\nPictures:\n{options}",
)


def image2text_prompt(template: int, stories: Sequence[str]) -> str:
    """The question for one cover and four stories, in one of the wordings."""
    chosen = IMAGE2TEXT[template % len(IMAGE2TEXT)]
    return chosen.format(image=IMAGE_TOKEN, options=_listed(stories))


def text2image_prompt(template: int, story: str) -> str:
    """The question for one story and four covers."""
    chosen = TEXT2IMAGE[template % len(TEXT2IMAGE)]
    return chosen.format(story=story, options=_listed([IMAGE_TOKEN] * len(LETTERS)))


def _listed(options: Sequence[str]) -> str:
    return "\n".join(f"{letter}. {text}" for letter, text in zip(LETTERS, options, strict=True))
