import { answered, client } from "../../api/client";
import { useChange } from "../../ui/change";

/** Makes a key; its text is in the answer, this once. */
export function useMakeKey() {
  return useChange(
    (body: { scope: "ingest" | "read" | "write" | "admin"; name: string; origins?: string[] }) => answered(client.POST("/api/v1/keys", { body })),
    ["keys", "sources", "audit"],
  );
}
