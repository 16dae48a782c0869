# Answers made presentable without a model, slips read by other texts, and words that go astray.
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gap_core.language import changed_facts, stray_words, tidied
from gap_core.language.facts import LISTED
from gap_core.language.spelling import mend_towards


@pytest.mark.parametrize(
    ("question", "typed", "tidy"),
    [
        ("What is it?", "a dog n a cat", "A dog and a cat."),
        ("What is it?", "its a  dog ,and cat!!", "It's a dog, and cat."),
        ("What is it?", "THE DOG ISNT RED", "The dog isn't red."),
        ("What is the number?", "it is nmber 5", "It is nmber 5."),  # and not amber
        ("What colour is it?", "gret", "Grey."),  # which is usual enough
        ("What is it?", "a canno", "A canno."),
        ("Is there a hut?", "no, kust a stall", "No, kust a stall."),  # nor rust
        ("Which colour?", "beig", "Beige."),  # a letter left out is still mended
        ("What is it?", "cannnot tell", "Cannot tell."),
        ("What does it say?", "FIRE EXIT", "FIRE EXIT."),
        ("What does it say?", "STOP", "STOP."),
        ("What does it say?", 'teh sign says "n r"', 'The sign says "n r".'),
        ("What does it say?", "‘fish n chips’ it says", "‘fish n chips’ it says."),
        ("What does it say?", '"nto 3,00', '"nto 3,00.'),
        ("Which letter?", "n", "N."),
        ("Which letter?", "the letter is n", "The letter is n."),
        ("What is it?", "his id card n a key", "His id card and a key."),
        ("What is it?", "its door is red", "Its door is red."),
        ("What is it?", "no its a seam, its on its left", "No it's a seam, its on its left."),
        ("Is it red?", "Yes, it si", "Yes, it is."),
        ("How wide is it?", ".5 m", ".5 m."),
        ("How much is it?", "1,5 m , not 3,50", "1,5 m, not 3,50."),
        ("How many are there?", "thre dogs", "Three dogs."),
        ("What colour is the block?", "blck", "Black."),
        ("What is it?", "an eBay bag", "An eBay bag."),
        ("What is it?", "eBay", "eBay."),
        ("What is it?", "!?!", ""),
        ("What is it?", "the the shop is pirple", "The shop is purple."),
        ("Where is the jaixleg?", "aixleg infront of teh hut", "Jaixleg in front of the hut."),
        ("What is it?", "a trup", "A trup."),  # jargon, as far as anybody can tell
        ("When?", "10 oclock, 3,000 of them", "10 o'clock, 3,000 of them."),
        ("Which style?", "b&w", "Black and white."),
        ("Who is it?", "Karl", "Karl."),
        ("What is it?", "is it a dog?", "Is it a dog?"),
        ("What is it?", "  ", ""),
        ("What is it?", "its a bot", "It's a bot."),  # words that the dictionary lacks
        ("What is it?", "a sim card, a dvd", "A sim card, a dvd."),
        ("Who is it?", "blacky the dog", "Blacky the dog."),
        ("What is it?", "a fone", "A fone."),
        ("Is it parked?", "unparked", "Unparked."),  # denials
        ("Should he stop?", "no, he shouldnt stop", "No, he shouldn't stop."),
        ("Does it say KSO?", "no, kfo", "No, kfo."),  # what contradicts the question
        ('Is the word "colour"?', "no, colur", "No, colur."),
        ("Is it Nokia?", "no, nokis", "No, nokis."),
        ("What letters?", "r and s, from n to s", "R and s, from n to s."),
        ("What is it?", "toys r us, 500 bc", "Toys r us, 500 bc."),
        ("What is it?", "2 dogs n 1 cat, there r 3", "2 dogs and 1 cat, there are 3."),
        ("Where is it?", "sits n a chair", "Sits n a chair."),  # in, or and
        ("What shop?", "H & M", "H & M."),
        ("What is it?", "black& white", "Black& white."),
        ("What is it?", "the lamp is on on the left", "The lamp is on on the left."),
        ("How long?", ",5 m", ",5 m."),
        ("What time?", "10 : 30", "10 : 30."),
        ("What is it?", "2 dogs ,3 cats :)", "2 dogs, 3 cats."),
        ("What is it?", "a dog . and a cat…", "A dog. And a cat."),
        ("What is it?", 'e.g. a dog, "stop. go"', 'E.g. a dog, "stop. go".'),
        ("What is it?", "Teh dog", "The dog."),
        ("What does it say?", "NO PARKING ANY TIME", "NO PARKING ANY TIME."),
    ],
)
def test_answer_is_tidied_and_no_more(question: str, typed: str, tidy: str) -> None:
    assert tidied(typed, question=question) == tidy


@given(st.text(alphabet="abc dogTWO,.'&n2\"", max_size=40))
def test_what_is_tidied_stays_so(text: str) -> None:
    once = tidied(text, question="Is the dog on the left?")

    assert tidied(once, question="Is the dog on the left?") == once


@pytest.mark.parametrize(
    ("question", "before", "after", "strays"),
    [
        ("How many dogs?", "2 dgos", "There are two dogs.", ((), (), ())),
        ("What is it like?", "snow", "It is snowy.", ((), (), ())),
        ("What is it?", "a gret dog", "A great dog.", (("grey",), ("great",), ())),
        ("What is it?", "a teel car", "A steel car.", (("teel",), ("steel",), ())),
        ("What is it?", "cannnot tell", "I cannot tell.", ((), (), ())),
        ("What does he do?", "hes buying it", "He is buting it.", (("buying",), ("buting",), ())),
        ("Who?", "the tall coach", "The coach.", (("tall",), (), ())),
        ("Who?", "a coach", "A tall coach.", ((), ("tall",), ())),
        ("Is the tall coach there?", "yes", "Yes, the tall coach is there.", ((), (), ())),
        ("Who?", "a coach in the hut", "A coach in the hut in the hut.", ((), (), ("hut",))),
        ("How is it?", "sun", "It is sunny.", ((), (), ())),
        ("How is it?", "a star", "It is staring.", (("star",), ("staring",), ())),
        ("What is it?", "a tin box", "A tiny box.", (("tin",), ("tiny",), ())),
        ("What is it?", "a dvd on a kia", "It is on a kid.", (("dvd", "kia"), ("kid",), ())),
        ("What is it?", "dogs", "There is a dog.", (("dogs",), (), ())),
        ("What is it?", "1 dogs", "There is one dog.", ((), (), ())),
        ("Is it on?", "off", "It is on.", (("off",), (), ())),
        ("What is it?", "many dogs", "There are few dogs.", (("many",), ("few",), ())),
        ("Who?", "he runs", "She runs.", ((), ("she",), ())),
        ("Who?", "runs", "She is running.", ((), (), ())),
        ("Where?", "left", "On the left on the left.", ((), (), ("left",))),
        ("How long?", ".5 m", "It is 0.5 m.", ((), (), ())),
        ("Say?", "12345678", "It says 12345679.", (("12345678",), ("12345679",), ())),
        ("What is it?", "a story", "A store.", (("story",), ("store",), ())),
        ("What is it?", "a car", "A card.", (("car",), ("card",), ())),
        ("What does he do?", "dance", "He is dancing.", ((), (), ())),
        ("Which letter?", "the letter is n", "The letter is N.", ((), (), ())),
    ],
)
def test_words_that_only_one_text_has(
    question: str, before: str, after: str, strays: tuple[tuple[str, ...], ...]
) -> None:
    assert tuple(stray_words(before, after, question=question)) == strays


@given(st.text(max_size=60), st.text(max_size=40))
def test_no_word_of_a_tidied_text_goes_astray(text: str, question: str) -> None:
    tidy = tidied(text, question=question)

    assert not any(stray_words(tidy, tidy, question=question).added)


@pytest.mark.parametrize(
    ("typed", "rewritten", "question", "meant"),
    [
        ("a shopp", "A shop.", "", "a shop"),
        ("a shopp", "A shopq.", "", "a shopp"),  # what is no word mends none
        ("a jaixlg", "", "Where is the jaixleg?", "a jaixleg"),
        ("tow dogs", "Two dogs.", "", "tow dogs"),  # real words stay
        ("Greta swims", "Great swims.", "", "Greta swims"),  # and names
        ("infront of it", "In front of it.", "", "in front of it"),
        ("wweather", "Leather.", "How is the weather?", "weather"),  # the question before all else
        ("thre dogs", "There are dogs.", "How many are there?", "thre dogs"),  # but no fact lost
        ('a "shopp"', "A shop.", "", 'a "shopp"'),  # what stands in quotes stays
        ("KARR 5", "CARR 5.", "", "KARR 5"),
        ("it isnt", "It isn't.", "", "it isnt"),
    ],
)
def test_slips_are_read_as_other_texts_have_them(
    typed: str, rewritten: str, question: str, meant: str
) -> None:
    assert mend_towards(typed, rewritten, question=question, unless=LISTED) == meant


def test_tidying_changes_no_fact() -> None:
    question = "What is on the left?"
    for typed in ("tre red dgos n 2 cats", "nothing on th left", "i think its abotu 5 oclock"):
        assert changed_facts(typed, tidied(typed, question=question), question=question) == ()
