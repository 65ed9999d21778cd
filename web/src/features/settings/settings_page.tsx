import { useState, type FormEvent } from "react";
import { answered, client, Problem } from "../../api/client";
import { isAdmin, isOwner, useAudit, useKeys, usePeople, useSession, useStatus } from "../../api/questions";
import { useChange } from "../../ui/change";
import { Copyable } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { Choice, Field } from "../../ui/field";
import { useSay } from "../../ui/notice";
import { Empty, Failed, Loading, Panel, Ready, sentence } from "../../ui/panel";
import { agoWords, dayWords } from "../../ui/words";
import { useMakeKey } from "./make_key";

const kRoles = [
  ["viewer", "Viewer: sees everything"],
  ["analyst", "Analyst: changes what counts, writes notes"],
  ["admin", "Admin: keys and people too"],
  ["owner", "Owner: makes other owners"],
] as const;
type Role = (typeof kRoles)[number][0];

/** Who may do what, and what they did. */
export default function SettingsPage() {
  const session = useSession();
  const status = useStatus();
  return (
    <>
      <h1>Settings</h1>
      <div className="two">
        <div className="stack">
          {isAdmin(session.data) ? (
            <>
              <People />
              <Keys />
            </>
          ) : (
            <Panel title="People and keys">
              <Empty>Only admins and owners see them. You are {session.data?.role ?? "signed in with a key"}.</Empty>
            </Panel>
          )}
        </div>
        <div className="stack">
          {session.data?.email && <Yourself email={session.data.email} role={session.data.role ?? ""} />}
          <Panel title="This server">
            <dl className="properties">
              <div>
                <dt>Version</dt>
                <dd>{status.data?.version ?? ""}</dd>
              </div>
              <div>
                <dt>Days of</dt>
                <dd>{status.data?.time_zone ?? ""}</dd>
              </div>
              <div>
                <dt>Its API</dt>
                <dd>
                  <a href="/api/v1/openapi.json">openapi.json</a>
                </dd>
              </div>
            </dl>
          </Panel>
          {isAdmin(session.data) && <Audit />}
        </div>
      </div>
    </>
  );
}

function Yourself({ email, role }: { email: string; role: string }) {
  const say = useSay();
  const change = useChange(
    (body: { password: string; new_password: string }) => answered<unknown>(client.POST("/api/v1/session/password", { body })),
    [],
  );
  const problem = change.error instanceof Problem ? change.error : undefined;
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    await change.mutateAsync({ password: String(data.get("password")), new_password: String(data.get("new_password")) }).then(
      () => {
        form.reset();
        say("Your password is changed; your other browsers are signed out.");
      },
      () => {},
    );
  };
  return (
    <Panel title="You" aside={<span className="quiet">{`${email}, ${role}`}</span>}>
      <details>
        <summary>Change your password</summary>
        <form onSubmit={(event) => void submit(event)}>
          <Field label="Password now" name="password" type="password" autoComplete="current-password" required />
          <Field
            label="New password"
            name="new_password"
            type="password"
            autoComplete="new-password"
            required
            minLength={12}
            hint="At least 12 characters."
            wrong={problem?.of("new_password")}
          />
          {problem && problem.wrong.length === 0 && (
            <p className="wrong" role="alert">
              {sentence(problem.message)}
            </p>
          )}
          <button type="submit" className="primary" disabled={change.isPending}>
            Change
          </button>
        </form>
      </details>
    </Panel>
  );
}

function People() {
  const people = usePeople(true);
  const session = useSession();
  const say = useSay();
  const [isInviting, setInviting] = useState(false);
  const [leaving, setLeaving] = useState<{ number: number; email: string } | null>(null);
  const change = useChange(
    ({ number, role }: { number: number; role: Role }) =>
      answered<unknown>(client.PUT("/api/v1/users/{number}/role", { params: { path: { number: String(number) } }, body: { role } })),
    ["users", "audit"],
  );
  const withdraw = useChange(
    (email: string) => answered<unknown>(client.DELETE("/api/v1/invitations/{email}", { params: { path: { email } } })),
    ["users", "audit"],
  );
  const roles = kRoles.filter(([role]) => role !== "owner" || isOwner(session.data));
  return (
    <Panel
      title="People"
      aside={
        <button type="button" onClick={() => setInviting(true)}>
          Invite
        </button>
      }
    >
      <Ready of={people}>
        {(answer) => (
          <div className="scroll-x">
            <table className="rows">
              <thead>
                <tr>
                  <th>Who</th>
                  <th>Role</th>
                  <th>Last seen</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {answer.data.map((person) => {
                  const isMe = person.email === session.data?.email;
                  const isMine = isOwner(session.data) || person.role !== "owner";
                  return (
                    <tr key={person.number}>
                      <td className="who-cell">
                        {person.name} <small className="block">{person.email}</small>
                      </td>
                      <td>
                        {isMe || !isMine ? (
                          person.role
                        ) : (
                          <Choice
                            label={`Role of ${person.email}`}
                            value={person.role}
                            onChange={async (event) => {
                              const role = event.target.value as Role;
                              await change.mutateAsync({ number: person.number, role }).then(
                                () =>
                                  say(`${person.name || person.email} is ${role} now.`, () =>
                                    change.mutate({ number: person.number, role: person.role as Role }),
                                  ),
                                (problem: Error) => say(sentence(problem.message)),
                              );
                            }}
                          >
                            {roles.map(([role]) => (
                              <option key={role}>{role}</option>
                            ))}
                          </Choice>
                        )}
                      </td>
                      <td>{person.last_seen ? agoWords(person.last_seen) : "never"}</td>
                      <td className="num">
                        {!isMe && isMine && (
                          <button type="button" className="danger" onClick={() => setLeaving(person)} aria-label={`Remove ${person.email}`}>
                            Remove
                          </button>
                        )}
                      </td>
                    </tr>
                  );
                })}
                {answer.invitations.map((invitation) => (
                  <tr key={`invited ${invitation.email}`}>
                    <td className="who-cell">
                      {invitation.email || "whoever has the link"} <small className="flag">invited</small>
                    </td>
                    <td>{invitation.role}</td>
                    <td>until {dayWords(invitation.expires.slice(0, 10))}</td>
                    <td className="num">
                      {invitation.email && (
                        <button type="button" onClick={() => withdraw.mutate(invitation.email)}>
                          Withdraw
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Ready>
      {isInviting && <InviteDialog roles={roles} close={() => setInviting(false)} />}
      {leaving && <RemoveDialog person={leaving} close={() => setLeaving(null)} />}
    </Panel>
  );
}

function InviteDialog({ roles, close }: { roles: readonly (readonly [Role, string])[]; close: () => void }) {
  const invite = useChange((body: { email: string; role: Role }) => answered(client.POST("/api/v1/users", { body })), ["users", "audit"]);
  const problem = invite.error instanceof Problem ? invite.error : undefined;
  return (
    <Dialog title="Invite somebody" onClose={close}>
      {invite.data ? (
        <>
          <p>Give {invite.data.email} this link. It works once, for a week, and is shown only now.</p>
          <Copyable text={invite.data.link} label="The link" />
          <button type="button" className="primary" onClick={close}>
            Done
          </button>
        </>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            invite.mutate({ email: String(form.get("email")), role: String(form.get("role")) as Role });
          }}
        >
          <Field label="E-mail" name="email" type="email" required wrong={problem?.of("email")} />
          <div className="field">
            <label htmlFor="role">Role</label>
            <select id="role" name="role" defaultValue="viewer">
              {roles.map(([role, words]) => (
                <option key={role} value={role}>
                  {words}
                </option>
              ))}
            </select>
          </div>
          {problem && problem.wrong.length === 0 && (
            <p className="wrong" role="alert">
              {sentence(problem.message)}
            </p>
          )}
          <button type="submit" className="primary" disabled={invite.isPending}>
            Make the link
          </button>
        </form>
      )}
    </Dialog>
  );
}

function RemoveDialog({ person, close }: { person: { number: number; email: string }; close: () => void }) {
  const say = useSay();
  const remove = useChange(
    (number: number) => answered<unknown>(client.DELETE("/api/v1/users/{number}", { params: { path: { number: String(number) } } })),
    ["users", "audit"],
  );
  return (
    <Dialog title={`Remove ${person.email}`} onClose={close}>
      <p>They are signed out everywhere at once. What they noted and changed stays, with their name.</p>
      {remove.error && <Failed error={remove.error} />}
      <div className="buttons">
        <button
          type="button"
          className="danger"
          disabled={remove.isPending}
          onClick={async () => {
            await remove.mutateAsync(person.number);
            say(`${person.email} is removed.`);
            close();
          }}
        >
          Remove
        </button>
        <button type="button" onClick={close}>
          Keep
        </button>
      </div>
    </Dialog>
  );
}

function Keys() {
  const keys = useKeys(true);
  const [isMaking, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<string | null>(null);
  return (
    <Panel
      title="Keys"
      aside={
        <button type="button" onClick={() => setMaking(true)}>
          Make a key
        </button>
      }
    >
      <Ready of={keys}>
        {(answer) =>
          answer.data.length === 0 ? (
            <Empty>No key was made yet: SDKs, scripts and assistants need one.</Empty>
          ) : (
            <div className="scroll-x">
              <table className="rows">
                <thead>
                  <tr>
                    <th>Key</th>
                    <th>For</th>
                    <th>Scope</th>
                    <th>Last used</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {answer.data.map((key) => (
                    <tr key={key.key}>
                      <td>
                        <code>{key.key}…</code>
                      </td>
                      <td>
                        {key.name}
                        {key.origins.length > 0 && <small className="block">{key.origins.join(", ")}</small>}
                      </td>
                      <td>{key.scope}</td>
                      <td>{key.last_used ? agoWords(key.last_used) : "never"}</td>
                      <td className="num">
                        <button type="button" className="danger" onClick={() => setRevoking(key.key)} aria-label={`Revoke ${key.key}`}>
                          Revoke
                        </button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Ready>
      {isMaking && <KeyDialog close={() => setMaking(false)} />}
      {revoking && <RevokeDialog hint={revoking} close={() => setRevoking(null)} />}
    </Panel>
  );
}

function KeyDialog({ close }: { close: () => void }) {
  const make = useMakeKey();
  const [scope, setScope] = useState<"ingest" | "read" | "write" | "admin">("read");
  const problem = make.error instanceof Problem ? make.error : undefined;
  return (
    <Dialog title="Make a key" onClose={close}>
      {make.data ? (
        <>
          <p>This is shown once; only a hash of it is kept.</p>
          <Copyable text={make.data.secret} label="The key" />
          <button type="button" className="primary" onClick={close}>
            Done
          </button>
        </>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            const origins = String(form.get("origins") ?? "")
              .split(/[\s,]+/)
              .filter((origin) => origin !== "");
            make.mutate({ scope, name: String(form.get("name")), ...(scope === "ingest" && origins.length > 0 ? { origins } : {}) });
          }}
        >
          <div className="field">
            <label htmlFor="scope">What it may do</label>
            <select id="scope" value={scope} onChange={(event) => setScope(event.target.value as typeof scope)}>
              <option value="ingest">ingest: an SDK sends events</option>
              <option value="read">read: a script or an assistant asks</option>
              <option value="write">write: changes definitions, notes, merges</option>
              <option value="admin">admin: makes keys too</option>
            </select>
          </div>
          <Field label={scope === "ingest" ? "Source" : "What it is for"} name="name" required wrong={problem?.of("name")} />
          {scope === "ingest" && (
            <Field
              label="Web origins that may use it"
              name="origins"
              placeholder="https://app.example.com"
              hint="For browsers; empty: any."
              wrong={problem?.of("origins")}
            />
          )}
          {problem && problem.wrong.length === 0 && (
            <p className="wrong" role="alert">
              {sentence(problem.message)}
            </p>
          )}
          <button type="submit" className="primary" disabled={make.isPending}>
            Make it
          </button>
        </form>
      )}
    </Dialog>
  );
}

function RevokeDialog({ hint, close }: { hint: string; close: () => void }) {
  const say = useSay();
  const revoke = useChange(
    (key: string) => answered<unknown>(client.DELETE("/api/v1/keys/{hint}", { params: { path: { hint: key } } })),
    ["keys", "sources", "audit"],
  );
  return (
    <Dialog title={`Revoke ${hint}…`} onClose={close}>
      <p>Whoever uses it is refused from this moment on. It cannot be made valid again.</p>
      {revoke.error && <Failed error={revoke.error} />}
      <div className="buttons">
        <button
          type="button"
          className="danger"
          disabled={revoke.isPending}
          onClick={async () => {
            await revoke.mutateAsync(hint);
            say(`${hint}… is revoked.`);
            close();
          }}
        >
          Revoke
        </button>
        <button type="button" onClick={close}>
          Keep
        </button>
      </div>
    </Dialog>
  );
}

function Audit() {
  const audit = useAudit(true);
  const entries = audit.data?.pages.flatMap((page) => page.data) ?? [];
  const broken = audit.data?.pages[0]?.first_broken ?? null;
  return (
    <Panel title="What was changed">
      {audit.isError ? (
        <Failed error={audit.error} retry={() => void audit.refetch()} />
      ) : !audit.data ? (
        <Loading />
      ) : (
        <>
          {broken !== null && (
            <p className="wrong" role="alert">
              Entry {broken} does not fit those before it: somebody changed the log.
            </p>
          )}
          <ul className="notes">
            {entries.map((entry) => (
              <li key={entry.number}>
                <b>{entry.action.replace(".", " ")}</b> {entry.subject}
                {entry.after && entry.after.length < 60 && <span className="quiet"> → {entry.after}</span>}{" "}
                <small>
                  {entry.actor}, {agoWords(entry.at)}
                </small>
              </li>
            ))}
          </ul>
          {audit.hasNextPage && (
            <button type="button" className="more" onClick={() => void audit.fetchNextPage()}>
              Older entries
            </button>
          )}
        </>
      )}
    </Panel>
  );
}
