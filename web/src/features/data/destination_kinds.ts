import type { Schemas } from "../../api/client";

export type Kind = Schemas["Destination"]["kind"];

/** What a kind of destination is called, and what it needs. */
export interface KindWords {
  name: string;
  /** The address where none is given; empty: one must be; none: it has none of its own. */
  usual: string | undefined;
  example?: string;
  /** None: it has none. */
  secret: string | undefined;
  /** Whether it can be without. */
  isOpen?: boolean;
  /** What the field with account ids is there, where people choose it. */
  idField?: { label: string; usual: string; hint: string };
  isOfAccounts: boolean;
  /** Whether it can be asked what it holds. */
  saysWhatItHolds?: boolean;
}

export const kindWords: Record<Kind, KindWords> = {
  webhook: {
    name: "Webhook: each move, signed",
    usual: "",
    example: "https://example.com/hook",
    secret: "Secret it signs with; one is made where none is given",
    isOpen: true,
    isOfAccounts: false,
  },
  slack: { name: "Slack: a digest of each day", usual: undefined, secret: "Address of the incoming webhook", isOfAccounts: false },
  email: {
    name: "E-mail: a digest of each day",
    usual: "",
    example: "smtps://mail.example.com",
    secret: "User and password of the mail server, with a colon between",
    isOpen: true,
    isOfAccounts: false,
  },
  hubspot: {
    name: "HubSpot: where each company stands",
    usual: "https://api.hubapi.com",
    secret: "Service key, or an app’s token",
    idField: { label: "Property that holds your account ids", usual: "account_id", hint: "Unique values, in HubSpot" },
    isOfAccounts: true,
    saysWhatItHolds: true,
  },
  salesforce: {
    name: "Salesforce: where each account stands",
    usual: "",
    example: "https://acme.my.salesforce.com",
    secret: "Consumer key and secret of the connected app, with a colon between",
    idField: { label: "Field that holds your account ids", usual: "Account_Id__c", hint: "Unique, and an external id, in Salesforce" },
    isOfAccounts: true,
    saysWhatItHolds: true,
  },
  "customer.io": {
    name: "Customer.io: where each account stands",
    usual: "https://track.customer.io",
    secret: "Site id and tracking key, with a colon between",
    isOfAccounts: true,
  },
  intercom: {
    name: "Intercom: where each company stands",
    usual: "https://api.intercom.io",
    secret: "Access token",
    isOfAccounts: true,
    saysWhatItHolds: true,
  },
  segment: {
    name: "Segment, RudderStack: where each group stands",
    usual: "https://api.segment.io",
    secret: "Write key",
    isOfAccounts: true,
  },
  postgresql: {
    name: "PostgreSQL: a row an account",
    usual: "",
    example: "postgresql://tidemark@db.example.com/warehouse",
    secret: "Password of the database’s user",
    isOpen: true,
    idField: { label: "Column with account ids", usual: "account_id", hint: "Of the table engagement_accounts, which is made" },
    isOfAccounts: true,
    saysWhatItHolds: true,
  },
  braze: {
    name: "Braze: where the account of each user stands",
    usual: "",
    example: "https://rest.fra-01.braze.eu",
    secret: "REST API key, which may track users",
    isOfAccounts: true,
  },
  activecampaign: {
    name: "ActiveCampaign: where each account stands",
    usual: "",
    example: "https://acme.api-us1.com",
    secret: "API key",
    isOfAccounts: true,
  },
  files: {
    name: "Files: all accounts, as CSV or Parquet",
    usual: undefined,
    secret: undefined,
    idField: { label: "Column with account ids", usual: "account_id", hint: "The first one" },
    isOfAccounts: true,
  },
};

/** The lines of a text that say something. */
export const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** The first line that is no `NAME=VALUE`; none: all are. */
export const illLine = (lines: string[]): string | undefined => lines.find((line) => line.indexOf("=") < 1);
