import { useEffect, useState } from "preact/hooks";

/** What the address names after its `#`: `runs`, `run/NAME`, `theory`, `methods`. */
export interface Route {
  readonly view: string;
  readonly id: string;
}

function routeNow(): Route {
  const [view = "", ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  return { view: view || "runs", id: decodeURIComponent(rest.join("/")) };
}

/** The route of the address, followed as it changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(routeNow);
  useEffect(() => {
    const follow = (): void => {
      setRoute(routeNow());
      scrollTo(0, 0);
    };
    addEventListener("hashchange", follow);
    return () => {
      removeEventListener("hashchange", follow);
    };
  }, []);
  return route;
}

/** The address of a run's page. */
export function runHref(id: string): string {
  return `#/run/${encodeURIComponent(id)}`;
}

/** The address of a report of some runs. */
export function reportHref(ids: readonly string[]): string {
  return `/report?${ids.map((id) => `run=${encodeURIComponent(id)}`).join("&")}`;
}
