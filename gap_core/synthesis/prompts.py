"""The words with which models are asked to synthesize and to answer; stored calls name the version.

Called by the model synthesizer, its checks and `Calls`. English and Chinese say the same.
"""

from __future__ import annotations

from dataclasses import replace

from gap_core.synthesis.doors import Prompt
from gap_core.synthesis.parsing import UnreadableReply
from gap_core.synthesis.records import Language, MultiHop, Relation, Seed, Subject, SubQuestion

PROMPT_VERSION = "1"
MOST_SHOWN_CHARS = 4_000  # of a bad reply that is shown again

SYSTEM: dict[Language, str] = {
    "en": "You set demanding reasoning exercises. You are exact: every answer follows from what "
    "is given, and nothing is made up afterwards. You write English.",
    "zh": "你负责编写高难度的推理练习。你非常严谨：每个答案都能从给定内容推出，不事后编造。"
    "你用中文写作。",
}
ANSWERER: dict[Language, str] = {
    "en": "You answer questions. Think briefly, then write the answer on the last line after "
    "'Answer:', as short as it can be. If what is given does not settle it, write 'Answer: "
    "unknown'.",
    "zh": "你回答问题。先简短思考，然后在最后一行写“答案：”加上尽可能短的答案。"
    "如果给定内容不足以确定答案，就写“答案：不知道”。",
}
AREAS_ZH = {
    "Mathematical Reasoning": "数学推理",
    "Scientific Knowledge": "科学知识",
    "Logical Deduction": "逻辑演绎",
    "Technical Procedures": "技术流程",
    "Historical Events": "历史事件",
    "Ethical Considerations": "伦理思考",
    "Economic Principles": "经济原理",
    "Psychological Insights": "心理洞察",
}
RELATIONS_ZH: dict[Relation, str] = {
    "bridging": "桥接",
    "comparison": "比较",
    "temporal": "时间顺序",
    "visual-textual alignment": "图文对齐",
    "spatial reasoning": "空间推理",
    "causal inference": "因果推断",
    "contextual synthesis": "情境综合",
}
MEANING: dict[Language, dict[Relation, str]] = {
    "en": {
        "bridging": "the answer to one sub-question names what the next one is about",
        "comparison": "the answers to the sub-questions are held against each other",
        "temporal": "the answers are put into their order in time, or times are reckoned with",
        "visual-textual alignment": "words, in the picture or about it, have to be matched to what "
        "is seen",
        "spatial reasoning": "where things are, seen from one another, leads to the answer",
        "causal inference": "what would follow if something seen were changed, or what caused it",
        "contextual synthesis": "facts from all over the picture are put together",
    },
    "zh": {
        "bridging": "一个子问题的答案正是下一个子问题所问的对象",
        "comparison": "把各个子问题的答案相互比较",
        "temporal": "按时间先后排列各个答案，或用时间进行计算",
        "visual-textual alignment": "把图中的文字或对图的文字描述与看到的内容对应起来",
        "spatial reasoning": "由事物之间的相对位置推出答案",
        "causal inference": "如果看到的某样东西改变，会有什么结果，或是什么造成了它",
        "contextual synthesis": "把图中各处的事实综合起来",
    },
}


def background_prompt(subject: Subject) -> Prompt:
    """Asks for a document that several questions in a row can be set on."""
    if subject.language == "en":
        text = (
            f"Area: {subject.area}\nWrite one self-contained text of 150 to 200 words in this "
            "area. Name particular persons, places, things, amounts and dates, at least six, and "
            "tie them together, so that a question can lead from one to the next. Let no sentence "
            "tell what could be guessed without the text. Write the text alone, without a title."
        )
    else:
        text = (
            f"领域：{AREAS_ZH.get(subject.area, subject.area)}\n"
            "写一段与该领域有关、独立完整的短文，250到350字。文中要出现至少六个具体的人物、地点、事物、数量或日期，并让它们彼此关联，"
            "使问题可以从一个引到下一个。不要写不读短文也能猜到的内容。只写短文，不要标题。"
        )
    return Prompt(text, SYSTEM[subject.language])


def sub_question_prompt(subject: Subject, background: str) -> Prompt:
    """Asks for linked sub-questions about a document or a picture."""
    meaning = MEANING[subject.language][subject.relation]
    given = _given(subject, background)
    if subject.language == "en":
        text = (
            f"{given}\nSet three to five short questions on it that lead to one another: "
            f"{meaning}. Each can be answered alone, from what is given and from nothing else, in "
            "a few words. "
            'Reply with JSON alone: {"sub_questions": [{"question": "…", "answer": "…"}]}'
        )
    else:
        text = (
            f"{given}\n就此提出三到五个彼此关联的短问题：{meaning}。"
            "每个问题只凭给定内容就能单独回答，答案只需几个字。"
            '只回复JSON：{"sub_questions": [{"question": "…", "answer": "…"}]}'
        )
    return Prompt(text, SYSTEM[subject.language], image=subject.image_path)


def multi_hop_prompt(subject: Subject, seed: Seed) -> Prompt:
    """Asks to merge the sub-questions into one that needs them all."""
    meaning = MEANING[subject.language][subject.relation]
    given = _given(subject, seed.background)
    listed = _listed(seed.sub_questions, subject.language)
    if subject.language == "en":
        text = (
            f"{given}\n{listed}\nMerge these into one question, linked by {subject.relation}: "
            f"{meaning}. It must not be answerable if any of them is left out, and must give away "
            "none of their answers. Think through it step by step, then answer in as few words as "
            'can be. Reply with JSON alone: {"thinking": "…", "multihop_question": "…", '
            '"multihop_answer": "…"}'
        )
    else:
        text = (
            f"{given}\n{listed}\n把它们合并成一个问题，关系是“{RELATIONS_ZH[subject.relation]}”：{meaning}。"
            "少了其中任何一个就无法回答，题面不能透露它们的答案。逐步思考，然后用尽量少的字作答。"
            '只回复JSON：{"thinking": "…", "multihop_question": "…", "multihop_answer": "…"}'
        )
    return Prompt(text, SYSTEM[subject.language], image=subject.image_path)


def answer_prompt(subject: Subject, background: str, question: str) -> Prompt:
    """Asks the question with all that is given."""
    named = "Question" if subject.language == "en" else "问题"
    given = _passage(background, subject.language)
    return Prompt(
        f"{given}{named}: {question}", ANSWERER[subject.language], image=subject.image_path
    )


def blind_prompt(subject: Subject, question: str) -> Prompt:
    """Asks the question without the picture or the document."""
    if subject.language == "en":
        text = (
            f"You can't see what this question is about. Answer all the same.\nQuestion: {question}"
        )
    else:
        text = f"你看不到这个问题所说的内容，也请作答。\n问题：{question}"
    return Prompt(text, ANSWERER[subject.language])


def hop_prompt(subject: Subject, known: tuple[SubQuestion, ...], made: MultiHop) -> Prompt:
    """Asks the question with some sub-answers and nothing else."""
    listed = _listed(known, subject.language)
    if subject.language == "en":
        text = f"Nothing but this is known.\n{listed}\nQuestion: {made.question}"
    else:
        text = f"除此之外一无所知。\n{listed}\n问题：{made.question}"
    return Prompt(text, ANSWERER[subject.language])


def repair_prompt(prompt: Prompt, reply: str, failure: UnreadableReply) -> Prompt:
    """The same prompt with the reply that could not be used, and why."""
    shown = reply[:MOST_SHOWN_CHARS]
    text = (
        f"{prompt.text}\n\nYour reply was:\n{shown}\n\nIt can't be used ({failure}). "
        "Write it again as it was asked for, whole, and nothing beside it."
    )
    return replace(prompt, text=text)


def _given(subject: Subject, background: str) -> str:
    """The document, or what came with the picture."""
    if subject.kind == "text":
        return _passage(background, subject.language).strip()
    if not subject.question:
        return "Look at the picture." if subject.language == "en" else "请看图。"
    if subject.language == "en":
        return (
            f"Look at the picture. Known about it:\nQuestion: {subject.question}\n"
            f"Answer: {subject.answer}"
        )
    return f"请看图。已知：\n问题：{subject.question}\n答案：{subject.answer}"


def _passage(background: str, language: Language) -> str:
    if not background:
        return ""
    return f"Text:\n{background}\n\n" if language == "en" else f"短文：\n{background}\n\n"


def _listed(known: tuple[SubQuestion, ...], language: Language) -> str:
    asked, said = ("Question", "Answer") if language == "en" else ("问题", "答案")
    return "\n".join(
        f"{number}. {asked}: {one.question} {said}: {one.answer}"
        for number, one in enumerate(known, start=1)
    )
