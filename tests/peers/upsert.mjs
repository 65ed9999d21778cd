// What jsforce sends to a Salesforce at ADDRESS, by its collections or by a bulk job: node upsert.mjs ADDRESS CLIENT_ID CLIENT_SECRET RECORDS [bulk];
// prints what it is answered.
import jsforce from "jsforce";

const [loginUrl, clientId, clientSecret, given, how] = process.argv.slice(2);
const connection = new jsforce.Connection({ oauth2: { loginUrl, clientId, clientSecret }, version: "62.0" });
await connection.authorize({ grant_type: "client_credentials" });
const records = JSON.parse(given);
const bulk = { object: "Account", operation: "upsert", externalIdFieldName: "Account_Id__c", input: records, pollInterval: 20, pollTimeout: 10_000 };
const results =
  how === "bulk"
    ? await connection.bulk2.loadAndWaitForResults(bulk)
    : await connection.sobject("Account").upsert(records, "Account_Id__c", { allOrNone: false });
console.log(JSON.stringify(results));
