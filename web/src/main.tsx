import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Problem } from "./api/client";
import { App } from "./app";
import { Boundary } from "./ui/boundary";
import { Notices } from "./ui/notice";
import "uplot/dist/uPlot.min.css";
import "./ui/styles.css";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // What the server refused it refuses again; what did not reach it may.
      retry: (failures, error) => failures < 2 && error instanceof Problem && (error.status === 0 || error.status === 503),
    },
  },
});

const place = document.getElementById("page");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Notices>
          <Boundary>
            <App />
          </Boundary>
        </Notices>
      </QueryClientProvider>
    </StrictMode>,
  );
}
