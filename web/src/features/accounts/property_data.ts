/** Properties by what they are for, where their names say it. */
export interface PropertySeen {
  name: string;
  accounts: number;
  numbers: number;
}

const kValues = ["mrr", "monthly_value", "monthly_revenue", "arr", "acv", "annual_value", "revenue", "value", "amount"];
const kOwners = ["owner", "csm", "account_owner", "owner_name", "account_manager", "manager"];

const named = (properties: readonly PropertySeen[], names: readonly string[]): string | undefined =>
  names.flatMap((name) => properties.filter((property) => property.name.toLowerCase() === name)).at(0)?.name;

/** What an account is worth: a property with numbers; the one asked for, where there is one. */
export function valueProperty(properties: readonly PropertySeen[], asked: string | undefined): string | undefined {
  if (asked === "none") return undefined;
  const withNumbers = properties.filter((property) => property.numbers > 0);
  return withNumbers.find((property) => property.name === asked)?.name ?? named(withNumbers, kValues);
}

/** Who looks after an account. */
export const ownerProperty = (properties: readonly PropertySeen[]): string | undefined => named(properties, kOwners);
