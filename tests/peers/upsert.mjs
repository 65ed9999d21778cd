// What jsforce sends to a Salesforce at ADDRESS: node upsert.mjs ADDRESS CLIENT_ID CLIENT_SECRET RECORDS; prints what it is answered.
import jsforce from "jsforce";

const [loginUrl, clientId, clientSecret, records] = process.argv.slice(2);
const connection = new jsforce.Connection({ oauth2: { loginUrl, clientId, clientSecret }, version: "62.0" });
await connection.authorize({ grant_type: "client_credentials" });
const results = await connection.sobject("Account").upsert(JSON.parse(records), "Account_Id__c", { allOrNone: false });
console.log(JSON.stringify(results));
