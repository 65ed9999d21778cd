import { useState, type FormEvent } from "react";
import { answered, client, Problem } from "../../api/client";
import { Field } from "../../ui/field";
import { sentence } from "../../ui/panel";

/** Where an invitation leads. Its secret stands behind the # of the address, which browsers keep to themselves. */
export function JoinPage() {
  const [token] = useState(() => window.location.hash.slice(1));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    setBusy(true);
    try {
      const email = text("email");
      await answered(
        client.POST("/api/v1/invitations/accept", {
          body: { token, name: text("name"), password: String(form.get("password")), ...(email ? { email } : {}) },
        }),
      );
      window.location.replace("/");
    } catch (error) {
      setBusy(false);
      if (error instanceof Problem) setProblem(error);
      else throw error;
    }
  };
  const isAboutField = problem !== null && problem.wrong.length > 0;
  return (
    <main className="alone">
      <form className="panel entry" onSubmit={(event) => void submit(event)}>
        <img src="/mark.svg" alt="" width="36" height="36" />
        <h1>Welcome to Tidemark</h1>
        {token ? (
          <p>This link works once. Choose how you sign in from now on.</p>
        ) : (
          <p className="wrong" role="alert">
            This address lacks its secret part. Open the whole link you were given.
          </p>
        )}
        {problem && !isAboutField && (
          <p className="wrong" role="alert">
            {sentence(problem.message)}
          </p>
        )}
        <Field label="Your name" name="name" autoComplete="name" required autoFocus wrong={problem?.of("name")} />
        <Field
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          hint="Leave it empty if the invitation was for your e-mail."
          wrong={problem?.of("email")}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={12}
          hint="At least 12 characters. Three or four words that nobody else would put together are good."
          wrong={problem?.of("password")}
        />
        <button type="submit" className="primary" disabled={isBusy || !token}>
          {isBusy ? "Setting up" : "Begin"}
        </button>
      </form>
    </main>
  );
}
