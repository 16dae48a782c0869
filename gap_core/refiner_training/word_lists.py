"""Hand-made word lists for the refiner's lessons; words.py splits them into seen and held out.

Nothing here knows a sentence. A noun's plural is regular unless `IRREGULAR_PLURALS` names it.
"""

NOUNS = """
dog cat horse cow sheep goat pig duck goose hen rooster rabbit mouse rat squirrel fox wolf bear deer
moose elephant giraffe zebra lion tiger leopard monkey gorilla kangaroo koala panda camel donkey
frog toad snake lizard turtle crocodile fish shark whale dolphin seal penguin owl eagle parrot crow
pigeon swan seagull sparrow robin peacock flamingo bee wasp butterfly spider ant beetle ladybird
snail crab lobster octopus starfish bat hamster puppy kitten calf lamb foal bird animal
car bus truck lorry van taxi bicycle bike motorcycle scooter tram train plane helicopter boat ship
ferry canoe kayak raft tractor ambulance trailer wagon cart pram wheelchair skateboard surfboard
sledge rocket balloon tank crane bulldozer minibus limousine yacht submarine
chair table sofa couch bed desk shelf bookcase cupboard wardrobe drawer stool bench lamp mirror
carpet rug curtain pillow cushion blanket mattress crib cradle armchair fireplace
apple banana orange lemon lime pear peach plum cherry grape strawberry raspberry blueberry melon
watermelon pineapple mango coconut kiwi tomato potato carrot onion pepper cucumber lettuce cabbage
pumpkin mushroom bean pea radish bread bun roll sandwich burger pizza cake pie biscuit cookie
doughnut muffin pancake waffle sausage egg cheese steak chicken salad soup noodle sushi taco
shirt dress skirt jacket coat jumper sweater hoodie scarf glove hat cap helmet shoe boot sandal
sock tie belt apron uniform suit vest costume mask veil crown necklace bracelet ring earring watch
bag backpack handbag suitcase purse wallet umbrella glasses
hammer saw drill screwdriver wrench spade shovel rake bucket broom mop ladder rope chain hook nail
cup mug glass bottle jar can plate bowl fork knife spoon pan pot kettle teapot oven stove fridge
freezer toaster microwave blender tray basket jug vase candle napkin tablecloth cork
book newspaper magazine letter envelope postcard map poster painting photo calendar notebook pen
pencil crayon ruler eraser scissors stapler folder laptop computer keyboard phone tablet camera
television radio speaker microphone headphone remote clock printer cable plug socket battery
ball bat racket net goal kite doll puppet teddy puzzle swing slide seesaw trampoline drum guitar
piano violin trumpet flute harp saxophone accordion trophy medal dice card
house hut cabin castle tower church temple mosque bridge tunnel barn shed garage lighthouse windmill
tent fence gate wall door window roof chimney balcony stair column arch fountain statue monument
shop market stall cafe restaurant hotel school hospital library museum station airport harbour
tree bush hedge flower rose tulip sunflower daisy leaf branch log stump root grass cactus palm vine
mountain hill valley cliff rock stone cave volcano river stream lake pond waterfall island beach
cloud star moon rainbow puddle snowman icicle wave shell feather nest
sign banner flag billboard label sticker ticket stamp lantern lamppost hydrant mailbox bin cone
barrier kiosk bollard pole
wire antenna wheel tyre engine pedal saddle mast sail anchor oar propeller
box crate barrel sack parcel present bow ribbon wreath firework cracker pot stick bone cage leash
collar bowl tub sink bath shower toilet towel sponge brush comb razor soap tap
""".split()

PEOPLE = """
man woman boy girl child baby person player goalkeeper runner cyclist rider driver pilot sailor
soldier policeman firefighter nurse doctor teacher student waiter waitress chef baker butcher farmer
fisherman gardener painter singer dancer drummer guitarist clown magician bride groom king queen
knight pirate tourist skier surfer skater swimmer climber boxer referee coach fan cook clerk worker
builder mechanic postman lady gentleman grandmother grandfather mother father brother sister friend
neighbour guard judge priest monk vendor shopkeeper photographer passenger hiker jogger toddler
teenager
""".split()

ADJECTIVES = """
wide narrow thick thin old new young wooden metal plastic glass paper stone
leather striped spotted checked plain shiny rusty dirty clean wet dry broken empty full open closed
round square flat curved little heavy light soft hard smooth rough fluffy furry
bright dark pale golden silver colourful modern antique torn folded parked inflatable electric
sleeping stuffed folding frozen burnt sliced ripe fresh muddy dusty sandy snowy cracked painted
""".split()

COLOURS = """
red orange yellow green blue purple pink brown black white grey beige turquoise
""".split()
SHADES = ("dark", "light", "bright", "pale")

FEELINGS = """
happy sad angry tired bored excited scared surprised calm worried proud nervous confused relaxed
cheerful upset lonely shocked curious annoyed shy disgusted hopeful focused sleepy frightened
""".split()

WEATHERS = """
sunny cloudy rainy snowy windy foggy stormy misty overcast hot cold dry humid hazy freezing clear
""".split()

FIRST_NAMES = """
Anna Maria Karl Fritz Paul Peter Laura Emma Mia Noah Liam Lucas Oscar Hugo Felix Max Ben Tom Tim
Sam Alex Jack Harry Oliver George Leo Arthur Henry Theo Freddie Charlie Alfie Lily Grace Ruby Ella
Alice Rosa Clara Ida Greta Elsa Hanna Lena Sara Julia Sofia Elena Carmen Lucia Pablo Diego Carlos
Juan Luis Jose Miguel Pedro Marco Luca Matteo Paolo Giulia Chiara Ivan Boris Olga Natasha Dmitri
Igor Yuri Tanya Wei Ming Hiro Yuki Kenji Aiko Ravi Priya Anil Sunita Ahmed Omar Fatima Layla Yusuf
Amina Kofi Ama Kwame Zola Thabo Naledi Erik Lars Sven Ingrid Astrid Nils Bjorn Freya Pierre Claire
Jean Louise Camille Antoine David Daniel Adam Simon Martin Thomas Robert Richard William James John
Michael Andrew Mark Kate Jane Helen Susan Linda Nancy Betty Rex Bella Milo Rocky Buddy Lola
""".split()

PLACE_NAMES = """
London Paris Berlin Rome Madrid Vienna Prague Lisbon Dublin Oslo Stockholm Helsinki Copenhagen
Amsterdam Brussels Zurich Geneva Munich Hamburg Milan Venice Naples Athens Istanbul Moscow Warsaw
Budapest Cairo Nairobi Lagos Accra Delhi Mumbai Tokyo Osaka Kyoto Seoul Beijing Shanghai Bangkok
Hanoi Manila Sydney Melbourne Auckland Toronto Montreal Vancouver Boston Chicago Dallas Denver
Seattle Houston Miami Havana Lima Bogota Quito Santiago Brazil Peru Chile Mexico Canada Spain
France Italy Germany Poland Norway Sweden Finland Iceland Ireland Scotland Wales England Greece
Turkey Egypt Kenya Ghana India China Japan Korea Vietnam Australia
""".split()

ACTIONS = """
running walking jumping sleeping sitting standing swimming dancing singing laughing crying reading
writing cooking eating drinking waiting talking shouting smiling waving fishing skiing skating
surfing climbing painting cleaning shopping working resting playing flying driving cycling sailing
hiking jogging kneeling bowing clapping cheering arguing whispering yawning stretching barking
grazing hunting drawing knitting sewing digging camping praying marching queueing
""".split()
HANDLINGS = """
holding carrying pushing pulling throwing catching kicking riding eating watching feeding washing
painting cleaning repairing opening closing lifting touching hugging chasing reading buying selling
wearing using dragging building drawing petting cutting peeling pouring stirring hitting balancing
""".split()

PLACES = """
street park room beach kitchen garden forest field farm zoo stadium station airport harbour market
shop supermarket restaurant cafe bar hotel office classroom library museum gallery theatre church
hospital bedroom bathroom garage attic cellar desert jungle meadow village city town square bridge
playground gym pool lake river mountain island camp factory bakery cinema court track road car park
""".split()

EVENTS = """
wedding birthday funeral festival carnival parade concert match market protest graduation picnic
party barbecue race marathon tournament fair ceremony dinner exhibition auction play rehearsal
""".split()

ART_STYLES = """
painting sketch poster photo drawing cartoon sculpture watercolour collage mural etching portrait
landscape mosaic print caricature engraving fresco woodcut comic logo
""".split()

MATERIALS = """
wood metal plastic glass stone paper leather cotton wool silk brick concrete clay rubber gold silver
bronze marble cardboard ice straw bamboo ceramic steel iron copper velvet denim
""".split()

SIGN_WORDS = """
STOP OPEN CLOSED EXIT ENTRANCE PUSH PULL TAXI POLICE HOTEL CAFE BAR ZOO SHOP MILK SALE PARKING
DANGER SLOW SCHOOL BAKERY PIZZA TICKETS WELCOME PLATFORM GATE TOILETS LIBRARY FRESH FISH BOOKS
MARKET FLOWERS COFFEE RESERVED PRIVATE KEEP OUT NO ENTRY ONE WAY BUS FIRE POST HELP MUSEUM METRO
""".split()

IRREGULAR_PLURALS = {
    "man": "men", "woman": "women", "child": "children", "person": "people", "mouse": "mice",
    "goose": "geese", "sheep": "sheep", "fish": "fish", "deer": "deer", "moose": "moose",
    "calf": "calves", "leaf": "leaves", "shelf": "shelves", "knife": "knives", "wolf": "wolves",
    "loaf": "loaves", "scarf": "scarves", "policeman": "policemen", "fisherman": "fishermen",
    "postman": "postmen", "gentleman": "gentlemen", "snowman": "snowmen", "glasses": "glasses",
    "scissors": "scissors", "dice": "dice", "potato": "potatoes", "tomato": "tomatoes",
    "mango": "mangoes", "volcano": "volcanoes", "lady": "ladies", "octopus": "octopuses",
    "aircraft": "aircraft", "foot": "feet", "tooth": "teeth", "thief": "thieves",
}  # fmt: skip

NUMBER_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    "twenty", "thirty", "forty", "fifty",
)  # fmt: skip
