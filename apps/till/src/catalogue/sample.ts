/** A small shop, for the demo and the tests. Prices include tax, at the rates of mainland France. */
import type { Catalogue } from "./Catalogue.ts"

/** A shop that does not exist: its SIRET and VAT numbers are valid in form only. */
export const sampleShop = {
  name: "Épicerie du Port",
  details: {
    address: ["4 quai des Exemples", "29200 Brest"],
    siret: "12345678200010",
    vat: "FR11123456782",
    register: "1"
  }
} as const

export const sample: Catalogue = {
  categories: [
    { id: "bakery", name: { en: "Bakery", fr: "Boulangerie" } },
    { id: "drinks", name: { en: "Hot and fresh", fr: "Boissons" } },
    { id: "grocery", name: { en: "Grocery", fr: "Épicerie" } },
    { id: "cellar", name: { en: "Cellar", fr: "Cave" } },
    { id: "home", name: { en: "Home", fr: "Maison" } },
    { id: "press", name: { en: "Paper", fr: "Papeterie" } }
  ],
  products: [
    {
      reference: "BAG",
      ean: "2000000000077",
      category: "bakery",
      name: { en: "Traditional baguette", fr: "Baguette de tradition" },
      unitPrice: 135,
      taxRate: 5.5
    },
    {
      reference: "CRO",
      ean: "2000000000145",
      category: "bakery",
      name: { en: "Butter croissant", fr: "Croissant au beurre" },
      unitPrice: 125,
      taxRate: 5.5
    },
    {
      reference: "PAC",
      ean: "2000000000213",
      category: "bakery",
      name: { en: "Chocolate pastry", fr: "Pain au chocolat" },
      unitPrice: 145,
      taxRate: 5.5
    },
    {
      reference: "SOU",
      ean: "2000000000282",
      category: "bakery",
      name: { en: "Sourdough loaf, 1 kg", fr: "Pain au levain, 1 kg" },
      unitPrice: 640,
      taxRate: 5.5
    },
    {
      reference: "BRI",
      ean: "2000000000350",
      category: "bakery",
      name: { en: "Brioche with sugar", fr: "Brioche au sucre" },
      unitPrice: 390,
      taxRate: 5.5
    },
    {
      reference: "FLA",
      ean: "2000000000428",
      category: "bakery",
      name: { en: "Vanilla flan", fr: "Flan à la vanille" },
      unitPrice: 320,
      taxRate: 5.5
    },
    {
      reference: "ESP",
      ean: "2000000000497",
      category: "drinks",
      name: { en: "Espresso", fr: "Expresso" },
      unitPrice: 190,
      taxRate: 10
    },
    {
      reference: "CAP",
      ean: "2000000000565",
      category: "drinks",
      name: { en: "Cappuccino", fr: "Cappuccino" },
      unitPrice: 350,
      taxRate: 10
    },
    {
      reference: "TEA",
      ean: "2000000000633",
      category: "drinks",
      name: { en: "Mint tea", fr: "Thé à la menthe" },
      unitPrice: 320,
      taxRate: 10
    },
    {
      reference: "ORA",
      ean: "2000000000701",
      category: "drinks",
      name: { en: "Fresh orange juice", fr: "Jus d’orange pressé" },
      unitPrice: 420,
      taxRate: 10
    },
    {
      reference: "COF",
      ean: "2000000000770",
      category: "grocery",
      name: { en: "Coffee beans, 250 g", fr: "Café en grains, 250 g" },
      unitPrice: 840,
      taxRate: 5.5
    },
    {
      reference: "HON",
      ean: "2000000000848",
      category: "grocery",
      name: { en: "Lavender honey, 500 g", fr: "Miel de lavande, 500 g" },
      unitPrice: 1190,
      taxRate: 5.5
    },
    {
      reference: "JAM",
      ean: "2000000000916",
      category: "grocery",
      name: { en: "Apricot jam", fr: "Confiture d’abricots" },
      unitPrice: 560,
      taxRate: 5.5
    },
    {
      reference: "OIL",
      ean: "2000000000985",
      category: "grocery",
      name: { en: "Olive oil, 50 cl", fr: "Huile d’olive, 50 cl" },
      unitPrice: 1450,
      taxRate: 5.5
    },
    {
      reference: "PAS",
      ean: "2000000001050",
      category: "grocery",
      name: { en: "Spelt pasta, 500 g", fr: "Pâtes d’épeautre, 500 g" },
      unitPrice: 375,
      taxRate: 5.5
    },
    {
      reference: "CHO",
      ean: "2000000001128",
      category: "grocery",
      name: { en: "Dark chocolate 70 %", fr: "Chocolat noir 70 %" },
      unitPrice: 495,
      taxRate: 5.5
    },
    {
      reference: "WAT",
      ean: "2000000001197",
      category: "grocery",
      name: { en: "Still water, 1 l", fr: "Eau plate, 1 l" },
      unitPrice: 95,
      taxRate: 5.5
    },
    {
      reference: "CID",
      ean: "2000000001265",
      category: "cellar",
      name: { en: "Dry cider, 75 cl", fr: "Cidre brut, 75 cl" },
      unitPrice: 690,
      taxRate: 20
    },
    {
      reference: "WIN",
      ean: "2000000001333",
      category: "cellar",
      name: { en: "Côtes du Rhône, 75 cl", fr: "Côtes-du-rhône, 75 cl" },
      unitPrice: 1180,
      taxRate: 20
    },
    {
      reference: "BEE",
      ean: "2000000001401",
      category: "cellar",
      name: { en: "Amber beer, 33 cl", fr: "Bière ambrée, 33 cl" },
      unitPrice: 390,
      taxRate: 20
    },
    {
      reference: "MUG",
      ean: "2000000001470",
      category: "home",
      name: { en: "Stoneware mug", fr: "Tasse en grès" },
      unitPrice: 1290,
      taxRate: 20
    },
    {
      reference: "BOW",
      ean: "2000000001548",
      category: "home",
      name: { en: "Breakfast bowl", fr: "Bol à petit-déjeuner" },
      unitPrice: 1450,
      taxRate: 20
    },
    {
      reference: "APR",
      ean: "2000000001616",
      category: "home",
      name: { en: "Linen apron", fr: "Tablier en lin" },
      unitPrice: 3490,
      taxRate: 20
    },
    {
      reference: "CAN",
      ean: "2000000001685",
      category: "home",
      name: { en: "Beeswax candle", fr: "Bougie en cire d’abeille" },
      unitPrice: 1690,
      taxRate: 20
    },
    {
      reference: "BAS",
      ean: "2000000001753",
      category: "home",
      name: { en: "Willow basket", fr: "Panier en osier" },
      unitPrice: 4200,
      taxRate: 20
    },
    {
      reference: "TOT",
      ean: "2000000001821",
      category: "home",
      name: { en: "Cotton tote bag", fr: "Sac en coton" },
      unitPrice: 990,
      taxRate: 20
    },
    {
      reference: "PAP",
      ean: "2000000001890",
      category: "press",
      name: { en: "Daily paper", fr: "Quotidien" },
      unitPrice: 300,
      taxRate: 2.1
    },
    {
      reference: "CAR",
      ean: "2000000001968",
      category: "press",
      name: { en: "Postcard", fr: "Carte postale" },
      unitPrice: 150,
      taxRate: 20
    }
  ]
}
