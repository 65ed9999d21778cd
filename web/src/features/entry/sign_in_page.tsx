import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { answered, client, Problem } from "../../api/client";
import { Field } from "../../ui/field";
import { sentence } from "../../ui/panel";

export function SignInPage() {
  const queries = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    try {
      await answered(client.POST("/api/v1/session", { body: { email: String(form.get("email")), password: String(form.get("password")) } }));
      await queries.invalidateQueries();
    } catch (error) {
      if (error instanceof Problem) setProblem(error);
      else throw error;
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="alone">
      <form className="panel entry" onSubmit={(event) => void submit(event)}>
        <img src="/mark.svg" alt="" width="36" height="36" />
        <h1>Sign in to Tidemark</h1>
        {problem && (
          <p className="wrong" role="alert">
            {sentence(problem.message)}
          </p>
        )}
        <Field label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
        <Field label="Password" name="password" type="password" autoComplete="current-password" required />
        <button type="submit" className="primary" disabled={isBusy}>
          {isBusy ? "Signing in" : "Sign in"}
        </button>
        <p className="quiet">
          No account yet? An admin invites you from Settings. The very first link stands in the terminal where <code>tidemark serve</code> began, or
          in the file it names.
        </p>
      </form>
    </main>
  );
}
