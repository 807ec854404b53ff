/**
 * A graph of three domains that has everything a row program can meet. Its files have changed over time: rows were
 * written under each form, and the last one is served.
 */

/** How often the files have changed; the last form is served. */
export const FORMS = 3;

/** A line that ends in `# 0-1` stands in these forms only; all others in each. */
const SDL: Readonly<Record<string, string>> = {
  goods: `"Something to sell."
type Item @key(fields: "sku")
  @view(name: "item_facts")
  @view(name: "item_sales", ttl: "24h", source: "sales", sourceMaxLag: "10m")
  @view(name: "item_shape", ttl: "30d")
  @view(name: "item_texts", block: "texts") {
  "Its number."
  sku: ID!

  "Of former times." abandoned: String @feature(view: "item_facts", maxBytes: 3000) # 0-0
  "What it is called."
  title: String @feature(view: "item_facts", maxBytes: 3000, default: "no \\"title\\" 😀")
  "Price in cents."
  priceCents: Int @feature(view: "item_facts", default: 0)
  "Weight." weightKg: Int @feature(view: "item_facts") # 0-1
  "Weight." weightKg: Float @feature(view: "item_facts") # 2-2
  "Whether it is sold."
  isSold: Boolean @feature(view: "item_facts", default: false)
  "How large it is."
  size: Size @feature(view: "item_facts", default: MIDDLE)
  "A value of it is nobody's business."
  mood: Mood @feature(view: "item_facts")
  "Number of its maker."
  makerNumber: Int @feature(view: "item_facts")
  "What comes after it."
  nextSku: ID @feature(view: "item_facts")
  "A secret."
  secret: String @feature(view: "item_facts", maxBytes: 3000) @requiresScopes(scopes: [["secrets"]])
  "What is new." zest: String @feature(view: "item_facts", maxBytes: 3000, default: "new") # 2-2

  "Pieces sold."
  sold: BigInt @feature(view: "item_sales", default: "0", name: "pieces")
  "Money taken." taken: Float @feature(view: "item_sales") # 0-0
  "Money taken." taken: Decimal @feature(view: "item_sales") # 1-2
  "When it was sold last."
  lastSoldAt: DateTime @feature(view: "item_sales")
  "Pieces of the last sales."
  lastPieces: [Int!] @feature(view: "item_sales", maxItems: 6, default: [])
  "Where its last buyer found it."
  lastAisle: ID @feature(view: "item_sales")
  "Where its last buyer found it." lastShelf: Int @feature(view: "item_sales") # 1-2

  "Its box."
  box: Box @feature(view: "item_shape")
  "All its boxes."
  boxes: [Box] @feature(view: "item_shape", maxItems: 4)
  "Sizes that it is had in."
  sizes: [Size!] @feature(view: "item_shape", maxItems: 4, default: [SMALL, MIDDLE])
  "What it means."
  embedding: Vector @vector(dim: 3) @feature(view: "item_shape")
  "Its token."
  token: UUID @feature(view: "item_shape")
  "Its picture."
  picture: Byte @feature(view: "item_shape", maxBytes: 600)

  "What is said of it."
  words: [String] @feature(view: "item_texts", maxItems: 5, maxBytes: 3000, default: ["a", null])
  "Of former times." oldWords: [String!] @feature(view: "item_texts", maxItems: 5, maxBytes: 3000) # 0-1
  "Anything."
  anything: JSON @feature(view: "item_texts", maxBytes: 3000)

  "Price in another currency."
  priceIn(rate: Float!, fee: Int = 3): Float @onDemand(transform: "convert", inputs: ["priceCents"])
  "Its price in whole units."
  priceRounded: Int @onDemand(transform: "rounded", inputs: ["priceCents"], default: 1)
  "Twice that."
  priceTwice: Int @onDemand(transform: "twice", inputs: ["priceRounded"], default: -1)
  "The volume of its box."
  volume: Int @onDemand(transform: "volumeOf", inputs: ["box", "sku"])
  "Length of a secret."
  secretLength: Int @onDemand(transform: "lengthOf", inputs: ["secret"]) @requiresScopes(scopes: [["secrets"]])
  "Age of its last sale."
  soldAgoMs: BigInt @onDemand(transform: "agoMs", inputs: ["lastSoldAt"])
  "A number that is worked out."
  guessedSku: ID @onDemand(transform: "guess", inputs: ["nextSku", "priceCents"])
  "Its last pieces, the other way round."
  piecesBack: [Int!] @onDemand(transform: "backwards", inputs: ["lastPieces"])

  "Who made it."
  maker: Person @reference(key: ["makerNumber"])
  "What comes after it."
  next: Item @reference(key: ["nextSku"])
  "Itself."
  self: Item @reference(key: ["sku"])
  "Another one."
  other(of: ID!): Item @reference(key: ["of"])
  "What was guessed."
  guessed: Item @reference(key: ["guessedSku"])
  "Where it lies." bay: Bay @reference(key: ["lastAisle", "lastShelf"]) # 1-2
  "Where it lies, on a shelf of the client's choice."
  bayOn(shelf: Int!): Bay @reference(key: ["lastAisle", "shelf"])
  "The day it was sold last."
  soldOn(part: DayPart!): Day @reference(key: ["lastSoldAt", "part"])

  "How its facts were read."
  factsRead: ViewRead @viewRead(view: "item_facts")
  "How its sales were read."
  salesRead: ViewRead @viewRead(view: "item_sales")
}

"How large something is."
enum Size {
  SMALL
  MIDDLE
  LARGE # 1-2
}

"How something is."
enum Mood {
  GLAD
  SAD
  HIDDEN @inaccessible
}

"What something lies in."
type Box {
  widthMm: Int
  heightMm: Int!
  "What is written on it." label: String # 0-0
  "What is written on it." label: String # 2-2
  inner: Lid
}

"A lid."
type Lid {
  colour: String!
  mark: Mood
}

"A place of a warehouse."
type Bay @key(fields: "aisle shelf") @view(name: "bay_facts") {
  "Its aisle."
  aisle: ID!
  "Its shelf."
  shelf: Int!
  "How much it takes."
  capacity: Int @feature(view: "bay_facts", default: 12)
  "Its keeper."
  keeperNumber: Int @feature(view: "bay_facts")
  "How it is read."
  baysRead: ViewRead @viewRead(view: "bay_facts")
  "Itself."
  twin: Bay @reference(key: ["aisle", "shelf"])
  "Who keeps it."
  keeper: Person @reference(key: ["keeperNumber"])
}

"A person, of another domain."
type Person @key(fields: "number", resolvable: false) {
  number: Int!
}

"A part of a day, of another domain."
type Day @key(fields: "at part", resolvable: false) {
  at: DateTime!
  part: DayPart!
}

"Parts of a day."
enum DayPart {
  MORNING
  NIGHT
}

"The key of a bay."
input BayKey {
  aisle: ID!
  shelf: Int!
}

type Query {
  "One."
  item(sku: ID!): Item @lookup
  "Many."
  items(skus: [ID!]!): [Item!] @lookup(maxKeys: 6)
  "One."
  bay(aisle: ID!, shelf: Int!): Bay @lookup
  "Many."
  bays(keys: [BayKey!]!): [Bay] @lookup(maxKeys: 100)
}
`,
  people: `"Somebody."
type Person @key(fields: "number") @view(name: "person_facts") @view(name: "person_day", ttl: "1h", source: "visits") {
  "The number."
  number: Int!
  "What they are called."
  name: String @feature(view: "person_facts", maxBytes: 3000)
  "Of former times." nickname: String @feature(view: "person_facts", maxBytes: 3000) # 0-0
  "What they like best."
  likesSku: ID @feature(view: "person_facts")
  "Their visits of the day."
  visits: Int @feature(view: "person_day", default: 7)
  "Whom they met last."
  metNumber: Int @feature(view: "person_day")
  "What they like best."
  likes: Item @reference(key: ["likesSku"])
  "Whom they met last."
  met: Person @reference(key: ["metNumber"])
  "Visits and a name."
  greeting(word: String = "ho"): String @onDemand(transform: "greet", inputs: ["name", "visits"], default: "nobody")
  "How the day was read."
  dayRead: ViewRead @viewRead(view: "person_day")
}

"Something, as people see it."
type Item @key(fields: "sku") @view(name: "item_likes", ttl: "7d", source: "visits", sourceMaxLag: "1h") {
  sku: ID!
  priceCents: Int @external
  sizes: [Size!] @external
  priceTwice: Int @external
  "How many like it."
  likes: Int @feature(view: "item_likes", default: 0)
  "Who liked it first."
  likedByNumber: Int @feature(view: "item_likes")
  "Who liked it first."
  likedBy: Person @reference(key: ["likedByNumber"])
  "Likes for each cent."
  likesPerCent: Float
    @requires(fields: "priceCents")
    @onDemand(transform: "ratio", inputs: ["likes", "priceCents"], default: 0)
  "Of how many sizes."
  sizeCount: Int @requires(fields: "sizes") @onDemand(transform: "countOf", inputs: ["sizes"])
  "Of what was computed elsewhere."
  priceFourTimes: Int @requires(fields: "priceTwice") @onDemand(transform: "twice", inputs: ["priceTwice"])
}

"How large something is."
enum Size {
  SMALL
  MIDDLE
  LARGE # 1-2
}

"A bay, as people see it."
type Bay @key(fields: "aisle shelf") @view(name: "bay_visits", ttl: "2h") {
  aisle: ID!
  shelf: Int!
  "How many came by."
  visits: Int @feature(view: "bay_visits", default: 0)
}

type Query {
  "One."
  person(number: Int!): Person @lookup
  "Many."
  persons(numbers: [Int!]!): [Person!] @lookup(maxKeys: 100)
}
`,
  days: `"A part of a day."
type Day @key(fields: "at part") @view(name: "day_weather", ttl: "30d") {
  "When it began."
  at: DateTime!
  "Which part."
  part: DayPart!
  "How it was."
  weather: String @feature(view: "day_weather", maxBytes: 3000)
  "How warm it was."
  degrees: Float @feature(view: "day_weather")
}

"Parts of a day."
enum DayPart {
  MORNING
  NIGHT
}

input DayKey {
  at: DateTime!
  part: DayPart!
}

type Query {
  "One."
  day(at: DateTime!, part: DayPart!): Day @lookup
  "Many."
  days(keys: [DayKey!]!): [Day!] @lookup(maxKeys: 100)
}
`,
};

export const DOMAINS: readonly string[] = Object.keys(SDL);

/** @param form from 0 to below `FORMS`. */
export function sdlOf(domain: string, form: number): string {
  return (SDL[domain] as string)
    .split('\n')
    .filter((line) => {
      const [, from, to] = /# (\d)-(\d)$/.exec(line) ?? [];
      return from === undefined || (Number(from) <= form && form <= Number(to));
    })
    .join('\n');
}
