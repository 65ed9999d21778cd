import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useSay } from "./notice";
import { sentence } from "./words";

/** A change, after which what it touches is asked anew. Where it fails, the reader is told, unless the form shows why itself. */
export function useChange<Input, Output>(change: (input: Input) => Promise<Output>, touches: readonly string[], failure: "said" | "shown" = "said") {
  const queries = useQueryClient();
  const say = useSay();
  return useMutation({
    mutationFn: change,
    onError: (problem) => {
      if (failure === "said") say(sentence(problem.message));
    },
    onSuccess: () => Promise.all(touches.map((name) => queries.invalidateQueries({ queryKey: [name] }))),
  });
}
