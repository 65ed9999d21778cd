import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { useSession, useStatus } from "./api/questions";
import { whenSignedOut } from "./api/client";
import { AccountPage } from "./features/account/account_page";
import { AccountsPage } from "./features/accounts/accounts_page";
import { JoinPage } from "./features/entry/join_page";
import { SignInPage } from "./features/entry/sign_in_page";
import { OverviewPage } from "./features/overview/overview_page";
import { Boundary } from "./ui/boundary";
import { Frame } from "./features/frame/frame";
import { Empty, Failed, Loading } from "./ui/panel";
import { accountOfPath } from "./url_state";

// Those who open it in the morning need not wait for what is opened once a month.
const PlaysPage = lazy(() => import("./features/plays/plays_page"));
const DefinitionPage = lazy(() => import("./features/definition/definition_page"));
const EvidencePage = lazy(() => import("./features/evidence/evidence_page"));
const DataPage = lazy(() => import("./features/data/data_page"));
const SettingsPage = lazy(() => import("./features/settings/settings_page"));
const SetUpPage = lazy(() => import("./features/data/set_up_page"));

export function App() {
  const session = useSession();
  const queries = useQueryClient();
  const [path] = useLocation();
  useEffect(() => whenSignedOut(() => void queries.invalidateQueries({ queryKey: ["session"] })), [queries]);
  if (window.location.pathname === "/join") return <JoinPage />;
  if (session.isError && !session.data) {
    return (
      <main className="alone">
        <Failed error={session.error} retry={() => void session.refetch()} />
      </main>
    );
  }
  if (!session.data) return <Loading />;
  if (!session.data.is_signed_in) return <SignInPage />;
  return (
    <Frame session={session.data}>
      <Boundary key={path}>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/" component={Home} />
            <Route path="/accounts" component={AccountsPage} />
            <Route path="/accounts/*">
              <Account />
            </Route>
            <Route path="/plays" component={PlaysPage} />
            <Route path="/definition" component={DefinitionPage} />
            <Route path="/evidence" component={EvidencePage} />
            <Route path="/data" component={DataPage} />
            <Route path="/set-up" component={SetUpPage} />
            <Route path="/settings" component={SettingsPage} />
            <Route>
              <h1>There is no such page</h1>
              <Empty>
                <a href="/">To the overview</a>
              </Empty>
            </Route>
          </Switch>
        </Suspense>
      </Boundary>
    </Frame>
  );
}

function Account() {
  useLocation(); // its path is read as it stands, whenever it changes
  const id = accountOfPath(window.location.pathname);
  return id === undefined ? <Redirect to="/accounts" /> : <AccountPage key={id} id={id} />;
}

/** Where nothing is published yet, the way there. */
function Home() {
  const status = useStatus();
  if (status.isError && !status.data) return <Failed error={status.error} retry={() => void status.refetch()} />;
  if (!status.data) return <Loading />;
  return status.data.last_published ? <OverviewPage /> : <Redirect to="/set-up" />;
}
