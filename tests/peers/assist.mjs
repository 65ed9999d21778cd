// An assistant: the client of the Model Context Protocol's own library. Prints what it was told.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [url, key] = process.argv.slice(2);
const client = new Client({ name: "tidemark-test", version: "1" });
const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${key}` } } });
await client.connect(transport);
const { tools } = await client.listTools();
const listed = await client.callTool({ name: "list_accounts", arguments: { sort: "points", limit: 2 } });
const account = listed.structuredContent.data[0].account_id;
const explained = await client.callTool({ name: "explain_score", arguments: { account } });
const unknown = await client.callTool({ name: "explain_score", arguments: { account: "nobody" } });
await client.close();
console.log(JSON.stringify({
  server: client.getServerVersion(), tools: tools.map((tool) => tool.name), listed: listed.structuredContent, explained: explained.structuredContent,
  unknown: unknown.isError,
}));
